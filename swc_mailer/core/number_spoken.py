"""A text in, the numbers in it out that are written as they are said: digit by digit, in pairs, or as one counts.

What calls them a membership number is told elsewhere (`numbers.py`), or the register has them (`number_in_text.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from swc_mailer.core.characters import letter_words
from swc_mailer.core.number_joins import Written, street_behind
from swc_mailer.core.number_words import number_words
from swc_mailer.core.places import fold, vocabulary
from swc_mailer.core.words import Words

WORD = re.compile(r"[^\W\d_]+|\d+")
WITHOUT_HOUSE = 4  # pieces of a number at least, before a house's: three one six four, 12 Rose Lane
ROUND = "000"  # ends what is counted: a membership of two hundred thousand
HUNDRED = 100
SCALES = (HUNDRED, 1_000, 1_000_000)
KINDS = (re.compile("[1-9]"), re.compile(r"1\d"), re.compile("[2-9]0"))  # of numbers below a hundred that are one word


@dataclass(frozen=True, slots=True)
class Patterns:
    """What a number is that is said, and what its pieces are."""

    whole: re.Pattern[str]
    piece: re.Pattern[str]


def read_spoken(text: str, words: Words) -> Iterator[Written]:
    """Numbers in words, mixed with digits or not: "four four seven one nine two oh", "4 double seven 1920", "sixty-four,
    twenty-one, eighty-eight", "six million and forty thousand, nine hundred and twelve"."""
    said = number_words(words).said
    if said.isdisjoint(letter_words(text)):
        return
    patterns = _patterns(words)
    for match in patterns.whole.finditer(text):
        pieces = list(patterns.piece.finditer(text, *match.span()))
        if len(pieces) > WITHOUT_HOUSE and street_behind(text, match.end(), vocabulary(words)):
            pieces.pop()
        value = "".join(_value([fold(word) for word in WORD.findall(piece[0])], words) for piece in pieces)
        aloud = not said.isdisjoint(map(fold, WORD.findall(match[0])))
        if aloud and not (len(pieces) == 1 and value.endswith(ROUND)):
            yield Written(match.start(), pieces[-1].end(), value, len(pieces))


def is_said(names: Sequence[str], words: Words) -> bool:
    """Whether these words are nothing but digits as they are said, and more than a house has: 9 double 0, two three two three."""
    vocab = number_words(words)
    digits = all(name.isdigit() or name in vocab.digits or name in vocab.repeated for name in names)
    return digits and (len(names) >= WITHOUT_HOUSE or not vocab.repeated.keys().isdisjoint(names))


def _value(names: Sequence[str], words: Words) -> str:
    """The digits of one piece: "double seven" is 77, "two hundred and seventy-one" 271."""
    vocab = number_words(words)
    if not vocab.scales.keys().isdisjoint(names) or any(len(_numbers(words).get(name, "")) > 1 for name in names):
        return str(_counted(names, words))
    *times, digit = names
    return vocab.digits.get(digit, digit) * (vocab.repeated[times[0]] if times else 1)


def _counted(names: Sequence[str], words: Words) -> int:
    """What a numeral is: six million and forty thousand."""
    numbers, scales, total, below = _numbers(words), number_words(words).scales, 0, 0
    for name in names:
        if scales.get(name, 0) > HUNDRED:
            total, below = total + max(below, 1) * scales[name], 0
        elif name in scales:
            below = max(below, 1) * scales[name]
        elif name in numbers or name.isdigit():
            below += int(numbers.get(name, name))
    return total + below


def _numbers(words: Words) -> dict[str, str]:
    return vocabulary(words).number_words


@lru_cache(maxsize=4)
def _patterns(words: Words) -> Patterns:
    vocab = number_words(words)
    hundred, thousand, million = (_one_of(name for name, value in vocab.scales.items() if value == scale) for scale in SCALES)
    digit, repeated, between = (_one_of(names) for names in (vocab.digits, vocab.repeated, vocab.between))
    unit, teen, tens = (_one_of(name for name, value in _numbers(words).items() if kind.fullmatch(value)) for kind in KINDS)
    below_hundred = rf"(?:{tens}(?:[\s-]{{1,2}}{unit})?+|{teen})"
    hundreds = rf"(?:{unit}|a)\s{hundred}(?:\s(?:and\s)?(?:{below_hundred}|{unit}))?"
    group = rf"(?:{hundreds}|{below_hundred}|{unit}|\d{{1,3}})"
    link = r"[\s,]{1,3}(?:and\s)?"
    thousands = rf"{group}\s{thousand}(?:{link}{group})?"
    numeral = rf"(?:{group}\s{million}(?:{link}(?:{thousands}|{group}))?|{thousands})"
    said = rf"(?:(?:{repeated}[\s-]{{0,2}})?(?:{digit}|\d(?!\d)))"
    piece = rf"(?<![^\W\d_])(?:{numeral}|{hundreds}|{below_hundred}|\d{{1,4}}(?!\d)|{said})(?![^\W\d_])"
    no_link = rf"\.\s*\n|(?<=\d)\.\s+(?-i:[A-Z])|[\s,;]+{unit} (?:figures|digits)\b"  # 1234567. Naw, wait; 1 2 3 4, four figures
    apart = rf"(?!{no_link})[\s,;./_–-]{{1,3}}(?:{between} ){{0,3}}"
    whole = rf"(?<![^\W_])(?<!\w-)(?:{numeral}(?!{apart}{piece})|{piece}(?:{apart}{piece})+)(?![^\W_])"
    return Patterns(re.compile(whole, re.IGNORECASE | re.ASCII), re.compile(piece, re.IGNORECASE | re.ASCII))


def _one_of(names: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(names, key=len, reverse=True))})"
