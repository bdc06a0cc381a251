"""A number and what is said behind it in, the number with the digit that its writer puts right out: "1234567, sorry, 9 not 6".

Only where one digit can be meant; where the writer is not sure, or gives the whole number anew, it stays as it is written.
"""

from __future__ import annotations

from swc_mailer.core.number_sayings import plain, says
from swc_mailer.core.number_words import DOCUMENT, number_words
from swc_mailer.core.phrases import possible
from swc_mailer.core.places import fold
from swc_mailer.core.words import Words

LAST, FIRST = "last", "first"  # groups of the patterns: which digit it is, where that is said


def with_digit_put_right(value: str, behind: str, text: str, words: Words) -> str:
    """The number as it is right by what stands behind it; the same where nothing is said of its digits, where any of several may
    be meant, or where the text has the right number as well."""
    said = f"#{plain(behind, words)}"
    for entry in possible(words, DOCUMENT, "digit_put_right", said):
        found = entry.pattern.search(said)
        if found and not says(words, "unsure", found[0]):
            told = found.groupdict()
            places = _places(value, _digit(told["old"], words), last=bool(told.get(LAST)), first=bool(told.get(FIRST)))
            if len(places) == 1:
                right = value[: places[0]] + _digit(told["new"], words) + value[places[0] + 1 :]
                return value if right in text else right
    return value


def _places(value: str, old: str, *, last: bool, first: bool) -> list[int]:
    """Where the digit may stand that is wrong."""
    if last or first:
        place = len(value) - 1 if last else 0
        return [place] if old in ("", value[place]) else []
    return [place for place, digit in enumerate(value) if digit == old]


def _digit(written: str | None, words: Words) -> str:
    """A digit, as it is written or said; "" for none."""
    said = fold(written or "")
    return number_words(words).digits.get(said, said)
