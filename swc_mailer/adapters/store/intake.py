"""Taking in: a message, its request, its decision and its due reply are written together, or not at all.

A run's messages share one transaction, each in a savepoint of its own: what one of them breaks is undone for it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from swc_mailer.adapters.store import history, requests
from swc_mailer.adapters.store.engine import errors_in_words
from swc_mailer.adapters.store.ids import new_public_id
from swc_mailer.adapters.store.replies import insert_reply
from swc_mailer.adapters.store.returned import came_back, returned_reply
from swc_mailer.adapters.store.schema import decision, message, place
from swc_mailer.adapters.store.sealing import kept_message
from swc_mailer.core.follow_up import Earlier
from swc_mailer.core.model import Folder, History, Message, Outcome
from swc_mailer.ports import PROGRAM, Fetched, Location, TakenIn

MOST_FAILURES = 3
SaysReason = Callable[[str, Mapping[str, str]], Mapping[str, Any]]  # code and facts -> one record as record.reason_records


class SqlIntake:
    """One transaction of taking in."""

    def __init__(self, connection: Connection, say: SaysReason) -> None:
        self._connection = connection
        self._say = say
        self._replies_today: int | None = None  # counted once a transaction, which then adds its own

    @contextmanager
    def _one_message(self) -> Iterator[Connection]:
        with errors_in_words(self._connection.engine), self._connection.begin_nested():
            yield self._connection

    def already_taken(self, digest: str, location: Location) -> bool:
        with self._one_message() as connection:
            return note_again(connection, digest, location)

    def earlier_requests(self, message: Message, digest: str) -> list[Earlier]:
        with self._one_message() as connection:
            return history.earlier_requests(connection, message, digest)

    def history(self, message: Message, digest: str, belongs_to: str, *, now: datetime) -> History:
        with self._one_message() as connection:
            if self._replies_today is None:
                self._replies_today = history.replies_in_all(connection, now=now)
            return history.history_of(connection, message, digest, belongs_to, replies_today=self._replies_today, now=now)

    def packs_to(self, membership_number: str, *, now: datetime) -> tuple[int, datetime | None]:
        with self._one_message() as connection:
            return history.packs_to(connection, membership_number, now=now)

    def remember(self, taken: TakenIn, *, now: datetime) -> None:
        with self._one_message() as connection:
            remember(connection, taken, self._say, now=now)
        if taken.reply and self._replies_today is not None:
            self._replies_today += 1

    def set_aside(self, fetched: Fetched, digest: str, *, error: str, now: datetime) -> bool:
        with self._one_message() as connection:
            return set_aside(connection, fetched, digest, self._say, error=error, now=now)


# --- was it taken in before? -------------------------------------------------------------------------------


def note_again(connection: Connection, digest: str, location: Location) -> bool:
    """Whether the message at a location needs no decision, for it has one; it is then noted as not yet filed."""
    here = place_at(connection, location)
    if here is not None:
        if here.outcome is not None:
            connection.execute(update(place).where(place.c.id == here.id).values(filed_at=None))
        return here.outcome is not None
    same = same_in_a_renumbered_folder(connection, digest, location)
    if same is not None:
        connection.execute(update(place).where(place.c.id == same).values(place_values(location)))
    return same is not None


PLACE_AT = (
    select(place.c.id, place.c.message, message.c.outcome)
    .join(message, message.c.id == place.c.message)
    .where(*(place.c[name] == bindparam(name) for name in ("account", "folder", "uidvalidity", "uid")))
)


def place_at(connection: Connection, location: Location) -> Any:
    return connection.execute(PLACE_AT, place_values(location)).first()


def place_values(location: Location) -> dict[str, Any]:
    return {
        "account": location.account,
        "folder": location.folder,
        "uidvalidity": location.uidvalidity,
        "uid": location.uid,
    }


# By the digest alone, for that index finds one row: told more, SQLite prefers the one that finds all that wait to be filed.
PLACES_OF_BYTES = (
    select(place.c.id, message.c.outcome, place.c.account, place.c.folder, place.c.uidvalidity, place.c.filed_at)
    .join(place, place.c.message == message.c.id)
    .where(message.c.digest == bindparam("digest"))
    .order_by(message.c.id)
)


def same_in_a_renumbered_folder(connection: Connection, digest: str, location: Location) -> int | None:
    """The place of a decided message with these bytes that is not yet filed, and whose folder has another UIDVALIDITY now: its
    old UID means nothing any more, so this is where it lies. Under the same UIDVALIDITY another UID is another message."""
    for row in connection.execute(PLACES_OF_BYTES, {"digest": digest}):
        waits = row.outcome is not None and row.filed_at is None
        same_folder = (row.account, row.folder) == (location.account, location.folder)
        if waits and same_folder and row.uidvalidity != location.uidvalidity:
            return int(row.id)
    return None


# --- remember ----------------------------------------------------------------------------------------------


def remember(connection: Connection, taken: TakenIn, say: SaysReason, *, now: datetime) -> None:
    outcome = taken.decision.outcome
    returned = returned_reply(connection, taken) if outcome is Outcome.IGNORE else None
    request_id = (returned.request_id if returned else taken.request_id) or None
    if taken.new_request:
        requests.open_new(connection, taken, now=now)
    row_id = write_message(connection, taken, request_id, now=now)
    write_decision(connection, taken, request_id, row_id, now=now)
    if returned:
        came_back(connection, returned, say, now=now)
    elif request_id and not taken.new_request:
        requests.follow_up(connection, taken, row_id, now=now)
    elif request_id:
        requests.first_message(connection, taken, row_id, now=now)
    created = max(now, taken.message.received)  # the mail server's clock may be the better one
    for new in filter(None, (taken.reply, taken.posted)):
        insert_reply(connection, new, taken.request_id, membership_number=taken.membership_number, not_before=now, now=created)


def write_message(connection: Connection, taken: TakenIn, request_id: str | None, *, now: datetime) -> int:
    """A row for the message: a new one, or the one that it has since it failed or was ignored."""
    values = {
        "message_id": taken.message.message_id,
        "sender": history.sender_of(taken.message),
        "name": history.name_of(taken.message),
        "subject": taken.message.subject,
        "request_id": request_id,
        "outcome": taken.decision.outcome.value,
        "file_in": taken.decision.folder.value,
        "numbers": list(taken.details.number_values) or None,
    }
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
    row = {
        "digest": digest,
        "copy": copies,
        "received": fetched.waiting.received,
        "taken_at": now,
        "size": max(fetched.waiting.size, len(fetched.raw)),
        "whole": fetched.whole,
        "raw": None if copies else kept_message(connection, fetched.raw),
    }
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


def write_decision(connection: Connection, taken: TakenIn, request_id: str | None, row_id: int, *, now: datetime) -> None:
    row = {
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
    connection.execute(insert(decision), row)


# --- a message that the program fails on -------------------------------------------------------------------


def set_aside(connection: Connection, fetched: Fetched, digest: str, say: SaysReason, *, error: str, now: datetime) -> bool:
    """Count a failure; the last one makes it a case for a person."""
    row_id = row_to_decide(connection, digest)
    if row_id is None:
        row_id = insert_message(connection, fetched, digest, {"message_id": "", "sender": "", "name": "", "subject": ""}, now=now)
    else:
        put_in_place(connection, row_id, fetched.waiting.location)
    failed = update(message).where(message.c.id == row_id).values(failures=message.c.failures + 1, error=error)
    failures: int = connection.execute(failed.returning(message.c.failures)).scalar_one()
    if failures < MOST_FAILURES:
        return False
    give_up(connection, row_id, fetched, [say("failed", {"error": error})], now=now)
    return True


def give_up(
    connection: Connection, row_id: int, fetched: Fetched, reasons: Sequence[Mapping[str, Any]], *, now: datetime
) -> None:
    request_id = new_public_id()
    requests.open_failed(connection, request_id, row_id, reasons, received=fetched.waiting.received, now=now)
    decided = {"request_id": request_id, "outcome": Outcome.REVIEW.value, "file_in": Folder.REVIEW.value}
    connection.execute(update(message).where(message.c.id == row_id).values(**decided))
    connection.execute(
        insert(decision).values(
            request_id=request_id,
            message=row_id,
            outcome=Outcome.REVIEW.value,
            reasons=list(reasons),
            evidence=[],
            decided_by=PROGRAM,
            rules_version="",
            decided_at=now,
        )
    )
