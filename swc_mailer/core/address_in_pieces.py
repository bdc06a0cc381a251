"""A match in, the same anew out where the address that was read is not the member's, and the text tells hers.

People tell where they live in a story: "The mill house, they call it. Strictly it is 3 Leat Side …, Bakewell DE45 1ZZ". What is
read of that may be half an address. Led by the register: first the member's address is looked for word for word
(`house_in_text.py`); then, where the postcode is the member's and nothing read is another house, its pieces are looked for in
the writer's own words around what was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from swc_mailer.core.house_in_text import with_address_in_text
from swc_mailer.core.match import compare, match
from swc_mailer.core.model import Address, Case, Evidence, Match, Member, Section, Verdict, Zone
from swc_mailer.core.places import Vocabulary, phrase, vocabulary
from swc_mailer.core.register import postcode_key

LONGEST = 5_000  # characters of a section that are searched
ALONE = 2  # words of a piece that has only the house number: door 12
STRETCH = re.compile(r"(?:[^\n,;:()–—.!?]|[.!?](?!\s))+")
WORD = re.compile(r"\S+")


def by_the_text(found: Match, case: Case) -> Match:
    """The match, anew where what was read is not the member's address and the text has that: word for word, or in pieces around
    the one that was read."""
    member, address = found.member, found.address
    if found.verdict is not Verdict.ADDRESS_ELSEWHERE or not address or not member:
        return found
    told = with_address_in_text(case.details, case.message, case.register, case.words)
    addresses = _in_pieces(member, address, case) if told is case.details else told.full_addresses
    again = match(member.number, addresses, case.register, case.words)
    return found if again.verdict is Verdict.ADDRESS_ELSEWHERE else again


def _in_pieces(member: Member, address: Address, case: Case) -> tuple[Address, ...]:
    vocab = vocabulary(case.words)
    section = _section_of(address, case)
    if section is None or not _may_be(member, address, vocab) or _is_set_aside(member, case, vocab):
        return ()
    return (_gathered(member, address, section, case, vocab),)


def _section_of(address: Address, case: Case) -> Section | None:
    """Where the writer gives it in his own words; what staff typed in stands in none."""
    place = address.evidence
    sections = (each for each in case.message.sections if each.zone is Zone.OWN and each.part == place.part)
    return next((each for each in sections if each.start <= place.start < each.end and not place.message), None)


def _may_be(member: Member, address: Address, vocab: Vocabulary) -> bool:
    """Whether the postcode is the member's, or there is none overseas, and no other house was read."""
    same = postcode_key(member.postcode) == postcode_key(address.postcode) if member.postcode else bool(address.country)
    return same and not compare(member, address, vocab).another


def _is_set_aside(member: Member, case: Case, vocab: Vocabulary) -> bool:
    """Whether the text gives the member's address and says that it does not count."""
    return any(compare(member, each, vocab).matches for each in case.details.addresses if each.set_aside)


def _gathered(member: Member, address: Address, section: Section, case: Case, vocab: Vocabulary) -> Address:
    """The address with the pieces that the section has of the member's, in the order in which the register has them."""
    known = [word for line in member.address for word in phrase(line).split()]
    telling = [word for word in known if word not in vocab.fillers]
    aside = [each.evidence for each in case.details.addresses if each.set_aside]
    pieces = [
        piece
        for piece in _pieces(section, (vocab.sentence | vocab.fillers).difference(known))
        if _tells(piece, telling, vocab) and not any(map(piece.overlaps, aside))
    ]
    if not pieces:
        return address
    start, end = pieces[0].start, pieces[-1].end
    evidence = Evidence(section.part, start, end, section.text[start - section.start : end - section.start])
    in_order = sorted(pieces, key=lambda piece: _place_in(telling, piece))
    return replace(address, lines=tuple(" ".join(piece.text.split()) for piece in in_order), evidence=evidence)


def _pieces(section: Section, between: frozenset[str]) -> Iterator[Evidence]:
    """What stands between commas, stops, line ends and the words of sentences."""
    for stretch in STRETCH.finditer(section.text[:LONGEST]):
        words = list(WORD.finditer(stretch[0]))
        for of_sentence, some in groupby(words, lambda word: phrase(word[0]) in between):
            if not of_sentence:
                first, *_, last = [*some] * 2
                start, end = stretch.start() + first.start(), stretch.start() + last.end()
                yield Evidence(section.part, section.start + start, section.start + end, section.text[start:end])


def _tells(piece: Evidence, known: Sequence[str], vocab: Vocabulary) -> bool:
    """Whether it has names of the member's address, or a flat, or is a house number of it."""
    words = phrase(piece.text).split()
    of_member = set(known).intersection(words)
    return any(len(word) > 2 and word.isalpha() for word in of_member) or bool(
        vocab.flats.intersection(words) or (of_member and len(words) <= ALONE)
    )


def _place_in(known: Sequence[str], piece: Evidence) -> int:
    """Where its first word stands in the member's address; a flat that is not there comes first."""
    return min((known.index(word) for word in phrase(piece.text).split() if word in known), default=-1)
