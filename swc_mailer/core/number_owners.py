"""Number candidates in, the same out, each once, with the reason beside each that gives way to another.

A number that the writer had before, that is somebody else's, or that was a slip gives way only beside another that counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from swc_mailer.core.model import Number, Zone
from swc_mailer.core.number_labels import Rank
from swc_mailer.core.number_words import DOCUMENT
from swc_mailer.core.register import number_key
from swc_mailer.core.words import Words

UNCALLED = "nothing calls it a membership number"
SOMEBODY = "somebody"  # the code of the entries that tell of another person's number
SENTENCE_END = re.compile(r"[.!?](?=\s)|\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number with what is said around it."""

    number: Number
    rank: Rank
    text: str  # of the section
    before: str  # from the number before it, or from its sentence's beginning
    behind: str  # up to the next number, or not far
    before_another: bool  # another number follows there

    @property
    def said_before(self) -> str:
        """The sentence in front of it."""
        return _plain(SENTENCE_END.split(self.before)[-1])


def settle(candidates: Sequence[Candidate], words: Words) -> tuple[Number, ...]:
    """Each number once, in order of appearance, those that do not count with the reason. For one section or for several."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(number_key(candidate.number.value), []).append(candidate)
    numbers = {key: _one(group) for key, group in groups.items()}
    for give_way in (_by_the_text, _by_rank):
        counting = {key: groups[key] for key, number in numbers.items() if not number.set_aside}
        reasons = give_way(counting, words) if len(counting) > 1 else {}
        if len([key for key, reason in reasons.items() if reason]) < len(counting):
            numbers |= {key: replace(numbers[key], set_aside=reason) for key, reason in reasons.items()}
    return tuple(numbers.values())


def _one(group: Sequence[Candidate]) -> Number:
    """The same number, written several times: what one place says of it holds for the others, unless they call it by name."""
    counting = [each for each in group if not each.number.set_aside]
    labelled = max((each.rank for each in counting), default=Rank.PROSE) >= Rank.NUMBER
    usable = counting if labelled or len(counting) == len(group) else [each for each in group if each.number.set_aside]
    return max(usable, key=lambda each: (each.rank, not each.number.repair, len(each.number.value))).number


# --- what the text says of several ---------------------------------------------------------------------------------


def _by_the_text(groups: dict[str, list[Candidate]], words: Words) -> dict[str, str]:
    """Why each number gives way to the others, "" for those that do not."""
    two_people = any(_says(words, "both", each.text) for group in groups.values() for each in group[:1])
    return {key: _first(_gives_way(each, words, two_people=two_people) for each in group) for key, group in groups.items()}


def _first(reasons: Iterable[str]) -> str:
    return next((reason for reason in reasons if reason), "")


def _gives_way(candidate: Candidate, words: Words, *, two_people: bool) -> str:
    kept = _last(words, "kept", candidate.said_before)
    behind = _plain(candidate.behind)
    for table, text in (("before", candidate.said_before), ("after", behind), ("corrected", behind)):
        if table == "corrected" and not candidate.before_another:
            continue
        for entry in words.entries(DOCUMENT, table):
            ends = [match.end() for match in entry.pattern.finditer(text)]
            if ends and (table != "before" or ends[-1] > kept) and not (two_people and entry.code == SOMEBODY):
                return entry.extra["reason"]
    return ""


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("’", "'"))


def _last(words: Words, table: str, text: str) -> int:
    """Where the last of a table's words in the text ends, -1 where there is none."""
    return max((match.end() for entry in words.entries(DOCUMENT, table) for match in entry.pattern.finditer(text)), default=-1)


def _says(words: Words, table: str, text: str) -> bool:
    return any(entry.pattern.search(_plain(text)) for entry in words.entries(DOCUMENT, table))


# --- what the labels say -------------------------------------------------------------------------------------------


def _by_rank(groups: dict[str, list[Candidate]], words: Words) -> dict[str, str]:
    """A number in passing gives way to one that is called a membership number; so does one in a contact block."""
    ranks = {key: max(each.rank for each in group) for key, group in groups.items()}
    if max(ranks.values()) < Rank.LABELLED:
        return {}
    weak = {key for key, rank in ranks.items() if rank is Rank.PROSE and not _told_of(groups[key], words)}
    weak |= {key for key, rank in ranks.items() if rank is Rank.STANDING and _only_in_signature(groups[key])}
    return dict.fromkeys(weak, UNCALLED)


def _told_of(group: Sequence[Candidate], words: Words) -> bool:
    """Whether the text says whose number it is, or which: "and hers is", "the new one is"."""
    return any(_last(words, table, each.said_before) >= 0 for table in ("before", "kept") for each in group)


def _only_in_signature(group: Sequence[Candidate]) -> bool:
    return all(each.number.zone is Zone.SIGNATURE for each in group)
