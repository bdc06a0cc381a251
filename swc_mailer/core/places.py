"""The words of rules/addresses.toml in, sets and maps for reading addresses out; and how a word is folded for comparing.

Finding and matching share this, so that what one takes for a street the other does too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from swc_mailer.core.phrases import finds
from swc_mailer.core.words import Entry, Words

DOCUMENT = "addresses"
UNFOLDED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "&": " and ", "№": "no"}
)
APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´"))


@dataclass(frozen=True, slots=True)
class Country:
    """A country overseas: its name, and the form that its postcodes have."""

    name: str
    code_form: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the words of an address and of a sentence are."""

    streets: frozenset[str]
    only_streets: frozenset[str]  # of these, the last words of what is never a house
    only_streets_first: frozenset[str]  # and the first
    street_endings: tuple[str, ...]
    houses: frozenset[str]
    flats: frozenset[str]
    contrasts: frozenset[str]
    fillers: frozenset[str]
    short_forms: dict[str, str]
    welsh_kinds: dict[str, str]  # "fferm" -> "farm": the kind of a house, in front of its name
    number_words: dict[str, str]  # "four" -> "4"
    home: frozenset[str]  # "england", "jersey": a UK postcode is used there
    counties: frozenset[str]
    towns: frozenset[str]
    countries: dict[str, Country]
    given_names: frozenset[str]
    short_names: dict[str, frozenset[str]]  # "bella" -> "a", "i": the first letters of the whole names
    sentence: frozenset[str]
    links: frozenset[str]
    measures: frozenset[str]
    months: frozenset[str]
    shortened: frozenset[str]
    places: frozenset[str]  # every town, county and home country
    place_starts: frozenset[str]  # the first word of each town, county and home country: most names are none
    country_ends: frozenset[str]  # and the last of each country

    def known_place(self, text: str) -> bool:
        return phrase(text) in self.places

    def known_county(self, text: str) -> bool:
        name = phrase(text)
        return name in self.counties or name in self.home


@lru_cache(maxsize=4)
def vocabulary(words: Words) -> Vocabulary:
    """The vocabulary of these words; made once for each."""
    home, counties, towns = (_phrases(words, table) for table in ("home_country", "county", "town"))
    countries = dict(_countries(words.entries(DOCUMENT, "country")))
    places = home | counties | towns
    return Vocabulary(
        streets=_words(words, "street"),
        only_streets=_words(words, "only_street"),
        only_streets_first=_words(words, "only_street_first"),
        street_endings=tuple(_words(words, "street_ending")),
        houses=_words(words, "house"),
        flats=_words(words, "flat"),
        contrasts=_words(words, "contrast"),
        fillers=_words(words, "ignored"),
        short_forms=_codes(words, "short"),
        welsh_kinds=_codes(words, "welsh_kind"),
        number_words=_numbers(words),
        home=home,
        counties=counties,
        towns=towns,
        countries=countries,
        given_names=_words(words, "given_name"),
        short_names=_letters(words, "short_name"),
        sentence=_words(words, "sentence"),
        links=_words(words, "link"),
        measures=_words(words, "measure"),
        months=_words(words, "month"),
        shortened=_words(words, "shortened"),
        places=places,
        place_starts=frozenset(name.partition(" ")[0] for name in places),
        country_ends=frozenset(name.rpartition(" ")[2] for name in countries),
    )


def fold(text: str) -> str:
    """Without capitals, accents and apostrophes: "Pargeter's Łąka" gives "pargeters laka"."""
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "").replace("&", " and ")
    plain = unicodedata.normalize("NFKD", text.casefold().translate(UNFOLDED).translate(APOSTROPHES))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=8192)
def phrase(text: str) -> str:
    """A name folded and without full stops, with single spaces: "Co. Down" gives "co down"."""
    return " ".join(fold(text).replace(".", " ").replace("-", " ").split())


def says(words: Words, table: str, text: str) -> bool:
    """Whether an entry of a table of addresses.toml finds itself in the text."""
    return finds(words, DOCUMENT, table, text)


def _list(words: Words, table: str) -> list[str]:
    return [word for entry in words.entries(DOCUMENT, table) for word in fold(entry.text).split()]


def _codes(words: Words, table: str) -> dict[str, str]:
    """Each word of a table with the code of its entry."""
    return {word: entry.code for entry in words.entries(DOCUMENT, table) for word in fold(entry.text).split()}


def _letters(words: Words, table: str) -> dict[str, frozenset[str]]:
    """Each word of a table with the codes of all its entries."""
    letters: dict[str, set[str]] = {}
    for entry in words.entries(DOCUMENT, table):
        for word in fold(entry.text).split():
            letters.setdefault(word, set()).add(entry.code)
    return {word: frozenset(codes) for word, codes in letters.items()}


def _numbers(words: Words) -> dict[str, str]:
    """The words for numbers: one to twenty, and the tens behind that."""
    names = _list(words, "number_word")
    return {name: str(value if value <= 20 else (value - 18) * 10) for value, name in enumerate(names, start=1)}


def _words(words: Words, table: str) -> frozenset[str]:
    return frozenset(_list(words, table))


def _phrases(words: Words, table: str) -> frozenset[str]:
    return frozenset(phrase(name) for entry in words.entries(DOCUMENT, table) for name in entry.text.split(";"))


def _countries(entries: Iterable[Entry]) -> Iterable[tuple[str, Country]]:
    for entry in entries:
        form = re.compile(rf"(?<![A-Za-z0-9])(?:{entry.extra['form']})(?![A-Za-z0-9])")
        names = [phrase(name) for name in entry.text.split(";")]
        for name in names:
            yield name, Country(name.title() if entry.code.islower() else entry.code, form)
