"""Several numbers or places of a request in, how likely it is that those count which the register has together, out.

The rules read what people say of their numbers and places (`number_owners.py`, `address_owners.py`), and people say it in more
ways than rules know. Where the register has just one of the numbers with one of the addresses, what is left to ask is whether
the writer means these, or leaves it open, or means the others. That is weighed. Nobody learns by it what she could not learn by
giving these two alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from swc_mailer.core.given import address_likely, number_likely
from swc_mailer.core.match import match
from swc_mailer.core.model import Address, Details, Match, Message, Number, Register, Verdict
from swc_mailer.core.places import vocabulary
from swc_mailer.core.surroundings import amounts, marked, marks_of
from swc_mailer.core.weighing import Amounts, from_odds, odds, weigh
from swc_mailer.core.whose_name import may_go_by, writer_beside
from swc_mailer.core.words import Words

THEIRS = (Verdict.MATCH, Verdict.NOT_CURRENT)
# What the words around all tell, and what the likelihood of the others does. Measured: docs/architecture.md
BY_CHOICE, BY_OTHERS = 0.6, 0.25
HARDLY_GIVEN, NOTHING_TOLD = 0.2, 0.5  # of what is hardly given as the writer's own, nothing is told: "the wife's is 1234567"
MOST = 8  # numbers, or addresses: more are a list


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


def fit(details: Details, message: Message, register: Register, words: Words) -> Fit | None:
    """None where there is nothing to choose, or the register has none of them together, or more than one that may be the
    writer's: of two who live together her name tells which she is, and of her own numbers the one that is current."""
    numbers = list(dict.fromkeys(number.value for number in details.numbers))
    full = [address for address in details.addresses if address.full]
    if not numbers or not full or len(numbers) == len(full) == 1 or max(len(numbers), len(full)) > MOST:
        return None
    matches = {value: [match(value, (each,), register, words) for each in full] for value in numbers}
    theirs = {value: [found for found in matches[value] if found.verdict in THEIRS] for value in numbers}
    fitting = [value for value in numbers if theirs[value]]
    if len(fitting) > 1:
        fitting = [value for value in fitting if not _is_anothers(theirs[value][0], message, words)]
    if len(fitting) > 1:
        named = [value for value in fitting if _may_go_by(theirs[value][0], message, words)]
        fitting = named if len(named) == 1 else fitting
    if len(fitting) > 1:  # an old number of hers, and the one that she has now
        fitting = [value for value in fitting if any(found.verdict is Verdict.MATCH for found in theirs[value])]
    if len(fitting) != 1:
        return None
    alone = Fit(fitting[0], tuple(found.address for found in theirs[fitting[0]] if found.address))
    return alone if any(alone.others_of(details)) else None


def _is_anothers(found: Match, message: Message, words: Words) -> bool:
    return bool(found.member and writer_beside(found.member, message, vocabulary(words)))


def _may_go_by(found: Match, message: Message, words: Words) -> bool:
    return bool(found.member and may_go_by(found.member, message, vocabulary(words)))


def likely(details: Details, found: Fit, message: Message, words: Words) -> float:
    """From 0 to 1, that they count: by the words around all of them, and the less so the likelier others are given as well."""
    if min(_given([found.number], found.addresses, details, message, words)) < HARDLY_GIVEN:
        return NOTHING_TOLD
    numbers, addresses = found.others_of(details)
    others = _given([each.value for each in numbers], addresses, details, message, words)
    chance = weigh(weighed(details, found, message), words.learned.choice)
    return from_odds(BY_CHOICE * odds(chance) - BY_OTHERS * sum(map(odds, others)))


def _given(
    numbers: Collection[str], addresses: Collection[Address], details: Details, message: Message, words: Words
) -> Iterator[float]:
    """How likely the likeliest of the numbers is given as the writer's own, and of the addresses, as far as there are some."""
    if numbers:
        yield max(number_likely(value, details, message.sections, words) for value in {*numbers})
    if addresses:
        yield max(address_likely(each, details, message.sections, words) for each in addresses)


def weighed(details: Details, found: Fit, message: Message) -> Amounts:
    return amounts(marked(message.sections, marks_of(details, found.number, found.addresses)), _signs(details, found))


def _signs(details: Details, found: Fit) -> Iterator[str]:
    """What the rules found."""
    numbers, addresses = found.others_of(details)
    theirs = [number for number in details.numbers if number.value == found.number]
    if any(number.labelled for number in theirs):
        yield "the number is called one"
    if all(number.set_aside for number in theirs):
        yield "the number is set aside"
    if numbers:
        yield "several numbers"
        yield "the others are set aside" if all(each.set_aside for each in numbers) else "others count"
        yield from {f"another: {each.set_aside}" for each in numbers if each.set_aside}
    if any(number.labelled and not number.set_aside for number in numbers):
        yield "another is called one"
    if any(sorted(each.value) == sorted(found.number) for each in numbers):
        yield "digits in another order"
    if details.number_left_open:
        yield "left open"
    if addresses:
        yield "several addresses"
        yield "the other places are set aside" if all(each.set_aside for each in addresses) else "other places count"
        yield from {f"another place: {each.set_aside}" for each in addresses if each.set_aside}
    if all(address.set_aside for address in found.addresses):
        yield "the address is set aside"
