"""The review queue and its cases, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from swc_mailer.adapters.store.schema import decision, message, note, reply, request
from swc_mailer.adapters.store.states import RequestState
from swc_mailer.ports import WaitingCase

HIDDEN = {"raw", "head"}  # bytes, asked for apart


def waiting_cases(connection: Connection) -> list[WaitingCase]:
    """Requests that wait for a person, the one that waits longest first."""
    latest = message.alias("latest")
    found = (
        select(request, latest.c.sender.label("from_"), latest.c.subject.label("about"), latest.c.message_id.label("mail"))
        .outerjoin(latest, latest.c.id == request.c.latest_message)
        .where(request.c.state == RequestState.WAITING.value)
        .order_by(request.c.waiting_since, request.c.created, request.c.id)
    )
    return [waiting_case(row) for row in connection.execute(found)]


def waiting_case(row: Any) -> WaitingCase:
    return WaitingCase(
        id=row.id,
        reasons=row.reasons,
        sender=row.from_ or row.sender,
        subject=row.about or row.subject,
        received=row.waiting_since or row.received,
        message_id=row.mail or "",
        membership_number=row.membership_number,
        postcode=row.postcode,
    )


def case(connection: Connection, case_id: str) -> Mapping[str, Any] | None:
    """The request's own columns, and under `messages`, `decisions`, `replies` and `notes` what belongs to it, in order."""
    row = connection.execute(select(request).where(request.c.id == case_id)).mappings().first()
    if row is None:
        return None
    parts = {"messages": message, "decisions": decision, "replies": reply, "notes": note}
    return dict(row) | {name: rows_of(connection, table, case_id) for name, table in parts.items()}


def rows_of(connection: Connection, table: Table, case_id: str) -> Sequence[Mapping[str, Any]]:
    columns = [column for column in table.c if column.name not in HIDDEN]
    found = select(*columns).where(table.c.request_id == case_id).order_by(table.c.id)
    return [dict(row) for row in connection.execute(found).mappings()]


def raw(connection: Connection, message_row: int) -> bytes | None:
    """The bytes of a message; a second delivery has those of the first."""
    digest = select(message.c.digest).where(message.c.id == message_row).scalar_subquery()
    kept = select(message.c.raw).where(message.c.digest == digest, message.c.raw.is_not(None))
    found: bytes | None = connection.execute(kept.limit(1)).scalar()
    return found
