"""Details and a message in, the details with the member's address out where its house, street and postcode stand in the writer's
own words, word for word.

`addresses.py` reads an address without knowing it, and may cut it wrongly: told backwards, between remarks, with the postcode
pages away. `led_by_register.py` asks here where no full address was read, `address_in_pieces.py` where the one that was read is
not the member's, and forgives more where this finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from swc_mailer.core.address_corrections import CORRECTED
from swc_mailer.core.given import UNLIKELY_ADDRESS, address_likely
from swc_mailer.core.model import Address, Details, Evidence, Member, Message, Register, Section
from swc_mailer.core.places import Vocabulary, fold, vocabulary
from swc_mailer.core.postcodes import find_postcodes
from swc_mailer.core.premises import is_street
from swc_mailer.core.register import postcode_key
from swc_mailer.core.words import Words

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
BREAK = re.compile(r"[^\w\s'’/&-]|\n")  # what parts two names: a comma, a line's end
DIGIT = re.compile(r"\d")
ROAD_NUMBER = re.compile(r"[abm]\d{1,4}")
FEWEST_WORDS = 3  # of house and street, that are hers by no chance
HOUSE_AND_STREET = 2  # lines of an address
LONGEST = 20_000  # characters of a section that are looked through
FURTHEST = 25  # words between two pieces of an address
READ_ANEW = "the register has it in other pieces"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a section, and where it stands there."""

    text: str  # folded, and in full where it is short for another
    capital: bool
    start: int
    end: int
    begins: bool  # behind a break


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a section, from the first to before the last."""

    first: int
    behind: int


def with_address_in_text(details: Details, message: Message, register: Register, words: Words) -> Details:
    """With the address of the member whose number counts, as it stands in the text; unless something else counts beside it, or
    the writer says of what was read there that it is somebody else's, or corrects it."""
    values = details.number_values
    if len(values) != 1:
        return details
    members = register.by_number(values[0])
    found = [each for member in members if (each := _house_in_text(member, message, vocabulary(words)))]
    if len(found) != 1:
        return details
    same = [each for each in details.addresses if each.evidence.overlaps(found[0].evidence)]
    beside = [each for each in details.full_addresses if each not in same]
    if beside or any(each.set_aside or CORRECTED in each.repair for each in same):
        return details
    anew = (replace(each, set_aside=READ_ANEW) if each in same else each for each in details.addresses)
    told = replace(details, addresses=(*anew, found[0]))
    return details if address_likely(found[0], told, message.sections, words) < UNLIKELY_ADDRESS else told


def _house_in_text(member: Member, message: Message, vocab: Vocabulary) -> Address | None:
    """The address as the writer has it, in the register's order; None where a piece is missing, or stands in a longer name. Where
    the register has no postcode, all its lines must be there."""
    lines = member.address[:HOUSE_AND_STREET] if member.postcode else member.address
    pieces = [words for line in lines for words in _pieces(line, vocab)]
    own = message.own_sections
    if sum(map(len, pieces)) < FEWEST_WORDS or not any(_has_code(each.text[:LONGEST], member) for each in own):
        return None
    return next((found for section in own if (found := _in_section(pieces, member, section, vocab))), None)


def _in_section(pieces: Sequence[tuple[str, ...]], member: Member, section: Section, vocab: Vocabulary) -> Address | None:
    words = list(_words(section.text[:LONGEST], vocab))
    spans = [_span_of(piece, words, vocab) for piece in pieces]
    found = [span for span in spans if span]
    in_order = sorted(found, key=lambda span: span.first)
    apart = any(later.first - before.behind > FURTHEST for before, later in pairwise(in_order))
    if len(found) < len(pieces) or apart:
        return None
    between = words[in_order[0].first : in_order[-1].behind]
    hers = {word for line in (*member.address, member.postcode) for piece in _pieces(line, vocab) for word in piece}
    if any(DIGIT.search(word.text) and word.text not in hers and not ROAD_NUMBER.fullmatch(word.text) for word in between):
        return None
    start, end = between[0].start, between[-1].end
    evidence = Evidence(section.part, section.start + start, section.start + end, section.text[start:end])
    lines = tuple(section.text[words[span.first].start : words[span.behind - 1].end] for span in found)
    return Address(lines, member.postcode, "", evidence, section.zone)


def _has_code(text: str, member: Member) -> bool:
    if not member.postcode:
        return True
    key = postcode_key(member.postcode)
    overseas = re.compile(rf"(?<!\w){re.escape(member.postcode)}(?!\w)")
    return any(postcode_key(code.value) == key for code in find_postcodes(text)) or bool(overseas.search(text))


def _span_of(piece: Sequence[str], words: Sequence[Word], vocab: Vocabulary) -> Span | None:
    spans = (Span(first, first + len(piece)) for first in range(len(words) - len(piece) + 1))
    same = (span for span in spans if all(words[span.first + index].text == word for index, word in enumerate(piece)))
    return next((span for span in same if _is_whole(span, words, vocab)), None)


def _is_whole(span: Span, words: Sequence[Word], vocab: Vocabulary) -> bool:
    """Whether nothing beside it makes it another name: Old Mill Lane, 12 The Barn, Rose Lane West."""
    if span.first and not words[span.first].begins:
        before = words[span.first - 1]
        numbered = DIGIT.search(before.text) or before.text in vocab.number_words or before.text in vocab.flats
        longer = before.capital and before.text not in vocab.links and not words[span.first].text[0].isdigit()
        if numbered or longer:
            return False
    if span.behind < len(words) and not words[span.behind].begins:
        behind = words[span.behind].text
        kinds = (vocab.houses, vocab.contrasts)
        return not (len(behind) == 1 or DIGIT.search(behind) or is_street(behind, vocab) or any(behind in kind for kind in kinds))
    return True


def _pieces(line: str, vocab: Vocabulary) -> Iterator[tuple[str, ...]]:
    """What stands between commas."""
    for piece in line.split(","):
        words = tuple(word.text for word in _words(piece, vocab))
        if words:
            yield words


def _words(text: str, vocab: Vocabulary) -> Iterator[Word]:
    end = 0
    for found in WORD.finditer(text):
        folded = fold(found[0])
        begins = not end or bool(BREAK.search(text, end, found.start()))
        yield Word(vocab.short_forms.get(folded, folded), found[0][0].isupper(), found.start(), found.end(), begins)
        end = found.end()
