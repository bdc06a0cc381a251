"""When a reply that failed is tried again, and how fast replies may follow each other: arithmetic on times that come in."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WAITS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))  # the last one repeats
GIVE_UP = timedelta(days=2)
FREE_TRIES = 3
DAY = timedelta(days=1)
FARTHEST = timedelta(hours=1)  # no place is taken farther ahead, unless by a clock that was wrong


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


# --- how many replies a mail server takes ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limits:
    """How many replies may go out through one mailbox, whoever sends them; 0: no limit."""

    connections: int = 4  # at once, of one process
    per_minute: int = 0
    per_connection: int = 0
    per_day: int = 0  # in any 24 hours

    @property
    def gap(self) -> timedelta:
        """Between two replies: a minute's are spread evenly."""
        return timedelta(minutes=1) / self.per_minute if self.per_minute else timedelta()


# As the providers publish them; docs/scaling.md says where. Neither publishes one for each connection.
PROVIDERS: Mapping[str, Limits] = {
    "microsoft365": Limits(connections=3, per_minute=30, per_day=10_000),
    "google": Limits(per_day=2_000),
    "google-relay": Limits(per_day=10_000),
}


HOSTS = {"smtp.office365.com": "microsoft365", "smtp.gmail.com": "google", "smtp-relay.gmail.com": "google-relay"}


def next_place(free_at: datetime | None, *, now: datetime) -> datetime:
    """When the next reply may go, where those before it have taken the places until `free_at`."""
    taken = free_at is not None and now < free_at <= now + FARTHEST
    return free_at if free_at and taken else now


def last_goes(waiting: int, sent: Sequence[datetime], limits: Limits, *, now: datetime) -> datetime | None:
    """When the last of those that wait will have gone, as far as the limits tell; None where none waits. `sent`: when each of
    the last 24 hours went, oldest first."""
    if not waiting:
        return None
    if not limits.per_day:
        return now + (waiting - 1) * limits.gap
    whole = max(0, (waiting - 1) // limits.per_day - 1)  # once a day's number has gone, everything comes again a day later
    window = deque(sent, maxlen=limits.per_day)
    goes = now - limits.gap
    for _ in range(waiting - whole * limits.per_day):
        goes = max(goes + limits.gap, window[0] + DAY if len(window) == limits.per_day else now)
        window.append(goes)
    return goes + whole * max(DAY, limits.per_day * limits.gap)
