"""Text in, its runs of digits out, those together that may be one number: "123 4567", "58l7340", "AIUK1234567".

Letters that look like digits are read as digits. `number_joins.py` tells which runs are a number together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

LOOK_ALIKES = str.maketrans({"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1", "i": "1", "L": "1", "S": "5", "B": "8", "Z": "2"})
SAFE = frozenset("OoIlL")  # read as digits without a label too
MOST_LOOK_ALIKES = 3  # of one number, unless all of them are safe: O6ll5O8, from a typewriter without 0 and 1
MOST_BEHIND = 4  # behind the last digit, of those: Ol4OllO
MOST_PREFIX = 24  # letters glued in front
GLUED = 6  # digits that are a number although a word is glued behind them

RUN = re.compile(r"[0-9][0-9A-Za-z]*")
LEADING = re.compile(r"[OoIl]{1,2}")
LIST_MARK = re.compile(
    r"(?:(?P<line>^[^\S\n]*)|(?<=\s))\(?(?P<place>\d{1,2})(?P<sign>[.):/]|[^\S\n]-)(?!\d[^\S\n]|\d\d?\b)", re.MULTILINE
)
LONGEST_GAP = 12
INDENTED = re.compile(r"[ \t]*\r?\n[ \t]{4,60}")  # below the first digits, in a form: "Number: 52 71" and 938 under it
GAPS = {  # what may stand between two runs of one number
    "space": re.compile(r"[ \t\u00a0\u2007\u2009\u202f]{1,2}"),
    "line": re.compile(r"[ \t]*-?[ \t]*\r?\n[ \t]*"),
    "comma": re.compile(r"[ \t\u00a0]{0,2},[ \t\u00a0]{0,2}"),
    "bracket": re.compile(r"[ \t\u00a0]{0,2}[()][ \t\u00a0]{0,2}"),
    "odd": re.compile(r"[:;'’\\~]"),
    "loose": re.compile(r"[ \t\u00a0]{0,3}[-–—/.·_][ \t\u00a0]{0,3}|[ \t\u00a0]{3,4}"),
}
TIGHT = frozenset("-–‑−./·_")
MONEY = frozenset("£$€")
WEB = re.compile(r"[^\s<>()\[\],;\"]+")
WEB_ADDRESS = re.compile(r"@|//|\bwww\.|[?&][\w-]+=|\.(?:com|org|net|info|example|uk|ie|eu|de|fr)/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Run:
    """Digits that are written in one: `text[start:end]`."""

    start: int
    end: int
    digits: str  # look-alike letters as digits
    prefix: str  # letters glued in front: "AIUK"
    clean: bool  # no look-alikes
    safe: bool  # no look-alikes but O for 0 and l for 1
    gap: str = ""  # what joins it to the run before: "tight", "bar", "thousand", "indented" or one of GAPS; "" for nothing

    @property
    def year(self) -> bool:
        return len(self.digits) == 4 and self.digits[:2] in ("18", "19", "20")


def read_chains(text: str) -> Iterator[list[Run]]:
    """All runs of the text, those together that something joins."""
    chain: list[Run] = []
    for run in _runs(text):
        if chain and not run.gap:
            yield chain
            chain = []
        chain.append(run)
    if chain:
        yield chain


def _runs(text: str) -> Iterator[Run]:
    last = 0
    marks = _list_marks(text)
    for match in RUN.finditer(_without_web_addresses(text)) if RUN.search(text) else ():
        run = None if match.start() in marks else _run(text, match, last)
        if run and text[max(0, run.start - 2) : run.start].rstrip()[-1:] not in MONEY:
            yield run
            last = run.end


def _list_marks(text: str) -> frozenset[int]:
    """Where the lines of a list are numbered, or its points with a bracket: "5) 1234567"; one such number alone is none."""
    every = list(LIST_MARK.finditer(text))
    counted = _counted(every)
    marks = [mark for mark in every if mark["line"] is not None or mark["sign"] == ")" or mark in counted]
    pairs = ((one, other) for one, other in pairwise(marks) if int(other["place"]) - int(one["place"]) == 1)
    return frozenset(mark.start("place") for one, other in pairs if one["sign"] == other["sign"] for mark in (one, other))


def _counted(marks: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """The marks of a list that goes on in one line, counted from one: "1. Yes please. 2. I am 1234567 3. Thanks"."""
    counted: list[re.Match[str]] = []
    for mark in marks:
        if mark["sign"] == "." and int(mark["place"]) == len(counted) + 1:
            counted.append(mark)
    return counted if len(counted) > 2 else []


def _without_web_addresses(text: str) -> str:
    """The text with letters for email addresses, message ids and links, whose digits are nobody's number."""
    if "@" not in text and "/" not in text and "=" not in text and "www." not in text.lower():  # no web address is without one
        return text
    return WEB.sub(lambda match: "x" * len(match[0]) if WEB_ADDRESS.search(match[0]) else match[0], text)


def _run(text: str, match: re.Match[str], last: int) -> Run | None:
    """The run that begins at a digit; None where letters make it something else: "12a", "4f1d2a70", "21st". `last` is where the
    run before it ended, 0 for none."""
    start = first = match.start()
    while first > 0 and start - first < MOST_PREFIX and text[first - 1].isalpha():
        first -= 1
    prefix = text[first:start]
    if LEADING.fullmatch(prefix):
        start, prefix = first, ""
    written = text[start : match.end()]
    core = written if written.isdigit() else _core(written)
    if not core:
        return None
    letters = [] if core.isdigit() else [letter for letter in core if not letter.isdigit()]
    digits = core.translate(LOOK_ALIKES) if letters else core
    gap = "" if prefix or not last else _gap(text[last:start], digits)
    return Run(start, start + len(core), digits, prefix, not letters, SAFE.issuperset(letters), gap)


def _core(written: str) -> str:
    """The digits and look-alikes that a stretch begins with; "" where letters are mixed in."""
    last_digit = max(index for index, letter in enumerate(written) if letter.isdigit())
    inside, behind = written[: last_digit + 1], written[last_digit + 1 :]
    letters = [letter for letter in inside if letter.isalpha()]
    if not inside.translate(LOOK_ALIKES).isdigit() or (len(letters) > MOST_LOOK_ALIKES and not SAFE.issuperset(letters)):
        return ""
    few = len(behind) <= (MOST_BEHIND if SAFE.issuperset(behind) else 2)
    if few and behind.translate(LOOK_ALIKES).isdigit() and (len(inside) >= 4 or SAFE.issuperset(behind)):
        return written
    return inside if not behind or len(inside) >= GLUED else ""


def _gap(between: str, digits: str) -> str:
    """What joins digits to the run before them, "" for nothing."""
    if not between or len(between) > LONGEST_GAP:
        return "indented" if between and INDENTED.fullmatch(between) else ""
    if between in TIGHT:
        return "tight"
    if between == "|":
        return "bar"
    if between == "," and len(digits) == 3:
        return "thousand"
    return next((name for name, form in GAPS.items() if form.fullmatch(between)), "")
