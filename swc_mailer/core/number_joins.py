"""Runs of digits that stand together in, the number that they begin with out, as far as its form tells.

How runs belong together depends on whether the text calls them a membership number: a labelled number may be split in ways
that nobody would take for one number elsewhere. What is a date or a phone number by its form alone is told here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from swc_mailer.core.number_forms import Run
from swc_mailer.core.number_words import NumberWords
from swc_mailer.core.places import Vocabulary, fold, phrase

DATE = "a date"
PHONE = "a phone number"
SORT_CODE = "a sort code"
INSURED = "a staff number"
LETTERED = {  # numbers that letters around them tell of
    INSURED: re.compile(r"[A-Z]{2} (?P<digits>\d\d ?\d\d ?\d\d) ?[A-D]\b"),  # National Insurance: QQ 12 34 56 C
    "an order number": re.compile(
        r"\b[A-Z]{2} ?(?P<digits>\d{4} ?\d{4}|\d{3} ?\d{3} ?\d{3}) ?\d? ?[A-Z]{2}\b"
    ),  # a parcel's: KT 7305 5188 4GB
    "the number of something else": re.compile(r"\D{0,3}(?P<digits>\d \d{6} \d{6})(?! ?\d)"),  # a barcode
    "part of an address": re.compile(r"\b[HJNOST][A-HJ-Z] (?P<digits>\d{3} \d{3}|\d{4} \d{4})\b"),  # the grid: SE 123 456
}
FREE = frozenset({"0800", "0808", "0844", "0845", "0870", "0871", "0300", "0345"})  # some of these have few digits behind them
FEWEST_FREE = 8  # digits of such a number: 0800 1111
MOST_DIGITS = 12  # of one number, by whatever pattern
MOST_RUNS = 4  # of an unlabelled number, unless each is one digit
MOST_ZEROS = 6  # that a writer may have dropped
SHORTEST = 4  # digits of a number without its zeros
ACCOUNT = 8  # digits of a bank account
LONGEST_CODE = 5  # digits of a dialling code
MOBILE = 10  # digits of a mobile phone's number without its 0
MOBILE_CODE = (4, 5)  # digits of its first part
LONGEST_HOUSE = 3  # digits of a house number that may follow

JOINED = frozenset({"tight", "space"})
JOINED_WHEN_LABELLED = JOINED | {"loose", "line", "comma", "thousand", "bar", "odd", "bracket", "indented"}
LINES = frozenset({"line", "indented"})
TIED = frozenset({"tight", "thousand", "bar"})
IN_A_PHONE = JOINED | {"bracket", "loose"}
WORD = re.compile(r"[ \t\u00a0]{0,3}(?P<word>[^\W\d_]+)\b")  # and no postcode
NAMES_BEHIND = re.compile(r"(?:[ \t\u00a0]{1,3}[^\W\d_][\w'’.-]*){2,4}")
WORD_BEFORE = re.compile(r"[^\W\d_]+[ \t\u00a0.,]{1,3}\Z")
ALONE = re.compile(r"[ \t.]{0,3}(?:\r?\n|\Z)")  # nothing follows on the line
LONGEST_MONTH = 14
YEAR = re.compile(r"(?:18|19|20)\d\d")
HOUR = re.compile(r":\d")


@dataclass(frozen=True, slots=True)
class Written:
    """A number as it is written, `text[start:end]`, made of so many runs. Without a value it is none that could be ours."""

    start: int
    end: int
    value: str
    runs: int
    form: str = ""  # DATE, PHONE or SORT_CODE where the form alone tells so


@dataclass(frozen=True, slots=True)
class Joiner:
    """What a membership number looks like, in one text."""

    text: str
    pattern: re.Pattern[str]
    vocab: NumberWords
    places: Vocabulary

    def read(self, chain: Sequence[Run], *, labelled: bool, inside: bool = False) -> Written | None:
        """The number that a chain begins with, or what could be mistaken for one; None where it begins with neither. `inside`:
        other digits stand before it, and only a run that stands apart can be a number."""
        if inside and chain[0].gap in TIED:
            return None
        form, runs = self._form(chain, labelled=labelled)
        if form:
            value = _digits(chain[:runs])
            return Written(chain[0].start, chain[runs - 1].end, value if self.fits(value) else "", runs, form)
        found = self._labelled(chain) if labelled else self._unlabelled(chain)
        if not found or (inside and found[0] > 1):
            return None
        runs, value = found
        if chain[0].prefix and self.pattern.fullmatch(chain[0].prefix.upper() + value):
            return Written(chain[0].start - len(chain[0].prefix), chain[runs - 1].end, chain[0].prefix.upper() + value, runs)
        return Written(chain[0].start, chain[runs - 1].end, value, runs)

    def fits(self, digits: str, prefix: str = "") -> bool:
        if len(digits) > MOST_DIGITS:
            return False
        return bool(self.pattern.fullmatch(digits) or (prefix and self.pattern.fullmatch(prefix.upper() + digits)))

    def needs_letters(self, run: Run) -> bool:
        """Whether the letters in front of a run are part of its number, by a pattern that has some."""
        return self.fits(run.digits, run.prefix) and not self.fits(run.digits)

    def fits_short(self, digits: str) -> bool:
        """Whether it would fit with the zeros in front that people leave out."""
        if len(digits) < SHORTEST or YEAR.fullmatch(digits):
            return False
        return any(self.pattern.fullmatch("0" * zeros + digits) for zeros in range(1, MOST_ZEROS))

    # --- what the form tells ---------------------------------------------------------------------------------------

    def _form(self, chain: Sequence[Run], *, labelled: bool) -> tuple[str, int]:
        """A date or a phone number that the chain begins with, and of how many runs."""
        runs = _date(chain, labelled=labelled)
        if runs:
            return DATE, runs
        runs = self._phone(chain, labelled=labelled)
        if runs:
            return PHONE, runs
        runs = self._mobile(chain, labelled=labelled)
        if runs:
            return PHONE, runs
        return self._coded(chain, labelled=labelled)

    def _coded(self, chain: Sequence[Run], *, labelled: bool) -> tuple[str, int]:
        """What letters or the way of splitting tell of a number; of one that is called a member's only what is beyond doubt."""
        account = len(chain) > 3 and chain[3].gap == "space" and len(chain[3].digits) == ACCOUNT
        if _sort_code(chain) and (account or not labelled):
            return SORT_CODE, 3
        for form, pattern in LETTERED.items() if not labelled else [(INSURED, LETTERED[INSURED])]:
            found = pattern.match(self.text, max(0, chain[0].start - 3))
            if found and found.start("digits") == chain[0].start:
                return form, sum(run.end <= found.end("digits") for run in chain)
        return "", 0

    def _mobile(self, chain: Sequence[Run], *, labelled: bool) -> int:
        """A mobile phone's number without its 0, as 7700 900318, 7700 900 318 or 44 7700 900318."""
        first = 1 if chain[0].digits == "44" and len(chain) > 1 else 0
        if not chain[first].digits.startswith("7") or len(chain[first].digits) not in MOBILE_CODE:
            return 0
        for count in range(first + 2, min(first + (2 if labelled else 3), len(chain)) + 1):
            value = _digits(chain[first:count])
            joined = len(value) == MOBILE and all(run.gap in JOINED for run in chain[1:count])
            if joined and not self.fits(value) and not self._house_follows(chain, count):
                return count
        return 0

    def _phone(self, chain: Sequence[Run], *, labelled: bool) -> int:
        """A number with a code: +44 121 496 0344, (0113) 496 0138, 07700900318."""
        first = chain[0]
        abroad = self.text[first.start - 1 : first.start] == "+" or first.digits.startswith("00")
        if not abroad and not first.digits.startswith("0"):
            return 0
        free = first.digits in FREE and len(_digits(chain)) >= FEWEST_FREE
        if not labelled and free and len(chain) > 1 and chain[1].gap == "space":
            return len(chain)
        apart = len(first.digits) > LONGEST_CODE and self.fits(first.digits)  # a number that a phone's or a house's follows
        total, reached = 0, 0
        for count, run in enumerate(chain, start=1):
            if count > 1 and (run.gap not in IN_A_PHONE or apart):
                break
            total += len(run.digits)
            if total in (10, 11) and not abroad:
                return count
            if 10 <= total <= 15 and abroad:
                reached = count
        return reached

    # --- numbers -----------------------------------------------------------------------------------------------------

    def _labelled(self, chain: Sequence[Run]) -> tuple[int, str] | None:
        """The longest that fits; but a house number or a street's line behind it is not part of it."""
        joined = list(self._joined(chain, JOINED_WHEN_LABELLED))
        fitting = [(runs, value) for runs, value in joined if self.fits(value, chain[0].prefix)]
        if fitting and fitting[0][0] == 1 and _goes_on(chain, 1):
            return fitting[0]  # 1234567/01 is the first of a family
        for runs, value in reversed(fitting):
            shorter = [each for each in fitting if each[0] < runs] or [
                each for each in joined[: runs - 1] if self.fits_short(each[1])
            ]
            if not (shorter and self._house_follows(chain, runs)) or (shorter[-1][0] > 1 and shorter[-1] not in fitting):
                return runs, value  # and 12 34 is no number without its zeros, split in two, before a house's 567
            if shorter[-1] not in fitting:
                return shorter[-1]
        digits = chain[0].digits
        return (1, digits) if self.fits_short(digits) and not _goes_on(chain, 1) and not self._goes_back(chain[0]) else None

    def _unlabelled(self, chain: Sequence[Run]) -> tuple[int, str] | None:
        """A whole number in one run, or in few runs that are the whole chain."""
        first = chain[0]
        if self.fits(first.digits, first.prefix):
            plain = first.safe and sum(letter.isdigit() for letter in self.text[first.start : first.end]) >= SHORTEST
            return (1, first.digits) if plain and not _goes_on(chain, 1) else None
        if first.year and self._month_before(first):
            return None
        joined = list(self._joined(chain, JOINED | _between_parts(chain)))
        for runs, value in reversed(joined):
            parts = chain[:runs]
            whole = runs == len(joined) or self._house_follows(chain, runs + 1)
            if whole and self.fits(value) and _even(parts):
                return runs, value
        return None

    def _joined(self, chain: Sequence[Run], gaps: frozenset[str]) -> Iterator[tuple[int, str]]:
        """What the first runs are together, one more each time; a run that is a number by itself is not added."""
        value = ""
        for count, run in enumerate(chain, start=1):
            if count > 1 and (run.gap not in gaps or self.fits(run.digits) or HOUR.match(self.text, run.end)):
                return
            if len(value) >= SHORTEST and (run.gap == "bracket" or (run.gap == "comma" and len(run.digits) > 1)):
                return
            whole = count > 2 and self.fits(value) and not _single(chain[:count])
            if run.gap in LINES and (whole or self._word_behind(run)):
                return
            if run.gap == "indented" and not ALONE.match(self.text, run.end):
                return
            value += ("1" if count > 1 and run.gap == "bar" else "") + run.digits
            if len(value) > MOST_DIGITS:
                return
            yield count, value

    def _goes_back(self, run: Run) -> bool:
        """Whether other digits stand hard in front of it, apart by a sign that nobody splits numbers with: 123*4567."""
        return run.start > 1 and self.text[run.start - 2].isdigit() and not self.text[run.start - 1].isspace()

    def _house_follows(self, chain: Sequence[Run], runs: int) -> bool:
        """Whether the last of so many runs is rather the number of a house: a short one with a name behind it, or with a street
        where all are of one digit, as many that are read out: 6 4 9 0 7 7 1 Jean."""
        last = chain[runs - 1]
        if runs == 1 or len(last.digits) > LONGEST_HOUSE or last.gap not in ("space", "comma", "odd"):
            return False
        if all(len(run.digits) == 1 for run in chain[:runs]):
            return street_behind(self.text, last.end, self.places)
        word = fold(self._word_behind(last))
        return bool(word) and word not in self.vocab.phrases and word not in self.places.sentence

    def _month_before(self, run: Run) -> bool:
        word = WORD_BEFORE.search(self.text, max(0, run.start - LONGEST_MONTH), run.start)
        return word is not None and fold(word[0]).strip(" \t\u00a0.,") in self.vocab.months

    def _word_behind(self, run: Run) -> str:
        word = WORD.match(self.text, run.end)
        return word["word"] if word else ""


def street_behind(text: str, position: int, places: Vocabulary) -> bool:
    """Whether a street's name follows, so that what stands before it is the number of a house there."""
    names = NAMES_BEHIND.match(text, position)
    first, *kinds = phrase(names[0]).split() if names else ("",)
    return (
        first != "the"
        and first not in places.number_words
        and places.sentence.isdisjoint((first, *kinds))
        and any(places.short_forms.get(kind, kind) in places.streets for kind in kinds)
    )


def _sort_code(chain: Sequence[Run]) -> bool:
    """20-48-77, or 20 48 77 with an account number behind it; a fourth pair makes it none."""
    if [len(run.digits) for run in chain[:3]] != [2, 2, 2] or (len(chain) > 3 and chain[3].gap == "tight"):
        return False
    gaps = {run.gap for run in chain[1:3]}
    return gaps == {"tight"} or (gaps == {"space"} and len(chain) > 3 and len(chain[3].digits) == ACCOUNT)


def _digits(runs: Sequence[Run]) -> str:
    return "".join(run.digits for run in runs)


def _goes_on(chain: Sequence[Run], runs: int) -> bool:
    """Whether more digits follow that are tied to these."""
    return len(chain) > runs and chain[runs].gap in TIED


def _even(runs: Sequence[Run]) -> bool:
    """Whether runs are split as people split numbers: in few parts, digit by digit, by thousands, or in pairs."""
    shortest = min(len(run.digits) for run in runs)
    even = _single(runs) or _in_threes(runs) or _in_pairs(runs) or (len(runs) <= MOST_RUNS and shortest > 1)
    return even and all(run.safe for run in runs)


def _single(runs: Sequence[Run]) -> bool:
    """Whether runs are digits one by one: 5 8 1 6 - 0 4 2."""
    return all(len(run.digits) == 1 for run in runs)


def _between_parts(chain: Sequence[Run]) -> frozenset[str]:
    """What more may part the runs of a number that is split by thousands, or digit by digit; no quantity begins with a nought."""
    between = frozenset(run.gap for run in chain[1:3]) if _in_threes(chain[:3]) else frozenset()
    if between == {"loose"} or _single(chain):
        return frozenset({"loose"})
    return between if between == {"thousand"} and chain[0].digits.startswith("0") else frozenset()


def _in_threes(runs: Sequence[Run]) -> bool:
    """Whether a number is split by thousands: 2 - 715 - 886."""
    return len(runs) > 2 and {len(run.digits) for run in runs[1:]} == {3}


def _in_pairs(runs: Sequence[Run]) -> bool:
    """Whether a number is split in pairs, with one digit over at its beginning or end: 2 30 66 18."""
    sizes = [len(run.digits) for run in runs]
    return len(sizes) == MOST_RUNS and sizes in ([1, 2, 2, 2], [2, 2, 2, 1])


# --- dates ---------------------------------------------------------------------------------------------------------


def _date(chain: Sequence[Run], *, labelled: bool) -> int:
    """How many runs a date is made of that the chain begins with; 0 where it begins with none."""
    first = chain[0].digits
    if len(first) == 8 and not labelled and (_day(first[:2], first[2:4], first[4:]) or _day(first[6:], first[4:6], first[:4])):
        return 1
    if len(chain) > 2 and _same_gap(chain[1], chain[2]):
        one, two, three = (run.digits for run in chain[:3])
        if (
            _day(one, two, three)
            or _day(three, two, one)
            or (not labelled and chain[1].gap == "tight" and _day(one, two, "20" + three))
        ):
            return 3
    if len(chain) > 3 and _month(chain[0], chain[1]) and _month(chain[2], chain[3]):  # valid 01 2013 - 12 2014
        return 4
    if len(chain) > 1 and chain[1].gap == "tight":
        second = chain[1]
        if chain[0].year and (second.year or len(second.digits) == 2):
            return 2
        if _month(chain[0], second):
            return 2
    return 0


def _month(month: Run, year: Run) -> bool:
    return len(month.digits) <= 2 and 1 <= int(month.digits) <= 12 and year.year


def _same_gap(one: Run, other: Run) -> bool:
    return one.gap == other.gap and one.gap in JOINED


def _day(day: str, month: str, year: str) -> bool:
    """Whether these are a day, a month and a year, in this order or with day and month exchanged."""
    if not (len(day) <= 2 and len(month) <= 2 and len(year) == 4 and 1900 <= int(year) <= 2099):
        return False
    first, second = sorted((int(day), int(month)))
    return 1 <= first <= 12 and second <= 31
