"""A section of a message in, the membership numbers in it out, each with its evidence and why it may not count.

`number_forms.py` and `number_joins.py` read the digits, `number_labels.py` tells what the words around them call the number,
`number_owners.py` settles between several.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from swc_mailer.core.model import Address, Evidence, Number, Policy, Section
from swc_mailer.core.number_columns import called_in_pair, called_in_table, cell_at, said_in_table
from swc_mailer.core.number_digits import with_digit_put_right
from swc_mailer.core.number_forms import Run, read_chains
from swc_mailer.core.number_joins import DATE, PHONE, SORT_CODE, TIED, Joiner, Written, read_spoken
from swc_mailer.core.number_labels import (
    NOTHING,
    ORGANISATION,
    OTHERWISE,
    PART_OF_ADDRESS,
    QUANTITY,
    REFERENCE,
    Rank,
    Sign,
    in_ticket,
    label_before,
    label_behind,
    listed_phone,
    of_a_file,
    taken_back,
    taken_back_at_once,
    tied_letters,
)
from swc_mailer.core.number_nouns import (
    GUESSED,
    of_an_abbreviation,
    of_another_member,
    of_something,
    of_the_forces,
    without_name,
)
from swc_mailer.core.number_persons import Speaker, speaker_of
from swc_mailer.core.number_sayings import Candidate
from swc_mailer.core.number_unlabelled import unlabelled
from swc_mailer.core.number_words import DOCUMENT, is_counted, number_words
from swc_mailer.core.phrases import finds
from swc_mailer.core.places import fold, phrase
from swc_mailer.core.words import Words

LONGEST = 30_000  # characters of a section that are read: nobody writes a number behind them
MOST_CHAINS = 400  # of one section that are read
MOST_RUNS = 24  # of one chain
MOST = 40  # numbers of one section
SHORTEST = 4  # digits of anything that is looked at
TICKET = "a case number"
ACCOUNT = "a bank account"
PART = "part of a number"
AROUND = 200  # characters before and behind a number that may say whose it is
SHORTENED = {Rank.NAMED: of_an_abbreviation, Rank.NUMBER: of_the_forces, Rank.LABELLED: of_another_member}
DAYS = (6, 8)  # digits of a date that is written in one
CLOSED = re.compile(r"[^()\n]{0,20}\)")  # behind a number in brackets
REMARK = re.compile(r"[^;–—\n]{0,80}[;–—\n]|[^;–—\n]{0,40}(?:\b(?:is|was)|['’]s)\b[^;–—\n]{0,40},[ ]?\Z")
FOR_SOMETHING = re.compile(r"[\s,]{0,3}(?:for|towards) (?:my|our|the|this)\b", re.IGNORECASE)  # cheque 1234 for my membership
YEARS = re.compile(r"(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d")  # a member 1999-2014
TIME_BETWEEN = re.compile(r"[ ]?(?:at |[T_/-])?[ ]?")  # a date and a time: 20140306 184455
TIME = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
RANGE = re.compile(r"[ ]?(?:to|through|till|until|[-–—])[ ]?", re.IGNORECASE)
RANGE_OF = re.compile(r"\b(?:numbers|nos\.?|numbered|between|tickets|receipts|(?:runs?|goes?) from)\W*\Z", re.IGNORECASE)
LONGEST_RANGE_OF = 12
AT_ONCE = 8  # characters between a number and what is said of that one: 512877, that one belongs to the river
SHORT_BEFORE = re.compile(r"(?<![\w-])\d{1,3}[,;) ]{1,3}\Z")  # allotment plot is 22, ignore that
NEVER = sys.maxsize  # where the next number begins behind the last one
LISTED = re.compile(
    r"[\s,;)]*(?:\b(?:and|or|but|und|et|y|a)\b|[&+/])?(?:\s+(?:maybe|perhaps|possibly|even|also))?[\s(]*", re.IGNORECASE
)
JOINED_BY_AND = re.compile(r"[\s,;)]*(?:\b(?:and|or)\b|[&+/])[\s(]*", re.IGNORECASE)


def read_numbers(
    section: Section,
    words: Words,
    policy: Policy,
    addresses: Sequence[Address] = (),
    writer: str = "",
    speaker: Speaker | None = None,
) -> list[Candidate]:
    """Every number of the section that could be a membership number, with what is said of it; what is part of one of the
    addresses is none. Which of them count is settled over all sections together (`number_owners.settle`). `writer`: the
    sender's name; `speaker`: who says all sections, where they are several."""
    text = without_name(section.text[:LONGEST], words, writer)
    chains = [chain[:MOST_RUNS] for chain in islice(filter(_long_enough, read_chains(text)), MOST_CHAINS)]
    said = list(read_spoken(text, words))
    if not chains and not said:
        return []
    joiner = Joiner(text, re.compile(policy.number_pattern, re.ASCII), number_words(words))
    place = _Place(section, text, words, joiner, _starts(chains), _address_lines(section, addresses), writer)
    speaker = speaker or speaker_of(section.text, writer, words)
    spoken = list(_spoken(place, said))
    found = list(islice((each for each in _all(place, chains) if each.written.value and not _said(place, each, spoken)), MOST))
    found += spoken
    return [_candidate(place, each, speaker) for each in _taken_back(place, found)]


def _long_enough(chain: Sequence[Run]) -> bool:
    return sum(len(run.digits) for run in chain) >= SHORTEST


def _starts(chains: Iterable[Sequence[Run]]) -> list[int]:
    """Where the runs begin that could be numbers, as no year by itself could: a label in front of one is that one's."""
    return [
        run.start - len(run.prefix)
        for chain in chains
        for run in chain
        if len(run.digits) >= SHORTEST and not (run.year and len(chain) == 1)
    ]


def _address_lines(section: Section, addresses: Sequence[Address]) -> list[tuple[int, int]]:
    """Where the lines of the addresses stand in the section."""
    spans = []
    for address in addresses:
        first, last = address.evidence.start - section.start, address.evidence.end - section.start
        for line in filter(None, (*address.lines, address.postcode)):
            start = section.text.find(line, first, last)
            if start >= 0:  # not where it was mended
                spans.append((start, start + len(line)))
    return spans


@dataclass(frozen=True, slots=True)
class _Place:
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
class _Found:
    """A number where it stands, what it is called, and where the number before it ended."""

    written: Written
    sign: Sign = NOTHING
    floor: int = 0


# --- numbers in digits -----------------------------------------------------------------------------------------------


def _all(place: _Place, chains: Iterable[Sequence[Run]]) -> Iterator[_Found]:
    """Everything in the section that is written as a number, in order."""
    last = _Found(Written(0, 0, "", 0))
    for chain in chains:
        index, inside = 0, False
        while index < len(chain):
            found = _one(place, _outside(place, chain[index:]), last, inside=inside)
            index += found.written.runs if found else 1
            apart = index < len(chain) and chain[index].gap == "comma"
            inside = found is None and not apart  # of digits that could not be read from their beginning
            if found:
                last = found
                yield found


def _one(place: _Place, chain: Sequence[Run], last: _Found, *, inside: bool) -> _Found | None:
    """What the chain begins with. The words in front are looked at only where it could be a number, if it were called one."""
    written = place.joiner.read(chain, labelled=True, inside=inside)
    if written is None:
        return None
    if not written.value:
        return _Found(written, Sign(Rank.PROSE, written.form), last.written.end)
    before = _sign_before(place, chain[0], last)
    if before.rank is not Rank.LABELLED:
        written = place.joiner.read(chain, labelled=False, inside=inside)
    return _Found(written, _sign(place, written, chain[0], before), last.written.end) if written else None


def _outside(place: _Place, chain: Sequence[Run]) -> Sequence[Run]:
    """The runs up to the first one that an address begins with; all of them, where what was read as an address holds them."""
    if place.in_address(chain[0].start):
        return chain
    cell = cell_at(place.text, chain[0].start)
    end = cell.end if cell else NEVER
    inside = (
        count for count, run in enumerate(chain) if run.start >= end or (place.in_address(run.start) and run.gap != "indented")
    )
    return chain[: next(inside, len(chain))]


def _sign_before(place: _Place, run: Run, last: _Found) -> Sign:
    """What is said in front of a number: by its label, by letters glued to it, or as of the one before it."""
    start = run.start - len(run.prefix)
    floor = last.written.end
    headed = called_in_table(place.text, floor, start, run.start, place.words)
    if headed := headed or called_in_pair(place.text, start, run.end, place.words):
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
    if tied_letters(place.text, start, run.end, place.words):
        return Sign(Rank.PROSE, REFERENCE)
    if run.prefix and not place.joiner.needs_letters(run):
        return Sign(Rank.PROSE, REFERENCE)
    if last.sign.reason == PHONE and listed_phone(place.text, floor, start, place.words):
        return last.sign
    if last.written.form == SORT_CODE and place.text[floor:start].isspace():
        return Sign(Rank.PROSE, ACCOUNT)
    if last.written.runs and (LISTED if last.sign.rank >= Rank.NAMED else JOINED_BY_AND).fullmatch(place.text, floor, start):
        return last.sign
    return sign


def _goes_on(between: str, run: Run, last: _Found) -> bool:
    """Whether digits are the rest of the number before them, which is none of ours: "my bus pass is 633597 8291 0046"."""
    if not last.sign.reason:
        return False
    if last.written.form == DATE and TIME_BETWEEN.fullmatch(between) and TIME.fullmatch(run.digits):
        return True
    return (run.gap in TIED and len(between) == 1) or (between == " " and not last.written.form and last.written.runs == 1)


def _behind_remark(text: str, last: _Found, start: int) -> int:
    """Where what a sentence says of the number before ends: "7654321, that's Greenpeace; the right one:"."""
    remark = REMARK.match(text, last.written.end, start) if last.sign.outright or last.sign.reason == ORGANISATION else None
    return remark.end() if remark else last.written.end


def _label(place: _Place, run: Run, floor: int) -> Sign:
    """What the words in front of a number call it; whoever "joined under 1234567" has told no date."""
    sign = label_before(place.text, floor, run.start, place.words)
    if sign == NOTHING and CLOSED.match(place.text, floor, run.start):
        sign = _over_brackets(place, floor, run.start)
    no_day = len(run.digits) > min(DAYS) and len(run.digits) not in DAYS
    return NOTHING if sign.reason == DATE and no_day else sign


def _over_brackets(place: _Place, floor: int, start: int) -> Sign:
    """What is said in front of a number with a remark in brackets between: "the number on my card (cheque no. 123456) is"."""
    opening = place.text.rfind("(", max(0, floor - AROUND), floor)
    if opening < 0:
        return NOTHING
    said = place.text[max(0, opening - AROUND) : opening] + place.text[place.text.index(")", floor) + 1 : start]
    return label_before(said, 0, len(said), place.words)


def _sign(place: _Place, written: Written, run: Run, before: Sign) -> Sign:
    """What a number is: by its form, by what is said behind it, in front of it, or by where it stands."""
    if reason := _no_number(place, written):
        return Sign(Rank.PROSE, reason)
    behind = label_behind(place.text, written.end, place.next_start(written.end), place.words)
    if before.reason and FOR_SOMETHING.match(place.text, written.end):
        return before
    if behind and (not behind.reason or before.rank < Rank.LABELLED or behind.outright or behind.reason == ORGANISATION):
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


def _no_number(place: _Place, written: Written) -> str:
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


def _behind_address(place: _Place, written: Written) -> bool:
    """Whether an address ends right before a number: 2 Station Yard 1234567."""
    return any(0 <= written.start - end <= LONGEST_RANGE_OF for _, end in place.address_lines)


def _behind_name_alone(place: _Place, written: Written) -> bool:
    """Whether a line holds nothing but the writer's name and a number, which is no house's."""
    first, last = place.text.rfind("\n", 0, written.start) + 1, place.text.find("\n", written.end)
    line = place.text[first : written.start] + place.text[written.end : last if last >= 0 else len(place.text)]
    names = phrase(line.replace(",", " ")).split()
    return bool(names) and place.joiner.fits(written.value) and set(names) <= set(phrase(place.writer.replace(",", " ")).split())


def _is_said(place: _Place, written: Written, table: str) -> bool:
    """Whether what a table holds is said around a number: that it is the beginning or the end of one, that it is dialled."""
    before, behind = place.text[max(0, written.start - AROUND) : written.start], place.text[written.end : written.end + AROUND]
    said = " ".join(f"{before}#{behind}".replace("’", "'").split())
    return finds(place.words, DOCUMENT, table, said)


def _weight(sign: Sign) -> tuple[bool, Rank]:
    return bool(sign.reason), sign.rank


# --- numbers in words ------------------------------------------------------------------------------------------------


def _spoken(place: _Place, said: Iterable[Written]) -> Iterator[_Found]:
    """Labelled numbers that are written as they are said: "four four seven one nine two oh", "double seven"."""
    for written in said:
        if place.joiner.fits(written.value):
            sign = label_before(place.text, 0, written.start, place.words)
            if sign.rank < Rank.NAMED and not sign.reason:
                sign = label_behind(place.text, written.end, place.next_start(written.end), place.words) or sign
            if sign.rank >= Rank.NAMED:
                yield _Found(written, sign)


def _said(place: _Place, found: _Found, spoken: Iterable[_Found]) -> bool:
    """Whether these are the digits in the middle of a number that is said: double 4 7 1 9 2 0."""
    written = found.written
    around = (each.written for each in spoken if each.written.start < written.start and written.end <= each.written.end)
    return any(place.text[each.start].isalpha() for each in around)


# --- what is said further down ---------------------------------------------------------------------------------------


def _taken_back(place: _Place, found: Sequence[_Found]) -> Sequence[_Found]:
    """The same numbers; of one that is given and then called another body's, what it is called last."""
    signs = dict.fromkeys(range(len(found)), NOTHING)
    counting = any(map(_is_open, found))
    for position, sign in taken_back(place.text, place.words) if counting else ():
        above = [index for index, each in enumerate(found) if each.written.end <= position]
        given = [index for index in above if _is_open(found[index])]
        said_of_another = above[-1:] != given[-1:] and position - found[above[-1]].written.end <= AT_ONCE
        said_of_short = SHORT_BEFORE.search(place.text, max(0, position - AROUND), position)
        if not said_of_another and not said_of_short:
            signs |= dict.fromkeys(given[-1:], sign)
    for index, each in enumerate(found):
        signs[index] = (_is_open(each) and taken_back_at_once(place.text, each.written.end, place.words)) or signs[index]
    for index in _ranges(place, found):
        signs |= dict.fromkeys((index, index + 1), Sign(Rank.PROSE, OTHERWISE))
    return [replace(each, sign=signs[index]) if signs[index].reason else each for index, each in enumerate(found)]


def _is_open(found: _Found) -> bool:
    """Whether nothing but the grammar says that a number is something else."""
    return found.sign.reason in ("", GUESSED)


def _ranges(place: _Place, found: Sequence[_Found]) -> Iterator[int]:
    """Where a number begins a range that the next one ends: numbers 640100 to 640150."""
    for index, (one, other) in enumerate(pairwise(found)):
        first, last = one.written, other.written
        before, between = place.text[max(0, first.start - LONGEST_RANGE_OF) : first.start], place.text[first.end : last.start]
        same = len(first.value) == len(last.value) and first.value[:2] == last.value[:2] and first.value < last.value
        if same and RANGE.fullmatch(between) and RANGE_OF.search(before):
            yield index


# --- what comes out ------------------------------------------------------------------------------------------------------


def _candidate(place: _Place, found: _Found, speaker: Speaker) -> Candidate:
    written, sign = found.written, found.sign
    text, cell = place.text[written.start : written.end], cell_at(place.text, written.start)
    start = place.section.start + written.start
    evidence = Evidence(place.section.part, start, start + len(text), text)
    next_start = place.next_start(written.end)
    behind = place.text[written.end : min(next_start, written.end + AROUND)]
    value = written.value if sign.reason else with_digit_put_right(written.value, behind, place.text, place.words)
    repair = "" if text == value or sign.reason else f'read "{" ".join(text.split())}" as "{value}"'
    number = Number(value, evidence, place.section.zone, sign.rank >= Rank.NAMED, repair, sign.reason)
    return Candidate(
        number=number,
        rank=sign.rank,
        outright=sign.outright,
        text=place.text,
        before=said_in_table(place.text, found.floor, written.start, cell, speaker, place.words)
        if cell
        else place.text[max(found.floor, written.start - AROUND) : written.start],
        behind=behind,
        follows_another=written.start - AROUND <= found.floor > 0,
        before_another=next_start <= written.end + AROUND and not place.text.startswith(text, next_start),
        speaker=speaker,
    )
