"""The register's house number or name in, whether the writer's is the same out: in any way to write it, and no neighbour's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz.distance import OSA

from swc_mailer.core.by_ear import sounds_alike
from swc_mailer.core.places import Vocabulary
from swc_mailer.core.premises import ANY_LETTER, DIGIT, NUMBER, Premises, flat_key, is_street

Names = tuple[str, ...]  # the words of a name

ONE_TYPO = 5  # a word of this many letters may have one letter wrong
TWO_TYPOS = 9
SHORTEST_FULL = 5  # letters of a word that has a short form
BEHIND_HOUSE = re.compile(r"^\d-(?:\d|[lr])$|^\d[lr]$")  # a flat that follows its house's number: 38 2/1 Rose Lane, 38 2L
SPELT_IN_FULL = 4  # letters of a word that may have one for two
SPELT_OUT = re.compile(r"([aou])e")  # ä, ø, ü, where a keyboard has none
DOUBLED = re.compile(r"([^\W\d_])\1+")  # a letter twice, of which people are never sure: Biscot, Bisscott
NO_VOWEL = re.compile("[b-df-hj-np-tv-z]+e?")
SHORTEST_OWNER = 4  # letters of a king or saint whose s is left out
SHORT_KIND = 4  # letters of a street's kind that may have one letter wrong: Station Rosd
SHORTEST_START = 4  # letters of a direction that a word begins with

# --- numbers ------------------------------------------------------------------------------------------------


def same_house(held: str, held_flats: frozenset[str], given: str, given_flats: frozenset[str], vocab: Vocabulary) -> bool:
    """Whether number and flat are the same in one of the ways to write them: 12A, Flat A 12, 12/3, Flat 3 12, #1204 - 2230."""
    given = vocab.number_words.get(given, given)
    readings = [(one, other) for one in _readings(held, held_flats) for other in _readings(given, given_flats)]
    return any(_compatible(one, other) for one, other in readings)


@dataclass(frozen=True, slots=True)
class _Reading:
    house: str
    flats: frozenset[str]
    split: bool  # the flat was read out of the number: then the other side must give it too


def _readings(number: str, flats: frozenset[str]) -> Iterator[_Reading]:
    if number:
        yield _Reading(number, flats, split=False)
    elif len(flats) == 1:
        yield _Reading(next(iter(flats)), frozenset(), split=False)
    head, dash, tail = number.partition("-")
    if dash:
        yield _Reading(head, flats | {tail}, split=True)
        yield _Reading(tail, flats | {head}, split=True)
    elif re.fullmatch(r"\d+[a-z]", number):
        yield _Reading(number[:-1], flats | {number[-1]}, split=True)
    if len(flats) == 1 and BEHIND_HOUSE.match(number) and (house := next(iter(flats))).isdigit():
        yield _Reading(house, frozenset({flat_key(number)}), split=True)


def _compatible(one: _Reading, other: _Reading) -> bool:
    if not one.house or one.house != other.house:
        return False
    if one.split or other.split:
        return one.flats == other.flats
    return not one.flats or not other.flats or one.flats <= other.flats or other.flats <= one.flats


# --- names --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hit:
    """Where the register's name stands in the writer's address."""

    number: str  # the house number beside it, "" for none
    exact: bool


def hits_of(names: tuple[str, ...], held: Premises, given: Premises, vocab: Vocabulary, *, by_ear: bool = False) -> Iterator[Hit]:
    """Every place where the writer gives this name: whole, and not as part of a longer one; in two parts, letter by letter."""
    for each in (names, *_in_the_other_language(names, vocab), *_as_farm_or_not(names, vocab)):
        for segment in given.segments:
            yield from _hits_in(segment, each, held, vocab, by_ear=by_ear)
        for one, other in pairwise(given.segments):  # lugger "morvoren"
            yield from (hit for hit in _hits_in(one + other, each, held, vocab, across=len(one)) if hit.exact)


def _in_the_other_language(names: Names, vocab: Vocabulary) -> Iterator[Names]:
    """The house's name with its kind in Welsh in front, or in English behind: Fferm Uchaf, Uchaf Farm."""
    if names[0] in vocab.welsh_kinds:
        yield (*names[1:], vocab.welsh_kinds[names[0]])
    yield from ((welsh, *names[:-1]) for welsh, kind in vocab.welsh_kinds.items() if kind == names[-1])


def _as_farm_or_not(names: Names, vocab: Vocabulary) -> Iterator[Names]:
    """Penlan Uchaf, Penlan Uchaf Farm; not the Old Manor and the Old Manor Farm."""
    name = names[:-1] if names[-1] == "farm" else names
    if len(name) > 1 and name[-1] not in vocab.houses and not is_street(name[-1], vocab):
        yield name if name != names else (*names, "farm")


def _hits_in(
    segment: Names, names: Names, held: Premises, vocab: Vocabulary, *, across: int = 0, by_ear: bool = False
) -> Iterator[Hit]:
    """The places in a part; `across`: those alone that hold the words on both sides of this place."""
    for start in range(across or len(segment)):
        for length in {len(names), len(names) - 1, len(names) + 1}:
            stretch = segment[start : start + length]
            if not stretch or len(stretch) != length or start + length <= across:
                continue
            exact = same_name(names, stretch, vocab, by_ear=by_ear)
            if exact is not None and _whole(segment, start, start + length, held, vocab):
                yield Hit(_number_beside(segment, start, start + length, vocab), exact)


def _whole(segment: tuple[str, ...], start: int, end: int, held: Premises, vocab: Vocabulary) -> bool:
    """Whether nothing in front or behind makes it another name: Old Mill Lane, Kiln Lane West."""
    before = segment[start - 1] if start else ""
    named = (vocab.number_words, vocab.houses, vocab.streets, held.people)
    if before and not NUMBER.match(before) and not any(before in words for words in named):
        return False
    after = segment[end : end + 2]
    if not after or (after[0] == "st" and len(after) > 1):  # Rose Lane St Albans
        return True
    alone = len(after) == 1 and after[0] in vocab.contrasts  # Rose Street South, Leeds
    begun = (unit.names[: 2 if alone else len(after)] for unit in held.units)
    if any(len(names) == len(after) and same_name(names, after, vocab) is not None for names in begun):  # … South Sheilds
        return True
    return not (is_street(after[0], vocab) or after[0] in vocab.houses or after[0] in vocab.contrasts)


def _number_beside(segment: tuple[str, ...], start: int, end: int, vocab: Vocabulary) -> str:
    before = segment[start - 1] if start else ""
    if NUMBER.match(before) or before in vocab.number_words:
        return before
    after = segment[end] if end < len(segment) else ""
    return after if NUMBER.match(after) else ""


def same_name(held: tuple[str, ...], given: tuple[str, ...], vocab: Vocabulary, *, by_ear: bool = False) -> bool | None:
    """True for the same name, False for the same but for small typos, None for another; `by_ear`: some words more may be
    misspelt."""
    if "".join(held) == "".join(given):
        return True
    if len(held) == len(given):
        exact = True
        for index, (one, other) in enumerate(zip(held, given, strict=True)):
            same = same_word(one, other, vocab, by_ear=by_ear)
            if (
                same is None
                and index == len(held) - 1
                and (_kind_misspelt(one, other, vocab) or (by_ear and _one_of(one, other, vocab)))
            ):
                same = False
            if same is None:
                return None
            exact &= same
        return exact
    if held[0][0] != given[0][0] or set(given) & vocab.contrasts - set(held):
        return None
    return same_word("".join(held), "".join(given), vocab)


def same_word(held: str, given: str, vocab: Vocabulary, *, by_ear: bool = False) -> bool | None:
    if held == given:
        return True
    if ANY_LETTER in held or ANY_LETTER in given:
        alike = len(held) == len(given) > 1 and all(
            one == other or ANY_LETTER in (one, other) for one, other in zip(held, given, strict=False)
        )
        return False if alike else None
    if by_ear and held not in vocab.houses and _possessive(held, given):
        return False
    held = "street" if held == "st" else held  # which a short form hides: Bodfrey Strete
    if not (_mistyped(held, given) or (by_ear and _misheard(held, given))):
        return None
    if _two_persons(held, given, vocab):
        return None
    if DIGIT.search(held + given) or given in vocab.contrasts or given in vocab.streets or given in vocab.houses:
        return None
    return None if _turned(held, given, vocab) else False


def _mistyped(held: str, given: str) -> bool:
    length = min(len(held), len(given))
    swapped = length == 4 and sorted(held) == sorted(given)
    allowed = 2 if length >= TWO_TYPOS else 1 if length >= ONE_TYPO or swapped else 0
    doubled = length >= ONE_TYPO and DOUBLED.sub(r"\1", held) == DOUBLED.sub(r"\1", given)
    spelt_out = length >= SPELT_IN_FULL and SPELT_OUT.sub(r"\1", held) == SPELT_OUT.sub(r"\1", given)
    return doubled or spelt_out or bool(allowed and OSA.distance(held, given, score_cutoff=allowed) <= allowed)


def _kind_misspelt(held: str, given: str, vocab: Vocabulary) -> bool:
    """Whether the kind of a street or house is misspelt, and is no other by that: Riad, Cottige; but not Hall for Hill."""
    kinds = (vocab.streets, vocab.houses)
    known = any(given in words for words in (*kinds, vocab.contrasts, vocab.short_forms))
    if known or not given.isalpha() or not any(held in kind for kind in kinds):
        return False
    return sounds_alike(held, given) or (len(held) == SHORT_KIND and OSA.distance(held, given, score_cutoff=1) <= 1)


def _one_of(held: str, given: str, vocab: Vocabulary) -> bool:
    """Whether a numbered house stands in a row of its kind: Station Cottage No 2 is 2 Station Cottages."""
    return held in vocab.houses and given == f"{held}s"


def _misheard(held: str, given: str) -> bool:
    """Whether a word of a street is spelt by ear, or with a letter once or twice: Mil Lain."""
    return sounds_alike(held, given) or DOUBLED.sub(r"\1", held) == DOUBLED.sub(r"\1", given)


def _possessive(one: str, other: str) -> bool:
    """Whether a word only lacks the s of a king or saint: King Road, King's Road."""
    short, long = sorted((one, other), key=len)
    return len(short) >= SHORTEST_OWNER and long == f"{short}s"


def _two_persons(held: str, given: str, vocab: Vocabulary) -> bool:
    """Whether both are people's names that do not sound alike: St Mark's, St Mary's."""
    one, other = held.removesuffix("s"), given.removesuffix("s")
    return {one, other} <= vocab.given_names and one != other and not sounds_alike(one, other)


def _turned(held: str, given: str, vocab: Vocabulary) -> bool:
    """Whether the words begin with one direction and another: Northfield, Southfield."""
    starts = [
        {each for each in vocab.contrasts if len(each) >= SHORTEST_START and word.startswith(each)} for word in (held, given)
    ]
    return bool(starts[0] and starts[1]) and not starts[0] & starts[1]


# --- short forms ----------------------------------------------------------------------------------------------


def in_words_of(held: Premises, given: Premises) -> Premises:
    """The writer's address with the register's words where either has the other's in a short form: the forces shorten any word,
    as Wksp and Sta, so that no list has them all."""
    full = {name: known[0] for name in given.names - held.names if len(known := _shortened(name, held.names)) == 1}
    return _in_full(given, full)


def with_kinds_of(held: Premises, given: Premises, vocab: Vocabulary) -> Premises:
    """The writer's address with the register's word for the kind of a street or a house in full: 4 Pinfold Yd is Yard."""
    wanted = [kind for kind in held.names - given.names if kind in vocab.streets or kind in vocab.houses]
    unknown = given.names - held.names - vocab.streets - vocab.houses - vocab.contrasts if wanted else ()
    full = {name: known[0] for name in unknown if len(known := [kind for kind in wanted if _cut_short(name, kind)]) == 1}
    return _in_full(given, full) if full else given


def _in_full(given: Premises, full: Mapping[str, str]) -> Premises:
    return replace(
        given,
        units=tuple(replace(unit, names=tuple(full.get(name, name) for name in unit.names)) for unit in given.units),
        segments=tuple(tuple(full.get(name, name) for name in segment) for segment in given.segments),
    )


def _cut_short(short: str, full: str) -> bool:
    """Whether a word is what people leave of another: its beginning, or its first letter and consonants: orch, yd, mdws."""
    letters = iter(full)
    left = full.startswith(short) or NO_VOWEL.fullmatch(short, 1)
    return bool(left) and short[0] == full[0] and 1 < len(short) < len(full) and all(letter in letters for letter in short)


def _shortened(name: str, known: Iterable[str]) -> list[str]:
    return [each for each in known if each[0] == name[0] and (_shortens(name, each) or _shortens(each, name))]


def _shortens(short: str, full: str) -> bool:
    """Whether a word has letters of another in their order, and two or more fewer: Wksp, Sta; but RE is not REME."""
    letters = iter(full)
    fewer = 1 < len(short) <= len(full) - 2 and len(full) >= SHORTEST_FULL
    return fewer and short.isalpha() and all(letter in letters for letter in short)
