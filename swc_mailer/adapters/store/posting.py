"""What goes by post: what is to be printed, what was printed with what, and the scans of letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update

from swc_mailer.adapters.store import desk, replies
from swc_mailer.adapters.store.engine import reading, writing
from swc_mailer.adapters.store.schema import reply, request, scan
from swc_mailer.adapters.store.sealing import scan_as_it_was
from swc_mailer.adapters.store.states import ReplyState
from swc_mailer.core.model import Language
from swc_mailer.desk_port import Batch, PostedItem, Scan

PRINT, PRINT_AGAIN = "print", "print again"  # in the audit
ITEMS = (
    select(reply, request.c.membership_number, request.c.language)
    .join(request, request.c.id == reply.c.request_id)
    .where(replies.BY_POST)
    .order_by(reply.c.id)
)
TO_PRINT = ITEMS.where(reply.c.state == ReplyState.DUE.value)


class Posting:
    """The part of `desk_port.Desk` that is about it."""

    _engine: Engine

    def scans(self, request_id: str) -> list[Scan]:
        columns = (scan.c.name, scan.c.media_type, scan.c.content)
        with reading(self._engine) as connection:
            found = connection.execute(select(*columns).where(scan.c.request_id == request_id).order_by(scan.c.id))
            return [Scan(row.name, row.media_type, scan_as_it_was(connection, row.content)) for row in found]

    def to_print(self, *, approved_only: bool, now: datetime) -> list[PostedItem]:
        approved = [reply.c.by_staff] if approved_only else []
        with reading(self._engine) as connection:
            return [item(row) for row in connection.execute(TO_PRINT.where(replies.its_time(now), *approved))]

    def printed(self, ids: Sequence[int], *, batch: str, who: str, now: datetime) -> None:
        with writing(self._engine) as connection:
            for row in items(connection, ids):
                values: dict[str, Any] = {"batch": batch, "printed_by": who, "sent_at": now, "attempts": reply.c.attempts + 1}
                if not replies.move(connection, row.id, ReplyState.PRINTED, **values):
                    raise desk.changed_meanwhile(connection, row.request_id)
                desk.write_audit(connection, who=who, action=PRINT, request_id=row.request_id, now=now)

    def printed_again(self, ids: Sequence[int], *, who: str, now: datetime) -> None:
        with writing(self._engine) as connection:
            for row in items(connection, ids):
                connection.execute(update(reply).where(reply.c.id == row.id).values(attempts=reply.c.attempts + 1))
                desk.write_audit(connection, who=who, action=PRINT_AGAIN, request_id=row.request_id, now=now)

    def batches(self) -> list[Batch]:
        first = func.min(reply.c.sent_at)
        columns = (reply.c.batch, first.label("at"), func.min(reply.c.printed_by).label("by"), func.count().label("number"))
        found = select(*columns).where(reply.c.batch.is_not(None)).group_by(reply.c.batch).order_by(first.desc(), reply.c.batch)
        with reading(self._engine) as connection:
            return [Batch(row.batch, row.at, row.by or "", row.number) for row in connection.execute(found)]

    def printed_in(self, batch: str) -> list[PostedItem]:
        with reading(self._engine) as connection:
            return [item(row) for row in connection.execute(ITEMS.where(reply.c.batch == batch, reply.c.head.is_not(None)))]


def items(connection: Connection, ids: Sequence[int]) -> Sequence[Any]:
    return connection.execute(select(reply.c.id, reply.c.request_id).where(reply.c.id.in_(list(ids)), replies.BY_POST)).all()


def item(row: Any) -> PostedItem:
    return PostedItem(
        id=row.id,
        request_id=row.request_id,
        kind=row.kind,
        post_to=tuple(row.post_to or ()),
        subject=row.subject,
        text=(row.head or b"").decode(),
        membership_number=row.membership_number,
        created=row.created,
        batch=row.batch or "",
        printed_at=row.sent_at,
        printed_by=row.printed_by or "",
        language=Language(row.language),
    )
