"""The entries of a document of words in, phrases to look for out: only the ways of saying them whose words stand in the text,
and in small letters where capitals tell nothing.

Ignoring case costs as much again as looking, and a mail is looked through for hundreds of phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from sys import maxsize

from swc_mailer.core.literals import Needs, are_in, needed, plain
from swc_mailer.core.pattern_ways import ways
from swc_mailer.core.words import FLAGS, Entry, Words, compiled

# What is no letter to look for: escaped, or the name of a group, or what stands ahead and behind.
SYNTAX = re.compile(r"\\.|\(\?(?:P?<\w+>|P=|<?[=!]|:)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """A text to look through."""

    written: str
    small: str  # in small letters
    plain: str  # as words that phrases need are looked for in it
    alike: bool  # whether the small letters stand one for one, and none is another's where case is ignored, as ı is i's

    @classmethod
    def of(cls, written: str) -> Text:
        small = written.lower()
        looked_in = plain(small)
        return cls(written, small, looked_in, alike=len(small) == len(written) and small == looked_in)


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways in which a phrase is said."""

    source: str
    alike: bool  # whether the pattern is the same in small letters
    needs: Needs

    def search(self, text: Text, start: int = 0, end: int = maxsize) -> re.Match[str] | None:
        return next(self.finditer(text, start, end), None)

    def finditer(self, text: Text, start: int = 0, end: int = maxsize) -> Iterator[re.Match[str]]:
        if self.alike and text.alike:
            return compiled(self.source, re.MULTILINE).finditer(text.small, start, end)
        return compiled(self.source, FLAGS).finditer(text.written, start, end)


@dataclass(frozen=True)
class Phrase:
    """One entry, ready to be looked for.

    What tells where to look is made when it is first asked for: most phrases stand in no mail, and most runs read few mails.
    """

    code: str
    extra: Mapping[str, str]
    source: str

    @cached_property
    def needs(self) -> Needs:
        return needed(self.source)

    @cached_property
    def ways(self) -> tuple[Way, ...]:
        return tuple(map(_way, ways(self.source)))

    @property
    def pattern(self) -> re.Pattern[str]:
        """All ways at once, for what must begin at one place."""
        return compiled(self.source, FLAGS)

    def finditer(self, text: Text, start: int = 0, end: int = maxsize) -> Iterator[re.Match[str]]:
        if not are_in(text.plain, self.needs):
            return iter(())
        some = self.ways if len(self.ways) == 1 else [way for way in self.ways if are_in(text.plain, way.needs)]
        return some[0].finditer(text, start, end) if len(some) == 1 else _leftmost(some, text, start, end)

    def search(self, text: Text, start: int = 0, end: int = maxsize) -> re.Match[str] | None:
        return next(self.finditer(text, start, end), None)


def _leftmost(ways: Sequence[Way], text: Text, start: int, end: int) -> Iterator[re.Match[str]]:
    """What the ways find side by side: from the left, and of several in one place what the first of the ways finds."""
    found = [(way, match) for way in ways if (match := way.search(text, start, end))]
    while found:
        first = min((match for _, match in found), key=re.Match.start)
        yield first
        behind = max(first.end(), first.start() + 1)
        again = ((way, match if match.start() >= behind else way.search(text, behind, end)) for way, match in found)
        found = [(way, match) for way, match in again if match]


@lru_cache(maxsize=16)
def phrases(words: Words, document: str) -> Mapping[str, tuple[Phrase, ...]]:
    """The phrases of a document by table; made once for these words."""
    return {table: tuple(map(phrase, entries)) for (name, table), entries in words.tables.items() if name == document}


def of_table(words: Words, document: str, table: str) -> tuple[Phrase, ...]:
    return phrases(words, document).get(table, ())


def possible(words: Words, document: str, table: str, text: str) -> Iterator[Phrase]:
    """The phrases of a table that a text may hold."""
    return holding(of_table(words, document, table), text)


def finds(words: Words, document: str, table: str, text: str) -> bool:
    """Whether a phrase of a table stands in a text."""
    looked_through = Text.of(text)
    return any(entry.search(looked_through) for entry in of_table(words, document, table))


def end_of_last(some: Iterable[Phrase], text: Text) -> int:
    """Where the last of what phrases find in a text ends, -1 where they find nothing."""
    return max((found.end() for each in some for found in each.finditer(text)), default=-1)


def holding(some: Iterable[Phrase], text: str) -> Iterator[Phrase]:
    """Those of the phrases that a text may hold."""
    small = plain(text)
    return (each for each in some if are_in(small, each.needs))


def phrase(entry: Entry) -> Phrase:
    return Phrase(entry.code, entry.extra, entry.source)


def _way(source: str) -> Way:
    letters = SYNTAX.sub("", source)
    return Way(source, letters == letters.lower() and "(?" not in letters, needed(source))
