"""Details and a message in, the numbers out that stand in the writer's own words and were read as none: in a longer code, as they
are said, or told in parts.

`numbers.py` reads a number without knowing it, and takes no such thing for one. `led_by_register.py` asks here where no number
counts: what the register has at the writer's address is no chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from swc_mailer.core.house_in_text import LONGEST
from swc_mailer.core.model import Details, Evidence, Message, Number
from swc_mailer.core.number_called import PART
from swc_mailer.core.number_forms import Run, read_chains
from swc_mailer.core.number_spoken import read_spoken
from swc_mailer.core.number_words import is_counted
from swc_mailer.core.register import number_key
from swc_mailer.core.words import Words

SIZES = range(6, 9)  # digits of a number
WITHOUT_ZEROS = range(4, 9)  # and of one that is written in one
STATISTIC = re.compile(r"\bnumbers? (?:in|of|at|on|who)\b[^.!?;]*\Z", re.IGNORECASE)
MOST, MOST_DIGITS = 40, 400  # numbers that are told in a mail, and stretches of digits in a section
MOST_PARTS = 8
FURTHEST = 60  # characters from one part to the next: "the first three are 271 and the last four are 9906"
NOT_READ = "nothing calls it a number"


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits that are written or said in one: `text[start:end]`."""

    start: int
    end: int
    value: str


def numbers_in_text(details: Details, message: Message, words: Words) -> Iterator[Number]:
    """Each once, and none of them counts: what was read whole is not read anew in another way. Where there are digits more than
    one number has, they overlap."""
    yield from islice(_unread(details, message, words), MOST)


def _unread(details: Details, message: Message, words: Words) -> Iterator[Number]:
    whole = (number for number in details.numbers if number.set_aside != PART and len(number.value) in SIZES)
    read = [number.evidence for number in whole]
    known = set()
    for section in message.own_sections:
        for told in _told(section.text[:LONGEST], words):
            text = section.text[told.start : told.end]
            place = Evidence(section.part, section.start + told.start, section.start + told.end, text)
            if number_key(told.value) not in known and not any(map(place.overlaps, read)):
                known.add(number_key(told.value))
                repair = "" if text == told.value else f'read "{" ".join(text.split())}" as "{told.value}"'
                yield Number(told.value, place, section.zone, labelled=False, repair=repair, set_aside=NOT_READ)


def _told(text: str, words: Words) -> Iterator[Digits]:
    spoken = (each for each in read_spoken(text, words) if len(each.value) < SIZES.stop)
    said = [Digits(each.start, each.end, each.value) for each in islice(spoken, MOST_DIGITS)]
    chains = (chain for chain in read_chains(text) if not _is_quantity(text, chain, words))
    runs = (run for chain in chains for run in chain)
    written = [Digits(run.start, run.end, run.digits) for run in islice(runs, MOST_DIGITS)]
    apart = [each for each in written if not any(one.start < each.end and each.start < one.end for one in said)]
    in_order = sorted((*said, *apart), key=lambda each: each.start)
    for first in range(len(in_order)):
        yield from _together(in_order[first : first + MOST_PARTS])


def _is_quantity(text: str, chain: Sequence[Run], words: Words) -> bool:
    """ "You have 1,234,567 supporters", "the number in work is 1,234,567"; but not "6,107,255 is me"."""
    if all(run.gap != "thousand" for run in chain):
        return False
    return is_counted(text, chain[-1].end, words) or bool(
        STATISTIC.search(text, max(0, chain[0].start - FURTHEST), chain[0].start)
    )


def _together(parts: Sequence[Digits]) -> Iterator[Digits]:
    """The numbers that the first part begins, by itself and with those behind it."""
    value, end = "", parts[0].start
    for part in parts:
        value += part.value
        if part.start - end > FURTHEST or len(value) >= SIZES.stop:
            return
        end = part.end
        if len(value) in (WITHOUT_ZEROS if part is parts[0] else SIZES):
            yield Digits(parts[0].start, end, value)
