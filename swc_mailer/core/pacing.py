"""When a reply that failed is tried again, and how fast replies may follow each other: arithmetic on times that come in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WAITS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))  # the last one repeats
GIVE_UP = timedelta(days=2)
FREE_TRIES = 3


def wait_after(failures: int) -> timedelta | None:
    """How long a reply waits after the server put it off for the `failures`-th time; None when two days are over."""
    waited = sum((_wait(failure) for failure in range(1, failures)), timedelta())
    wait = _wait(failures)
    return wait if waited + wait <= GIVE_UP else None


def wait_after_break(failures: int) -> timedelta | None:
    """The same where the connection broke before anything was taken. That is seldom the reply's fault, so the first times it
    does not wait; but one that breaks every connection must get out of the others' way."""
    return timedelta() if failures <= FREE_TRIES else wait_after(failures - FREE_TRIES)


def _wait(failure: int) -> timedelta:
    return WAITS[min(failure, len(WAITS)) - 1]


@dataclass(slots=True)
class Pace:
    """At most so many messages a minute, evenly, over all connections; 0: as fast as it goes."""

    per_minute: int
    free_at: float = 0.0

    def delay(self, now: float) -> float:
        """Take the next place; how many seconds it is away. `now` is of any clock that only runs forward."""
        if not self.per_minute:
            return 0.0
        place = max(now, self.free_at)
        self.free_at = place + 60 / self.per_minute
        return place - now
