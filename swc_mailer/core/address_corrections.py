"""Addresses in, the same out, with the house number that the writer puts right below: "PS 31 not 13!! 31 Greenway Avenue".

`find_addresses` marks the street that corrects; where it stands in another section than the whole address, below the name, the
two meet only when the addresses of all sections are settled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from swc_mailer.core.address_kinds import CARE_OF
from swc_mailer.core.address_languages import NUMBERED
from swc_mailer.core.model import Address, Number, Section
from swc_mailer.core.phrases import possible
from swc_mailer.core.places import DOCUMENT, fold, says
from swc_mailer.core.words import Words

CORRECTED = "corrected the house number as the writer asks"
CORRECTED_POSTCODE = "corrected the postcode as the writer asks"
POSTCODE_AHEAD = 300  # characters in front of a postcode in which it is said that it is the right one
BEFORE, BEHIND = 80, 40  # characters around the street in which it is said
DIGITS = "#"  # stands for the house number that is right, or wrong
FLAT = re.compile(r"(?:flat|apartment|apt|unit|room)\.? (?P<number>\d{1,4}[a-z]?|[a-z]\d{0,3})", re.IGNORECASE)
HOUSE = re.compile(rf"(?:(?:number|no\.?|nr\.?) )?{NUMBERED.pattern}", re.IGNORECASE)  # number 58 Mill Lane
TYPED_HOUSE = re.compile(r"^[l\dO]{1,4}(?=[A-Ha-h]? [^\W\d])")
TYPED_CODE = re.compile(r'read "[^"]*l')
TYPED = str.maketrans("lO", "10")
LONGEST_BELOW = 4000  # characters below an address that a correction is looked for in


def mark_correction(address: Address, text: str, start: int, words: Words) -> Address:
    """The address that `text[start:]` begins with; marked where it is a street whose number the text says to be right, or a
    postcode."""
    if address.lacking == ("street",) and postcode_put_right(text, start, start + len(address.evidence.text), words):
        return replace(address, repair=CORRECTED_POSTCODE)
    house = next(filter(None, map(HOUSE.fullmatch, address.lines)), None)
    if address.lacking != ("postcode",) or not house:
        return address
    near = re.sub(r"\s+", " ", text[max(0, start - BEFORE) : start + len(address.evidence.text) + BEHIND])
    said = re.sub(rf"(?<!\w){re.escape(house['number'])}(?!\w)", DIGITS, near)
    return replace(address, repair=CORRECTED) if says(words, "corrects_house", said) else address


def postcode_put_right(text: str, start: int, end: int, words: Words) -> bool:
    """Whether the text around a postcode says that it is the right one."""
    ahead = says(words, "corrects", text[max(0, start - POSTCODE_AHEAD) : start])
    return ahead or says(words, "corrects_behind", text[end : end + BEHIND])


def with_number_put_right(addresses: Sequence[Address], section: Section, words: Words) -> list[Address]:
    """The one full address with the house number, the street or the flat that the text behind it gives: 13 Mill Lane (no, 31); PS
    31, not 13!; I was in Flat 12, it is Flat 2 now."""
    for table, form in (("right_number", NUMBERED), ("right_street", NUMBERED), ("right_flat", FLAT)):
        addresses = _put_right(addresses, section, table, form, words)
    return list(addresses)


def _put_right(
    addresses: Sequence[Address], section: Section, table: str, form: re.Pattern[str], words: Words
) -> Sequence[Address]:
    """The same with what the first entry of the table that finds something gives: a number, a street, or both."""
    full = [each for each in addresses if each.full and not each.set_aside]
    lines = [found for line in full[0].lines if (found := form.fullmatch(line))] if len(full) == 1 else []
    if len(lines) != 1:
        return addresses
    wrong, line = lines[0], lines[0].string
    said = re.sub(rf"(?<!\w){re.escape(wrong['number'])}(?!\w)", DIGITS, _behind(full[0], line, section))
    matches = (entry.pattern.search(said) for entry in possible(words, DOCUMENT, table, said))
    right: dict[str, str] = next((match.groupdict() for match in matches if match), {})
    mended = line
    for name, (start, end) in ((name, wrong.span(name)) for name in ("street", "number") if right.get(name)):
        mended = f"{mended[:start]}{right[name]}{mended[end:]}"
    if mended == line:
        return addresses
    settled = tuple(mended if each == line else each for each in full[0].lines)
    return [replace(each, lines=settled, repair=CORRECTED) if each is full[0] else each for each in addresses]


def _behind(address: Address, line: str, section: Section) -> str:
    """What stands behind a line of an address; behind all of it, where the line is not in one piece; all a section below."""
    if address.evidence.part != section.part or address.evidence.start > section.end:
        return ""
    written = address.evidence.text.find(line)
    end = address.evidence.start + written + len(line) if written >= 0 else address.evidence.end
    return section.text[max(0, end - section.start) :][:LONGEST_BELOW]


def lived_in(addresses: Sequence[Address], said: str, words: Words) -> tuple[Address, ...]:
    """The addresses; the house that the writer is in care of is her own, where she says to live over it: c/o The Harbour Cafe."""
    if not says(words, "lives_over", said):
        return tuple(addresses)
    return tuple(replace(each, lines=tuple(CARE_OF.sub("", line).strip() for line in each.lines)) for each in addresses)


def put_right_below(addresses: Sequence[Address], sections: Sequence[Section], words: Words) -> tuple[Address, ...]:
    """The addresses of all sections, with what a section below the one full address says of it: in a PS below the name."""
    for section in sections:
        full = [each for each in addresses if each.full and not each.set_aside]
        if len(full) == 1 and section.start >= full[0].evidence.end:
            addresses = with_number_put_right(addresses, section, words)
    return tuple(addresses)


def typed_without_a_one(addresses: Sequence[Address], numbers: Sequence[Number]) -> tuple[Address, ...]:
    """The same addresses; with the figure 1 for an l in front of a street, where the writer types the number or a postcode so:
    3l60842, BDl2 0HQ, l9 Rose Lane. By itself l9 may be a flat on the left."""
    numbers_typed = any("l" in number.evidence.text for number in numbers if not number.set_aside)
    if not (numbers_typed or any(TYPED_CODE.match(address.repair) for address in addresses)):
        return tuple(addresses)
    return tuple(_with_ones(address) for address in addresses)


def _with_ones(address: Address) -> Address:
    lines = tuple(TYPED_HOUSE.sub(lambda house: house[0].translate(TYPED), line) for line in address.lines)
    if lines == address.lines:
        return address
    return replace(address, lines=lines, repair=" and ".join(filter(None, (address.repair, "read l as 1 in the house number"))))


def with_corrections(addresses: Sequence[Address]) -> Sequence[Address]:
    """The one full address with the house number that a marked street below it has, or with the postcode that one has."""
    full = [each for each in addresses if each.full and not each.set_aside]
    marks = (CORRECTED, CORRECTED_POSTCODE)
    marked = [each for each in addresses if each.repair in marks and not each.full and not each.set_aside]
    told = {(each.lines, each.postcode) for each in marked}
    if len(full) != 1 or len(told) != 1 or not _below(marked[0], full[0]):
        return addresses
    if marked[0].repair == CORRECTED_POSTCODE:
        mended = replace(full[0], postcode=marked[0].postcode, repair=CORRECTED_POSTCODE)
        return [mended if each is full[0] else each for each in addresses if each not in marked]
    lines = _mended(full[0], marked[0])
    if not lines:
        return addresses
    repair = " and ".join(filter(None, (full[0].repair, CORRECTED)))
    return [replace(each, lines=lines, repair=repair) if each is full[0] else each for each in addresses if each not in marked]


def _below(part: Address, whole: Address) -> bool:
    return part.evidence.part == whole.evidence.part and part.evidence.start >= whole.evidence.end


def _mended(whole: Address, part: Address) -> tuple[str, ...]:
    """The lines with the new number before the street; none where the street is another."""
    right = [house for line in part.lines if (house := HOUSE.fullmatch(line))]
    wrong = [house for line in whole.lines if (house := NUMBERED.fullmatch(line))]
    new = {old[0]: f"{each['number']} {old['street']}" for old in wrong for each in right if _same(each["street"], old["street"])}
    return tuple(new.get(line, line) for line in whole.lines) if len(new) == 1 else ()


def _same(one: str, other: str) -> bool:
    """Whether two streets are the same, though one has its last word in short, Station Rd, or the other its town behind it."""
    first, second = (fold(street).replace(".", "").split() for street in (one, other))
    second = second[: len(first)] if len(first) > 1 else second
    if len(first) != len(second) or first[:-1] != second[:-1]:
        return False
    short, long = sorted((first[-1], second[-1]), key=len)
    left = iter(long)
    return short[0] == long[0] and all(letter in left for letter in short)
