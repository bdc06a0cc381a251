"""The review queue and its cases, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select, tuple_
from sqlalchemy import case as case_

from swc_mailer.adapters.store.schema import decision, message, note, reply, request, scan
from swc_mailer.adapters.store.sealing import message_as_it_came
from swc_mailer.adapters.store.states import ReplyState, RequestState
from swc_mailer.core.model import Folder, Outcome
from swc_mailer.desk_port import Chosen, Neighbours, QueuePage, ignored_id
from swc_mailer.ports import StoredMessage, WaitingCase

HIDDEN = {"raw", "head", "content", "undo_to"}  # bytes, asked for apart, and what is nobody else's


LATEST = message.alias("latest")
LAST_DECISION = decision.alias("last_decision")
CASES = select(
    request, LATEST.c.sender.label("from_"), LATEST.c.subject.label("about"), LATEST.c.message_id.label("mail")
).outerjoin(LATEST, LATEST.c.id == request.c.latest_message)


WAITING = RequestState.WAITING.value
WAITS = request.c.state == WAITING
UNAPPROVED = select(reply.c.request_id).where(reply.c.state == ReplyState.DUE.value, ~reply.c.by_staff)
OLDEST_FIRST = (request.c.waiting_since, request.c.created, request.c.id)
SINCE = func.coalesce(request.c.waiting_since, request.c.received)
SEARCHED = (request.c.id, request.c.sender, request.c.name, request.c.subject, LATEST.c.sender, LATEST.c.subject)
SEARCHED_WITHOUT_SPACES = (request.c.membership_number, request.c.postcode)
# All of them in one text, for looking through one is faster than through eight; no word reaches across a line's end.
HAYSTACK: ColumnElement[str] = reduce(
    lambda text, column: text + "\n" + func.coalesce(column, ""),
    (*SEARCHED[1:], *(func.replace(column, " ", "") for column in SEARCHED_WITHOUT_SPACES)),
    SEARCHED[0],
)


def waiting_cases(connection: Connection) -> list[WaitingCase]:
    """Requests that wait for a person, the one that waits longest first."""
    return [waiting_case(row) for row in connection.execute(CASES.where(WAITS).order_by(*OLDEST_FIRST))]


def queue_page(connection: Connection, chosen: Chosen, hold: Mapping[str, Any], *, offset: int, limit: int) -> QueuePage:
    """`hold` is the reason of what waits for nothing but approval."""
    by_reason = counted(connection, chosen)
    fitting = CASES.where(*conditions(chosen)).order_by(*order(chosen))
    # Words are looked for in every case: counting in the same go looks once.
    found = fitting.add_columns(func.count().over().label("fitting")) if chosen.text else fitting
    rows = connection.execute(found.offset(offset).limit(limit)).all()
    return QueuePage(
        cases=[waiting_case(row) if row.state == WAITING else replace(waiting_case(row), reasons=[hold]) for row in rows],
        fitting=how_many_fit(rows, chosen, by_reason),
        by_reason=by_reason,
    )


def how_many_fit(rows: Sequence[Any], chosen: Chosen, by_reason: Mapping[str, int]) -> int:
    """Of a search, 0 on a page behind its last one."""
    if chosen.text:
        return next((row.fitting for row in rows), 0)
    return by_reason.get(chosen.reason, 0) if chosen.reason else sum(by_reason.values())


def counted(connection: Connection, chosen: Chosen) -> Mapping[str, int]:
    """All that wait, by their first reason, the commonest first."""
    first = first_reason(chosen)
    waiting = select(first.label("code"), func.count().label("waiting")).where(waits(chosen)).group_by(first)
    found = connection.execute(waiting.order_by(func.count().desc(), first))
    return {row.code: row.waiting for row in found}


def neighbours(connection: Connection, case_id: str, chosen: Chosen) -> Neighbours:
    """A case need not wait, nor fit: its place is where it would stand."""
    row = connection.execute(select(SINCE.label("since"), request.c.created).where(request.c.id == case_id)).one()
    here = tuple_(row.since, row.created, case_id)
    place = order(chosen)
    ids = (CASES.with_only_columns(request.c.id) if chosen.text else select(request.c.id)).where(*conditions(chosen))
    earlier = ids.where(tuple_(*place) < here)
    later = ids.where(tuple_(*place) > here).order_by(*place).limit(1)
    before = earlier.order_by(*(column.desc() for column in place)).limit(1)
    return Neighbours(
        place=connection.execute(earlier.with_only_columns(func.count())).scalar_one() + 1,
        fitting=connection.execute(ids.with_only_columns(func.count())).scalar_one(),
        before=connection.execute(before).scalar() or "",
        after=connection.execute(later).scalar() or "",
    )


def order(chosen: Chosen) -> Sequence[ColumnElement[Any]]:
    """The oldest first; by the bare column, which has an index, wherever all of them wait."""
    return (SINCE, *OLDEST_FIRST[1:]) if chosen.unapproved else OLDEST_FIRST


def conditions(chosen: Chosen) -> list[ColumnElement[bool]]:
    by_reason = [first_reason(chosen) == chosen.reason] if chosen.reason else []
    return [waits(chosen), *by_reason, *(holds(word) for word in chosen.text.lower().split())]


def waits(chosen: Chosen) -> ColumnElement[bool]:
    return or_(WAITS, request.c.id.in_(UNAPPROVED)) if chosen.unapproved else WAITS


def first_reason(chosen: Chosen) -> ColumnElement[str]:
    return case_((WAITS, request.c.reason), else_="hold") if chosen.unapproved else request.c.reason


def holds(word: str) -> ColumnElement[bool]:
    return func.lower(HAYSTACK).contains(word, autoescape=True)


def for_approval(connection: Connection, reasons: Sequence[Mapping[str, Any]]) -> list[WaitingCase]:
    """Requests that wait for nothing but a person's approval of their reply, with these reasons."""
    held_up = CASES.where(request.c.id.in_(UNAPPROVED), request.c.state != RequestState.WAITING.value)
    found = held_up.order_by(request.c.received, request.c.id)
    return [replace(waiting_case(row), reasons=reasons) for row in connection.execute(found)]


def waiting_case(row: Any) -> WaitingCase:
    return WaitingCase(
        id=row.id,
        reasons=row.reasons,
        sender=row.from_ or row.sender or row.name,  # a letter has but a name
        subject=row.about or row.subject,
        received=row.waiting_since or row.received,
        message_id=row.mail or "",
        membership_number=row.membership_number,
        postcode=row.postcode,
    )


def ignored(connection: Connection) -> list[WaitingCase]:
    """Messages that were ignored, or dismissed by a person, newest first."""
    columns = (message, request.c.state, request.c.reasons.label("of_case"), LAST_DECISION.c.reasons)
    found = (
        select(*columns)
        .select_from(message)
        .outerjoin(request, request.c.id == message.c.request_id)
        .outerjoin(LAST_DECISION, LAST_DECISION.c.id == newest_decision(message.c.id))
        .where(message.c.file_in == Folder.IGNORED.value)
        .order_by(message.c.received.desc(), message.c.id.desc())
    )
    return [ignored_case(row) for row in connection.execute(found)]


def ignored_case(row: Any) -> WaitingCase:
    dismissed = row.state == RequestState.DISMISSED and row.outcome != Outcome.IGNORE
    return WaitingCase(
        id=row.request_id if dismissed else ignored_id(row.id),
        reasons=(row.of_case if dismissed else row.reasons) or (),
        sender=row.sender,
        subject=row.subject,
        received=row.received,
        message_id=row.message_id,
        membership_number=None,
        postcode=None,
    )


# --- messages, with what was decided of each ---------------------------------------------------------------


def newest_decision(of_message: Any) -> Any:
    """The id of the newest decision that is of a message, and no person's on its case."""
    return select(func.max(decision.c.id)).where(decision.c.message == of_message).scalar_subquery()


TAKEN_IN = (
    select(message, LAST_DECISION.c.outcome.label("decided"), LAST_DECISION.c.reasons)
    .select_from(message)
    .join(LAST_DECISION, LAST_DECISION.c.id == newest_decision(message.c.id))
    .where(message.c.outcome.is_not(None))
    .order_by(message.c.id)
)


def taken_in(connection: Connection) -> list[StoredMessage]:
    return [stored_message(row) for row in connection.execute(TAKEN_IN)]


def stored(connection: Connection, message_row: int) -> StoredMessage | None:
    row = connection.execute(TAKEN_IN.where(message.c.id == message_row)).first()
    return stored_message(row) if row else None


def stored_message(row: Any) -> StoredMessage:
    return StoredMessage(
        id=row.id,
        request_id=row.request_id or "",
        message_id=row.message_id,
        subject=row.subject,
        received=row.received,
        taken_at=row.taken_at,
        size=row.size,
        whole=row.whole,
        outcome=Outcome(row.decided),
        codes=tuple(reason["code"] for reason in row.reasons),
    )


# --- one case ----------------------------------------------------------------------------------------------


def case(connection: Connection, case_id: str) -> Mapping[str, Any] | None:
    """The request's own columns, and under the names of `parts` what belongs to it, in order."""
    row = connection.execute(select(request).where(request.c.id == case_id)).mappings().first()
    if row is None:
        return None
    parts = {"messages": message, "decisions": decision, "replies": reply, "notes": note, "scans": scan}
    return dict(row) | {name: rows_of(connection, table, table.c.request_id == case_id) for name, table in parts.items()}


def rows_of(connection: Connection, table: Table, which: ColumnElement[bool]) -> Sequence[Mapping[str, Any]]:
    columns = [column for column in table.c if column.name not in HIDDEN]
    found = select(*columns).where(which).order_by(table.c.id)
    return [dict(row) for row in connection.execute(found).mappings()]


def raw(connection: Connection, message_row: int) -> bytes | None:
    """The bytes of a message; a second delivery has those of the first."""
    digest = select(message.c.digest).where(message.c.id == message_row).scalar_subquery()
    kept = select(message.c.raw).where(message.c.digest == digest, message.c.raw.is_not(None))
    found: bytes | None = connection.execute(kept.limit(1)).scalar()
    return None if found is None else message_as_it_came(connection, found)


def reply_head(connection: Connection, reply_row: int) -> bytes | None:
    found: bytes | None = connection.execute(select(reply.c.head).where(reply.c.id == reply_row)).scalar()
    return found
