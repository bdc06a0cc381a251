"""What waits, for the mail that tells staff of it, and what they were told: claimed before it is sent, so that a death or another
run never tells it twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from swc_mailer.adapters.store import settings
from swc_mailer.adapters.store.engine import reading, writing
from swc_mailer.adapters.store.queue import SINCE, counted, waits
from swc_mailer.adapters.store.schema import request, setting
from swc_mailer.core.notice import Told, Waits
from swc_mailer.desk_port import Chosen

TOLD_ON = "notice"  # the setting that holds the day of the last daily mail


class Notices:
    """The part of `desk_port.Desk` that is about them."""

    _engine: Engine

    def waits(self, *, late_before: datetime | None, unapproved: bool) -> Waits:
        with reading(self._engine) as connection:
            return what_waits(connection, Chosen(unapproved=unapproved), late_before)

    def told(self) -> Told:
        with reading(self._engine) as connection:
            day = settings.value(connection, TOLD_ON)
            return Told(day or "", connection.execute(select(func.max(request.c.noticed_at))).scalar())

    def claim_notice(self, *, day: str, late_before: datetime | None, unapproved: bool, now: datetime) -> bool:
        try:
            with writing(self._engine) as connection:
                late = tell_of_late(connection, untold(Chosen(unapproved=unapproved), late_before), now=now)
                return claim_day(connection, day) if day else late > 0
        except IntegrityError:
            return False  # another process told it on this first day


def what_waits(connection: Connection, chosen: Chosen, late_before: datetime | None) -> Waits:
    late = how_many(connection, is_late(chosen, late_before))
    return Waits(
        by_reason=counted(connection, chosen),
        oldest=connection.execute(select(func.min(SINCE)).where(waits(chosen))).scalar(),
        late=late,
        untold=how_many(connection, untold(chosen, late_before)) if late else 0,
    )


def how_many(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(request).where(condition)).scalar_one()


def is_late(chosen: Chosen, late_before: datetime | None) -> ColumnElement[bool]:
    """Without a set age nothing is."""
    return and_(waits(chosen), late_before > SINCE if late_before else request.c.id.is_(None))


def untold(chosen: Chosen, late_before: datetime | None) -> ColumnElement[bool]:
    """A case that was settled and waits anew is told of anew."""
    return and_(is_late(chosen, late_before), or_(request.c.noticed_at.is_(None), request.c.noticed_at < SINCE))


def tell_of_late(connection: Connection, which: ColumnElement[bool], *, now: datetime) -> int:
    """The case itself does not change by it: whoever looks at it may go on."""
    told = update(request).where(which).values(noticed_at=now, version=request.c.version)
    return connection.execute(told).rowcount


def claim_day(connection: Connection, day: str) -> bool:
    later = update(setting).where(setting.c.name == TOLD_ON, setting.c.value < day).values(value=day)
    if connection.execute(later).rowcount:
        return True
    if settings.value(connection, TOLD_ON) is not None:
        return False
    connection.execute(insert(setting).values(name=TOLD_ON, value=day))
    return True
