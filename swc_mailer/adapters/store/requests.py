"""Requests: what has been understood of a person's wish so far, and whether a person must look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from swc_mailer.adapters.store.history import name_of, sender_of
from swc_mailer.adapters.store.schema import message, reply, request
from swc_mailer.adapters.store.states import MENDED_BY_AN_ANSWER, MENDED_BY_DETAILS, ReplyState, RequestState
from swc_mailer.core.follow_up import NOT_BELIEVED
from swc_mailer.core.model import Folder, Outcome
from swc_mailer.core.record import details_record, said_in
from swc_mailer.ports import TakenIn

STATE_AFTER: Mapping[Outcome, RequestState] = {
    Outcome.IGNORE: RequestState.SETTLED,
    Outcome.SETTLED: RequestState.SETTLED,
    Outcome.CLOSED: RequestState.CLOSED,
    Outcome.REVIEW: RequestState.WAITING,
    Outcome.DETAILS_MISSING: RequestState.ASKED,
    Outcome.PACK: RequestState.ANSWERED,
}
NOTHING_NEW = (Outcome.IGNORE, Outcome.SETTLED)  # what was understood and what is waited for stays as it was


def opened_row(taken: TakenIn, *, now: datetime) -> dict[str, Any]:
    """The request that a first message opens; what it gives is written by `first_message`."""
    first = taken.message
    return {
        "id": taken.request_id,
        "sender": sender_of(first),
        "name": name_of(first),
        "subject": first.subject,
        "received": first.received,
        "by_post": taken.by_post,
        "language": taken.language.value,
        "created": now,
        "updated": now,
        **standing(STATE_AFTER[taken.decision.outcome], taken.reasons, since=first.received),
    }


OPENED = update(request).where(request.c.id == bindparam("opened"))


def first_message(connection: Connection, numbered: Sequence[tuple[TakenIn, int, datetime]]) -> None:
    """What messages give that have opened their requests, each with the number of its row."""
    rows = [
        {"opened": taken.request_id, "latest_message": row_id, **understood(taken, row_id, now=now)}
        for taken, row_id, now in numbered
    ]
    if rows:
        connection.execute(OPENED, rows)


def open_failed(
    connection: Connection,
    request_id: str,
    row_id: int,
    reasons: Sequence[Mapping[str, Any]],
    *,
    received: datetime,
    now: datetime,
) -> None:
    """A case for a message that could not be read or decided: nothing is known of it but its bytes."""
    connection.execute(
        insert(request).values(
            id=request_id,
            sender="",
            subject="",
            received=received,
            created=now,
            updated=now,
            latest_message=row_id,
            **standing(RequestState.WAITING, reasons, since=received),
        )
    )


def follow_up(connection: Connection, taken: TakenIn, row_id: int, *, now: datetime) -> None:
    """A later message of a request: it adds to what is understood, and may take the case out of the queue or into it."""
    if taken.decision.outcome in NOTHING_NEW:
        return
    before = connection.execute(select(request.c.state, request.c.reasons).where(request.c.id == taken.request_id)).one()
    believed = not any(reason["code"] in NOT_BELIEVED for reason in taken.reasons)
    mended = MENDED_BY_DETAILS | (set() if any_held(connection, taken.request_id) else MENDED_BY_AN_ANSWER)
    unmended = [reason for reason in waits_for(before) if believed and reason["code"] not in mended]
    values: dict[str, Any] = {"latest_message": row_id, "language": taken.language.value, "updated": now}
    values |= {"by_post": True} if taken.by_post else {}
    values |= understood(taken, row_id, now=now) if believed else {}
    state = STATE_AFTER[taken.decision.outcome]
    if state is RequestState.WAITING:
        values |= in_the_queue(taken.reasons, unmended, since=taken.message.received)
    elif not unmended:
        values |= standing(state, taken.reasons, since=taken.message.received)
        belong_to_answered(connection, taken.request_id)
    connection.execute(update(request).where(request.c.id == taken.request_id).values(**values))
    supersede(connection, taken)


def belong_to_answered(connection: Connection, request_id: str) -> None:
    """Nobody need look at the request's earlier messages any more."""
    in_review = update(message).where(message.c.request_id == request_id, message.c.file_in == Folder.REVIEW.value)
    connection.execute(in_review.values(file_in=Folder.ANSWERED.value))


def supersede(connection: Connection, taken: TakenIn) -> None:
    """What was to be asked for and is given meanwhile, or is asked for otherwise, is not asked for."""
    gaps = sorted(field.value for field in taken.details.missing)
    waits = (ReplyState.DUE.value, ReplyState.HELD.value)
    asks = select(reply.c.id, reply.c.missing).where(
        reply.c.request_id == taken.request_id,
        reply.c.kind == Outcome.DETAILS_MISSING.value,
        reply.c.state.in_(waits),
        ~reply.c.by_staff,
    )
    for row in connection.execute(asks).all():
        if sorted(row.missing) != gaps:
            cancelled = update(reply).where(reply.c.id == row.id, reply.c.state.in_(waits))
            connection.execute(
                cancelled.values(state=ReplyState.CANCELLED.value, answer="The sender wrote again before it was sent.")
            )


def any_held(connection: Connection, request_id: str) -> bool:
    held = select(reply.c.id).where(reply.c.request_id == request_id, reply.c.state == ReplyState.HELD.value)
    return connection.execute(held.limit(1)).first() is not None


def wait_for_person(
    connection: Connection, request_id: str, reason: Mapping[str, Any], *, since: datetime, now: datetime
) -> None:
    """Put a request into the queue with one more reason; a case that waits already keeps its reasons and its place."""
    before = connection.execute(select(request.c.state, request.c.reasons).where(request.c.id == request_id)).one()
    values = in_the_queue([reason], waits_for(before), since=since) | {"updated": now}
    connection.execute(update(request).where(request.c.id == request_id).values(**values))


def waits_for(row: Any) -> list[Mapping[str, Any]]:
    """The reasons of a case that waits; none of one that does not."""
    return list(row.reasons) if row.state == RequestState.WAITING else []


def in_the_queue(new: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]], *, since: datetime) -> dict[str, Any]:
    """The newest reasons first, each code once; a case that waits already goes on waiting since then."""
    codes = {reason["code"] for reason in new}
    reasons = [*new, *(reason for reason in old if reason["code"] not in codes)]
    return standing(RequestState.WAITING, reasons, since=since) | {"waiting_since": func.coalesce(request.c.waiting_since, since)}


def standing(state: RequestState, reasons: Sequence[Mapping[str, Any]], *, since: datetime) -> dict[str, Any]:
    waits = state is RequestState.WAITING
    first = next((reason["code"] for reason in reasons), "")
    return {"state": state.value, "reasons": list(reasons), "reason": first, "waiting_since": since if waits else None}


def understood(taken: TakenIn, row_id: int, *, now: datetime) -> dict[str, Any]:
    return {
        "details": details_record(said_in(taken.details, row_id)),
        "membership_number": taken.membership_number,
        "postcode": taken.postcode,
        "updated": now,
    }
