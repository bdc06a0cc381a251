"""A section of a message in, the membership numbers in it out, each with its evidence and why it may not count.

`number_forms.py` and `number_joins.py` read the digits, `number_spoken.py` the words for them, `number_labels.py` tells what the
words around them call the number, `number_owners.py` settles between several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from string import digits

from swc_mailer.core.model import Address, Evidence, Number, Policy, Section
from swc_mailer.core.number_called import AROUND, NEVER, Found, Place, short_of_ours, sign_before, sign_of
from swc_mailer.core.number_columns import Cell, cell_at, said_in_table
from swc_mailer.core.number_digits import with_digit_put_right
from swc_mailer.core.number_forms import Run, read_chains
from swc_mailer.core.number_joins import Joiner, Written
from swc_mailer.core.number_labels import (
    NOTHING,
    OTHERWISE,
    Rank,
    Sign,
    label_before,
    label_behind,
    said_of_another,
    taken_back,
    taken_back_at_once,
)
from swc_mailer.core.number_nouns import (
    GUESSED,
    without_name,
)
from swc_mailer.core.number_persons import Speaker
from swc_mailer.core.number_sayings import Candidate
from swc_mailer.core.number_spoken import read_spoken
from swc_mailer.core.number_words import meanings, number_words
from swc_mailer.core.places import vocabulary
from swc_mailer.core.words import Words

LONGEST = 30_000  # characters of a section that are read: nobody writes a number behind them
MOST_CHAINS = 400  # of one section that are read
MOST_RUNS = 24  # of one chain
MOST = 40  # numbers of one section
SHORTEST = 4  # digits of anything that is looked at
RANGE = re.compile(r"[ ]?(?:to|through|till|until|[-–—])[ ]?", re.IGNORECASE)
RANGE_OF = re.compile(
    r"\b(?:numbers|nos\.?|numbered|between|tickets|receipts|ones (?:were|are)|(?:runs?|goes?) from)\W*\Z", re.IGNORECASE
)
LONGEST_RANGE_OF = 12
AT_ONCE = 8  # characters between a number and what is said of that one: 512877, that one belongs to the river
SENTENCE_END = re.compile(r"(?<!\.)[.!?]\s|\n\s*\n")  # and no "let me see ... "
IS_ME = re.compile(r",? (?:is|was|that's|thats|that is|would be|'?s) me\b", re.IGNORECASE)  # 605 118 3 is me, however it is split
AT_ONCE_BEHIND = re.compile(r"[\s\S]{0,20}\w*")  # of a number that is said: on the card
ALOUD = 5  # words of a number that is said: nine oh two, treble three, seven
IN_WORDS = re.compile(r"[^\W\d_]+")
COUNTING = digits  # one two three four five six seven
OF_OURS, OF_ANOTHER = "MNC", "OGHVrT"  # letters of number_words.py
MAY_READ = frozenset("r")  # my son looked my number up
SHORT_BEFORE = re.compile(r"(?<![\w-])\d{1,3}[,;) ]{1,3}\Z")  # allotment plot is 22, ignore that


def read_numbers(
    section: Section,
    words: Words,
    policy: Policy,
    speaker: Speaker,
    addresses: Sequence[Address] = (),
) -> list[Candidate]:
    """Every number of the section that could be a membership number, with what is said of it; what is part of one of the
    addresses is none. Which of them count is settled over all sections together (`number_owners.settle`). `speaker`: who
    says all sections together."""
    text = without_name(section.text[:LONGEST], words, speaker.mailbox)
    chains = [chain[:MOST_RUNS] for chain in islice(filter(_long_enough, read_chains(text)), MOST_CHAINS)]
    said = list(read_spoken(text, words))
    if not chains and not said:
        return []
    joiner = Joiner(text, re.compile(policy.number_pattern, re.ASCII), number_words(words), vocabulary(words))
    place = Place(section, text, words, joiner, _starts(chains), _address_lines(section, addresses), speaker.mailbox)
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


# --- numbers in digits -----------------------------------------------------------------------------------------------


def _all(place: Place, chains: Iterable[Sequence[Run]]) -> Iterator[Found]:
    """Everything in the section that is written as a number, in order."""
    last = Found(Written(0, 0, "", 0))
    for chain in chains:
        index, inside = 0, False
        while index < len(chain):
            found = _one(place, chain[index:], last, inside=inside)
            index += found.written.runs if found else 1
            apart = index < len(chain) and chain[index].gap == "comma"
            inside = found is None and not apart  # of digits that could not be read from their beginning
            if found:
                last = found
                yield found


def _one(place: Place, chain: Sequence[Run], last: Found, *, inside: bool) -> Found | None:
    """What the chain begins with. The words in front are looked at only where it could be a number, if it were called one."""
    cell = cell_at(place.text, chain[0].start)
    chain = _outside(place, chain, cell)
    written = place.joiner.read(chain, labelled=True, inside=inside)
    if written is None:
        return None
    if not written.value:
        return Found(written, Sign(Rank.PROSE, written.form), last.written.end, cell)
    before = sign_before(place, chain[0], last, cell)
    claimed = IS_ME.match(place.text, written.end)
    if before.rank is not Rank.LABELLED and not claimed and not short_of_ours(place, written):
        written = place.joiner.read(chain, labelled=False, inside=inside)
    if not written:
        return None
    sign = sign_of(place, written, chain[0], before, listed=last.written.runs > 0 and before is last.sign)
    return Found(written, sign, last.written.end, cell)


def _outside(place: Place, chain: Sequence[Run], cell: Cell | None) -> Sequence[Run]:
    """The runs up to the first one that an address begins with; all of them, where what was read as an address holds them."""
    if place.in_address(chain[0].start):
        return chain
    end = cell.end if cell else NEVER
    inside = (
        count for count, run in enumerate(chain) if run.start >= end or (place.in_address(run.start) and run.gap != "indented")
    )
    return chain[: next(inside, len(chain))]


# --- numbers in words ------------------------------------------------------------------------------------------------


def _spoken(place: Place, said: Iterable[Written]) -> Iterator[Found]:
    """Labelled numbers that are written as they are said: "four four seven one nine two oh", "double seven"."""
    for written in said:
        if place.joiner.fits(written.value):
            sign = label_before(place.text, 0, written.start, place.words)
            if sign.rank < Rank.NAMED and not sign.reason:
                sign = label_behind(place.text, written.end, place.next_start(written.end), place.words) or sign
            if sign.rank >= Rank.NAMED or (not sign.reason and _of_a_card(place, written)):
                yield Found(written, sign, cell=cell_at(place.text, written.start))


def _of_a_card(place: Place, written: Written) -> bool:
    """Whether the sentence around a number speaks of a card, a number or the membership, and of nothing else that bears one: who
    says digits aloud tells them for our sake, and many of them for no other's."""
    before = SENTENCE_END.split(place.text[max(0, written.start - AROUND) : written.start])[-1]
    behind = SENTENCE_END.split(AT_ONCE_BEHIND.findall(place.text, written.end)[0])[0]
    letters = "".join(meanings(text, 0, len(text), place.words).letters for text in (before, behind))
    of_ours, of_another = (set(letters).intersection(some) for some in (OF_OURS, OF_ANOTHER))
    said = IN_WORDS.findall(place.text, written.start, written.end)
    aloud = len(said) >= ALOUD and written.value not in COUNTING
    if of_another:
        return aloud and bool(of_ours) and of_another <= MAY_READ
    return aloud or bool(of_ours)


def _said(place: Place, found: Found, spoken: Iterable[Found]) -> bool:
    """Whether these are the digits in the middle of a number that is said: double 4 7 1 9 2 0."""
    written = found.written
    around = (each.written for each in spoken if each.written.start < written.start and written.end <= each.written.end)
    return any(place.text[each.start].isalpha() for each in around)


# --- what is said further down ---------------------------------------------------------------------------------------


def _taken_back(place: Place, found: Sequence[Found]) -> Sequence[Found]:
    """The same numbers; of one that is given and then called another body's, what it is called last."""
    signs = dict.fromkeys(range(len(found)), NOTHING)
    counting = any(map(_is_open, found))
    for position, sign in taken_back(place.text, place.words) if counting else ():
        above = [index for index, each in enumerate(found) if each.written.end <= position]
        above = [index for index in above if not _is_of_one_apart(place, found[index], position)]
        given = [index for index in above if _is_open(found[index])]
        of_another = above[-1:] != given[-1:] and position - found[above[-1]].written.end <= AT_ONCE
        of_short = SHORT_BEFORE.search(place.text, max(0, position - AROUND), position)
        if not of_another and not of_short:
            signs |= dict.fromkeys(given[-1:], sign)
    for index, each in enumerate(found):
        signs[index] = (_is_open(each) and taken_back_at_once(place.text, each.written.end, place.words)) or signs[index]
    for index in _ranges(place, found):
        signs |= dict.fromkeys((index, index + 1), Sign(Rank.PROSE, OTHERWISE))
    return [replace(each, sign=signs[index]) if signs[index].reason else each for index, each in enumerate(found)]


def _is_of_one_apart(place: Place, found: Found, position: int) -> bool:
    """Whether what is said at once behind a member's number is said of one that stands elsewhere."""
    labelled = found.sign.rank >= Rank.NUMBER and position - found.written.end <= AT_ONCE
    return labelled and said_of_another(place.text, found.written.end, place.words)


def _is_open(found: Found) -> bool:
    """Whether nothing but the grammar says that a number is something else."""
    return found.sign.reason in ("", GUESSED)


def _ranges(place: Place, found: Sequence[Found]) -> Iterator[int]:
    """Where a number begins a range that the next one ends: numbers 640100 to 640150."""
    for index, (one, other) in enumerate(pairwise(found)):
        first, last = one.written, other.written
        before, between = place.text[max(0, first.start - LONGEST_RANGE_OF) : first.start], place.text[first.end : last.start]
        same = len(first.value) == len(last.value) and first.value[:2] == last.value[:2] and first.value < last.value
        if same and RANGE.fullmatch(between) and RANGE_OF.search(before):
            yield index


# --- what comes out --------------------------------------------------------------------------------------------------


def _candidate(place: Place, found: Found, speaker: Speaker) -> Candidate:
    written, sign = found.written, found.sign
    text = place.text[written.start : written.end]
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
        before=said_in_table(place.text, found.floor, written.start, found.cell, speaker, place.words)
        if found.cell
        else place.text[max(found.floor, written.start - AROUND) : written.start],
        behind=behind,
        follows_another=written.start - AROUND <= found.floor > 0,
        before_another=next_start <= written.end + AROUND and not place.text.startswith(text, next_start),
        speaker=speaker,
    )
