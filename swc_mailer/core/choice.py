"""Several numbers or places of a request in, how likely it is that those count which the register has together, out.

"2345678 is my wife's, mine is 1234567": the rules read what people say of their numbers and places (`number_owners.py`,
`address_owners.py`), and people say it in more ways than rules know. Where the register has just one of the numbers with one of the
addresses, what is left to ask is whether the writer means these, or leaves it open, or means the others. That is weighed, by the words
of the text and by where they stand beside what is marked in it. Nobody learns by it what she could not learn by giving these two alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from swc_mailer.core.match import match
from swc_mailer.core.model import Address, Details, Evidence, Message, Number, Register, Section, Verdict, Zone
from swc_mailer.core.weighing import features, weigh, words_of
from swc_mailer.core.words import Words

THEIRS = (Verdict.MATCH, Verdict.NOT_CURRENT)
MOST = 8  # numbers, or addresses: more are a list

# What stands in the text for a number and an address that the register has together, and for others.
NUMBER, OTHER_NUMBER, ADDRESS, OTHER_ADDRESS, OTHER_PLACE = MARKS = ("xnumber", "xnumbers", "xaddress", "xaddresses", "xplaces")
SENTENCE = re.compile(r"[.!?]\s|\n")
NEAR = 8  # words before and behind a mark
BETWEEN = 6  # words between two marks


@dataclass(frozen=True, slots=True)
class Fit:
    """The one number, and the addresses, which the register has together, of several that were found; set aside or not."""

    number: str
    addresses: tuple[Address, ...]

    def others_of(self, details: Details) -> tuple[list[Number], list[Address]]:
        """What was found beside them."""
        numbers = [number for number in details.numbers if number.value != self.number]
        return numbers, [address for address in details.addresses if address.full and address not in self.addresses]

    def is_settled(self, details: Details) -> bool:
        """Whether they count, and nothing else."""
        return details.number_values == (self.number,) and all(each in self.addresses for each in details.full_addresses)


def fit(details: Details, register: Register, words: Words) -> Fit | None:
    """None where there is nothing to choose, or the register has none of them together, or more than one."""
    numbers = list(dict.fromkeys(number.value for number in details.numbers))
    full = [address for address in details.addresses if address.full]
    if not numbers or not full or len(numbers) == len(full) == 1 or max(len(numbers), len(full)) > MOST:
        return None
    found = {value: tuple(each for each in full if match(value, (each,), register, words).verdict in THEIRS) for value in numbers}
    fitting = [Fit(value, addresses) for value, addresses in found.items() if addresses]
    alone = fitting[0] if len(fitting) == 1 else None
    return alone if alone and any(alone.others_of(details)) else None


def likely(details: Details, found: Fit, message: Message, words: Words) -> float:
    """From 0 to 1, that they count."""
    return weigh(amounts(marked(details, found, message), signs(details, found)), words.choice)


def marked(details: Details, found: Fit, message: Message) -> str:
    """What the writer says, with a mark for each number and address."""
    marks = [(each.evidence, NUMBER if each.value == found.number else OTHER_NUMBER) for each in details.numbers]
    marks += [(each.evidence, _mark(each, found)) for each in details.addresses]
    held = {(place.part, place.start) for place, _ in marks}
    return "\n".join(_with_marks(section, marks) for section in message.sections if _is_said(section, held))


def _mark(address: Address, found: Fit) -> str:
    if address in found.addresses:
        return ADDRESS
    return OTHER_ADDRESS if address.full else OTHER_PLACE


def _is_said(section: Section, held: Iterable[tuple[str, int]]) -> bool:
    """By the writer, perhaps in an earlier mail of hers, which she passes on: then it holds some of the details."""
    own = section.zone in (Zone.OWN, Zone.SIGNATURE)
    return own or any(part == section.part and section.start <= start < section.end for part, start in held)


def _with_marks(section: Section, marks: Iterable[tuple[Evidence, str]]) -> str:
    text = section.text
    here = [(place.start - section.start, place.end - section.start, mark) for place, mark in marks if place.part == section.part]
    for first, last, mark in sorted(here, reverse=True):
        if 0 <= first < last <= len(text):
            text = f"{text[:first]} {mark} {text[last:]}"
    return text


def signs(details: Details, found: Fit) -> Iterator[str]:
    """What the rules found."""
    numbers, addresses = found.others_of(details)
    if numbers:
        yield "several numbers"
        yield "the others are set aside" if all(each.set_aside for each in numbers) else "others count"
    if addresses:
        yield "several addresses"
        yield "the other places are set aside" if all(each.set_aside for each in addresses) else "other places count"
    if any(sorted(each.value) == sorted(found.number) for each in numbers):
        yield "digits in another order"
    if details.number_left_open:
        yield "left open"
    if found.number not in details.number_values:
        yield "the number is set aside"
    if all(address.set_aside for address in found.addresses):
        yield "the address is set aside"


def amounts(text: str, found: Iterator[str]) -> Iterator[tuple[str, str, float]]:
    """Each feature of each piece, with how much it counts."""
    whole = features(text)
    yield from (("whole", feature, 1 / sqrt(len(whole))) for feature in whole)
    for piece, counts in (("near", Counter(_near(text))), ("sentence", Counter(_beside(text)))):
        length = sqrt(counts.total())
        yield from ((piece, feature, min(times, 2) / length) for feature, times in counts.items())
    yield from (("signs", sign, 1.0) for sign in found)


def _near(text: str) -> Iterator[str]:
    """The words around each mark, alone and in pairs."""
    all_ = words_of(text)
    for place, mark in enumerate(all_):
        if mark in MARKS:
            before, behind = all_[max(0, place - NEAR) : place][::-1], all_[place + 1 : place + 1 + NEAR]
            for side, some in (("<", before), (">", behind)):
                yield from (f"{mark} {side} {word}" for word in some)
                yield from (f"{mark} {side} {one} {other}" for one, other in pairwise(some))


def _beside(text: str) -> Iterator[str]:
    """The words of each sentence beside the marks that stand in it, and what stands between two marks."""
    for sentence in SENTENCE.split(text):
        all_ = words_of(sentence)
        places = [place for place, word in enumerate(all_) if word in MARKS]
        held = "+".join(sorted({all_[place] for place in places}))
        yield from (f"{held} {word}" for word in set(all_) if word not in MARKS)
        yield from (" ".join(all_[one : other + 1]) for one, other in pairwise(places) if other - one <= BETWEEN)
