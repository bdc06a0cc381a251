"""Pieces of an address in, its lines out; a street that is given in two languages bears its house number in both.

"92 Stryd Conway / Conway Road" is one street, and the register may know it by either name; a corner of two English streets is
none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from swc_mailer.core.places import DOCUMENT, fold, vocabulary
from swc_mailer.core.words import Words

NUMBERED = re.compile(r"(?P<number>\d{1,4}[a-z]?) (?P<street>[^\W\d].*)", re.IGNORECASE)
BETWEEN = re.compile(r"\s*[/(]\s*")


def other_name(line: str, between: str, following: str, words: Words) -> str:
    """The line that follows, with the house number of the one before it where both name one street; "" for none."""
    house = NUMBERED.fullmatch(line)
    if not house or not BETWEEN.fullmatch(between) or not following[:1].isalpha():
        return ""
    return f"{house['number']} {following}" if _one_street(house["street"], following, words) else ""


def in_other_language(one: Sequence[str], other: Sequence[str], words: Words) -> bool:
    """Whether the lines of two addresses hold one numbered street under its two names: 3 Rhes y Capel, 3 Chapel Row."""
    first, second = ([house for line in lines if (house := NUMBERED.fullmatch(line))] for lines in (one, other))
    pairs = ((house, twin) for house in first for twin in second if house["number"] == twin["number"])
    return any(_one_street(house["street"], twin["street"], words) for house, twin in pairs)


def in_two(line: str, words: Words) -> tuple[str, ...]:
    """A line that holds both names: 92 Stryd Conway/Conway Road."""
    first, _, second = line.partition("/")
    other = other_name(first.strip(), "/", second.strip(), words) if second else ""
    return (first.strip(), other) if other else (line,)


def _one_street(one: str, other: str, words: Words) -> bool:
    """Whether one of the names begins with its kind, as in the Celtic languages, and the other ends with it, as in English."""
    celtic, english = _kinds("celtic", words), _kinds("english", words)
    fillers = vocabulary(words).fillers  # Y Stryd Fawr
    names = [[each for each in fold(name).replace(".", "").split() if each not in fillers] or [""] for name in (one, other)]
    begins = [each[0] in celtic for each in names]
    ends = [each[-1] in english and each[0] not in celtic for each in names]
    return (begins[0] and ends[1]) or (begins[1] and ends[0])


@lru_cache(maxsize=8)
def _kinds(code: str, words: Words) -> frozenset[str]:
    """What streets are called in these languages, with the short forms of that."""
    kinds = {kind for entry in words.entries(DOCUMENT, "street") if entry.code == code for kind in entry.text.split()}
    short = {
        each for entry in words.entries(DOCUMENT, "short") if entry.code in {*kinds, "st"} for each in fold(entry.text).split()
    }
    return frozenset(kinds | short if code == "english" else kinds)
