"""What keeps passes from being good, and how long to wait before the next one: arithmetic on times that come in."""

from __future__ import annotations

from dataclasses import dataclass, replace

LONGEST_WAIT = 120.0  # seconds
TIME_TO_MEND = 120.0  # seconds: a register is copied in place, a template is saved half-way


@dataclass(frozen=True, slots=True)
class Trouble:
    """Passes that failed one after the other for one kind of reason. The times are of a clock that only runs forward."""

    kind: type[Exception]
    since: float
    failures: int = 1

    def again(self) -> Trouble:
        return replace(self, failures=self.failures + 1)

    @property
    def wait(self) -> float:
        """Seconds until the next try: 1, 2, 4 … Always the same, for there is one client of this mailbox, and no crowd that
        would have to be spread out."""
        return min(2.0 ** min(self.failures - 1, 10), LONGEST_WAIT)

    def lasts_too_long(self, now: float) -> bool:
        """For what only a person can mend, and perhaps is mending right now."""
        return now - self.since > TIME_TO_MEND


def trouble_after(before: Trouble | None, error: Exception, *, now: float) -> Trouble:
    """The trouble that a failure begins, or goes on with."""
    return before.again() if before and before.kind is type(error) else Trouble(type(error), now)
