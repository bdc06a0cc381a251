"""A section of a message in, the postal addresses in it out, each with its evidence, what it lacks and why it may not count.

`address_pieces.py` takes the text apart, `address_runs.py` finds which pieces stand together; here these become addresses,
halves that stand apart are joined, and `address_owners.py` says whose they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, zip_longest

from swc_mailer.core.address_corrections import mark_correction, postcode_put_right, with_corrections, with_number_put_right
from swc_mailer.core.address_kinds import Kind
from swc_mailer.core.address_lacks import NO_HOUSE, NO_POSTCODE, NO_STREET, in_street_of, lacks
from swc_mailer.core.address_languages import in_other_language, in_two, other_name
from swc_mailer.core.address_owners import set_aside
from swc_mailer.core.address_pieces import PREMISES, Piece, read_pieces
from swc_mailer.core.address_remarks import without_disowned, without_remarks
from swc_mailer.core.address_runs import NUMBER_IN_FRONT, kinds_of, read_runs, with_flats
from swc_mailer.core.model import Address, Evidence, Policy, Section
from swc_mailer.core.places import DOCUMENT, Vocabulary, fold, phrase, says, vocabulary
from swc_mailer.core.register import postcode_key
from swc_mailer.core.words import Words

LONGEST = 30_000  # characters of a section that are read: nobody writes an address behind them
NAMES = frozenset({Kind.NAMED, Kind.STREET, Kind.HOUSE})  # what a person's name may be taken for
MOST_NAMES = 2  # lines of unknown names that are kept above the street: a house, a hall
MOST_ADDRESSES = 40  # that are looked for in one section
BESIDE = 40  # characters between an address and the same in another language
AROUND = 300  # characters before and behind an address where the writer may say in which country it is
NAME = re.compile(r"[^\W\d_]{3,}")
DIGIT = re.compile(r"\d")
STATE = re.compile(r"[^\W\d_][^\d]*\d{5}(?:-\d{4})?$")  # Kearney, Nebraska 68845 is a town in it
DIGITS = re.compile(r"[\d ]+")  # beside a postcode no code of a country: Jo Bloggs, 360 995
LINKED = re.compile(r"[^.!?;\n]{1,40}")  # between a street and its postcode: which is in Framlingham
COUNTY = re.compile(r"co\.? |county ", re.IGNORECASE)
CITY_STATES = frozenset(["singapore", "monaco", "gibraltar"])
NUMBER_BEHIND = re.compile(r"^\D{3,40} \d{1,4}[a-z]?$", re.IGNORECASE)  # a street of a name alone: Lijnbaan 12


@dataclass(frozen=True, slots=True)
class Found:
    """An address as it was put together, with the pieces it is made of."""

    pieces: tuple[Piece, ...]
    postcode: str
    country: str
    lacking: tuple[str, ...]
    repair: str = ""

    @property
    def start(self) -> int:
        return min(piece.start for piece in self.pieces)

    @property
    def end(self) -> int:
        return max(piece.end for piece in self.pieces)


def find_addresses(section: Section, words: Words, policy: Policy, writer: str = "") -> tuple[Address, ...]:
    """Every address of the section, in order; those that do not count say why. Nothing where there is none. The writer's name is
    no house's, whatever its words are: Dale Heath, Penistone."""
    text = section.text[:LONGEST]
    if not any(letter.isalpha() for letter in text):
        return ()
    vocab = vocabulary(words)
    names = cache(lambda: Counter(_names(text, vocab)))
    pieces = without_disowned(without_remarks(read_pieces(text, words), text, words), text, words)
    runs = with_flats(list(read_runs(pieces, vocab)), text)
    each_found = (
        address for run in runs if (address := _address(_without_writer(run, writer, vocab), text, names, vocab, words))
    )
    found = list(islice(each_found, MOST_ADDRESSES))
    if not found:
        return ()
    whole = _corrected(_joined(found, text), text, words)
    addresses = [mark_correction(_as_address(each, section, words), text, each.start, words) for each in whole]
    addresses = _in_one(addresses, section, words)
    return settle(with_number_put_right(set_aside(addresses, section, words, policy), section, words))


# --- from a run to an address -------------------------------------------------------------------------------


def _address(run: Sequence[Piece], text: str, names: Callable[[], Counter[str]], vocab: Vocabulary, words: Words) -> Found | None:
    """The address that a run of pieces is, None where it is none."""
    pieces = _without_names_above(run, names, vocab)
    if not pieces:
        return None
    codes = [piece.postcode for piece in pieces if piece.postcode]
    own = next((code for code in codes if not code.forces), codes[0] if codes else None)
    if own:
        pieces = [piece for piece in pieces if piece.kind is not Kind.CODE or not DIGITS.fullmatch(piece.text)]
        return Found(tuple(pieces), own.value, "", lacks(pieces, text, vocab, words), own.repair)
    country = _country(pieces, text, vocab, words)
    if country:
        return _overseas(pieces, country, vocab)
    return _without_postcode(pieces, text, vocab, words)


def _without_names_above(run: Sequence[Piece], names: Callable[[], Counter[str]], vocab: Vocabulary) -> list[Piece]:
    """The run without people's names in front: those that the text holds elsewhere too, and all but the last two; a postcode at
    the top, of who writes from the bottom up, stays."""
    pieces = [piece for piece in run if not (piece.kind is Kind.NAMED and _said_elsewhere(piece, run, names, vocab))]
    first = next((index for index, piece in enumerate(pieces) if piece.kind in PREMISES or piece.kind is Kind.FLAT), 0)
    above = pieces[: max(0, first - MOST_NAMES)]
    return [piece for piece in above if piece.kind is Kind.POSTCODE] + pieces[len(above) :]


def _without_writer(run: Sequence[Piece], writer: str, vocab: Vocabulary) -> Sequence[Piece]:
    """The run without the writer's name in front, whole, with initials, or her surname alone: Example, number 12. In the words of
    a street it may be a house's beside a number: Mary Hall, 12 Rose Lane."""
    numbered = any(DIGIT.search(piece.text) for piece in run[1:] if piece.kind in PREMISES or piece.kind is Kind.FLAT)
    own = phrase(writer).split()
    if run[0].kind not in NAMES or not own or (numbered and run[0].kind is not Kind.NAMED):
        return run
    *given, last = phrase(run[0].text).split() or [""]
    surname = last == own[-1] and last not in vocab.houses
    initials = {name[0] for name in own}
    hers = {last, *given} <= {*own} or (surname and {*given} <= {*own, *initials})
    return run[1:] if hers and (given or surname) else run


def _said_elsewhere(piece: Piece, run: Sequence[Piece], names: Callable[[], Counter[str]], vocab: Vocabulary) -> bool:
    """Whether a name stands outside the address too, as a signature does; only its first line is a person's."""
    if piece is not run[0] or piece.label or len(run) == 1 or _of_a_house(fold(piece.text).split()[0], vocab):
        return False
    inside = Counter(name for each in run for name in _names(each.text, vocab))
    own, around = list(_names(piece.text, vocab)), names()
    return bool(own) and all(around[name] > inside[name] for name in own)


def _of_a_house(word: str, vocab: Vocabulary) -> bool:
    """Whether a word is a house's kind in short: nb Wandering Star is no person, however often she is named."""
    return word in vocab.short_forms and vocab.short_forms[word] in vocab.houses


def _names(text: str, vocab: Vocabulary) -> Iterator[str]:
    """The words that may be people's names; none that a house's word follows: Rosebank Cottage."""
    names = NAME.findall(fold(text))
    return (name for name, following in zip_longest(names, names[1:]) if following not in vocab.houses)


def _country(pieces: Sequence[Piece], text: str, vocab: Vocabulary, words: Words) -> str:
    """The country overseas: named in the address, told by its form, or where the writer says to live."""
    for piece in pieces:
        if piece.kind is Kind.COUNTRY:
            return piece.text
    if any(phrase(piece.text) in vocab.home or phrase(piece.text) in vocab.counties for piece in pieces):
        return ""
    written = text[min(piece.start for piece in pieces) : max(piece.end for piece in pieces)]
    for entry in words.entries(DOCUMENT, "region"):
        if entry.pattern.search(written):
            return entry.text
    near = text[max(0, pieces[0].start - AROUND) : pieces[-1].end + AROUND]
    return _country_lived_in(near, vocab, words) if Kind.CODE in kinds_of(pieces) else ""


def _country_lived_in(text: str, vocab: Vocabulary, words: Words) -> str:
    for word in re.finditer(r"(?=\b(?P<pair>(?P<single>[^\W\d_]+) [^\W\d_]+)|(?<=\s)(?P<last>[^\W\d_]+)\b)", text):
        for name in (word["pair"] or "", word["single"] or word["last"]):
            if phrase(name) in vocab.countries and says(words, "living", text[max(0, word.start() - 40) : word.start()]):
                return name
    return ""


def _overseas(pieces: Sequence[Piece], country: str, vocab: Vocabulary) -> Found | None:
    kinds = kinds_of(pieces)
    if not kinds & (PREMISES | {Kind.CODE, Kind.FLAT}) and not _hamlet(pieces):
        return None
    numbered = (
        [] if kinds & PREMISES else [each for each in pieces if each.kind is Kind.NAMED and NUMBER_BEHIND.search(each.text)]
    )
    street = kinds & PREMISES or (Kind.FLAT in kinds and Kind.NAMED in kinds) or numbered or _hamlet(pieces)
    place = phrase(country) in CITY_STATES or _place_given([each for each in pieces if each not in numbered[:1]], vocab)
    lacking = tuple(name for name, given in (("street", street), ("place", place)) if not given)
    return Found(tuple(pieces), _foreign_code(pieces, country, vocab), country, lacking)


def _place_given(pieces: Sequence[Piece], vocab: Vocabulary) -> bool:
    named = kinds_of(pieces) & {Kind.PLACE, Kind.NAMED}
    street = next((index for index, piece in enumerate(pieces) if piece.kind is Kind.STREET), 0)  # behind its house's name
    more = _street_count(pieces[street:]) > 1
    return bool(named) or more or any(_code_place(each) or _town_behind(each, vocab) for each in pieces)


def _town_behind(piece: Piece, vocab: Vocabulary) -> bool:
    """Whether a street's piece goes on with its town: 12 Main Street Dublin."""
    names = [vocab.short_forms.get(name, name) for name in fold(piece.text).split()]
    marks = [index for index, name in enumerate(names) if index > 1 and (name in vocab.streets or name == "st")]
    return piece.kind is Kind.STREET and bool(marks) and any(name.isalpha() for name in names[marks[-1] + 1 :])


def _hamlet(pieces: Sequence[Piece]) -> bool:
    """A house or hamlet by its name, before the postcode and its town: Le Bourg, 24300 Nontron; or in three lines of names."""
    named = [piece for piece in pieces if piece.kind in (Kind.NAMED, Kind.PLACE) and not COUNTY.match(piece.text)]
    in_lines = len({piece.line for piece in pieces}) == len(pieces)
    likely = named[1:] if named and " " in named[0].text else named  # a person's name, or a house's
    led = pieces[0].led == "at" and len(named) >= MOST_NAMES
    county = any(COUNTY.match(piece.text) for piece in pieces) and len(likely) == MOST_NAMES  # Gortna | Ballyard | Co. Kerry
    if led or (in_lines and (len(likely) > MOST_NAMES or county)):  # Glenbower | Coolfadda | Bandon
        return True
    return pieces[0].kind is Kind.NAMED and any(_code_place(piece) and not STATE.match(piece.text) for piece in pieces[1:])


def _street_count(pieces: Sequence[Piece]) -> int:
    return sum(piece.kind in PREMISES for piece in pieces)


def _code_place(piece: Piece) -> bool:
    return piece.kind is Kind.CODE and bool(re.search(r"[^\W\d_]{3,}", piece.text))


def _foreign_code(pieces: Sequence[Piece], country: str, vocab: Vocabulary) -> str:
    known = vocab.countries.get(phrase(country).removeprefix("the "))
    for piece in pieces:
        if known and piece.kind not in PREMISES and (code := known.code_form.search(piece.text)):
            return code[0]
    return ""


def _without_postcode(pieces: Sequence[Piece], text: str, vocab: Vocabulary, words: Words) -> Found | None:
    """A street without its postcode, or a town alone where the writer says to live."""
    kinds = kinds_of(pieces)
    if kinds & PREMISES and _street_stands(pieces, vocab):
        return Found(tuple(pieces), "", "", ("postcode",))
    towns = [piece for piece in pieces if piece.kind is Kind.PLACE and piece.led not in ("", "-")]
    if towns and says(words, "living", text[max(0, pieces[0].start - 40) : pieces[0].start]):
        return Found(tuple(pieces), "", "", ("street", "postcode"))
    if any(piece.label for piece in pieces) and kinds & {Kind.PLACE, Kind.NAMED}:
        return Found(tuple(pieces), "", "", ("street", "postcode"))
    return None


def _street_stands(pieces: Sequence[Piece], vocab: Vocabulary) -> bool:
    """Whether something without a postcode is an address: a box, a house number (no 4, Rose Lane), a house beside a place."""
    if any(piece.kind is Kind.BOX or piece.label for piece in pieces):
        return True
    first = next(piece for piece in pieces if piece.kind in PREMISES)
    said = fold(first.text).split()
    spelt = said[0] in vocab.number_words and vocab.measures.isdisjoint(said[1:2])  # not two doors down
    numbered = first.kind is Kind.STREET and (spelt or any(letter.isdigit() for letter in first.text))
    beside = kinds_of(pieces) & {Kind.PLACE, Kind.NAMED, Kind.FLAT} or _street_count(pieces) > 1
    if numbered:
        named = _capitals(first.text) or _ends_as_street(first, vocab)
        counted = bool(NUMBER_IN_FRONT.match(first.text)) and any(word in vocab.streets for word in fold(first.text).split())
        lone = counted or (named and (first.led == "" or len(first.text.split()) > 2))
        return bool(beside) or first.led in ("at", "to", "is", "number") or lone
    if Kind.FLAT in kinds_of(pieces) and _capitals(first.text) and _ends_as_street(first, vocab):  # no 4, Rose Lane
        return True
    return Kind.PLACE in kinds_of(pieces) or (_street_count(pieces) > 1 and bool(beside) and first.led != "-")


def _ends_as_street(piece: Piece, vocab: Vocabulary) -> bool:
    last = fold(piece.text).split()[-1]
    return last == "st" or vocab.short_forms.get(last, last) in vocab.streets


def _capitals(text: str) -> bool:
    """Whether the words are a name's: 12 Rose Lane, and not 2 ways out."""
    names = [word for word in text.split() if word[0].isalpha()]
    return bool(names) and all(word[0].isupper() for word in names)


# --- halves, and what comes out --------------------------------------------------------------------------------


def _joined(found: Sequence[Found], text: str) -> list[Found]:
    """A street without its postcode and a postcode without a street, where there is just one of each or one stands close behind
    the other, are one address."""
    streets = [each for each in found if each.lacking == NO_POSTCODE]
    given = [[piece.text for piece in each.pieces] for each in streets]
    codes = [
        each for each in found if each.postcode and (each.lacking == NO_STREET or _only_beside(each) or _in_one_of(given, each))
    ]
    if len(streets) > 1 and len(codes) == 1:
        streets = [each for each in streets if LINKED.fullmatch(text, each.end, max(each.end, codes[0].start))]
    if len(streets) != 1 or len(codes) != 1 or any(not each.lacking for each in found if each is not codes[0]):
        return list(found)
    street, code = streets[0], codes[0]
    pieces = (*street.pieces, *(piece for piece in code.pieces if piece.kind not in PREMISES))
    whole = Found(pieces, code.postcode, "", (), code.repair)
    return [whole if each is street else each for each in found if each is not code]


def _only_beside(found: Found) -> bool:
    """Whether the street before a postcode is one that a sentence only names beside the home: above the Downs, BL0 9ZF."""
    premises = [piece for piece in found.pieces if piece.kind in PREMISES]
    beside = (each.kind is Kind.STREET and each.led == "-" and not any(map(str.isdigit, each.text)) for each in premises)
    return bool(premises) and all(beside)


def _in_one_of(streets: Sequence[Sequence[str]], found: Found) -> bool:
    street = [piece.text for piece in found.pieces if piece.kind in PREMISES]
    return found.lacking == NO_HOUSE and in_street_of(street[0], streets)


def _corrected(found: Sequence[Found], text: str, words: Words) -> list[Found]:
    """The one full address with the postcode that is corrected below it: P.S. wrong postcode above, mine ends in 9TG, KY2 9TG."""
    full = [each for each in found if not each.lacking]
    below = [each for each in found if each.lacking == NO_STREET and full and each.start >= full[0].end]
    others = [each for each in below if each.postcode not in ("", full[0].postcode)]
    codes = [each for each in others if not each.country]  # Somerville, MA 02143 corrects nothing
    if len(full) != 1 or len(codes) != 1:
        return list(found)
    whole, code = full[0], codes[0]
    start = next(piece.start for piece in code.pieces if piece.postcode)
    if not postcode_put_right(text[whole.end :], start - whole.end, code.end - whole.end, words):
        return list(found)
    mended = replace(whole, postcode=code.postcode, repair=code.repair)
    return [mended if each is whole else each for each in found if each is not code]


def _as_address(found: Found, section: Section, words: Words) -> Address:
    written = section.text[found.start : found.end]
    start = section.start + found.start
    evidence = Evidence(section.part, start, start + len(written), written)
    lines = tuple(_lines(found, section.text, words))
    return Address(lines, found.postcode, found.country, evidence, section.zone, found.lacking, found.repair)


def _lines(found: Found, text: str, words: Words) -> Iterator[str]:
    """The lines of the address, a street that has two names under both."""
    last = ""
    for before, piece in zip((None, *found.pieces), found.pieces, strict=False):
        line = _line(piece, found)
        between = text[before.end : piece.start] if before else ""
        last = other_name(last, between, line, words) or line
        yield from (each for each in in_two(last, words) if each)


def _line(piece: Piece, found: Found) -> str:
    """The piece as a line of the address: without the postcode, and without the country."""
    if piece.kind is Kind.COUNTRY:
        return ""
    if piece.postcode:
        return piece.postcode.value if piece.postcode.forces and piece.postcode.value != found.postcode else ""
    text = " ".join(piece.text.split())
    if piece.kind not in PREMISES and found.country and found.postcode:
        text = " ".join(text.replace(found.postcode, " ").split())
    return text.strip(" ,.;:-")


def settle(addresses: Sequence[Address]) -> tuple[Address, ...]:
    """The same address once, the fullest; parts of an address only where none is full. But a street elsewhere without its house
    is one of two. For the addresses of several sections too: `details.py` calls it again on all of them."""
    kept: list[Address] = []
    for address in with_corrections(addresses):
        twin = next((index for index, other in enumerate(kept) if _same(address, other)), -1)
        if twin < 0:
            kept.append(address)
        elif _weight(address) > _weight(kept[twin]):
            kept[twin] = address
    if any(address.full and not address.set_aside for address in kept):
        kept = [replace(address, lacking=()) if address.lacking == NO_HOUSE else address for address in kept]
        kept = [address for address in kept if address.full or address.set_aside]
    return tuple(kept)


def _in_one(addresses: Sequence[Address], section: Section, words: Words) -> list[Address]:
    """The addresses; one for two side by side that are the same in two languages, with the lines of both."""
    kept: list[Address] = []
    for address in addresses:
        last = kept[-1] if kept else None
        if last and _translated(last, address, words):
            start, end = last.evidence.start, address.evidence.end
            written = section.text[start - section.start : end - section.start]
            evidence = replace(last.evidence, end=end, text=written)
            kept[-1] = replace(last, lines=(*last.lines, *address.lines), evidence=evidence)
        else:
            kept.append(address)
    return kept


def _translated(one: Address, other: Address, words: Words) -> bool:
    beside = 0 <= other.evidence.start - one.evidence.end <= BESIDE and one.full and other.full
    same_code = bool(one.postcode) and postcode_key(one.postcode) == postcode_key(other.postcode)
    return beside and same_code and in_other_language(one.lines, other.lines, words)


def _weight(address: Address) -> tuple[bool, bool, int]:
    return not address.set_aside, address.full, len(address.lines)


def _same(one: Address, other: Address) -> bool:
    """The same place written twice: one postcode, and no house number that only one of them has."""
    if postcode_key(one.postcode) != postcode_key(other.postcode) or phrase(one.country) != phrase(other.country):
        return False
    first, second = (set(re.findall(r"\d+[a-z]?", fold(" ".join(each.lines)))) for each in (one, other))
    names = [set(NAME.findall(fold(" ".join(each.lines)))) for each in (one, other)]
    if not one.full or not other.full:
        return bool(one.postcode) or bool(names[0] & names[1])
    return (first <= second or second <= first) and bool(names[0] & names[1])
