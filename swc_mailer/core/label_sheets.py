"""Sheets of labels: their geometry in millimetres, by the name of a make or as somebody measured it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

A4 = (210.0, 297.0)
US_LETTER = (215.9, 279.4)
TOLERANCE = 0.05  # mm: what makers round


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def inside(self, other: Box) -> Box:
        """What the two have in common; of no size where they have nothing."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        width, height = min(self.right, other.right) - left, min(self.bottom, other.bottom) - top
        return Box(left, top, max(width, 0), max(height, 0))

    def less(self, sides: float, ends: float) -> Box:
        return Box(self.left + sides, self.top + ends, max(self.width - 2 * sides, 0), max(self.height - 2 * ends, 0))


@dataclass(frozen=True, slots=True)
class Sheet:
    """`across` and `down` go from a label's edge to the same edge of the next."""

    name: str
    width: float
    height: float
    columns: int
    rows: int
    across: float
    down: float
    left: float
    top: float
    page: tuple[float, float] = A4

    @property
    def labels(self) -> int:
        return self.columns * self.rows

    def cell(self, number: int) -> Box:
        """Label 0 is the first; they are counted row by row."""
        row, column = divmod(number, self.columns)
        return Box(self.left + column * self.across, self.top + row * self.down, self.width, self.height)


def centred(
    name: str,
    size: tuple[float, float],
    grid: tuple[int, int],
    *,
    across: float = 0,
    down: float = 0,
    left: float | None = None,
    top: float | None = None,
    page: tuple[float, float] = A4,
) -> Sheet:
    """Labels touch, and the sheet's margins are the same on both sides, unless told otherwise."""
    across, down = across or size[0], down or size[1]
    side = (page[0] - (grid[0] - 1) * across - size[0]) / 2 if left is None else left
    head = (page[1] - (grid[1] - 1) * down - size[1]) / 2 if top is None else top
    return Sheet(name, *size, *grid, across, down, round(side, 3), round(head, 3), page)


# Avery's numbers, which other makes print on their sheets too.
SHEETS: Mapping[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        centred("L7159", (63.5, 33.9), (3, 8), across=66.04),
        centred("L7160", (63.5, 38.1), (3, 7), across=66.04),
        centred("L7161", (63.5, 46.6), (3, 6), across=66.04),
        centred("L7162", (99.1, 33.9), (2, 8), across=101.6),
        centred("L7163", (99.1, 38.1), (2, 7), across=101.6),
        centred("L7164", (63.5, 72), (3, 4), across=66.04),
        centred("L7165", (99.1, 67.7), (2, 4), across=101.6),
        centred("L7173", (99.1, 57), (2, 5), across=101.6),
        centred("L7651", (38.1, 21.2), (5, 13), across=40.6),
        centred("L7654", (45.7, 25.4), (4, 10), across=48.3),
        centred("3474", (70, 37), (3, 8)),
        centred("3475", (70, 36), (3, 8)),
        centred("5160", (66.675, 25.4), (3, 10), across=69.85, page=US_LETTER),
    )
}
SAME_AS = re.compile(r"(?:AVERY )?(?:J8(?=\d{3})|L7(?=\d{3}))")  # J8160, for ink, is cut like L7160, for laser printers

NUMBER = r"\d+(?:\.\d+)?"
PAIR = re.compile(rf"(?P<one>{NUMBER})\s*x\s*(?P<two>{NUMBER})")
SETTING = re.compile(rf"(?P<name>left|top|across|down)=(?P<value>{NUMBER})")
PAGE = re.compile(rf"page=(?P<size>{NUMBER}x{NUMBER})")
FORM = '"WIDTHxHEIGHT,COLUMNSxROWS,left=MM,top=MM,across=MM,down=MM", as in "63.5x38.1,3x7,left=7.2,top=15.1,across=66"'


def read_sheet(text: str) -> Sheet:
    """Raises ValueError with a sentence about what it should be."""
    name = SAME_AS.sub("L7", " ".join(text.upper().split()), count=1).removeprefix("AVERY ")
    if name in SHEETS:
        return SHEETS[name]
    if "," not in text:
        raise ValueError(f'"{text}" is no sheet of labels that is known ({", ".join(SHEETS)}): measure it, and write {FORM}')
    return on_its_page(measured(text.replace(" ", "").lower()))


def measured(text: str) -> Sheet:
    size, grid, *settings = text.split(",")
    numbers = {found["name"]: float(found["value"]) for setting in settings if (found := SETTING.fullmatch(setting))}
    pages = [pair(found["size"]) for setting in settings if (found := PAGE.fullmatch(setting))]
    if len(numbers) + len(pages) != len(settings):
        raise ValueError(f"a sheet of labels is written as {FORM}")
    columns, rows = (int(number) for number in pair(grid))
    return centred(text, pair(size), (columns, rows), **numbers, page=pages[0] if pages else A4)


def pair(text: str) -> tuple[float, float]:
    found = PAIR.fullmatch(text)
    if not found or not float(found["one"]) or not float(found["two"]):
        raise ValueError(f"a sheet of labels is written as {FORM}")
    return float(found["one"]), float(found["two"])


def on_its_page(sheet: Sheet) -> Sheet:
    if min(sheet.columns, sheet.rows) < 1:
        raise ValueError(f"a sheet of labels is written as {FORM}")
    last, (width, height) = sheet.cell(sheet.labels - 1), sheet.page
    if min(sheet.left, sheet.top) < -TOLERANCE or last.right > width + TOLERANCE or last.bottom > height + TOLERANCE:
        raise ValueError(f'the labels of "{sheet.name}" do not fit on a page of {width:g} x {height:g} mm')
    if sheet.across < sheet.width - TOLERANCE or sheet.down < sheet.height - TOLERANCE:
        raise ValueError(f'the labels of "{sheet.name}" lie on each other: across and down go from one edge to the next')
    return sheet
