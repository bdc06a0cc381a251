"""Requests: what has been understood of a person's wish so far, and whether a person must look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from swc_mailer.adapters.store.history import sender_of
from swc_mailer.adapters.store.schema import request
from swc_mailer.adapters.store.states import MENDED_BY_DETAILS, RequestState
from swc_mailer.core.model import Outcome
from swc_mailer.core.record import details_record
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


def open_new(connection: Connection, taken: TakenIn, *, now: datetime) -> None:
    """The request that a first message opens."""
    message = taken.message
    row = {
        "id": taken.request_id,
        "sender": sender_of(message),
        "name": next((sender.name for sender in message.from_), ""),
        "subject": message.subject,
        "received": message.received,
        "created": now,
        **understood(taken, now=now),
        **standing(STATE_AFTER[taken.decision.outcome], taken.reasons, since=message.received),
    }
    connection.execute(insert(request), row)


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
    values = understood(taken, now=now) | {"latest_message": row_id}
    before = connection.execute(select(request.c.state, request.c.reasons).where(request.c.id == taken.request_id)).one()
    unmended = [reason for reason in waits_for(before) if reason["code"] not in MENDED_BY_DETAILS]
    state = STATE_AFTER[taken.decision.outcome]
    if state is RequestState.WAITING:
        values |= in_the_queue(taken.reasons, unmended, since=taken.message.received)
    elif not unmended:
        values |= standing(state, taken.reasons, since=taken.message.received)
    connection.execute(update(request).where(request.c.id == taken.request_id).values(**values))


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


def decided_by(connection: Connection, request_id: str, row_id: int) -> None:
    connection.execute(update(request).where(request.c.id == request_id).values(latest_message=row_id))


def standing(state: RequestState, reasons: Sequence[Mapping[str, Any]], *, since: datetime) -> dict[str, Any]:
    waits = state is RequestState.WAITING
    first = next((reason["code"] for reason in reasons), "")
    return {"state": state.value, "reasons": list(reasons), "reason": first, "waiting_since": since if waits else None}


def understood(taken: TakenIn, *, now: datetime) -> dict[str, Any]:
    return {
        "details": details_record(taken.details),
        "membership_number": taken.membership_number,
        "postcode": taken.postcode,
        "updated": now,
    }
