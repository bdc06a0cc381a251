"""The lines of a label in, the address as Royal Mail wants it out: https://www.royalmail.com/sending/address-guide

The name first, the post town in capitals, the postcode alone on the last line, no county; overseas the country last, in capitals.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from swc_mailer.core.mailwire import plain
from swc_mailer.core.places import Vocabulary, phrase
from swc_mailer.core.postcodes import Postcode, find_postcodes

ISLANDS = ("GX", "GY", "IM", "JE")  # areas of postcodes where what looks like a county or country belongs to the address


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Each "" where there is none."""

    name: str
    lines: tuple[str, ...]
    town: str  # in capitals; where no country is known, whatever stands last
    postcode: str
    country: str  # overseas, in capitals

    @property
    def printed(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.name, *self.lines, self.town, self.postcode, self.country)))


def postal_address(label: Sequence[str], vocab: Vocabulary) -> PostalAddress:
    """`label` is the name, the lines of the address and, behind them or before the country, the postcode."""
    lines = [unicodedata.normalize("NFC", plain(line)) for line in label]
    named = bool(lines) and not any(letter.isdigit() for letter in lines[0])  # a letter may give an address and no name
    name = lines.pop(0) if named else ""
    rest, postcode = without_postcode(lines, vocab)
    opened = without_commas(rest, vocab)
    return at_home(name, opened, postcode, vocab) if postcode else overseas(name, opened, vocab)


def without_commas(lines: Sequence[str], vocab: Vocabulary) -> list[str]:
    """A register may have it all in one cell: "12 Station Road, Leeds, West Yorkshire" has three lines."""
    *before, last = lines or [""]
    places: list[str] = []
    while "," in last and is_place(last.rpartition(",")[2], vocab):
        last, _, place = last.rpartition(",")
        places.insert(0, place.strip())
    return [*before, *([last.rstrip(" ,")] if last else []), *places]


def without_postcode(lines: Sequence[str], vocab: Vocabulary) -> tuple[list[str], str]:
    """The United Kingdom's postcode at the end, or before "England", and the lines that are left; "" where there is none."""
    ends = lines[-2:] if lines and phrase(lines[-1]) in vocab.home else lines[-1:]
    for at, line in enumerate(ends, start=len(lines) - len(ends)):
        if found := postcode_behind(line, sure=not any(is_country(end, vocab) for end in lines[-2:])):
            before = line[: found.start].strip(" ,")
            return [*lines[:at], *([before] if before else []), *lines[at + 1 :]], found.value
    return list(lines), ""


def postcode_behind(line: str, *, sure: bool) -> Postcode | None:
    """Beside the name of a country overseas, what must be mended to be one of ours is one of theirs."""
    found = find_postcodes(line)
    return found[-1] if found and found[-1].end == len(line) and (sure or not found[-1].repair) else None


def at_home(name: str, lines: list[str], postcode: str, vocab: Vocabulary) -> PostalAddress:
    if postcode.startswith("BFPO"):  # names no place
        return PostalAddress(name, tuple(lines), "", postcode, "")
    while not postcode.startswith(ISLANDS) and len(lines) > 1 and is_county(lines[-1], vocab) and may_be_town(lines[-2], vocab):
        lines = lines[:-1]
    return PostalAddress(name, *town_last(lines, vocab), postcode, "")


def overseas(name: str, lines: list[str], vocab: Vocabulary) -> PostalAddress:
    """The register's postcode may stand behind the country."""
    known = [at for at, line in enumerate(lines) if is_country(line, vocab) and at > 0]
    at = known[-1] if known and known[-1] >= len(lines) - 2 else len(lines)
    country = "".join(lines[at : at + 1]).upper()
    return PostalAddress(name, *town_last(lines[:at], vocab), "".join(lines[at + 1 :]), country)


def town_last(lines: Sequence[str], vocab: Vocabulary) -> tuple[tuple[str, ...], str]:
    if not lines or (len(lines) == 1 and not may_be_town(lines[0], vocab)):
        return tuple(lines), ""
    return tuple(lines[:-1]), lines[-1].upper()


def is_place(text: str, vocab: Vocabulary) -> bool:
    return vocab.known_place(text) or is_country(text, vocab)


def is_country(text: str, vocab: Vocabulary) -> bool:
    return phrase(text).removeprefix("the ") in vocab.countries


def is_county(line: str, vocab: Vocabulary) -> bool:
    return vocab.known_county(line) and phrase(line) not in vocab.towns


def may_be_town(line: str, vocab: Vocabulary) -> bool:
    return not any(letter.isdigit() for letter in line) and phrase(line).rpartition(" ")[2] not in vocab.streets
