"""A membership number and the writer's addresses in, what the register says of them out.

Led by the register: does the writer's address hold this member's house, street and postcode? Tolerant of the ways people write,
intolerant of a neighbour. The rules are those of docs/policy.md, "what counts as a match".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from swc_mailer.core.model import Address, Match, Member, Register, Verdict
from swc_mailer.core.places import Vocabulary, fold, phrase, vocabulary
from swc_mailer.core.postcodes import find_postcodes, read_postcode
from swc_mailer.core.premises import DIGIT, Premises, Unit, is_street, read_premises
from swc_mailer.core.register import one_wrong, postcode_key
from swc_mailer.core.same_house import hits_of, in_words_of, same_house, same_name, same_word, with_kinds_of
from swc_mailer.core.whose_name import TITLES
from swc_mailer.core.words import Words

UNIT = 2  # letters of a postcode that tell a few houses: who has the rest right names no other town
COUNTRY_AHEAD = re.compile(r"^[A-Z]{1,2}-(?=\d{3})")  # of a postcode overseas: D-10115
ZIP_PLUS_FOUR = re.compile(r"(?<=^\d{5})-\d{4}$")  # tells the side of the street, and is mostly left out
WORD = re.compile(r"\w+")
FEWEST_WORDS = 3  # of an address that can be told by them alone
PARTS_OF_A_HOUSE = frozenset(
    ["wing", "block", "ward", "mess", "unit", "room", "hall", "narrowboat"]
)  # that people name or leave out


def match(number_value: str, addresses: tuple[Address, ...], register: Register, words: Words) -> Match:
    """What the register says of this number and these addresses; the first address that is the member's, if one is."""
    members = register.by_number(number_value)
    first = addresses[0] if addresses else None
    if not members:
        return Match(Verdict.NUMBER_UNKNOWN, None, first, differs=(f"number {number_value} is not in the register",))
    vocab = vocabulary(words)
    comparisons = [compare(member, address, vocab) for address in addresses for member in members]
    matching = [each for each in comparisons if each.matches]
    if not matching:
        best = max(comparisons, key=lambda each: len(each.agrees) - len(each.differs), default=None)
        differs = tuple(best.differs) if best else ("no address to compare",)
        return Match(
            Verdict.ADDRESS_ELSEWHERE,
            best.member if best else members[0],
            best.address if best else first,
            tuple(best.agrees) if best else (),
            differs,
        )
    best = next((each for each in matching if each.member.current), matching[0])
    verdict = Verdict.MATCH if best.member.current else Verdict.NOT_CURRENT
    differs = () if best.member.current else (f"status {best.member.status}",)
    return Match(verdict, best.member, best.address, tuple(best.agrees), differs)


@dataclass(slots=True)
class Comparison:
    """One member's row beside one address: filled in as the parts are compared."""

    member: Member
    address: Address
    agrees: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    house: bool = False  # a number, name or box agrees
    exact: bool = True  # no typo had to be forgiven
    numbered: bool = False  # the number, or the name, and its street agree
    another: bool = False  # a house, flat or street that is not the member's is given

    @property
    def matches(self) -> bool:
        return self.house and not self.differs

    def contradict(self, what: str, given: str, held: str) -> None:
        self.another |= what in ("house", "flat")
        self.differs.append(f'{what} "{given}", the register has "{held}"')


def compare(member: Member, address: Address, vocab: Vocabulary) -> Comparison:
    """Compare part by part; the postcode last, because how much it may differ depends on the rest."""
    result = Comparison(member, address)
    people = frozenset(fold(member.name).split())
    held = read_premises(member.address, vocab, people=people)
    given = read_premises(_without_name(address.lines, people), vocab)
    written = _key(address.postcode)
    if _in_the_forces(given, written) and _in_the_forces(held, _key(member.postcode)):
        given = in_words_of(held, given)
    given = with_kinds_of(held, given, vocab)
    _compare_premises(result, held, given, vocab)
    if not result.house and not result.differs:
        result.differs.append(f'house "{", ".join(address.lines)}", the register has "{", ".join(member.address)}"')
    _compare_postcodes(result, written, held, given, vocab)
    if not result.matches and _word_for_word(member, address, vocab):
        return Comparison(member, address, ["house and street, word for word"], house=True)
    return result


def _without_name(lines: Sequence[str], people: Collection[str]) -> Sequence[str]:
    """Without the member's name in front, which may be shortened: R Example, 3/2, 318 Rose Street."""
    words = fold(lines[0].replace(".", " ")).split() if len(lines) > 1 else []
    initials = {name[0] for name in people}
    named = any(len(word) > 1 and word in people for word in words)
    return lines[1:] if named and all(word in people or word in initials or word in TITLES for word in words) else lines


def _word_for_word(member: Member, address: Address, vocab: Vocabulary) -> bool:
    """House and street, which the register has in two lines, however the writer divides them; and no other number behind, nor a
    word that makes it another name: Rose Lane Farm."""
    key = postcode_key(member.postcode)
    if not key or postcode_key(address.postcode) != key:
        return False
    held, given = _words(member.address[:2]), _words(address.lines)
    behind = given[len(held) :]
    same = len(held) >= FEWEST_WORDS and given[: len(held)] == held
    numbered = any(map(DIGIT.search, {*behind} - {*_words(member.address)}))
    goes_on = any(word in vocab.houses or word in vocab.contrasts or is_street(word, vocab) for word in behind[:1])
    return same and not numbered and not goes_on


def _words(lines: Sequence[str]) -> list[str]:
    """In capitals or not, but for those with digits: 3l may be 31, and 3L is not."""
    return [word if DIGIT.search(word) else fold(word) for word in WORD.findall(" ".join(lines))]


def _in_the_forces(premises: Premises, key: str) -> bool:
    return bool(premises.forces) or key.startswith("BF")


# --- house and street ---------------------------------------------------------------------------------------


def _compare_premises(result: Comparison, held: Premises, given: Premises, vocab: Vocabulary) -> None:
    if held.boxes:
        _compare_boxes(result, held, given)
        return
    main = _main(held, vocab)
    if main is None:
        return
    names = [unit for unit in held.units[: held.units.index(main)] if not unit.number]
    named = [unit for unit in names if _named(unit, held, given, vocab, result)]
    if main.number:
        _compare_street(result, main, held, given, vocab, named=bool(named))
    elif _named(main, held, given, vocab, result):
        named.append(main)
        _compare_side_street(result, main, held, given, vocab)
        _compare_house_in_front(result, main, held, given, vocab)
    for unit in named:
        result.house = True
        result.agrees.append(f"house {unit.text}")
    if not named:
        _compare_other_name(result, [*names, *([] if main.number else [main])], held, given, vocab)
    _compare_flats(result, held, given, main)


def _compare_boxes(result: Comparison, held: Premises, given: Premises) -> None:
    if held.boxes & given.boxes:
        result.house = result.numbered = True
        result.agrees.append(f"PO Box {min(held.boxes & given.boxes)}")
    elif given.boxes:
        result.contradict("PO Box", ", ".join(sorted(given.boxes)), ", ".join(sorted(held.boxes)))


def _main(held: Premises, vocab: Vocabulary) -> Unit | None:
    """The register's street with its house number; without a number the house that is named first."""
    numbered = [unit for unit in held.units if unit.number]
    streets = [unit for unit in numbered if _is_street(unit, vocab)]
    return next(iter(streets or numbered or held.units), None)


def _is_street(unit: Unit, vocab: Vocabulary) -> bool:
    return any(is_street(name, vocab) or (name.endswith(vocab.street_endings) and len(name) > 5) for name in unit.names)


def _compare_street(result: Comparison, main: Unit, held: Premises, given: Premises, vocab: Vocabulary, *, named: bool) -> None:
    """The register's numbered street: the writer's number there must be the same, or be missing beside the house's name."""
    hits = list(hits_of(main.names, held, given, vocab, by_ear=True))
    right = [hit for hit in hits if same_house(main.number, held.flats, hit.number, given.flats, vocab)]
    if right:
        best = min(right, key=lambda hit: not hit.exact)
        result.house = result.numbered = True
        result.exact &= best.exact
        result.agrees += [f"house {main.number}", f"street {main.name}"]
    elif any(hit.number == main.number for hit in hits) and held.flats and given.flats:
        return  # only the flat differs, which is said of flats
    elif any(hit.number for hit in hits):
        result.contradict("house", next(hit.number for hit in hits if hit.number), main.number)
    elif hits:
        result.agrees.append(f"street {main.name}")
        if not named:
            result.differs.append(f'no house number, the register has "{main.number}"')
    elif not named or _other_streets(held, given, vocab):
        result.contradict("street", _shown(given), main.text)
        result.another |= any((unit.number or _is_street(unit, vocab)) and not _known(unit, held, vocab) for unit in given.units)


def _compare_side_street(result: Comparison, main: Unit, held: Premises, given: Premises, vocab: Vocabulary) -> None:
    """The street of a house that has only a name: missing or the same, not another."""
    streets = [unit for unit in held.units if unit is not main and _is_street(unit, vocab)]
    found = [hit for unit in streets for hit in hits_of(unit.names, held, given, vocab, by_ear=True)]
    if found:
        result.numbered = True
        result.exact &= all(hit.exact for hit in found)
        result.agrees.append(f"street {streets[0].text}")
    elif streets and _other_streets(held, given, vocab):
        result.contradict("street", _shown(given), streets[0].text)
        result.another = True


def _compare_house_in_front(result: Comparison, main: Unit, held: Premises, given: Premises, vocab: Vocabulary) -> None:
    """A house of which the register knows nothing, in front of the register's: The Granary, Manor Farm is not Manor Farm."""
    for unit in given.units:
        if same_name(main.names, unit.names, vocab) is not None:
            return
        house = unit.names[-1] in vocab.houses and unit.names[-1] not in PARTS_OF_A_HOUSE
        if house and not unit.number and not _known(unit, held, vocab):
            result.contradict("house", unit.text, main.text)


def _other_streets(held: Premises, given: Premises, vocab: Vocabulary) -> bool:
    """Whether the writer names a street of which the register knows nothing."""
    return any(_is_street(unit, vocab) and not _known(unit, held, vocab) for unit in given.units)


def _known(unit: Unit, held: Premises, vocab: Vocabulary) -> bool:
    kinds = (vocab.houses, held.people)
    proper = [name for name in unit.names if not (is_street(name, vocab) or any(name in each for each in kinds))]
    return all(any(same_word(known, name, vocab) is not None for known in held.names) for name in proper or unit.names)


def _named(unit: Unit, held: Premises, given: Premises, vocab: Vocabulary, result: Comparison) -> bool:
    """Whether the writer gives this house's name; a number in front of it must be the register's flat."""
    hits = list(hits_of(unit.names, held, given, vocab))
    fitting = [hit for hit in hits if not hit.number or same_house("", held.flats, hit.number, given.flats, vocab)]
    if hits and not fitting and held.flats and not any(each.number == hits[0].number for each in held.units):
        result.contradict("flat", hits[0].number, ", ".join(sorted(held.flats)))
    elif hits and not fitting and not any(each.number for each in held.units):
        result.contradict("house", f"{hits[0].number} {unit.text}", unit.text)
    if fitting:
        result.exact &= fitting[0].exact
    return bool(fitting)


def _compare_other_name(result: Comparison, names: Sequence[Unit], held: Premises, given: Premises, vocab: Vocabulary) -> None:
    """Another house's name than the register's is another house, even in the same street."""
    houses = [unit for unit in names if unit.has(vocab.houses)]
    others = [unit for unit in given.units if not unit.number and unit.has(vocab.houses) and not _is_street(unit, vocab)]
    strangers = [unit for unit in others if not _known(unit, held, vocab)]
    if houses and strangers:
        result.contradict("house", strangers[0].text, houses[0].text)


def _compare_flats(result: Comparison, held: Premises, given: Premises, main: Unit) -> None:
    if not held.flats or not given.flats:
        return
    if held.flats <= given.flats or given.flats <= held.flats:
        result.agrees.append(f"flat {', '.join(sorted(held.flats & given.flats))}")
    elif not (main.number and result.numbered):
        result.contradict("flat", ", ".join(sorted(given.flats)), ", ".join(sorted(held.flats)))


def _shown(given: Premises) -> str:
    return ", ".join(dict.fromkeys(unit.text for unit in given.units))


# --- postcode, place, country -----------------------------------------------------------------------------------


def _compare_postcodes(result: Comparison, written: str, held: Premises, given: Premises, vocab: Vocabulary) -> None:
    """The postcode, or the BFPO number; place and country where the register has neither."""
    known = _register_postcode(result.member)
    forces = held.forces | _forces(known), given.forces | _forces(written)
    if all(forces):
        _compare_forces(result, *forces)
    elif known and written:
        _compare_codes(result, known, written, held, given, vocab)
    elif not known or result.address.country:
        _compare_places(result, held, given, vocab)
    else:
        result.differs.append(f'no postcode, the register has "{result.member.postcode}"')


def _register_postcode(member: Member) -> str:
    """The postcode of the row; where its column is empty, one in the address's last lines."""
    if member.postcode:
        return _key(member.postcode)
    inside = [code.value for line in member.address for code in find_postcodes(line)]
    return _key(inside[-1]) if inside else ""


def _key(postcode: str) -> str:
    abroad = COUNTRY_AHEAD.match(postcode)  # N-5018 is not in London
    key = postcode_key(postcode[abroad.end() :] if abroad else read_postcode(postcode) or postcode)
    return ZIP_PLUS_FOUR.sub("", key).replace("-", "")


def _forces(key: str) -> frozenset[str]:
    return frozenset({key[4:]}) if key.startswith("BFPO") else frozenset()


def _compare_forces(result: Comparison, held: frozenset[str], given: frozenset[str]) -> None:
    if held & given:
        result.agrees.append(f"BFPO {min(held & given)}")
    else:
        result.contradict("BFPO", ", ".join(sorted(given)), ", ".join(sorted(held)))


def _compare_codes(result: Comparison, known: str, written: str, held: Premises, given: Premises, vocab: Vocabulary) -> None:
    if known == written:
        result.agrees.append(f"postcode {result.address.postcode}")
    elif (
        one_wrong(known, written)
        and result.numbered
        and result.exact
        and (known[:-UNIT] == written[:-UNIT] or not _other_place(held, given, vocab))
    ):
        result.agrees.append(f"postcode {result.address.postcode} but for one character ({result.member.postcode})")
    else:
        result.contradict("postcode", result.address.postcode, result.member.postcode)


def _other_place(held: Premises, given: Premises, vocab: Vocabulary) -> bool:
    """Whether both name places and no word of them is the same: the High Street of another town."""
    written = _place_names(given, vocab)
    known = [name for name in written if any(same_word(each, name, vocab) is not None for each in held.names)]
    return bool(written) and not known and bool(_place_names(held, vocab))


def _place_names(premises: Premises, vocab: Vocabulary) -> set[str]:
    """The words of towns and villages: of units that are no house, no street and no county, and behind a street's word."""
    names: set[str] = set()
    for unit in premises.units:
        if vocab.known_county(unit.text):
            continue
        streets = [index for index, name in enumerate(unit.names) if is_street(name, vocab)]
        if streets or not unit.has(vocab.houses):
            names.update(unit.names[streets[-1] + 1 if streets else 0 :])
    return {name for name in names if len(name) > 2}


def _compare_places(result: Comparison, held: Premises, given: Premises, vocab: Vocabulary) -> None:
    written = vocab.countries.get(phrase(result.address.country).removeprefix("the "))
    abroad = written.name if written else result.address.country
    if held.country != (abroad or given.country):
        result.contradict("country", result.address.country or "United Kingdom", held.country or "United Kingdom")
        return
    main = _main(held, vocab)
    places = {name for unit in held.units if unit is not main for name in unit.names if len(name) > 2} - vocab.streets
    common = places & given.names - {word for name in (held.country,) for word in phrase(name).split()}
    if common:
        result.agrees.append(f"place {' '.join(sorted(common)).title()}")
    else:
        result.contradict("place", _shown(given), ", ".join(result.member.address))
