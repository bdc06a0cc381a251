"""Remembering: what was decided of a message as rows, for one that may have to do with others, or for many that have not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from swc_mailer.adapters.store import history, requests
from swc_mailer.adapters.store.places import place_at, place_values
from swc_mailer.adapters.store.replies import SaysReason, new_row
from swc_mailer.adapters.store.returned import came_back, may_be_returned, returned_reply
from swc_mailer.adapters.store.schema import decision, message, place, reply, request
from swc_mailer.adapters.store.sealing import kept_message
from swc_mailer.core.model import Outcome
from swc_mailer.ports import PROGRAM, Fetched, Location, TakenIn

Decided = tuple[TakenIn, datetime]  # and when it was decided


# --- one ---------------------------------------------------------------------------------------------------


def remember(connection: Connection, taken: TakenIn, say: SaysReason, *, now: datetime) -> None:
    returned = returned_reply(connection, taken) if taken.decision.outcome is Outcome.IGNORE else None
    request_id = (returned.request_id if returned else taken.request_id) or None
    if taken.new_request:
        connection.execute(insert(request), requests.opened_row(taken, now=now))
    row_id = write_message(connection, taken, request_id, now=now)
    connection.execute(insert(decision), decision_row(taken, request_id, row_id, now=now))
    if returned:
        came_back(connection, returned, say, now=now)
    elif request_id and not taken.new_request:
        requests.follow_up(connection, taken, row_id, now=now)
    elif request_id:
        requests.first_message(connection, [(taken, row_id, now)])
    write_replies(connection, [(taken, now)])


def write_message(connection: Connection, taken: TakenIn, request_id: str | None, *, now: datetime) -> int:
    """A row for the message: a new one, or the one that it has since it failed or was ignored."""
    values = decided_values(taken, request_id)
    row_id = row_to_decide(connection, taken.digest)
    if row_id is None:
        return insert_message(connection, taken.fetched, taken.digest, values, now=now)
    connection.execute(update(message).where(message.c.id == row_id).values(**values))
    left = place.delete().where(place.c.message == row_id, place.c.filed_at.is_not(None))  # where it was put back from
    connection.execute(left)
    put_in_place(connection, row_id, taken.fetched.waiting.location)
    return row_id


def row_to_decide(connection: Connection, digest: str) -> int | None:
    """The row of these bytes that is not decided yet, or that a person put back from Ignored."""
    found = select(message.c.id, message.c.outcome).where(message.c.digest == digest).order_by(message.c.copy.desc()).limit(1)
    row = connection.execute(found).first()
    undecided = row is not None and row.outcome is None
    return row.id if row and (undecided or history.was_put_back(connection, digest)) else None


def insert_message(connection: Connection, fetched: Fetched, digest: str, values: Mapping[str, Any], *, now: datetime) -> int:
    copies = connection.execute(select(func.count()).where(message.c.digest == digest)).scalar_one()
    row = fetched_values(connection, fetched, digest, copies, now=now)
    row_id: int = connection.execute(insert(message).returning(message.c.id), {**row, **values}).scalar_one()
    put_in_place(connection, row_id, fetched.waiting.location)
    return row_id


def put_in_place(connection: Connection, row_id: int, location: Location) -> None:
    here = place_at(connection, location)
    if here is None:
        connection.execute(insert(place), {"message": row_id, **place_values(location)})
    elif here.message != row_id and here.outcome is None:
        # The same message, which the mail server did not give the last time: then it was known by its place alone.
        connection.execute(update(place).where(place.c.id == here.id).values(message=row_id))
        connection.execute(message.delete().where(message.c.id == here.message))


# --- many --------------------------------------------------------------------------------------------------


def stands_alone(taken: TakenIn) -> bool:
    """Given that its bytes and its place are new: no row of another message has to be looked at or changed for it."""
    return taken.new_request or not (taken.request_id or may_be_returned(taken))


NEW_MESSAGES = insert(message).returning(message.c.digest, message.c.id)  # in whatever order


def remember_all(connection: Connection, decided: Sequence[Decided]) -> None:
    """Messages that stand alone, whose bytes and places are new: a statement a table."""
    opening = [requests.opened_row(taken, now=now) for taken, now in decided if taken.new_request]
    if opening:
        connection.execute(insert(request), opening)
    rows = connection.execute(NEW_MESSAGES, [message_row(connection, taken, now=now) for taken, now in decided])
    numbers = {row.digest: row.id for row in rows}
    numbered = [(taken, numbers[taken.digest], now) for taken, now in decided]
    places = [{"message": row_id, **place_values(taken.fetched.waiting.location)} for taken, row_id, _ in numbered]
    connection.execute(insert(place), places)
    decisions = [decision_row(taken, taken.request_id or None, row_id, now=now) for taken, row_id, now in numbered]
    connection.execute(insert(decision), decisions)
    requests.first_message(connection, [one for one in numbered if one[0].new_request])
    write_replies(connection, decided)


def write_replies(connection: Connection, decided: Sequence[Decided]) -> None:
    rows = [row for taken, now in decided for row in reply_rows(taken, now=now)]
    if rows:
        connection.execute(insert(reply), rows)


# --- rows --------------------------------------------------------------------------------------------------


def message_row(connection: Connection, taken: TakenIn, *, now: datetime) -> dict[str, Any]:
    row = fetched_values(connection, taken.fetched, taken.digest, 0, now=now)
    return row | decided_values(taken, taken.request_id or None)


def fetched_values(connection: Connection, fetched: Fetched, digest: str, copies: int, *, now: datetime) -> dict[str, Any]:
    return {
        "digest": digest,
        "copy": copies,
        "received": fetched.waiting.received,
        "taken_at": now,
        "size": max(fetched.waiting.size, len(fetched.raw)),
        "whole": fetched.whole,
        "raw": None if copies else kept_message(connection, fetched.raw),
    }


def decided_values(taken: TakenIn, request_id: str | None) -> dict[str, Any]:
    return {
        "message_id": taken.message.message_id,
        "sender": history.sender_of(taken.message),
        "name": history.name_of(taken.message),
        "subject": taken.message.subject,
        "request_id": request_id,
        "outcome": taken.decision.outcome.value,
        "file_in": taken.decision.folder.value,
        "numbers": list(taken.details.number_values) or None,
    }


def decision_row(taken: TakenIn, request_id: str | None, row_id: int, *, now: datetime) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "message": row_id,
        "outcome": taken.decision.outcome.value,
        "reasons": list(taken.reasons),
        "evidence": list(taken.evidence),
        "membership_number": taken.membership_number,
        "postcode": taken.postcode,
        "decided_by": PROGRAM,
        "rules_version": taken.rules_version,
        "decided_at": now,
    }


def reply_rows(taken: TakenIn, *, now: datetime) -> list[dict[str, Any]]:
    created = max(now, taken.message.received)  # the mail server's clock may be the better one
    return [
        new_row(new, taken.request_id, membership_number=taken.membership_number, not_before=now, now=created)
        for new in (taken.reply, taken.posted)
        if new
    ]
