"""A section of a message in, the postal addresses in it out, each with its evidence, what it lacks and why it may not count.

`address_pieces.py` takes the text apart; here the pieces that stand together become addresses, halves that stand apart are
joined, and `address_owners.py` says whose they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from swc_mailer.core.address_kinds import Kind
from swc_mailer.core.address_owners import set_aside
from swc_mailer.core.address_pieces import ADDRESS, PREMISES, Piece, read_pieces
from swc_mailer.core.model import Address, Evidence, Policy, Section
from swc_mailer.core.places import DOCUMENT, Vocabulary, fold, phrase, says, vocabulary
from swc_mailer.core.register import postcode_key
from swc_mailer.core.words import Words

LONGEST = 30_000  # characters of a section that are read: nobody writes an address behind them
MOST_NAMES = 2  # lines of unknown names that are kept above the street: a house, a hall
MOST_PIECES = 16  # of one address
MOST_ADDRESSES = 40  # that are looked for in one section
AROUND = 300  # characters before and behind an address where the writer may say in which country it is
CITY_STATES = frozenset(["singapore", "monaco", "gibraltar"])
NUMBER_BEHIND = re.compile(r"^\D{3,40} \d{1,4}[a-z]?$", re.IGNORECASE)  # a street of a name alone: Lijnbaan 12
NUMBER_IN_FRONT = re.compile(r"(?:number|no\.?|nr\.?)\s?\d", re.IGNORECASE)  # it's number 17 on Tannery Bank
NEAR = 40  # characters between an address and the flat that it is in
AHEAD = 5  # pieces that a blank line within an address is looked beyond for its postcode


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


def find_addresses(section: Section, words: Words, policy: Policy) -> tuple[Address, ...]:
    """Every address of the section, in order; those that do not count say why. Nothing where there is none."""
    text = section.text[:LONGEST]
    if not any(letter.isalpha() for letter in text):
        return ()
    vocab = vocabulary(words)
    names = Counter(_names(text))
    runs = _with_flats(list(_runs(read_pieces(text, words), vocab)))
    found = (address for run in runs if (address := _address(run, text, names, vocab, words)))
    addresses = [_as_address(each, section) for each in _joined(list(islice(found, MOST_ADDRESSES)))]
    return settle(set_aside(addresses, section, words, policy))


# --- pieces that stand together -----------------------------------------------------------------------------


def _runs(pieces: Sequence[Piece], vocab: Vocabulary) -> Iterator[list[Piece]]:
    """Pieces of addresses with nothing between them that ends one."""
    run: list[Piece] = []
    for index in range(len(pieces)):
        piece = _name_within(run, pieces, index)
        if piece.kind in ADDRESS:
            if len(run) >= MOST_PIECES or _starts_anew(run, piece, vocab):
                yield run
                run = []
            run.append(piece)
        elif run and _ends(run, piece, pieces[index + 1 : index + 1 + AHEAD]):
            yield run
            run = []
    if run:
        yield run


def _with_flats(runs: list[list[Piece]]) -> list[list[Piece]]:
    """The runs, a flat that stands by itself as part of the address beside it: LS6 2AB (flat 3); Flat 1 (ring twice), 12 High."""
    joined: list[list[Piece]] = []
    flat: list[Piece] = []
    for run in runs:
        if _only_flat(run):
            behind = bool(joined) and _lacks_flat(joined[-1]) and run[0].start - joined[-1][-1].end < NEAR
            flat = [] if behind else run
            joined[-1:] = [[*joined[-1], *run]] if behind else joined[-1:]
        else:
            before = flat and _lacks_flat(run) and run[0].start - flat[-1].end < NEAR
            joined.append([*flat, *run] if before else run)
            flat = []
    return joined


def _only_flat(run: Sequence[Piece]) -> bool:
    """Whether a run is a flat that is called one, and nothing else."""
    return len(run) == 1 and run[0].kind is Kind.FLAT and run[0].text[0].isalpha() and not NUMBER_IN_FRONT.match(run[0].text)


def _lacks_flat(run: Sequence[Piece]) -> bool:
    return Kind.STREET in _kinds(run) and Kind.FLAT not in _kinds(run)


def _name_within(run: Sequence[Piece], pieces: Sequence[Piece], index: int) -> Piece:
    """What looks like a person's name is a place's below a street and before a postcode: Douglas, St George."""
    piece = pieces[index]
    if piece.kind is not Kind.PERSON or not _kinds(run) & PREMISES or Kind.POSTCODE in _kinds(run):
        return piece
    following = [each for each in pieces[index + 1 : index + 4] if each.kind is not Kind.STOP]
    before_place = bool(following) and following[0].kind in (Kind.POSTCODE, Kind.PLACE, Kind.COUNTRY, Kind.CODE)
    return replace(piece, kind=Kind.NAMED) if before_place and len(piece.text.split()) <= 3 else piece


def _kinds(pieces: Sequence[Piece]) -> set[Kind]:
    return {piece.kind for piece in pieces}


def _starts_anew(run: Sequence[Piece], piece: Piece, vocab: Vocabulary) -> bool:
    kinds = _kinds(run)
    if Kind.POSTCODE in kinds:
        return not _goes_on(run, piece, vocab)
    if Kind.COUNTRY in kinds and kinds & PREMISES:
        return piece.kind is not Kind.CODE and piece.kind is not Kind.POSTCODE
    if piece.kind is not Kind.STREET or not piece.text[0].isdigit():
        return piece.led in ("at", "is") and bool(kinds & PREMISES) and piece.line == run[-1].line
    numbered = [index for index, each in enumerate(run) if each.kind is Kind.STREET and each.text[0].isdigit()]
    return bool(numbered) and bool(_kinds(run[numbered[0] + 1 :]) & {Kind.PLACE, Kind.NAMED})


def _goes_on(run: Sequence[Piece], piece: Piece, vocab: Vocabulary) -> bool:
    """Whether an address goes on behind its postcode: with a country, BFPO's second code, or because the postcode came first."""
    if piece.kind is Kind.POSTCODE:
        return any(each.postcode and each.postcode.forces for each in run) != bool(piece.postcode and piece.postcode.forces)
    if piece.kind is Kind.COUNTRY or phrase(piece.text) in vocab.home or phrase(piece.text) in vocab.counties:
        return True
    only_postcode = _kinds(run) == {Kind.POSTCODE}
    return bool(piece.label) and (only_postcode or (bool(run[-1].label) and piece.label != "street"))


def _ends(run: Sequence[Piece], piece: Piece, following: Sequence[Piece]) -> bool:
    upcoming = [each for each in following if each.kind not in (Kind.STOP, Kind.BLANK)]
    if piece.kind in (Kind.FIELD, Kind.NUMBER):
        labelled = next((each.label for each in following if each.kind in ADDRESS), "")
        return not (run[-1].label and labelled)
    if piece.kind is Kind.STOP:
        after = upcoming[0].kind if upcoming else Kind.SENTENCE
        return after not in (Kind.POSTCODE, Kind.PLACE, Kind.COUNTRY, Kind.CODE) and not (
            following and following[0].kind is Kind.BLANK
        )
    if piece.kind is Kind.BLANK:
        return not _bridged(run, following)
    return True


def _bridged(run: Sequence[Piece], following: Sequence[Piece]) -> bool:
    """Whether an address goes on below an empty line: lines that are paragraphs each, with the postcode still to come."""
    if Kind.POSTCODE in _kinds(run) or (following and following[0].kind is Kind.BLANK):
        return False
    if run[-1].label and following and following[0].label:
        return True
    for each in following:
        if each.kind in (Kind.POSTCODE, Kind.COUNTRY):
            return True
        if each.kind in ADDRESS and not (each.kind is Kind.STREET and _kinds(run) & {Kind.STREET}):
            continue
        if each.kind is not Kind.BLANK:
            return False
    return False


# --- from a run to an address -------------------------------------------------------------------------------


def _address(run: Sequence[Piece], text: str, names: Counter[str], vocab: Vocabulary, words: Words) -> Found | None:
    """The address that a run of pieces is, None where it is none."""
    pieces = _without_names_above(run, names)
    if not pieces:
        return None
    codes = [piece.postcode for piece in pieces if piece.postcode]
    own = next((code for code in codes if not code.forces), codes[0] if codes else None)
    if own:
        lacking = () if _has_premises(pieces) else ("street",)
        return Found(tuple(pieces), own.value, "", lacking, own.repair)
    country = _country(pieces, text, vocab, words)
    if country:
        return _overseas(pieces, country, vocab)
    return _without_postcode(pieces, text, vocab, words)


def _without_names_above(run: Sequence[Piece], names: Counter[str]) -> list[Piece]:
    """The run without people's names in front: those that the text holds elsewhere too, and all but the last two."""
    pieces = [piece for piece in run if not (piece.kind is Kind.NAMED and _said_elsewhere(piece, run, names))]
    first = next((index for index, piece in enumerate(pieces) if piece.kind in PREMISES or piece.kind is Kind.FLAT), 0)
    return pieces[max(0, first - MOST_NAMES) :]


def _said_elsewhere(piece: Piece, run: Sequence[Piece], names: Counter[str]) -> bool:
    """Whether a name stands outside the address too, as a signature does; only its first line is a person's."""
    if piece is not run[0] or piece.label or len(run) == 1:
        return False
    inside = Counter(name for each in run for name in _names(each.text))
    own = _names(piece.text)
    return bool(own) and all(names[name] > inside[name] for name in own)


def _names(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{3,}", fold(text))


def _has_premises(pieces: Sequence[Piece]) -> bool:
    kinds = [piece.kind for piece in pieces]
    if PREMISES & set(kinds):
        return True
    named, places = kinds.count(Kind.NAMED) + kinds.count(Kind.CARE_OF), kinds.count(Kind.PLACE)
    forces = any(piece.postcode and (piece.postcode.forces or piece.postcode.value.startswith("BF")) for piece in pieces)
    if Kind.FLAT in kinds or forces:
        return named > 0
    return named > 0 and named + places > 1 and pieces[0].led not in ("in", "from", "near") and pieces[0].kind is not Kind.PLACE


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
    return _country_lived_in(near, vocab, words) if Kind.CODE in _kinds(pieces) else ""


def _country_lived_in(text: str, vocab: Vocabulary, words: Words) -> str:
    for word in re.finditer(r"(?=\b(?P<pair>(?P<single>[^\W\d_]+) [^\W\d_]+)|(?<=\s)(?P<last>[^\W\d_]+)\b)", text):
        for name in (word["pair"] or "", word["single"] or word["last"]):
            if phrase(name) in vocab.countries and says(words, "living", text[max(0, word.start() - 40) : word.start()]):
                return name
    return ""


def _overseas(pieces: Sequence[Piece], country: str, vocab: Vocabulary) -> Found | None:
    kinds = _kinds(pieces)
    if not kinds & (PREMISES | {Kind.CODE, Kind.FLAT}):
        return None
    numbered = (
        [] if kinds & PREMISES else [each for each in pieces if each.kind is Kind.NAMED and NUMBER_BEHIND.search(each.text)]
    )
    street = kinds & PREMISES or (Kind.FLAT in kinds and Kind.NAMED in kinds) or numbered or _hamlet(pieces)
    place = phrase(country) in CITY_STATES or _place_given([each for each in pieces if each not in numbered[:1]], vocab)
    lacking = tuple(name for name, given in (("street", street), ("place", place)) if not given)
    return Found(tuple(pieces), _foreign_code(pieces, country, vocab), country, lacking)


def _place_given(pieces: Sequence[Piece], vocab: Vocabulary) -> bool:
    named = _kinds(pieces) & {Kind.PLACE, Kind.NAMED}
    return bool(named) or _street_count(pieces) > 1 or any(_code_place(each) or _town_behind(each, vocab) for each in pieces)


def _town_behind(piece: Piece, vocab: Vocabulary) -> bool:
    """Whether a street's piece goes on with its town: 12 Main Street Dublin."""
    names = [vocab.short_forms.get(name, name) for name in fold(piece.text).split()]
    marks = [index for index, name in enumerate(names) if index > 1 and (name in vocab.streets or name == "st")]
    return piece.kind is Kind.STREET and bool(marks) and any(name.isalpha() for name in names[marks[-1] + 1 :])


def _hamlet(pieces: Sequence[Piece]) -> bool:
    """A house or hamlet by its name, before the postcode and its town: Le Bourg, 24300 Nontron."""
    return pieces[0].kind is Kind.NAMED and any(_code_place(piece) for piece in pieces[1:])


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
    kinds = _kinds(pieces)
    if kinds & PREMISES and _street_stands(pieces, vocab):
        return Found(tuple(pieces), "", "", ("postcode",))
    towns = [piece for piece in pieces if piece.kind is Kind.PLACE and piece.led not in ("", "-")]
    if towns and says(words, "living", text[max(0, pieces[0].start - 40) : pieces[0].start]):
        return Found(tuple(pieces), "", "", ("street", "postcode"))
    if any(piece.label for piece in pieces) and kinds & {Kind.PLACE, Kind.NAMED}:
        return Found(tuple(pieces), "", "", ("street", "postcode"))
    return None


def _street_stands(pieces: Sequence[Piece], vocab: Vocabulary) -> bool:
    """Whether something without a postcode is an address: a box, a house number, or a house beside a place."""
    if any(piece.kind is Kind.BOX or piece.label for piece in pieces):
        return True
    first = next(piece for piece in pieces if piece.kind in PREMISES)
    spelt = fold(first.text).split()[0] in vocab.number_words
    numbered = first.kind is Kind.STREET and (spelt or any(letter.isdigit() for letter in first.text))
    beside = _kinds(pieces) & {Kind.PLACE, Kind.NAMED, Kind.FLAT} or _street_count(pieces) > 1
    if numbered:
        named = _capitals(first.text) or fold(first.text).split()[-1] in vocab.streets
        counted = bool(NUMBER_IN_FRONT.match(first.text)) and any(word in vocab.streets for word in fold(first.text).split())
        lone = counted or (named and (first.led == "" or len(first.text.split()) > 2))
        return bool(beside) or first.led in ("at", "to", "is", "number") or lone
    if Kind.FLAT in _kinds(pieces) and _capitals(first.text) and fold(first.text).split()[-1] in vocab.streets:  # no 4, Rose Lane
        return True
    return Kind.PLACE in _kinds(pieces) or (_street_count(pieces) > 1 and bool(beside) and first.led != "-")


def _capitals(text: str) -> bool:
    """Whether the words are a name's: 12 Rose Lane, and not 2 ways out."""
    names = [word for word in text.split() if word[0].isalpha()]
    return bool(names) and all(word[0].isupper() for word in names)


# --- halves, and what comes out --------------------------------------------------------------------------------


def _joined(found: Sequence[Found]) -> list[Found]:
    """A street without its postcode and a postcode without a street, where there is just one of each, are one address."""
    streets = [each for each in found if each.lacking == ("postcode",)]
    codes = [each for each in found if each.postcode and each.lacking == ("street",)]
    if len(streets) != 1 or len(codes) != 1 or any(not each.lacking for each in found):
        return list(found)
    street, code = streets[0], codes[0]
    whole = Found((*street.pieces, *code.pieces), code.postcode, "", (), code.repair)
    return [whole if each is street else each for each in found if each is not code]


def _as_address(found: Found, section: Section) -> Address:
    written = section.text[found.start : found.end]
    start = section.start + found.start
    evidence = Evidence(section.part, start, start + len(written), written)
    lines = tuple(line for piece in found.pieces if (line := _line(piece, found)))
    return Address(lines, found.postcode, found.country, evidence, section.zone, found.lacking, found.repair)


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
    """The same address once, the fullest; parts of an address only where none is full. For the addresses of several sections too:
    `details.py` calls it again on all of them."""
    kept: list[Address] = []
    for address in addresses:
        twin = next((index for index, other in enumerate(kept) if _same(address, other)), -1)
        if twin < 0:
            kept.append(address)
        elif _weight(address) > _weight(kept[twin]):
            kept[twin] = address
    if any(address.full and not address.set_aside for address in kept):
        kept = [address for address in kept if address.full or address.set_aside]
    return tuple(kept)


def _weight(address: Address) -> tuple[bool, bool, int]:
    return not address.set_aside, address.full, len(address.lines)


def _same(one: Address, other: Address) -> bool:
    """The same place written twice: one postcode, and no house number that only one of them has."""
    if postcode_key(one.postcode) != postcode_key(other.postcode) or phrase(one.country) != phrase(other.country):
        return False
    first, second = (set(re.findall(r"\d+[a-z]?", fold(" ".join(each.lines)))) for each in (one, other))
    names = [set(re.findall(r"[^\W\d_]{3,}", fold(" ".join(each.lines)))) for each in (one, other)]
    if not one.full or not other.full:
        return bool(one.postcode) or bool(names[0] & names[1])
    return (first <= second or second <= first) and bool(names[0] & names[1])
