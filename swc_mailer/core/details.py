"""A message in, the details that it gives out; and the details of a request's messages, merged.

What the writer says counts, in the subject, the text and the contact block. What stands in quoted and forwarded words is kept
apart, unless the writer passes on a mail of her own; footers give nothing. What one section says of a number
or an address holds for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from swc_mailer.core.address_choices import in_doubt
from swc_mailer.core.address_corrections import lived_in, put_right_below, typed_without_a_one
from swc_mailer.core.address_lacks import NO_HOUSE, NO_POSTCODE, NO_STREET, in_street_of
from swc_mailer.core.address_owners import (
    OFFICE,
    beside_office,
    is_letterhead,
    of_an_officer,
    of_our_office,
    set_aside,
    without_taken_back,
    without_work,
)
from swc_mailer.core.addresses import find_addresses, settle
from swc_mailer.core.given import as_given
from swc_mailer.core.introductions import Introduction, introduction_at
from swc_mailer.core.model import Address, Details, Message, Number, Policy, Section, Zone
from swc_mailer.core.number_owners import left_open
from swc_mailer.core.number_owners import settle as settle_numbers
from swc_mailer.core.number_persons import speaker_of
from swc_mailer.core.numbers import read_numbers
from swc_mailer.core.own_words import is_answer
from swc_mailer.core.places import phrase
from swc_mailer.core.quote_lines import read_lines
from swc_mailer.core.quote_words import vocabulary
from swc_mailer.core.quoting import split
from swc_mailer.core.register import number_key, postcode_key
from swc_mailer.core.words import Words

SUBJECT, TEXT = "subject", "text"
SAID = frozenset({Zone.OWN, Zone.SIGNATURE})
MOST_SECTIONS = 200  # of one message that are read, own and others' each
LONGEST = 60_000  # characters of them
INTRODUCTION = 4000  # characters of a section that its author is looked for in
INTRODUCTION_LINES = 8

CONTACT_BLOCK = "in the contact block, and the text gives another"
CORRECTED = "corrected by a later message"
FIRMS = "a number of the sender's office"

Found = Sequence[tuple[Section, Sequence[Address]]]


def extract(message: Message, words: Words, policy: Policy) -> Details:
    """What the message gives. Quoted words are searched only for what the writer does not say."""
    said, passed_on = _apart(message)
    writer = " ".join(sender.name for sender in message.from_)
    forwards = any(section.zone is Zone.FORWARDED for section in passed_on)  # perhaps a mail of the writer's own
    details = Details() if forwards else _given(_beginning(said), words, policy, writer)
    if not passed_on or (details.number_values and _full(details.addresses)):
        return details
    sources = _sources(message, said, passed_on, words, policy)
    if forwards:
        details = _given(sources.own, words, policy, writer)
    if sources.repeated and not details.number_values and not details.counting_addresses:
        details = _given((*sources.own, *sources.repeated), words, policy, writer)
    return replace(
        details,
        quoted_numbers=() if details.number_values else _quoted_numbers(sources.others, details, words, policy),
        quoted_addresses=() if _full(details.addresses) else _quoted_addresses(sources.others, words, policy),
    )


def _given(sections: Sequence[Section], words: Words, policy: Policy, writer: str) -> Details:
    found = [(section, find_addresses(section, words, policy, writer)) for section in sections]
    speaker = speaker_of("\n".join(section.text for section in sections), writer, words)
    candidates = [each for section, addresses in found for each in read_numbers(section, words, policy, speaker, addresses)]
    numbers = settle_numbers(candidates, words)
    details = Details(numbers, typed_without_a_one(_settled(found, words, policy), numbers))
    if len(details.number_values) > 1:
        details = replace(details, number_left_open=left_open(candidates, words))
    return as_given(_without_firms(details, sections), sections, words)


def _without_firms(details: Details, sections: Sequence[Section]) -> Details:
    """Without the numbers that nothing calls a membership number, in the lines of an employer's address."""

    def of_firm(number: Number) -> bool:
        return any(beside_office(number.evidence, details.addresses, section) for section in sections)

    if not any(address.set_aside == OFFICE for address in details.addresses):
        return details
    theirs = {number for number in details.numbers if not (number.labelled or number.set_aside) and of_firm(number)}
    return replace(details, numbers=tuple(replace(each, set_aside=FIRMS) if each in theirs else each for each in details.numbers))


def _full(addresses: Iterable[Address]) -> list[Address]:
    """Those that count and lack nothing."""
    return [address for address in addresses if address.full and not address.set_aside]


# --- whose words count -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sources:
    """The sections that details are looked for in."""

    own: Sequence[Section]  # what the writer says, and her own mail where she forwards it as a whole
    others: Sequence[Section]  # quoted or forwarded, or what we wrote: our replies repeat what we understood
    repeated: Sequence[Section]  # the writer's earlier mail, where she answers that one and not us


def _apart(message: Message) -> tuple[list[Section], list[Section]]:
    """The sections in which the writer speaks, and those that are passed on."""
    said: list[Section] = []
    passed_on: list[Section] = []
    for section in message.sections:
        if section.zone is not Zone.DISCLAIMER:
            (said if section.zone in SAID else passed_on).append(section)
    return said, passed_on


def passed_on_by_its_writer(message: Message, words: Words, policy: Policy) -> list[Section]:
    """What the writer says in a mail of her own that she forwards as a whole."""
    forwarded = [section for section in message.sections if section.zone is Zone.FORWARDED]
    return [mine for section in _beginning(forwarded) for mine in _hers(section, message, words, policy)[1]]


def _sources(message: Message, said: Sequence[Section], passed_on: Sequence[Section], words: Words, policy: Policy) -> _Sources:
    own = list(said)
    others: list[Section] = []
    repeated: list[Section] = []
    for section in _beginning(passed_on):
        mail, hers = _hers(section, message, words, policy)
        if hers and section.zone is Zone.FORWARDED:
            own += hers
        else:
            others.append(mail)
            repeated += hers
    if is_answer(message) and any(section.zone is Zone.FORWARDED for section in others):
        others += [section for section in own if section.part == SUBJECT]
        own = [section for section in own if section.part != SUBJECT]
    answers_us = any(section.zone is Zone.OURS for section in message.sections)
    return _Sources(_beginning(own), others, () if answers_us else repeated)


def _hers(section: Section, message: Message, words: Words, policy: Policy) -> tuple[Section, list[Section]]:
    """A mail that is passed on, and what is said in it where the writer of the message wrote that too."""
    introduction, mail = _opened(section, words)
    return mail, _said_in(mail, words, policy) if introduction and _names_sender(introduction, message) else []


def _beginning(sections: Iterable[Section]) -> list[Section]:
    """As many as a person would read."""
    kept, length = [], 0
    for section in islice(sections, MOST_SECTIONS):
        kept.append(section)
        length += len(section.text)
        if length > LONGEST:
            break
    return kept


def _opened(section: Section, words: Words) -> tuple[Introduction | None, Section]:
    """Who wrote a mail that is passed on, as far as its introduction tells, and what stands below that."""
    lines = read_lines(section.text[:INTRODUCTION])
    introduction = None
    for index in range(min(len(lines), INTRODUCTION_LINES)):
        found = introduction_at(lines, index, vocabulary(words), introduction)
        introduction = found or introduction
        if found and (found.author or found.kind == "headers"):
            break
    if introduction is None:
        return None, section
    below = lines[introduction.last + 1].start if introduction.last + 1 < len(lines) else len(section.text)
    return introduction, replace(section, start=section.start + below, text=section.text[below:])


def _said_in(mail: Section, words: Words, policy: Policy) -> list[Section]:
    """What the author says in a mail; all of it where it has quote marks."""
    parts = split(mail.part, mail.text, words, policy.own_addresses)
    said = [_moved(part, mail) for part in parts if part.zone in SAID]
    return said or [mail]


def _moved(part: Section, mail: Section) -> Section:
    """A section of a mail by itself as one of the message that passes it on."""
    zone = part.zone if part.zone is Zone.SIGNATURE else mail.zone
    return Section(mail.part, zone, mail.start + part.start, mail.start + part.end, part.text)


def _names_sender(introduction: Introduction, message: Message) -> bool:
    """By the address, or by the name where there is no address."""
    if introduction.author:
        return any(introduction.author == sender.address.lower() for sender in message.from_)
    return any(phrase(introduction.name) == phrase(sender.name) for sender in message.from_)


# --- addresses of several sections -----------------------------------------------------------------------------------


def _settled(found: Found, words: Words, policy: Policy) -> tuple[Address, ...]:
    """The addresses of all sections, settled: one that a section gives up, because it is old, gives way to one in another."""
    said = "\n\n".join(section.text for section, _ in found if section.zone is Zone.OWN)
    found = [(section, without_work(addresses, section, said, words) if addresses else ()) for section, addresses in found]
    found = without_taken_back(found, words)
    if sum(bool(_full(addresses)) for _, addresses in found) > 1:
        anew = [(section, set_aside(addresses, section, words, policy, another=True)) for section, addresses in found]
        found = anew if any(_full(addresses) for _, addresses in anew) else found
    addresses = [address for _, each in found for address in each]
    sections = [section for section, _ in found]
    in_text = any(address.zone is not Zone.SIGNATURE and not is_letterhead(address, sections) for address in _full(addresses))
    if in_text and not any(in_doubt(section, words) for section in sections):
        addresses = [_behind_text(address) for address in addresses]
    return lived_in(put_right_below(settle(_joined(addresses)), sections, words), said, words)


def _behind_text(address: Address) -> Address:
    """What programs put below every mail gives way to what the writer says in this one."""
    counts = address.zone is Zone.SIGNATURE and address.full and not address.set_aside
    return replace(address, set_aside=CONTACT_BLOCK) if counts else address


def _joined(addresses: Sequence[Address]) -> list[Address]:
    """A street in one section and a postcode in another, where there is just one of each, are one address; the postcode may stand
    with the same street without its house."""
    counting = [address for address in addresses if not address.set_aside]
    streets = [address for address in counting if address.lacking == NO_POSTCODE]
    given = [street.lines for street in streets]
    same = [address for address in counting if address.lacking == NO_HOUSE and in_street_of(address.lines[0], given)]
    codes = [address for address in counting if address.postcode and (address.lacking == NO_STREET or address in same)]
    if len(streets) != 1 or len(codes) != 1 or _full(addresses):
        return list(addresses)
    whole = _with_postcode(streets[0], codes[0])
    return [whole if address is streets[0] else address for address in addresses if address is not codes[0]]


def _with_postcode(street: Address, code: Address) -> Address:
    return replace(street, postcode=code.postcode, lacking=(), repair=code.repair or street.repair)


# --- quoted words ----------------------------------------------------------------------------------------------------


def _quoted_numbers(others: Sequence[Section], details: Details, words: Words, policy: Policy) -> tuple[Number, ...]:
    """The numbers that only quoted words hold; of our own, which tell of campaigns too, only those that are called a member's."""
    known = {number_key(number.value) for number in details.numbers}
    read = [read_numbers(section, words, policy, speaker_of(section.text, "", words)) for section in others]
    found = settle_numbers([each for candidates in read for each in candidates], words)
    counting = (number for number in found if not number.set_aside and (number.labelled or number.zone is not Zone.OURS))
    return tuple(number for number in counting if number_key(number.value) not in known)


def _quoted_addresses(others: Sequence[Section], words: Words, policy: Policy) -> tuple[Address, ...]:
    """The addresses of quoted words, and streets that only lack their postcode; of our own, who ask for "the street, the town and
    the postcode", only whole addresses, and no office's. An officer who signs a notice gives a home that is not the reader's."""
    found = settle(
        [
            address
            for section in others
            for address in find_addresses(section, words, policy)
            if not of_an_officer(address, section, words)
            and not (section.zone is Zone.OURS and of_our_office(address, section, words))
        ]
    )
    streets = [address for address in found if not address.set_aside and "street" not in address.lacking]
    return tuple(address for address in streets if address.full or address.zone is not Zone.OURS)


# --- the messages of one request -------------------------------------------------------------------------------------


def merge(earlier: Details, later: Details) -> Details:
    """What was missing comes from either; what is given anew corrects what stood before, which stays as set aside."""
    numbers = _merged_numbers(earlier.numbers, later.numbers)
    addresses = _merged_addresses(earlier.addresses, later.addresses)
    given = {number_key(number.value) for number in numbers}
    quoted = {number_key(number.value): number for number in (*later.quoted_numbers, *earlier.quoted_numbers)}
    quoted_addresses = settle((*later.quoted_addresses, *earlier.quoted_addresses))
    return Details(
        numbers=numbers,
        addresses=addresses,
        quoted_numbers=tuple(number for key, number in quoted.items() if key not in given),
        quoted_addresses=tuple(each for each in quoted_addresses if not any(_is_told(each, by=address) for address in addresses)),
        number_left_open=later.number_left_open or (earlier.number_left_open and not later.number_values),
    )


def _is_told(address: Address, *, by: Address) -> bool:
    """Whether the other address is the same, and no less."""
    return settle((by, address)) == (by,)


def _merged_numbers(earlier: Sequence[Number], later: Sequence[Number]) -> tuple[Number, ...]:
    said = {number_key(number.value): number for number in later}
    correction = CORRECTED if any(not number.set_aside for number in later) else ""
    kept = [number for number in earlier if number_key(number.value) not in said]
    return (*later, *(replace(number, set_aside=number.set_aside or correction) for number in kept))


def _merged_addresses(earlier: Sequence[Address], later: Sequence[Address]) -> tuple[Address, ...]:
    if _full(later):
        return settle([*later, *(replace(address, set_aside=address.set_aside or CORRECTED) for address in earlier)])
    full = _full(earlier)
    if len(full) == 1:
        corrected = next((mended for address in later if (mended := _mended(full[0], address))), None)
        kept = [address for address in earlier if address is not full[0]] if corrected else earlier
        return settle([*([corrected] if corrected else []), *kept, *later])
    return settle(_joined([*later, *earlier]))


def _mended(whole: Address, part: Address) -> Address | None:
    """The address with what a later message corrects: the postcode, or the house in the same street; None for neither."""
    if part.set_aside or part.zone is Zone.SIGNATURE:
        return None
    if part.lacking == NO_STREET and part.postcode and postcode_key(part.postcode) != postcode_key(whole.postcode):
        return replace(whole, postcode=part.postcode, repair=part.repair)
    if part.lacking == NO_POSTCODE and _names(part) & _names(whole) and not _said_by(part, whole):
        return _with_postcode(part, whole)
    return None


def _names(address: Address) -> set[str]:
    return {word for line in address.lines for word in phrase(line).split() if word.isalpha() and len(word) > 2}


def _said_by(part: Address, whole: Address) -> bool:
    """Whether the whole address says all that the part says."""
    words = {word for line in whole.lines for word in phrase(line).split()}
    return all(word in words for line in part.lines for word in phrase(line).split())
