"""What a report counts, read from the tables: outcomes, codes, states and times, and nothing that names a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, func, select

from swc_mailer.adapters.store.queue import LAST_DECISION, newest_decision
from swc_mailer.adapters.store.schema import decision, message, reply, request
from swc_mailer.adapters.store.states import ReplyState, RequestState
from swc_mailer.core.model import Delivery, Outcome
from swc_mailer.core.report import Arrival, Facts, FirstAnswer
from swc_mailer.ports import PROGRAM


def facts(connection: Connection) -> Facts:
    waits = select(request.c.waiting_since).where(request.c.state == RequestState.WAITING.value)
    stand = select(request.c.state, func.count().label("number")).group_by(request.c.state)
    kinds = select(reply.c.kind, reply.c.state, reply.c.delivery, func.count().label("number"))
    kinds = kinds.group_by(reply.c.kind, reply.c.state, reply.c.delivery)
    counted = connection.execute(kinds).all()
    return Facts(
        arrivals=[*messages(connection), *letters(connection)],
        requests={row.state: row.number for row in connection.execute(stand)},
        answers=list(first_answers(connection)),
        replies={(row.kind, row.state): row.number for row in counted if row.delivery == Delivery.EMAIL},
        posted={(row.kind, row.state): row.number for row in counted if row.delivery == Delivery.POST},
        waiting_since=list(connection.execute(waits).scalars()),
        reviews=list(reviews(connection)),
    )


def messages(connection: Connection) -> Iterator[Arrival]:
    found = (
        select(message.c.received, LAST_DECISION.c.outcome, LAST_DECISION.c.reasons)
        .select_from(message)
        .join(LAST_DECISION, LAST_DECISION.c.id == newest_decision(message.c.id))
        .where(message.c.outcome.is_not(None))
    )
    return (arrival(row) for row in connection.execute(found))


def letters(connection: Connection) -> Iterator[Arrival]:
    """By the first decision of each: it was made of the letter, later ones perhaps of a mail that followed it."""
    firsts = select(func.min(decision.c.id)).where(decision.c.request_id.is_not(None)).group_by(decision.c.request_id)
    found = (
        select(request.c.received, decision.c.outcome, decision.c.reasons)
        .select_from(request)
        .join(decision, decision.c.request_id == request.c.id)
        .where(request.c.origin == "letter", decision.c.id.in_(firsts))
    )
    return (arrival(row) for row in connection.execute(found))


def arrival(row: Any) -> Arrival:
    return Arrival(row.received, Outcome(row.outcome), tuple(reason["code"] for reason in row.reasons))


def first_answers(connection: Connection) -> Iterator[FirstAnswer]:
    went = (ReplyState.SENT.value, ReplyState.PRINTED.value)
    answered = and_(reply.c.state.in_(went), reply.c.kind != "acknowledgement")
    columns = (request.c.id, request.c.received, reply.c.sent_at, reply.c.by_staff)
    replied = select(*columns).select_from(request).join(reply, reply.c.request_id == request.c.id)
    sent = replied.where(answered).order_by(request.c.id, reply.c.sent_at)
    for _, rows in groupby(connection.execute(sent), key=lambda row: row.id):
        first = next(rows)
        yield FirstAnswer(first.received, first.sent_at, by_staff=first.by_staff)


def reviews(connection: Connection) -> Iterator[timedelta]:
    """From the decision that a person must look to that person's own."""
    columns = (decision.c.request_id, decision.c.outcome, decision.c.decided_by, decision.c.decided_at)
    made = select(*columns).where(decision.c.request_id.is_not(None)).order_by(decision.c.request_id, decision.c.id)
    for _, rows in groupby(connection.execute(made), key=lambda row: row.request_id):
        since: datetime | None = None
        for row in rows:
            if row.outcome == Outcome.REVIEW:
                since = since or row.decided_at
                continue
            if since and row.decided_by != PROGRAM:
                yield row.decided_at - since
            since = None
