"""Text in, the letters and digits out that are spelt in it one after another: "L S 6, 2 A B", "Lima Sierra six then two alpha
bravo", "LS six, followed by a two and the letters A and B", "bee tea thirty two".

`postcodes.py` asks here for postcodes that stand in no one piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase, digits

from swc_mailer.core.characters import letter_words

TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
UNITS = "one two three four five six seven eight nine"
RADIO = {  # the letters as the radio has them, and digits
    word: sign
    for signs, words in {
        ascii_uppercase: """alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november
        oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu""",
        digits: f"zero {UNITS}",
        "00AJWX": "nought oh alfa juliett whisky x-ray",
        "BDEFGHJKKLNQRSTTVWXZ": """bee dee ee eff gee aitch jay kay cay ell enn queue arr ess tee tea vee double-you ex zed""",
    }.items()
    for sign, word in zip(signs, words.split(), strict=True)
}
NUMBERS = {word: str(number) for number, word in enumerate(TEENS.split(), 10)} | {
    f"{ten}{behind}": str(tens + unit)
    for tens, ten in zip(range(20, 100, 10), TENS.split(), strict=True)
    for unit, behind in enumerate(["", *(f"-{unit}" for unit in UNITS.split())])
}
SPELLING = RADIO | NUMBERS
SAID = frozenset(part for word in SPELLING for part in word.split("-"))  # one of these stands in a text with such a word
SIGN = r"[A-Z]{2}\d{0,2}[A-Z]?|[A-Z]\d{1,2}[A-Z]?|\d[A-Z]{2}|\d\d|[A-Za-z0-9]"
WORD = "|".join(  # a first letter is quick to tell, and the longest goes first
    f"[{word[0]}{word[0].upper()}](?i:{word[1:].replace('-', '[ -]')})" for word in sorted(SPELLING, key=len, reverse=True)
)
MARK = r"[ \t\u00a0,.\-–/]{1,4}"
NEXT = r"(?:and )?then|followed by|and|space"
KIND = r"an?|the (?:letters?|figures?|digits?|numbers?)"
LINK = rf"{MARK}(?:(?:{NEXT}){MARK})?(?:(?:{KIND}){MARK})?"


def _spelt_by(element: str, link: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{element})(?:{link}(?:{element})){{2,40}}(?!\w)")


NO_ARTICLE = rf"(?!(?<!\b[A-Za-z] )an?{MARK}(?:\d|{WORD}))"  # then a two; but C A six
ELEMENT = rf"{NO_ARTICLE}(?:{SIGN}|{WORD})(?!\w)"
ELEMENTS = re.compile(rf"(?<!\w){ELEMENT}")
APART = _spelt_by(SIGN, f"{MARK}(?:(?:and )?then )?")
IN_WORDS = _spelt_by(ELEMENT, LINK)


@dataclass(frozen=True, slots=True)
class Sign:
    """One letter or digit, or a few in one, and where it stands: `text[start:end]`."""

    value: str
    start: int
    end: int

    @property
    def in_words(self) -> bool:
        return self.end - self.start > len(self.value)


def spelt_signs(text: str) -> Iterator[list[Sign]]:
    """Each stretch of letters and digits that are spelt, or stand apart; nothing tells that one is a postcode."""
    for run in (APART if SAID.isdisjoint(letter_words(text)) else IN_WORDS).finditer(text):
        found = ELEMENTS.finditer(text, *run.span())
        yield [Sign(_value(element[0]), *element.span()) for element in found]


def _value(element: str) -> str:
    return SPELLING.get(element.lower().replace(" ", "-"), element.upper())
