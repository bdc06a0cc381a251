"""A text in, the cell that a number stands in and what heads its column out, for tables that people paste into a mail.

Cells are parted by tabs, bars, strokes, several spaces, or commas; what heads them is the nearest line above with as many cells
and no long number. A row may have a label of its own as well, and the two tell together what a number is and whose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from swc_mailer.core.number_labels import ORGANISATION, Rank, Sign, label_before
from swc_mailer.core.number_persons import Speaker, of_column
from swc_mailer.core.words import Words

SIGNS = (
    re.compile(r"[^\S\n\t]{0,4}\t[^\S\n\t]{0,4}"),
    re.compile(r"[^\S\n]{0,4}[|¦][^\S\n]{0,4}"),
    re.compile(r"[^\S\n]{1,4}/[^\S\n]{1,4}"),
    re.compile(r"[^\S\n]{2,}"),
    re.compile(r"[^\S\n]{0,4}[,;][^\S\n]{0,4}"),
)
PAIR = re.compile(
    r"[^\S\n]*(?P<one>[A-Za-z][A-Za-z.'’ ]{0,30}?)[ ]?(?:[/&+]|\b(?:and|or)\b)[ ]?(?P<two>[A-Za-z][A-Za-z.'’ ]{0,30}?)[ ]?[:=–-]"
    r"[ ]*(?:(?P<first>\(?\d[\d() -]{3,18})[ ]*(?:[/&+,;|–-]|\band\b)[ ]*)?"
)
SECOND = re.compile(r"[ ]*(?:[/&+,;|–-]|and\b)[ ]*(?P<second>\(?\d[\d() -]{3,18})")
TELEPHONE = 10  # digits of a telephone's number with its code
FEWEST = (2, 2, 2, 2, 3)  # cells of a row, by what parts them
LONG_NUMBER = re.compile(r"\d[ -]?\d[ -]?\d[ -]?\d")
SENTENCE = re.compile(r"(?<![A-Za-z] )(?<!\b[Nn]o)(?<!\b[Nn]os)(?<!\b[Rr]ef)(?<!\b[Nn]um)(?<!\b[Tt]el)[.!?]\Z|\w[.!?] \w")
LONGEST_HEADING = 30  # characters
LONGEST_CELL = 24  # of a number with what may stand beside it
LONGEST_ROW = 400
MOST_LINES = 30  # above a row that its heading is looked for in
FARTHEST = 4000  # characters of them
MOST_CELLS = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row, and what heads its column."""

    row: int  # where the row begins
    end: int
    heading: str
    several: bool  # whether the row has more cells than a label and what it is the label of


def cell_at(text: str, position: int) -> Cell | None:
    """The cell of a table that a place stands in; None where it is in none, or in one that nothing heads."""
    row, end = text.rfind("\n", 0, position) + 1, text.find("\n", position)
    line = text[row : end if end >= 0 else len(text)]
    if len(line) > LONGEST_ROW:
        return None
    for sign, fewest in zip(SIGNS, FEWEST, strict=True):
        cells = _cells(line, sign)
        if fewest <= len(cells) <= MOST_CELLS:
            index = sum(row + start <= position for start, _ in cells) - 1
            if index < 0 or cells[index][1] - cells[index][0] > LONGEST_CELL:
                return None
            heading = _heading(text[max(0, row - FARTHEST) : row], sign, len(cells), index)
            if heading:
                return Cell(row, row + cells[index][1], heading, len(cells) > FEWEST[0])
    return None


def called_in_table(text: str, floor: int, start: int, cell: Cell, words: Words) -> Sign | None:
    """What heads the column of the number in a cell calls it, unless the label of its row tells more; None where neither does.
    `floor`: where the number before it ended; `start`: where its own letters begin."""
    row = label_before(text, max(floor, cell.row), start, words)
    column = label_before(cell.heading + ": ", 0, len(cell.heading) + 2, words)
    outweighed = cell.several and (column.rank is Rank.LABELLED or bool(column.reason)) and row.reason != ORGANISATION
    if _tells(row) and not outweighed:
        return row
    if column.rank is Rank.NUMBER:  # of a bill's rows, perhaps: a number that is called so in a sentence counts before it
        return Sign(Rank.NAMED)
    return column if _tells(column) else None


def called_in_pair(text: str, start: int, end: int, words: Words) -> Sign | None:
    """What the label of two things that stand on one line calls the number there: "Tel/member: 01632 960123 / 1234567"."""
    row = text.rfind("\n", 0, start) + 1
    pair = PAIR.fullmatch(text[row:start]) if start - row <= LONGEST_ROW else None
    if not pair:
        return None
    one, two = (label_before(f"{name}: ", 0, len(name) + 2, words) for name in (pair["one"], pair["two"]))
    if {one.rank is Rank.LABELLED, two.rank is Rank.LABELLED} != {True, False} or not (one.reason or two.reason):
        return None
    behind = SECOND.match(text, end)
    beside = pair["first"] or (behind["second"] if behind else "")
    if not beside:
        return None
    if sum(letter.isdigit() for letter in beside) >= TELEPHONE:  # which is the other, in whatever order they are called
        return one if one.rank is Rank.LABELLED else two
    return two if pair["first"] else one


def _tells(sign: Sign) -> bool:
    return sign.rank >= Rank.NUMBER or bool(sign.reason)


def said_in_table(text: str, floor: int, start: int, cell: Cell, speaker: Speaker, words: Words) -> str:
    """What is said in front of a number in a table: whose its column is, or its row."""
    return of_column(cell.heading, speaker, words) or text[max(floor, cell.row) : start].rstrip("\t ") + ": "


def _cells(line: str, sign: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where the cells of a line begin and end; a tab at its beginning has an empty one before it, a bar there has none."""
    parts = [(found.start(), found.end()) for found in sign.finditer(line)]
    edges = [0, *(end for _, end in parts)]
    cells = list(zip(edges, [*(start for start, _ in parts), len(line)], strict=True))
    empty = "\t" not in line
    return [cell for cell in cells if not (empty and cell[0] == cell[1])]


def _heading(above: str, sign: re.Pattern[str], count: int, index: int) -> str:
    """What the nearest line above with as many cells calls the one at the index, "" for nothing."""
    for line in reversed(above.splitlines()[-MOST_LINES:]):
        cells = [line[start:end].strip() for start, end in _cells(line, sign)]
        if len(cells) == count and not any(map(LONG_NUMBER.search, cells)):
            headings = all(len(cell) <= LONGEST_HEADING and not SENTENCE.search(cell) for cell in cells)
            return cells[index] if headings else ""
    return ""
