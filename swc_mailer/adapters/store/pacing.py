"""How fast replies go out through one mailbox, whichever run and whichever machine sends them: the next place in the minute, and
how many went in the last 24 hours. Whoever asks locks the mailbox's row to the end of its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select, text, update

from swc_mailer.adapters.store.schema import pace, reply
from swc_mailer.core.pacing import DAY, next_place

KNOWN = text("insert into pace (mailbox) values (:mailbox) on conflict do nothing")
OF_MAILBOX = pace.c.mailbox == bindparam("name")
ROW = select(pace).where(OF_MAILBOX).with_for_update()
PLACE = update(pace).where(OF_MAILBOX).values(free_at=bindparam("next"))
ONE_LESS = update(pace).where(OF_MAILBOX, pace.c.per_day == bindparam("most"), pace.c.room > 0).values(room=pace.c.room - 1)
COUNTED = update(pace).where(OF_MAILBOX).values(per_day=bindparam("most"), room=bindparam("left"))


def take_place(connection: Connection, mailbox: str, *, gap: timedelta, now: datetime) -> datetime:
    """When the next reply may go; the one after it goes a gap later."""
    place = next_place(locked(connection, mailbox).free_at, now=now)
    connection.execute(PLACE, {"name": mailbox, "next": place + gap})
    return place


def take_room(connection: Connection, mailbox: str, *, per_day: int, now: datetime) -> bool:
    """Whether one more may go in these 24 hours; it counts from now on. Mostly there was room when it was counted last."""
    known = {"name": mailbox, "most": per_day}
    if connection.execute(ONE_LESS, known).rowcount:
        return True
    room = room_left(connection, mailbox, per_day=per_day, now=now)
    connection.execute(COUNTED, known | {"left": max(0, room - 1)})
    return room > 0


def room_left(connection: Connection, mailbox: str, *, per_day: int, now: datetime) -> int:
    """How many more may go in these 24 hours, at least. What was claimed counts, whatever became of it: perhaps it has gone.
    Counting takes the longer the larger the number, so it is done only when what was counted last is used up."""
    row = locked(connection, mailbox)
    if row.per_day == per_day and row.room:
        return int(row.room)
    number: int = connection.execute(select(func.count()).where(gone_lately(mailbox, now))).scalar_one()
    return per_day - number


def gone(connection: Connection, mailbox: str, *, now: datetime) -> Sequence[datetime]:
    """When the replies of the last 24 hours went, oldest first."""
    times = select(reply.c.claimed_at).where(gone_lately(mailbox, now)).order_by(reply.c.claimed_at)
    return [min(time, now) for time in connection.execute(times).scalars()]


def gone_lately(mailbox: str, now: datetime) -> ColumnElement[bool]:
    return and_(reply.c.sent_through == mailbox, reply.c.claimed_at > now - DAY, reply.c.claimed_at < now + DAY)


def locked(connection: Connection, mailbox: str) -> Any:
    """The mailbox's row; made by the first who asks."""
    row = connection.execute(ROW, {"name": mailbox}).first()
    if row is None:
        connection.execute(KNOWN, {"mailbox": mailbox})
        row = connection.execute(ROW, {"name": mailbox}).one()
    return row
