"""The geometry of a report's chart: counted days go in, boxes and labels for an SVG come out; no words, no colours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from swc_mailer.core.model import Outcome

WIDTH, HEIGHT = 760, 240
LEFT, TOP, BOTTOM = 40, 10, 26  # room for the scale, above, and for the days
MOST_DAYS = 92  # more than that are shown by weeks
MOST_LABELS = 10
GAP = 0.2  # of a column's width
ORDER = (Outcome.PACK, Outcome.DETAILS_MISSING, Outcome.CLOSED, Outcome.REVIEW, Outcome.SETTLED, Outcome.IGNORE)  # from below


@dataclass(frozen=True, slots=True)
class Column:
    """A day, or a week where there are many days."""

    first: date
    last: date
    outcomes: Mapping[Outcome, int]

    @property
    def height(self) -> int:
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Box:
    """One outcome of one column."""

    x: float
    y: float
    width: float
    height: float
    column: Column
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis with its value."""

    place: float
    value: date | int


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns of stacked boxes, above the days and beside a scale of whole numbers."""

    boxes: Sequence[Box]
    days: Sequence[Mark]
    scale: Sequence[Mark]
    weekly: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM


def day_chart(days: Mapping[date, Mapping[Outcome, int]]) -> Chart:
    columns = list(weeks(days) if len(days) > MOST_DAYS else single_days(days))
    step = scale_step(max((column.height for column in columns), default=0))
    top = step * max(1, -(-max((column.height for column in columns), default=0) // step))
    wide = (WIDTH - LEFT) / max(len(columns), 1)
    every = -(-len(columns) // MOST_LABELS) or 1
    return Chart(
        boxes=[box for place, column in enumerate(columns) for box in stacked(column, LEFT + place * wide, wide, top)],
        days=[Mark(round(LEFT + (place + 0.5) * wide, 2), columns[place].first) for place in range(0, len(columns), every)],
        scale=[Mark(height_of(value, top), value) for value in range(0, top + 1, step)],
        weekly=len(days) > MOST_DAYS,
    )


def single_days(days: Mapping[date, Mapping[Outcome, int]]) -> Iterator[Column]:
    return (Column(day, day, outcomes) for day, outcomes in days.items())


def weeks(days: Mapping[date, Mapping[Outcome, int]]) -> Iterator[Column]:
    """From Monday to Sunday."""
    counted: dict[date, Counter[Outcome]] = {}
    for day, outcomes in days.items():
        counted.setdefault(day - timedelta(days=day.weekday()), Counter()).update(outcomes)
    return (Column(monday, monday + timedelta(days=6), outcomes) for monday, outcomes in counted.items())


def stacked(column: Column, x: float, wide: float, top: int) -> Iterator[Box]:
    below = 0
    for outcome in ORDER:
        number = column.outcomes.get(outcome, 0)
        if number:
            y, foot = height_of(below + number, top), height_of(below, top)
            yield Box(round(x + wide * GAP / 2, 2), y, round(wide * (1 - GAP), 2), round(foot - y, 2), column, outcome)
        below += number


def height_of(value: int, top: int) -> float:
    """How far down from the picture's upper edge a value lies."""
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 2)


def scale_step(highest: int) -> int:
    """1, 2 or 5 times a power of ten, so that the scale has at most five steps."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if highest <= 5 * step:
                return step
        power *= 10
