"""A number where it stands in, what it is called out: by its form, by the words and signs around it, by where it stands.

What is said behind it goes first where that is outright, then what is said in front, then its form and its place.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from swc_mailer.core.model import Section
from swc_mailer.core.number_columns import Cell, called_in_pair, called_in_table
from swc_mailer.core.number_forms import Run
from swc_mailer.core.number_joins import DATE, INSURED, PHONE, SORT_CODE, TIED, Joiner, Written
from swc_mailer.core.number_labels import (
    NOTHING,
    ORDER,
    ORGANISATION,
    OTHERWISE,
    PART_OF_ADDRESS,
    QUANTITY,
    REFERENCE,
    Rank,
    Sign,
    label_before,
    label_behind,
    said_of_another,
)
from swc_mailer.core.number_marks import in_ticket, listed_phone, of_a_file, tied_letters
from swc_mailer.core.number_nouns import GUESSED, of_an_abbreviation, of_another_member, of_something, of_the_forces
from swc_mailer.core.number_unlabelled import unlabelled
from swc_mailer.core.number_words import DOCUMENT, is_counted, number_words
from swc_mailer.core.phrases import finds
from swc_mailer.core.places import fold, phrase
from swc_mailer.core.words import Words

TICKET = "a case number"
ACCOUNT = "a bank account"
PART = "part of a number"
OF_ANOTHER_BODY = frozenset({ORGANISATION, INSURED, "a student number", "a customer number"})
ANOTHER_KIND = OF_ANOTHER_BODY | {
    GUESSED,
    DATE,
    PHONE,
    TICKET,
    ACCOUNT,
    ORDER,
    OTHERWISE,
    PART_OF_ADDRESS,
    QUANTITY,
    REFERENCE,
    "a machine's number",
    "a payment's number",
}
AROUND = 200  # characters before and behind a number that may say whose it is
SHORTENED = {Rank.NAMED: of_an_abbreviation, Rank.NUMBER: of_the_forces, Rank.LABELLED: of_another_member}
DAYS = (6, 8)  # digits of a date that is written in one
CLOSED = re.compile(r"[^()\n]{0,20}\)")  # behind a number in brackets
REMARK = re.compile(r"[^;–—\n]{0,80}[;–—\n]|[^;–—\n]{0,40}(?:\b(?:is|was)|['’]s)\b[^;–—\n]{0,40},[ ]?\Z")
FOR_SOMETHING = re.compile(r"[\s,]{0,3}(?:for|towards) (?:my|our|the|this)\b", re.IGNORECASE)  # cheque 1234 for my membership
YEARS = re.compile(r"(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d")  # a member 1999-2014
TIME_BETWEEN = re.compile(r"[ ]?(?:at |[T_/-])?[ ]?")  # a date and a time: 20140306 184455
TIME = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
NEVER = sys.maxsize  # where the next number begins behind the last one
LISTED = re.compile(
    r"[\s,;)]*(?:\b(?:and|or|but|und|et|y|a)\b|[&+/])?(?:\s+(?:maybe|perhaps|possibly|even|also))?[\s(]*", re.IGNORECASE
)
JOINED_BY_AND = re.compile(r"[\s,;)]*(?:\b(?:and|or)\b|[&+/])[\s(]*", re.IGNORECASE)
BESIDE_ADDRESS = 12  # characters behind an address
LONGER = re.compile(r"(?<!\d)\d(?:[ -]?\d){8,14}(?!\d)")  # than ours: a telephone's, and what follows is said of that one


@dataclass(frozen=True, slots=True)
class Place:
    """A section, and what is needed to read it."""

    section: Section
    text: str
    words: Words
    joiner: Joiner
    starts: Sequence[int]
    address_lines: Sequence[tuple[int, int]]
    writer: str

    def in_address(self, position: int) -> bool:
        return any(start <= position < end for start, end in self.address_lines)

    def next_start(self, position: int) -> int:
        """Where the next number begins."""
        index = bisect_left(self.starts, position)
        return self.starts[index] if index < len(self.starts) else NEVER


@dataclass(frozen=True, slots=True)
class Found:
    """A number where it stands, what it is called, and where the number before it ended."""

    written: Written
    sign: Sign = NOTHING
    floor: int = 0
    cell: Cell | None = None  # of a table


def sign_before(place: Place, run: Run, last: Found, cell: Cell | None) -> Sign:
    """What is said in front of a number: by its label, by letters glued to it, or as of the one before it."""
    start = run.start - len(run.prefix)
    floor = last.written.end
    if headed := _headed(place, run, floor, cell):
        return headed
    if _goes_on(place.text[floor:start], run, last):
        return last.sign
    if run.prefix and fold(run.prefix) in number_words(place.words).prefixes:
        sign = label_before(place.text, floor, start, place.words)
        return sign if sign.reason else Sign(Rank.LABELLED)
    if of_a_file(place.text, start, place.words):
        return Sign(Rank.PROSE, REFERENCE)
    sign = _label(place, run, _behind_remark(place.text, last, run.start))
    if sign.reason or sign.rank >= Rank.NAMED:
        return sign
    if tied_letters(place.text, start, run.end, place.words) or (run.prefix and not place.joiner.needs_letters(run)):
        return Sign(Rank.PROSE, REFERENCE)
    if last.sign.reason == PHONE and listed_phone(place.text, floor, start, place.words):
        return last.sign
    if last.written.form == SORT_CODE and place.text[floor:start].isspace():
        return Sign(Rank.PROSE, ACCOUNT)
    if last.written.runs and (LISTED if last.sign.rank >= Rank.NAMED else JOINED_BY_AND).fullmatch(place.text, floor, start):
        return last.sign
    return sign


def _headed(place: Place, run: Run, floor: int, cell: Cell | None) -> Sign | None:
    """What heads a number in a table, or before two things on one line."""
    start = run.start - len(run.prefix)
    headed = called_in_table(place.text, floor, start, cell, place.words) if cell else None
    return headed or called_in_pair(place.text, start, run.end, place.words)


def _goes_on(between: str, run: Run, last: Found) -> bool:
    """Whether digits are the rest of the number before them, which is none of ours: "my bus pass is 633597 8291 0046"."""
    if not last.sign.reason:
        return False
    if last.written.form == DATE and TIME_BETWEEN.fullmatch(between) and TIME.fullmatch(run.digits):
        return True
    return (run.gap in TIED and len(between) == 1) or (between == " " and not last.written.form and last.written.runs == 1)


def _behind_remark(text: str, last: Found, start: int) -> int:
    """Where what a sentence says of the number before ends: "7654321, that's Greenpeace; the right one:"."""
    remark = REMARK.match(text, last.written.end, start) if last.sign.outright or last.sign.reason == ORGANISATION else None
    return remark.end() if remark else last.written.end


def _label(place: Place, run: Run, floor: int) -> Sign:
    """What the words in front of a number call it; whoever "joined under 1234567" has told no date."""
    sign = label_before(place.text, floor, run.start, place.words)
    if sign == NOTHING and CLOSED.match(place.text, floor, run.start):
        sign = _over_brackets(place, floor, run.start)
    no_day = len(run.digits) > min(DAYS) and len(run.digits) not in DAYS
    return NOTHING if sign.reason == DATE and no_day else sign


def _over_brackets(place: Place, floor: int, start: int) -> Sign:
    """What is said in front of a number with a remark in brackets between: "the number on my card (cheque no. 123456) is"."""
    opening = place.text.rfind("(", max(0, floor - AROUND), floor)
    if opening < 0:
        return NOTHING
    said = place.text[max(0, opening - AROUND) : opening] + place.text[place.text.index(")", floor) + 1 : start]
    return label_before(said, 0, len(said), place.words)


def sign_of(place: Place, written: Written, run: Run, before: Sign, *, listed: bool) -> Sign:
    """What a number is: by its form, by what is said behind it, in front of it, or by where it stands; `listed`: what is in
    front is said of the number before it."""
    reason = _no_number(place, written)
    if before.rank is Rank.LABELLED and written.form in (SORT_CODE, INSURED):  # I have no membership number, I pay from
        reason = written.form
    if reason:
        return Sign(Rank.PROSE, reason)
    apart = before.rank >= Rank.NUMBER and said_of_another(place.text, written.end, place.words)
    behind = None if apart else label_behind(place.text, written.end, place.next_start(written.end), place.words)
    if before.reason and FOR_SOMETHING.match(place.text, written.end):
        return before
    of_it = listed or before.rank < Rank.LABELLED
    if behind and (not behind.reason or of_it or behind.outright or behind.reason == ORGANISATION):
        return behind
    if before.rank < Rank.LABELLED and not before.reason and in_ticket(place.text, written.start, written.end):
        return Sign(Rank.PROSE, TICKET)
    if before.rank >= Rank.NAMED or before.reason:
        shortened = SHORTENED.get(before.rank)
        short = shortened(place.text, run.start, place.words, place.writer) if shortened else ""
        return Sign(Rank.PROSE, short) if short else before
    if written.form:
        return Sign(Rank.PROSE, written.form)
    if place.in_address(run.start):
        beside = _behind_name_alone(place, written)
        return Sign(Rank.STANDING) if beside else Sign(Rank.PROSE, PART_OF_ADDRESS)
    sign = unlabelled(place.text, written.start, written.end, written.value, place.words)
    if sign.reason or _behind_address(place, written):
        return max(before, sign, key=_weight)
    reason = of_something(place.text, written.start, written.end, place.words, place.writer)
    return Sign(Rank.PROSE, reason) if reason else max(before, sign, key=_weight)


def _no_number(place: Place, written: Written) -> str:
    """Why a number is none, whatever it is called: a part of one, a telephone's, so many people; "" for nothing said."""
    if not place.joiner.fits(written.value):
        if _is_said(place, written, "partial"):
            return PART
        if _is_said(place, written, "on_a_statement"):
            return ACCOUNT
    if _is_said(place, written, "dialled"):
        return PHONE
    if YEARS.fullmatch(place.text, written.start, written.end):
        return DATE
    thousands = "," in place.text[written.start : written.end]
    return QUANTITY if thousands and is_counted(place.text, written.end, place.words) else ""


def short_of_ours(place: Place, written: Written) -> bool:
    """Whether what follows calls a number ours that lacks the zeros in front: 38164 is what it says on my card."""
    return not place.joiner.fits(written.value) and _is_said(place, written, "short_of_ours")


def _behind_address(place: Place, written: Written) -> bool:
    """Whether an address ends right before a number: 2 Station Yard 1234567."""
    return any(0 <= written.start - end <= BESIDE_ADDRESS for _, end in place.address_lines)


def _behind_name_alone(place: Place, written: Written) -> bool:
    """Whether a line holds nothing but the writer's name and a number, which is no house's."""
    first, last = place.text.rfind("\n", 0, written.start) + 1, place.text.find("\n", written.end)
    line = place.text[first : written.start] + place.text[written.end : last if last >= 0 else len(place.text)]
    names = phrase(line.replace(",", " ")).split()
    return bool(names) and place.joiner.fits(written.value) and set(names) <= set(phrase(place.writer.replace(",", " ")).split())


def _is_said(place: Place, written: Written, table: str) -> bool:
    """Whether what a table holds is said around a number: that it is the beginning or the end of one, that it is dialled."""
    before, behind = place.text[max(0, written.start - AROUND) : written.start], place.text[written.end : written.end + AROUND]
    said = f"{before}#{LONGER.sub('!', behind)}".replace("’", "'")
    return finds(place.words, DOCUMENT, table, " ".join(said.split()))


def _weight(sign: Sign) -> tuple[bool, Rank]:
    return bool(sign.reason), sign.rank
