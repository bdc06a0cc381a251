"""The writer's text with a mark for each number and address in, what stands around the marks out: what `given.py`, `choice.py`
and `for_a_person.py` weigh.

"2345678 is my wife's, mine is 1234567" is "xnumbers is my wife's, mine is xnumber": how people set numbers and places apart is
in the words beside them, whatever they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import sqrt

from swc_mailer.core.model import Address, Details, Evidence, Message, Section, Zone
from swc_mailer.core.weighing import FOUND, Amounts, alike, features_of, words_of
from swc_mailer.core.whose_name import as_of_herself, names_of

# The number and the address that are asked about, others of their kind, and what is but part of an address.
NUMBER, OTHER_NUMBER, ADDRESS, OTHER_ADDRESS, OTHER_PLACE = MARKS = ("xnumber", "xnumbers", "xaddress", "xaddresses", "xplaces")
SENTENCE_END = re.compile(r"([.!?]\s|\n)")
NEAR = 5  # words before and behind a mark
BETWEEN = 6  # words between two marks
LONGEST, REACH = 8_000, 1_000  # characters of a section that are weighed, and of these before the first mark

Marks = list[tuple[Evidence, str]]


def marks_of(details: Details, number: str = "", addresses: Collection[Address] = ()) -> Marks:
    """A mark for each number and address: `number` and `addresses` are asked about."""
    numbers = [(each.evidence, NUMBER if each.value == number else OTHER_NUMBER) for each in details.numbers]
    return numbers + [(each.evidence, _mark(each, addresses)) for each in details.addresses]


def _mark(address: Address, asked_about: Collection[Address]) -> str:
    if address in asked_about:
        return ADDRESS
    return OTHER_ADDRESS if address.full else OTHER_PLACE


def marked(sections: Iterable[Section], marks: Marks) -> str:
    """What the writer says, perhaps in an earlier mail of hers, which she passes on: then it holds some of the marks."""
    held = {(place.part, place.start) for place, _ in marks}
    return "\n".join(_with_marks(section, marks) for section in sections if _is_said(section, held))


def marked_of_herself(message: Message, marks: Marks) -> str:
    """The same of a message; what is for the writer by name is "for me"."""
    return as_of_herself(marked(message.sections, marks), names_of(message))


def _is_said(section: Section, held: Iterable[tuple[str, int]]) -> bool:
    own = section.zone in (Zone.OWN, Zone.SIGNATURE)
    return own or any(part == section.part and section.start <= start < section.end for part, start in held)


def _with_marks(section: Section, marks: Marks) -> str:
    """Of a long section what stands around the first marks."""
    here = [(place, mark) for place, mark in marks if place.part == section.part and section.start <= place.start < section.end]
    begin = max(0, min((place.start for place, _ in here), default=0) - section.start - REACH)
    begin = begin if len(section.text) > LONGEST else 0
    text = section.text[begin : begin + LONGEST]
    offset = section.start + begin
    for place, mark in sorted(here, key=lambda each: each[0].start, reverse=True):
        first, last = place.start - offset, place.end - offset
        if 0 <= first < last <= len(text):
            text = f"{text[:first]} {mark} {text[last:]}"
    return text


def amounts(text: str, signs: Iterable[str]) -> Amounts:
    """Of the text with marks, and of the signs that rules found."""
    pieces = [words_of(piece) for piece in SENTENCE_END.split(text)]  # sentences, and what ends them
    words = [word for piece in pieces for word in piece]
    return {
        "whole": alike(features_of(words, text)),
        "near": _often(_near(words)),
        "sentence": _often(_beside(pieces[::2])),
        FOUND: dict.fromkeys(signs, 1.0),
    }


def _often(found: Iterable[str]) -> Mapping[str, float]:
    """What stands there more than once counts twice; in few words each says more."""
    counts = Counter(found)
    length = sqrt(counts.total())
    return {feature: min(times, 2) / length for feature, times in counts.items()}


def _near(words: Sequence[str]) -> Iterator[str]:
    """The words around each mark, alone and in pairs."""
    for place, mark in enumerate(words):
        if mark in MARKS:
            before, behind = words[max(0, place - NEAR) : place][::-1], words[place + 1 : place + 1 + NEAR]
            for side, some in (("<", before), (">", behind)):
                yield from (f"{mark} {side} {word}" for word in some)
                yield from (f"{mark} {side} {one} {other}" for one, other in pairwise(some))


def _beside(sentences: Iterable[Sequence[str]]) -> Iterator[str]:
    """The words of each sentence beside the marks that stand in it, and what stands between two marks."""
    for words in sentences:
        places = [place for place, word in enumerate(words) if word in MARKS]
        held = "+".join(sorted({words[place] for place in places}))
        yield from (f"{held} {word}" for word in set(words) if word not in MARKS)
        yield from (" ".join(words[one : other + 1]) for one, other in pairwise(places) if other - one <= BETWEEN)
