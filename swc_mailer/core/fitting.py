"""Lines of text and a box in, the size of letters and the lines that stay inside it out; and the pages that are drawn from them.

Lengths are millimetres, sizes of letters are points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from swc_mailer.core.label_sheets import Box

Measure = Callable[[str], float]  # how long a text is, in mm, in letters of one point

POINT = 25.4 / 72  # mm
LEADING = 1.2  # of the size of letters, from line to line
ASCENT = 0.95  # of it, above the base line: capitals with an accent
LARGEST, LARGE_ENOUGH, SMALLEST = 12.0, 9.0, 7.0  # below seven points nobody reads an address without glasses
STEP = 0.5
BEHIND_HYPHEN = re.compile(r"(?<=\w-)(?=[^\W\d])")  # of Smith-Jones, not of 12-14


@dataclass(frozen=True, slots=True)
class Text:
    """One line: where its base line begins."""

    left: float
    base: float
    size: float
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    width: float
    height: float
    texts: tuple[Text, ...]


def sizes(largest: float, smallest: float) -> Iterator[float]:
    for step in range(round((largest - smallest) / STEP) + 1):
        yield largest - step * STEP


def fitted(lines: Sequence[str], box: Box, measure: Measure) -> tuple[Text, ...] | None:
    """As large as may be, in the middle of the box's height. Lines are broken between words before letters become small, and
    within words only in the smallest. None: it cannot be done."""
    if not may_fit(lines, box, measure):
        return None
    for size in sizes(LARGEST, LARGE_ENOUGH):
        if max(map(measure, lines), default=0) * size <= box.width and is_low_enough(lines, size, box):
            return placed(lines, size, box)
    for size in sizes(LARGEST, SMALLEST):
        broken = all_broken(lines, box.width / size, measure, within_words=size == SMALLEST)
        if broken and is_low_enough(broken, size, box):
            return placed(broken, size, box)
    return None


def may_fit(lines: Sequence[str], box: Box, measure: Measure) -> bool:
    """A quick look, so that what is far too long costs no more than that."""
    length = sum(measure("".join(line.split())) for line in lines) * SMALLEST
    return length <= box.width * (box.height // (SMALLEST * LEADING * POINT))


def is_low_enough(lines: Sequence[str], size: float, box: Box) -> bool:
    return len(lines) * size * LEADING * POINT <= box.height


def placed(lines: Sequence[str], size: float, box: Box) -> tuple[Text, ...]:
    step = size * LEADING * POINT
    top = box.top + (box.height - len(lines) * step) / 2
    return tuple(Text(box.left, top + number * step + size * ASCENT * POINT, size, line) for number, line in enumerate(lines))


# --- breaking lines ----------------------------------------------------------------------------------------


def all_broken(lines: Sequence[str], width: float, measure: Measure, *, within_words: bool) -> list[str] | None:
    """None where a word is too long and must stay whole. `width` is for letters of one point."""
    broken: list[str] = []
    for line in lines:
        pieces = break_line(line, width, measure)
        if pieces and not within_words and any(measure(piece) > width for piece in pieces):
            return None
        broken += (part for piece in pieces for part in break_word(piece, width, measure))
    return broken


def break_line(line: str, width: float, measure: Measure) -> list[str]:
    """Between words, and behind a hyphen; a word that is too long has a line of its own."""
    pieces = [""]
    for word in line.split():
        gap = " "
        for part in BEHIND_HYPHEN.split(word):
            longer = f"{pieces[-1]}{gap}{part}".lstrip()
            if pieces[-1] and measure(longer) > width:
                pieces.append(part)
            else:
                pieces[-1] = longer
            gap = ""
    return pieces


def break_word(word: str, width: float, measure: Measure) -> Iterator[str]:
    """Into pieces of one letter or more, none longer than the width if a letter is not."""
    while len(word) > 1 and measure(word) > width:
        fits = 1
        while measure(word[: fits + 1]) <= width:
            fits += 1
        yield word[:fits]
        word = word[fits:]
    yield word
