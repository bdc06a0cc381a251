"""Details in, the same details out, where the register tells which of several numbers or addresses counts.

What the text says goes first (`number_owners.py`, `address_owners.py`). Where it leaves several numbers, and its writer is in no
doubt about them, the one that the register has, with the address that is its member's, is the one that was meant; so is one that
was taken for a date, a telephone number or the like. Nobody learns by it what she could not learn by giving these two alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from rapidfuzz.distance import OSA

from swc_mailer.core.address_choices import NOT_CHOSEN, in_doubt
from swc_mailer.core.address_owners import OFFICE, is_letterhead
from swc_mailer.core.choice import THEIRS, Fit, fit, likely
from swc_mailer.core.given import one_stands_out
from swc_mailer.core.house_in_text import with_address_in_text
from swc_mailer.core.match import match
from swc_mailer.core.model import Address, Candidate, Details, Evidence, Message, Number, Register, Zone
from swc_mailer.core.number_called import ANOTHER_KIND, OF_ANOTHER_BODY
from swc_mailer.core.number_in_text import numbers_in_text
from swc_mailer.core.number_sayings import says as said
from swc_mailer.core.number_withdrawn import SOMEBODY
from swc_mailer.core.places import phrase, says, vocabulary
from swc_mailer.core.register import number_key
from swc_mailer.core.whose_name import is_called
from swc_mailer.core.words import Words

MOST_NUMBERS = 3  # more are a list
SLIP = 2  # digits by which one number may be the other, written wrongly
NOT_THE_ONE = "the register does not have it, and has another number at the address"
NOT_MEANT = "the register has another with what the writer gives, and by the words of the text that one counts"
GIVEN_AGAIN = "the same place, given again"
# How likely it must be that those count which the register has together, and how unlikely that the rules are not believed.
# Measured: docs/architecture.md
SETTLED, LEFT_OPEN = 0.8, 0.15
BELOW_NAME = "below the writer's name, and the register has the one above"


def led_by_register(details: Details, message: Message, register: Register, words: Words) -> Details:
    """Several numbers are settled beside full addresses, or two full addresses beside one number."""
    values = details.number_values
    full = details.full_addresses
    several, apart = _of_several_messages(details), _at_head_and_foot(full, message)
    found = None if several or apart else fit(details, message, register, words)
    if found:
        chance = likely(details, found, message, words)
        if chance >= SETTLED:
            return _settled_on(details, found)
        if chance < LEFT_OPEN and found.is_settled(details) and not _chosen(details):
            return _left_open(details, found)
    elif not several:
        details = one_stands_out(details, message.sections, words)
        values = details.number_values
    if full and (not values or (len(values) == 1 and not found)):
        details = _misread(details, message, full, register, words)
        values = details.number_values
    if len(values) == 1 and not full and not any(says(words, "not_to_the_office", each.text) for each in message.own_sections):
        details = _at_the_office(details, values[0], register, words)
    if 1 < len(values) <= MOST_NUMBERS and full and not details.number_left_open:
        return _one_number(details, values, full, register, words)
    if len(values) == 1 and len(full) == 2 and not apart:
        details = _one_address(details, values[0], full, message, register, words)
    if several or (full and values):
        return details
    return with_address_in_text(details, message, register, words) if values else _both_in_text(details, message, register, words)


def _chosen(details: Details) -> bool:
    """Whether the text says by name which address counts, as no weights can read: the Leeds one."""
    return any(address.set_aside == NOT_CHOSEN for address in details.addresses)


def _of_several_messages(details: Details) -> bool:
    """Whether an earlier message of the request gave some of them: what the later one gives corrects those."""
    numbers, addresses = details.numbers, details.addresses
    return any(each.evidence.message for each in numbers) or any(each.evidence.message for each in addresses)


def _at_head_and_foot(full: Sequence[Address], message: Message) -> bool:
    """Whether one address heads the letter and another stands at its foot, and so nothing says which is the writer's."""
    in_block = [address.zone is Zone.SIGNATURE for address in full]
    heads = (is_letterhead(address, message.sections) for address in full if address.zone is not Zone.SIGNATURE)
    return len(full) > 1 and any(in_block) and not all(in_block) and all(heads)


def _settled_on(details: Details, found: Fit) -> Details:
    """One number and one address count: of several that are the member's the first."""
    numbers, _ = found.others_of(details)
    return replace(
        details,
        numbers=tuple(
            replace(each, set_aside=(each.set_aside or NOT_MEANT) if each in numbers else "") for each in details.numbers
        ),
        addresses=tuple(_counting(each, found) if each.full else each for each in details.addresses),
    )


def _counting(address: Address, found: Fit) -> Address:
    if address == found.addresses[0]:
        return replace(address, set_aside="")
    return replace(address, set_aside=address.set_aside or (GIVEN_AGAIN if address in found.addresses else NOT_MEANT))


def _left_open(details: Details, found: Fit) -> Details:
    """With what the rules had set aside, for a person to see."""
    numbers, addresses = found.others_of(details)
    return replace(
        details,
        numbers=_counted_again(details.numbers, numbers),
        addresses=_counted_again(details.addresses, addresses),
    )


def _counted_again(candidates: Iterable[Candidate], some: Collection[Candidate]) -> tuple[Candidate, ...]:
    return tuple(replace(each, set_aside="") if each in some else each for each in candidates)


def _one_number(details: Details, values: Sequence[str], full: tuple[Address, ...], register: Register, words: Words) -> Details:
    known = [value for value in values if register.by_number(value)]
    if len(known) != 1 or any(_near(known[0], value) for value in values if value != known[0]):
        return details
    if match(known[0], full, register, words).verdict not in THEIRS:
        return details
    return replace(details, numbers=tuple(_settled(number, known[0]) for number in details.numbers))


def _misread(details: Details, message: Message, full: tuple[Address, ...], register: Register, words: Words) -> Details:
    """What was taken for a number of another kind or of somebody else, or for part of a code, counts where the register has it at
    the address: by chance it is not. Beside another only where one may be a slip of the other: "the card says …, the letter with
    the raffle tickets …"."""
    counting = details.number_values
    lost = _is_not_to_hand(message, words)
    kinds = ANOTHER_KIND - OF_ANOTHER_BODY if lost else ANOTHER_KIND
    others = [each for each in details.numbers if each.set_aside in kinds or (not lost and _is_her_own(each, message, register))]
    others = [number for number in others if all(_near(number.value, value) for value in counting)]
    others += () if counting else numbers_in_text(details, message, words)
    theirs = [number for number in others if match(number.value, full, register, words).verdict in THEIRS]
    if len({number.value for number in theirs}) != 1:
        return details
    unread = (number for number in theirs if number not in details.numbers)
    return replace(details, numbers=_counted_again((*details.numbers, *unread), theirs))


def _is_her_own(number: Number, message: Message, register: Register) -> bool:
    """Whether what was taken for somebody else's number is the writer's by her name: my granddaughter makes it 1234567."""
    return number.set_aside == SOMEBODY and any(is_called(member, message) for member in register.by_number(number.value))


def _is_not_to_hand(message: Message, words: Words) -> bool:
    """Whether the writer says of our number that it is lost, or none of those in the mail: another body's is not ours then."""
    return any(said(words, table, each.text) for each in message.own_sections for table in ("none_of_ours", "not_given"))


def _both_in_text(details: Details, message: Message, register: Register, words: Words) -> Details:
    """Where no number was read, nor the member's address: the one number in the text whose member's address stands there too."""
    told = []
    for number in numbers_in_text(details, message, words):
        given = replace(details, numbers=_counted_again((*details.numbers, number), [number]))
        with_both = with_address_in_text(given, message, register, words)
        if with_both is not given:
            told.append(with_both)
    return told[0] if len(told) == 1 else details


def _at_the_office(details: Details, value: str, register: Register, words: Words) -> Details:
    """What was taken for the sender's office is the member's address where it stands with the number and the register has it, as
    of those who live above the shop."""
    beside = {(number.evidence.part, number.zone) for number in details.numbers if number.value == value}
    offices = [
        address
        for address in details.addresses
        if address.full and address.set_aside == OFFICE and (address.evidence.part, address.zone) in beside
    ]
    theirs = [address for address in offices if match(value, (address,), register, words).verdict in THEIRS]
    return replace(details, addresses=_counted_again(details.addresses, theirs[:1]))


def _near(one: str, other: str) -> bool:
    return OSA.distance(number_key(one), number_key(other), score_cutoff=SLIP) <= SLIP


def _settled(number: Number, value: str) -> Number:
    return number if number.set_aside or number.value == value else replace(number, set_aside=NOT_THE_ONE)


def _one_address(
    details: Details, value: str, full: tuple[Address, ...], message: Message, register: Register, words: Words
) -> Details:
    """What stands below the name gives way to the member's own above it, and never the other way about; none does where the
    writer does not know which of them we have."""
    if any(in_doubt(section, words) for section in message.sections):
        return details
    name = _last_name(max((each.evidence for each in full), key=lambda place: place.start), message)
    below = [each for each in full if 0 <= name <= _first_line_end(each.evidence) and not _told(each.evidence, message, words)]
    above = tuple(address for address in full if address not in below)
    if len(below) != 1 or match(value, above, register, words).verdict not in THEIRS:
        return details
    settled = (replace(each, set_aside=BELOW_NAME) if each in below else each for each in details.addresses)
    return replace(details, addresses=tuple(settled))


def _told(place: Evidence, message: Message, words: Words) -> bool:
    """Whether an address stands in a sentence, and in no lines of its own: PS we are now at 3 Mill Lane."""
    own = (section for section in message.sections if section.part == place.part and section.start <= place.start <= section.end)
    lines = (section.text[: place.start - section.start].rpartition("\n")[2] for section in own)
    return any(vocabulary(words).sentence.intersection(phrase(line).split()) for line in lines)


def _first_line_end(place: Evidence) -> int:
    return place.start + len(place.text.partition("\n")[0])


def _last_name(place: Evidence, message: Message) -> int:
    """Where the last line begins that is the writer's name or initials, above an address or as its first line; -1 for none."""
    signs = [phrase(sender.name).split() for sender in message.from_]
    names = {each for words in signs for word in words for each in (word, word[0])} | {
        "".join(word[0] for word in words) for words in signs
    }
    last = -1
    for section in message.sections:
        if section.part != place.part or section.start > place.start:
            continue
        start = section.start
        for line in section.text[: _first_line_end(place) - section.start].splitlines(keepends=True):
            if line.strip(" ,.\r\n") and set(phrase(line).split()) <= names:
                last = max(last, start)
            start += len(line)
    return last
