"""Numbers and addresses that the rules let count in, the same out: set aside where the words around them say that the writer
does not give them as a membership number, or as the place where she gets her post.

"The ward's line is 4960138, if you must" and "we meet at 12 Rose Lane": in more ways than the rules of `number_owners.py` and
`address_owners.py` know. That is weighed, without the register: what is set aside is asked for, whoever has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from swc_mailer.core.model import Address, Candidate, Details, Section, Zone
from swc_mailer.core.surroundings import ADDRESS, NUMBER, amounts, marked, marks_of
from swc_mailer.core.weighing import Amounts, weigh
from swc_mailer.core.words import Words

# How unlikely what the rules let count must be. Measured: docs/architecture.md
UNLIKELY_NUMBER, UNLIKELY_ADDRESS = 0.15, 0.05
FEW_WORDS = 5  # of a text, the number among them
STANDS_OUT, GIVES_WAY = 0.9, 0.1  # of several numbers, how likely one must be, and how unlikely all others
NO_NUMBER = "by the words around it, it is not given as a membership number"
NO_HOME = "by the words around it, it is not given as the writer's address"


def as_given(details: Details, sections: Sequence[Section], words: Words) -> Details:
    """Where several count, none is set aside: which of them is meant is another question (`choice.py`, `one_stands_out`)."""
    values, full = details.number_values, details.full_addresses
    no_number = len(values) == 1 and _is_no_number(values[0], details, sections, words)
    no_home = len(full) == 1 and _is_no_home(full[0], details, sections, words)
    if not (no_number or no_home):
        return details
    return replace(
        details,
        numbers=tuple(_aside(each, NO_NUMBER) if no_number and each.value == values[0] else each for each in details.numbers),
        addresses=tuple(_aside(each, NO_HOME) if no_home and each == full[0] else each for each in details.addresses),
    )


def one_stands_out(details: Details, sections: Sequence[Section], words: Words) -> Details:
    """Of several numbers that count the one that is plainly given, where plainly no other is, and nothing leaves it open."""
    values = details.number_values
    if len(values) < 2 or details.number_left_open:
        return details
    chances = {value: number_likely(value, details, sections, words) for value in values}
    best, *others = sorted(values, key=lambda value: -chances[value])
    if chances[best] < STANDS_OUT or any(chances[value] > GIVES_WAY for value in others):
        return details
    return replace(details, numbers=tuple(_aside(each, NO_NUMBER) if each.value in others else each for each in details.numbers))


def _aside(candidate: Candidate, reason: str) -> Candidate:
    return replace(candidate, set_aside=reason)


def _is_no_number(value: str, details: Details, sections: Sequence[Section], words: Words) -> bool:
    alone = len({number.value for number in details.numbers}) == 1
    called = any(number.labelled for number in details.numbers)
    if alone and (called or _hardly_more(sections)):  # nothing speaks against it
        return False
    return number_likely(value, details, sections, words) < UNLIKELY_NUMBER


def _hardly_more(sections: Sequence[Section]) -> bool:
    """Whether the text has a word or two beside the number: "Oh dear. 1234567", as people answer us."""
    return sum(len(section.text.split()) for section in sections if section.part == "text") <= FEW_WORDS


def _is_no_home(address: Address, details: Details, sections: Sequence[Section], words: Words) -> bool:
    return address_likely(address, details, sections, words) < UNLIKELY_ADDRESS


def number_likely(value: str, details: Details, sections: Sequence[Section], words: Words) -> float:
    """From 0 to 1, that it is given as the writer's membership number."""
    return weigh(number_weighed(value, details, sections), words.learned.number)


def address_likely(address: Address, details: Details, sections: Sequence[Section], words: Words) -> float:
    """From 0 to 1, that it is given as the writer's address."""
    return weigh(address_weighed(address, details, sections), words.learned.address)


def number_weighed(value: str, details: Details, sections: Sequence[Section]) -> Amounts:
    """Nothing, where it stands beyond what is weighed of a long text."""
    text = marked(sections, marks_of(details, value))
    return amounts(text, _signs_of_number(value, details)) if NUMBER in text.split() else {}


def address_weighed(address: Address, details: Details, sections: Sequence[Section]) -> Amounts:
    text = marked(sections, marks_of(details, addresses=(address,)))
    return amounts(text, _signs_of_address(address, details)) if ADDRESS in text.split() else {}


def _signs_of_number(value: str, details: Details) -> Iterator[str]:
    """What the rules found."""
    here = [number for number in details.numbers if number.value == value]
    others = [number for number in details.numbers if number.value != value]
    yield f"length {len(value)}"
    if any(number.labelled for number in here):
        yield "called one"
    if all(number.set_aside for number in here):
        yield from ("aside", f"aside: {here[0].set_aside}")
    if all(number.zone is Zone.SIGNATURE for number in here):
        yield "signature"
    if any(number.evidence.part == "subject" for number in here):
        yield "subject"
    if others:
        yield "others"
    if any(not number.set_aside for number in others):
        yield "another counts"
    if any(number.labelled and not number.set_aside for number in others):
        yield "another is called one"


def _signs_of_address(address: Address, details: Details) -> Iterator[str]:
    if address.set_aside:
        yield from ("aside", f"aside: {address.set_aside}")
    if address.zone is Zone.SIGNATURE:
        yield "signature"
    if any(each.full and each != address for each in details.addresses):
        yield "others"
    if any(each != address for each in details.full_addresses):
        yield "another counts"
