"""A number candidate in, what its text says around it out, so that phrases can be looked for in that.

White space reads as one space, "#" stands for a number, and each word for a person near the writer as "relative".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from swc_mailer.core.model import Number
from swc_mailer.core.number_labels import Rank
from swc_mailer.core.number_persons import Speaker
from swc_mailer.core.number_words import DOCUMENT, phrases
from swc_mailer.core.phrases import Phrase, possible
from swc_mailer.core.phrases import finds as stand_in
from swc_mailer.core.words import Words

ENDED = re.compile(r"[,.;)\n–—!]|\b(?:and|but|so|while)\b")
ON_ITS_LINE = re.compile(  # the label that a number has on a line of its own
    r"[^\S\n]*\n(?:.*\n)?[^\n:.!?\t]{2,60}(?:\.[^\n:.!?\t]{0,40})?(?::[^\S\n]*|\t)"
)
OPENING = re.compile(  # of what is said of the number before it: "(that one is", ", which was"
    r"""(?:[\s,;:()"'–—-]|\.(?=\W*(?:that|this|which|it)\b))*"""
    r"(?:(?:and |but |as |so )?(?:that|this|which|it)(?: one| number| card)?\b)?[ ']*"
    r"(?:(?:s|is|was|were|being|has|had|have|(?:must|might|may|will) be|may have been)\b(?!'))?"
    r"[ (]*(?:(?:actually|in fact|just|only|from|on|of) )?"
    r"(?:in my (?:\w+ )?(?:e-?mail|mail|message|letter) (?:is|was) )?",
    re.IGNORECASE,
)
SPACE = re.compile(r"\s+")
SHORT_NUMBER = re.compile(r"\.(?<=\b[Nn]o\.)(?= |\Z)")  # its stop ends no sentence
DIGITS = "#"  # stands for the number itself
BREATH = 60  # characters between two numbers that are named together
SENTENCE_END = re.compile(r"[.!?](?=\s)|\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number with what is said around it."""

    number: Number
    rank: Rank
    outright: bool  # whether a sentence says that it is something else
    text: str  # of the section
    before: str  # up to the number before it, or not far
    behind: str  # up to the next number, or not far
    follows_another: bool
    before_another: bool
    speaker: Speaker


def texts_of(groups: Mapping[str, Sequence[Candidate]]) -> set[str]:
    """The sections that numbers stand in."""
    return {each.text for group in groups.values() for each in group}


def placed_in_order(groups: Mapping[str, Sequence[Candidate]]) -> list[tuple[Candidate, str]]:
    """All numbers with their keys, in the order in which they stand."""
    return sorted(((each, key) for key, group in groups.items() for each in group), key=position_of)


def position_of(placed: tuple[Candidate, str]) -> tuple[str, int]:
    """In which part of the message a number stands, and where."""
    evidence = placed[0].number.evidence
    return evidence.part, evidence.start


def bare(candidate: Candidate) -> bool:
    """Whether nothing is said in front of a number: it begins a line or a sentence, or stands beside a name."""
    if candidate.rank is Rank.NAMED:  # negative no. 1234567
        return False
    return candidate.rank is Rank.STANDING or candidate.before.rstrip(" \t")[-1:] in ("", ".", "!", "?", ":", ";", "\n")


def claimed(candidate: Candidate, words: Words) -> bool:
    """Whether a number is called the writer's own with us, in a wide sense."""
    return candidate.rank >= Rank.NUMBER or finds(words, "claimed", said_around(candidate, words))


def said_around(candidate: Candidate, words: Words) -> str:
    """The sentence that a number stands in, "#" in its place."""
    return said_before(candidate, words) + DIGITS + plain(candidate.behind, words)


def said_before(candidate: Candidate, words: Words) -> str:
    """The sentence in front of a number, without what is said of the number before it."""
    before = plain(candidate.before, words)
    if candidate.follows_another and not ON_ITS_LINE.fullmatch(candidate.before):
        ends = (said_of(entry, before, before_another=True) for entry in possible(words, DOCUMENT, "after", before))
        before = before[max(ends, default=0) :]
    return candidate.speaker.told_whose(SENTENCE_END.split(before)[-1], words)


def said_behind(candidate: Candidate, words: Words) -> str:
    """What may be said of a number behind it: not the label of the next one on a line of its own."""
    return "" if candidate.before_another and ON_ITS_LINE.fullmatch(candidate.behind) else plain(candidate.behind, words)


def said_of(entry: Phrase, behind: str, before_another: bool) -> int:
    """Where a phrase ends that is said of the number before it, 0 for none: what leads on to the next one is said of that."""
    opening = OPENING.match(behind)
    begins = opening.end() if opening else 0
    found = entry.pattern.search(behind[begins:])
    if not found or (before_another and not ENDED.search(behind, begins + found.end())):
        return 0
    return begins + found.end()


def plain(text: str, words: Words) -> str:
    """With single spaces, no stop behind "no", and with each word for a person near the writer as "relative"."""
    spaced = SHORT_NUMBER.sub("", SPACE.sub(" ", text.replace("’", "'")))
    small, (names, pattern) = spaced.lower(), _relations(words)
    return pattern.sub("relative", spaced) if any(name in small for name in names) else spaced


@lru_cache(maxsize=4)
def _relations(words: Words) -> tuple[list[str], re.Pattern[str]]:
    names = sorted(phrases(words, "relation"), key=len, reverse=True)
    return names, re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})(?=\b|s\b)", re.IGNORECASE)


def says(words: Words, table: str, text: str) -> bool:
    """Whether a phrase of a table stands in a text as it was written."""
    return finds(words, table, plain(text, words))


def finds(words: Words, table: str, text: str) -> bool:
    """Whether a phrase of a table stands in a text that is made plain."""
    return stand_in(words, DOCUMENT, table, text)
