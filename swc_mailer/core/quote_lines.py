"""A part's text in, its lines out, each with how deep quote marks say it is quoted; empty lines belong to the line above them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

MOST_LINES = 10_000  # what follows is read as one line: no person's words stand there
LONGEST = 300  # characters of a line that are looked at
DEEPEST = 8  # levels of quoting that are told apart

MARKS = re.compile(r"[ \t]{0,4}>(?:[ \t]{0,2}>)*[ \t]?|[ \t]{0,4}\|[ \t](?=[^|]*$)")
FILLED = re.compile(r"[^\n]+")
SHARED = re.compile(
    r"(?<=[^\s>-])(?=(?: |-{2,4} ?| -{2,4} ?)On (?:[^\W\d]{2,9}[.,]{0,2} ){0,2}\d{1,4}[ ,/.-])|(?<=> wrote:)(?= \S)"
)
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"))
NUMBER = re.compile(r"\d{5}")

WRAPPED_AT = 64  # mail programs wrap what they quote at 72 characters or more, marks included
WRAPPED_BEFORE = 100


class Line(NamedTuple):
    """A line with something in it."""

    start: int  # of the line in the text; of the text for the first one
    end: int  # where the next line starts: the empty lines below belong to this one
    depth: int  # how many quote marks stand before it
    body: str  # without them, its beginning, trimmed
    width: int  # characters, marks included
    spaced: bool  # an empty line stands above it


def read_lines(text: str) -> list[Line]:
    """Every line but the empty ones; together they cover the text."""
    lines = _marked(text)
    return _rewrapped(lines) if any(line.depth for line in lines) else lines


def _marked(text: str) -> list[Line]:
    lines: list[Line] = []
    starts = list(islice(_filled(text), MOST_LINES))
    ends = [*(start for start, _ in starts[1:]), len(text)]
    above = 0
    for (start, raw), end in zip(starts, ends, strict=False):
        depth, body = _unmarked(raw, bars=bool(lines) and (lines[-1].depth > 0 or lines[-1].body.endswith(":")))
        lines.append(Line(start if lines else 0, end, depth, body, len(raw), spaced=start > above))
        above = start + len(raw) + 1
    return lines


def _filled(text: str) -> Iterator[tuple[int, str]]:
    """Where each line that holds something starts, and the line. An attribution that shares its line with what the writer says
    above it, or with what is quoted below it, is a line of its own."""
    for found in FILLED.finditer(text):
        raw = found.group()
        if raw.isspace():
            continue
        start = 0
        for shared in SHARED.finditer(raw, 1, LONGEST) if "On " in raw[:LONGEST] and raw.lstrip()[0] not in ">|" else ():
            yield found.start() + start, raw[start : shared.start()]
            start = shared.start()
        yield found.start() + start, raw[start:]


def _unmarked(raw: str, *, bars: bool) -> tuple[int, str]:
    """How many quote marks a line has, and what stands behind them; `bars`: one is a quote mark here. ">From " is how mail boxes
    keep a line that begins so."""
    found = MARKS.match(raw) if raw[:5].lstrip(" \t")[:1] in (">|" if bars else ">") else None
    if not found or raw.startswith(">From "):
        return 0, _clean(raw)
    return min(found.group().count(">") or 1, DEEPEST), _clean(raw[found.end() :])


def without_marks(raw: str) -> str:
    """The whole of a line as it stands in the text, without the quote marks."""
    found = MARKS.match(raw)
    return raw[found.end() :] if found else raw


def _clean(raw: str) -> str:
    beginning = raw[:LONGEST]
    return (beginning if beginning.isascii() else beginning.translate(INVISIBLE)).strip()


def _rewrapped(lines: list[Line]) -> list[Line]:
    """The tails of quoted lines that were wrapped again have lost their marks: give them their line's depth."""
    for index in range(1, len(lines)):
        above, line = lines[index - 1], lines[index]
        if above.depth and not line.depth and not line.spaced and _is_tail(above, line):
            lines[index] = line._replace(depth=above.depth)
    return lines


def _is_tail(above: Line, line: Line) -> bool:
    """Whether the line goes on in the middle of the sentence above, which had no room for its first word, or of a bracket.
    Numbers are the writer's."""
    if NUMBER.search(line.body) or not above.body or line.body.startswith(">From "):
        return line.body.startswith(">From ")
    if above.body.rfind("(") > above.body.rfind(")") or above.body.rfind("<") > above.body.rfind(">"):
        return line.body[-1:] in (")", ">")
    full = above.width + len(line.body.split(" ", 1)[0]) >= WRAPPED_AT and above.width <= WRAPPED_BEFORE
    goes_on = line.body[:1].islower() or above.body.endswith(",")
    return full and goes_on and line.width < above.width and above.body[-1] not in ".?!:;"
