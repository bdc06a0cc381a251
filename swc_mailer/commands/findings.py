"""What `check` finds: a line each, ok, a warning or a problem, with the mend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` is "" where nothing need be done."""

    level: Level
    what: str
    mend: str = ""

    @property
    def line(self) -> str:
        return f"{self.level.value:<9}{self.what}" + (f" -- {self.mend}" if self.mend else "")

    def record(self) -> dict[str, str]:
        """The object of `check --json`."""
        return {"level": self.level.value, "what": self.what, "mend": self.mend}


def ok(what: str) -> Finding:
    return Finding(Level.OK, what)


def warning(what: str, mend: str) -> Finding:
    return Finding(Level.WARNING, what, mend)


def problem(what: str, mend: str = "") -> Finding:
    return Finding(Level.PROBLEM, what, mend)
