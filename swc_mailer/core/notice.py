"""When staff are told that something waits: what waits and what they were told in, the occasion out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LATE_AT_MOST_EVERY = timedelta(hours=1)  # where many cases grow old one by one, their mails must not flood anybody


class Occasion(StrEnum):
    """Why staff are told now."""

    DAILY = "daily"
    LATE = "late"  # something has waited for too long, and they do not know yet


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits in the review queue, without naming anybody."""

    by_reason: Mapping[str, int]  # by the first reason's code, the commonest first
    oldest: datetime | None = None  # since when
    late: int = 0  # older than the set age
    untold: int = 0  # of these, those that staff were not told of

    @property
    def waiting(self) -> int:
        return sum(self.by_reason.values())


@dataclass(frozen=True, slots=True)
class Told:
    """What staff were told before."""

    day: str = ""  # of the last daily mail, as "2014-02-10"
    late_at: datetime | None = None  # when they were last told of a case that is late


def occasion(waits: Waits, told: Told, *, hour: int, zone: ZoneInfo, now: datetime) -> Occasion | None:
    """The daily mail comes once, from its hour on; what is late does not wait for it."""
    local = now.astimezone(zone)
    if not waits.waiting:
        return None
    if local.hour >= hour and told.day < day_of(now, zone):
        return Occasion.DAILY
    rested = told.late_at is None or now - told.late_at >= LATE_AT_MOST_EVERY
    return Occasion.LATE if waits.untold and rested else None


def day_of(now: datetime, zone: ZoneInfo) -> str:
    """Such days compare as text."""
    return now.astimezone(zone).date().isoformat()
