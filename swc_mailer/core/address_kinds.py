"""A few words in, what piece of an address they are out: a street, a house, a flat, a person's name …"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from swc_mailer.core.address_labels import HEADING, label_code
from swc_mailer.core.by_ear import sounds_alike
from swc_mailer.core.number_spoken import is_said
from swc_mailer.core.phrases import possible
from swc_mailer.core.places import DOCUMENT, Vocabulary, fold, phrase, says, vocabulary
from swc_mailer.core.words import Words


class Kind(StrEnum):
    """What a piece is, as far as it tells by itself."""

    POSTCODE = "postcode"
    STREET = "street"  # with a house number, or with a street's word
    HOUSE = "house"  # a name with a house's word: "The Old Smithy", "Ravensworth Hall"
    FLAT = "flat"  # "Flat 3", "2F1", or a house number alone
    BOX = "box"
    CARE_OF = "care of"
    NAMED = "named"  # a name of which nothing more is known: a house, a village
    PLACE = "place"  # a town, a county, "Scotland"
    COUNTRY = "country"  # overseas
    CODE = "code"  # a postcode overseas, with its town or without
    PERSON = "person"
    NUMBER = "number"  # a phone number, a membership number
    FIELD = "field"  # the line of a form that is no address
    SENTENCE = "sentence"
    STOP = "stop"  # the end of a sentence
    BLANK = "blank"


class Token(NamedTuple):
    """A word of a piece, with its folded form."""

    start: int
    end: int
    text: str
    word: str


HOUSE_NUMBER = r"\d{1,5}[a-z]?(?:[-–/]\d{1,5}[a-z]?){0,3}"
NUMBERED = re.compile(rf"^(?:#\s?)?{HOUSE_NUMBER}$", re.IGNORECASE)
FLAT_ID = re.compile(r"^(?:\d{1,4}[a-z]?|[a-z]\d{0,4}|\d{1,3}[/-]\w{1,3}|[a-z]-?\d{1,3}\w?)$", re.IGNORECASE)
TENEMENT = re.compile(  # 2F1, PF2, 3/R, 1/2, G/1, GF3, BF1, TFL, GFR
    r"^(?:\d[fF]\d|[pPgGbBtT][fF]\d?[lLrR]?|\d{1,2}/(?:\d{1,2}|[lLrR])|[gG]/\d|[gG][/.-]?[lLrR]|\d{1,2}[fF][lLrR])$"
)
BOX = re.compile(
    r"\b(?:p\.?\s?o\.?\s{0,2}box|post office box|box no\.?|private bag|postfach|postbus|apartado(?: de correos)?|apdo\.?|casilla"
    r"|caixa postal|bo[iî]te postale|b\.?p\.?|pob)\s{0,3}(?:(?:no|nr|number)\.?\s?|[#№]\s?|[a-z]{1,2}[\s-]?)?\d",
    re.IGNORECASE,
)
AIR_FORCE = "raf"
BOAT = re.compile(r"[nhw]\.b\.? ")  # n.b. Persephone; but N. B. Example is a person
DAY = re.compile(r"[0-3]?[0-9](?:st|nd|rd|th|er)?")
CARE_OF = re.compile(r"^(?:c/o|c\.o\.|care of|℅|p/a|bei)\b", re.IGNORECASE)
FOREIGN_CODE = re.compile(
    r"^(?:[A-Z]{1,2}-)?\d{4,6}$|^(?:[A-Z]{1,2}-)?\d{4,6}\s\D+$|^\d{4}\s?[A-Z]{2}(?:\s\D+)?$|^\d{2}-\d{3}(?:\s\D+)?$|^\d{3}\s\d{2,3}(?:\s\D+)?$"
    r"|^\d{4}-\d{3}(?:\s\D+)?$|^(?:\D*\s)?[A-Z]\d[A-Z][ -]?\d[A-Z]\d$|^(?:\D+\s)?(?:[ACDEFHKNPRTVWXY]\d[\dW])\s?[A-Z0-9]{4}$"
    r"|^\D+\s\d{4,6}(?:-\d{4})?$|^\D*[A-Z]{3}\s?\d{4}$",
    re.IGNORECASE,
)
YEAR_TOLD = re.compile(r"(?:19|20)\d\d [a-z]")  # in 1998 one of our cards
REFERENCE = re.compile(r"[A-Z]{2,5}/(?:\w+/)*\d+")  # of a letter: HOL/114/63327
ORDINAL = re.compile(r"^\d+(?:st|nd|rd|th)$", re.IGNORECASE)
LONGEST_KEPT = 60  # characters of a stretch whose kind is remembered
LONG_KIND = 7  # letters of a house's kind that no surname sounds like
MOST_WORDS = 9  # of a piece that is no street


def classify(tokens: list[Token], words: Words) -> tuple[list[Token], Kind]:
    """What a stretch of words is; the words without a person's name in front of the house number."""
    text = " ".join(token.text for token in tokens)
    skipped, kind = _classified(text, words) if len(text) <= LONGEST_KEPT else _classified.__wrapped__(text, words)
    return tokens[skipped:], kind


@lru_cache(maxsize=4096)
def _classified(text: str, words: Words) -> tuple[int, Kind]:
    """How many words in front belong to a person's name, and what the others are; people's mails share "Sir" and "Leeds"."""
    vocab = vocabulary(words)
    if CARE_OF.match(text):
        return 0, Kind.CARE_OF
    if BOX.search(text):
        return 0, Kind.BOX
    name = phrase(text)
    if name.removeprefix("the ") in vocab.countries:
        return 0, Kind.COUNTRY
    if name in vocab.places:
        return 0, Kind.PLACE
    tokens = [Token(0, 0, word, fold(word)) for word in text.split(" ")]
    words_ = [token.word for token in tokens]
    first = _house_number(tokens, vocab)
    named = first > 0 and words_[0] in vocab.given_names and not (set(words_[:first]) & (vocab.houses | vocab.flats))
    skipped = first if named else 0
    rest = tokens[skipped:]
    return skipped, _kind_of(rest, words_[skipped:], " ".join(each.text for each in rest), first - skipped, vocab, words)


def _kind_of(tokens: list[Token], words_: list[str], text: str, first: int, vocab: Vocabulary, words: Words) -> Kind:
    at_home = words_[-1] == "home" and label_code(text, words) == HEADING  # sent to me at home: The Old Forge
    counts = len(words_) == 2 and (words_[0] in vocab.number_words or words_[0].isdigit())
    counted = counts and words_[1] in vocab.measures and text.islower()  # one set, at 25 minutes
    if at_home or counted or _is_dated(words_, vocab):
        return Kind.SENTENCE
    if re.fullmatch("(?:19|20)[0-9][0-9]", text) or REFERENCE.fullmatch(text) or is_said(words_, words):
        return Kind.NUMBER
    if is_flat(words_, text, vocab) or says(words, "floor", text):
        return Kind.FLAT
    if FOREIGN_CODE.match(text) and not YEAR_TOLD.match(text) and not _has_street(words_, vocab):
        return Kind.CODE
    if first >= 0 or _has_street(words_, vocab):
        return Kind.STREET
    if is_person(words_, text, vocab, words):
        return Kind.PERSON
    if BOAT.match(text) or any(word in vocab.houses or word in vocab.flats for word in words_):
        return Kind.HOUSE
    if not any(letter.isalpha() for letter in text):
        return Kind.NUMBER
    return Kind.NAMED if len(tokens) <= MOST_WORDS else Kind.SENTENCE


def _is_dated(words_: Sequence[str], vocab: Vocabulary) -> bool:
    """3 March; and anywhere in a sentence of another language, as "hasta el 3 de marzo", but not in Flat 3, May House."""
    if not set(words_) & vocab.months:
        return False
    if words_[0][:1].isdigit():
        return not _has_street(words_, vocab)
    if set(words_) & (vocab.streets | vocab.houses | vocab.flats):
        return False
    named = [word for word in words_ if word not in ("de", "of")]
    return any(DAY.fullmatch(day) and month in vocab.months for day, month in pairwise(named))


def _house_number(tokens: Sequence[Token], vocab: Vocabulary) -> int:
    """Where a house number stands with a name after it, -1 for none: 3 High St, but neither 3 March nor 3 copies."""
    for index, token in enumerate(tokens[:-1]):
        after = tokens[index + 1].word
        if not NUMBERED.match(token.text) or not after[:1].isalpha():
            continue
        if (after in vocab.measures or ORDINAL.match(token.text)) and not _has_street(
            [each.word for each in tokens[index + 2 :]], vocab, one=True
        ):
            continue
        return index
    return -1


def _has_street(words_: Sequence[str], vocab: Vocabulary, *, one: bool = False) -> bool:
    """Whether the words hold a street's: not the first, unless it is one that comes first, as Heol or Rue."""
    full = [vocab.short_forms.get(word, word) for word in words_]
    rest = full if one else full[1:]
    if any(word in vocab.streets or (word == "st" and index > 0) for index, word in enumerate(rest, start=0 if one else 1)):
        return True
    if len(full) > 1 and full[0] in vocab.streets and full[0] not in vocab.houses and not words_[0].isdigit():
        return True
    if any(re.search(r"[a-z]{3}str\.?\d", word) for word in words_):  # Bahnhofstr.12
        return True
    numbered = any(word[:1].isdigit() for word in words_[1:])
    return numbered and any(word.endswith(vocab.street_endings) and len(word) > 5 for word in words_)


def is_flat(words_: Sequence[str], text: str, vocab: Vocabulary) -> bool:
    """Flat 3, Room B14, 2F1, 3/R; a house number alone."""
    if len(words_) == 1:
        return bool(TENEMENT.match(text) or re.fullmatch(r"#?\d{1,4}[a-zA-Z]?(?:[-–/]\d{1,4}[a-zA-Z]?)?", text))
    if len(words_) == 2 and words_[0] in ("no", "number", "nr"):
        return bool(NUMBERED.match(text.split()[1])) or words_[1] in vocab.number_words
    kind = vocab.short_forms.get(words_[0], words_[0])
    words_ = [word for word in words_ if word not in ("no", "number", "nr")]  # flat no 2
    return kind in vocab.flats and len(words_) <= 3 and all(FLAT_ID.match(word) for word in words_[1:])


def tells_flat(tokens: Sequence[Token], words: Words) -> bool:
    """Whether the words are those of a flat, from the first to the last."""
    text = " ".join(token.text for token in tokens)
    floors = (entry.pattern.fullmatch(text) for entry in possible(words, DOCUMENT, "floor", text))
    return is_flat([token.word for token in tokens], text, vocabulary(words)) or any(floors)


def is_person(words_: Sequence[str], text: str, vocab: Vocabulary, words: Words) -> bool:
    if any(letter.isdigit() for letter in text):
        return False
    if BOAT.match(text):
        return False
    names = words_[:-1] if len(words_) > 2 and words_[-1] == AIR_FORCE else words_  # Flt Lt J Example RAF; but not: RAF Marham
    last = vocab.short_forms.get(names[-1], names[-1])
    if last in vocab.houses or last in vocab.streets or last.removesuffix("s") in vocab.flats or _house_by_ear(last, vocab):
        return False
    return says(words, "person", text) or (words_[0] in vocab.given_names and len(words_) <= 5)


def _house_by_ear(word: str, vocab: Vocabulary) -> bool:
    """Whether a word is a long one for a house, misspelt: Rose Cottige is no person."""
    return any(len(kind) >= LONG_KIND and kind[0] == word[:1] and sounds_alike(kind, word) for kind in vocab.houses)
