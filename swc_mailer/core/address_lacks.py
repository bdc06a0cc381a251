"""The pieces of an address with its postcode in, what it lacks out: nothing, street and house, or the house in its street."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from swc_mailer.core.address_kinds import Kind
from swc_mailer.core.address_pieces import PREMISES, Piece
from swc_mailer.core.places import Vocabulary, fold, phrase, says
from swc_mailer.core.words import Words

NO_POSTCODE, NO_STREET, NO_HOUSE = ("postcode",), ("street",), ("house",)
BEFORE_STREET = frozenset({Kind.PLACE, Kind.POSTCODE})  # what names no house
BEHIND_STREET = BEFORE_STREET | {Kind.NAMED}
BEFORE = 60  # characters in front of a street in which the house may be told
LONGEST_PLACE = 3  # words of a town that goes on behind its street: Rose Lane King's Lynn
LONGEST_NAME = 2  # words of a street's name that is surely none of a house beside it


def lacks(pieces: Sequence[Piece], text: str, vocab: Vocabulary, words: Words) -> tuple[str, ...]:
    """What the address in a text lacks; no house where the words in front tell it: the flat above the chip shop, High Street."""
    pieces = [piece for piece in pieces if not _is_person(piece.text, words)] or pieces
    if not _has_premises(pieces, words):
        return NO_STREET
    told = says(words, "house_told", text[max(0, pieces[0].start - BEFORE) : pieces[0].start])
    return NO_HOUSE if _lacks_house(pieces, vocab) and not told else ()


def _has_premises(pieces: Sequence[Piece], words: Words) -> bool:
    kinds = [piece.kind for piece in pieces]
    if PREMISES & set(kinds):
        return True
    named, places = kinds.count(Kind.NAMED) + kinds.count(Kind.CARE_OF), kinds.count(Kind.PLACE)
    forces = any(piece.postcode and (piece.postcode.forces or piece.postcode.value.startswith("BF")) for piece in pieces)
    if Kind.FLAT in kinds or forces:
        return named > 0
    if named == 1 and any(says(words, "village", piece.text) for piece in pieces if piece.kind is Kind.NAMED):
        return False
    return named > 0 and named + places > 1 and pieces[0].led not in ("in", "from", "near") and pieces[0].kind is not Kind.PLACE


def _lacks_house(pieces: Sequence[Piece], vocab: Vocabulary) -> bool:
    """Whether a street stands without its house's number or name: Rose Lane, Leeds LS6 2AB. A name in front may be a house's, and
    one behind is a village's."""
    first = next((index for index, piece in enumerate(pieces) if piece.kind in PREMISES), len(pieces))
    before, behind = pieces[:first], pieces[first + 1 :]
    if any(piece.kind not in BEFORE_STREET for piece in before) or not all(_may_be_a_place(piece, vocab) for piece in behind):
        return False
    return first < len(pieces) and pieces[first].kind is Kind.STREET and _is_only_street(pieces[first].text, vocab)


def _may_be_a_place(piece: Piece, vocab: Vocabulary) -> bool:
    """Whether what stands behind a street may be where that is, as Chapel Allerton and Offerton Green are villages; not a house
    in it, the Old Chapel, nor the street of what only looks like one: The Mews, Rose Lane."""
    last = fold(piece.text).split()[-1:]
    if piece.kind is Kind.HOUSE:
        return vocab.houses.isdisjoint(last)
    return vocab.only_streets.isdisjoint(last) if piece.kind is Kind.STREET else piece.kind in BEHIND_STREET


def _is_person(text: str, words: Words) -> bool:
    """Mr R. Ansell, who looks like a street; and not MR R ANSELL 12 ROSE LANE."""
    return says(words, "person", text) and not any(map(str.isdigit, text))


def _is_only_street(text: str, vocab: Vocabulary) -> bool:
    """Whether the words are a street's and no house's, with its town behind it or not: Rose Lane, Great Rose Lane Leeds."""
    names = [vocab.short_forms.get(name, name) for name in fold(text).replace(".", " ").split()]
    for size in range(min(LONGEST_PLACE, len(names) - 2), 0, -1):
        if vocab.known_place(" ".join(names[-size:])):
            names = names[:-size] if names[-size - 1] != "in" else names[: -size - 1]  # Rose Lane in Leeds
            break
    if names[0] in vocab.only_streets_first:  # Ffordd y Castell
        names = [*(name for name in names[1:] if name not in vocab.fillers), names[0]]
    *name, kind = names
    name = name[1:] if len(name) > LONGEST_NAME and name[0] in vocab.contrasts else name
    spelt = any(word in vocab.number_words or not word.isalpha() for word in names)
    return not spelt and 0 < len(name) <= LONGEST_NAME and kind in ("st", *vocab.only_streets, *vocab.only_streets_first)


def in_street_of(street: str, others: Iterable[Iterable[str]]) -> bool:
    """Whether one of other addresses is in a street that stands without its house: 12 Rose Lane, and below: Rose Lane, Leeds."""
    names = phrase(street).split()
    return any({*names} <= {name for line in lines for name in phrase(line).split()} for lines in others)
