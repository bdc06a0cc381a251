"""The entries of a document of words in, phrases to look for out: only where the words stand that they need, and in small
letters where capitals tell nothing.

Ignoring case costs as much again as looking, and a mail is looked through for hundreds of phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from sys import maxsize

from swc_mailer.core.literals import Needs, are_in, needed, plain
from swc_mailer.core.words import FLAGS, Entry, Words, compiled

# What is no letter to look for: escaped, or the name of a group, or what stands ahead and behind.
SYNTAX = re.compile(r"\\.|\(\?(?:P?<\w+>|P=|<?[=!]|:)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """A text to look through."""

    written: str
    small: str  # in small letters: letter for letter where the two are as long
    plain: str  # as words that phrases need are looked for in it

    @classmethod
    def of(cls, written: str) -> Text:
        small = written.lower()
        return cls(written, small, plain(small))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry, ready to be looked for."""

    code: str
    extra: Mapping[str, str]
    source: str
    alike: bool  # whether the pattern is the same in small letters
    needs: Needs

    @property
    def pattern(self) -> re.Pattern[str]:
        return compiled(self.source, FLAGS)

    @property
    def small(self) -> re.Pattern[str] | None:
        """For small letters; None where the pattern tells capitals from others."""
        return compiled(self.source, re.MULTILINE) if self.alike else None

    def finditer(self, text: Text, start: int = 0, end: int = maxsize) -> Iterator[re.Match[str]]:
        if not are_in(text.plain, self.needs):
            return iter(())
        if self.alike and len(text.small) == len(text.written):
            return compiled(self.source, re.MULTILINE).finditer(text.small, start, end)
        return self.pattern.finditer(text.written, start, end)

    def search(self, text: Text, start: int = 0, end: int = maxsize) -> re.Match[str] | None:
        return next(self.finditer(text, start, end), None)


@lru_cache(maxsize=16)
def phrases(words: Words, document: str) -> Mapping[str, tuple[Phrase, ...]]:
    """The phrases of a document by table; made once for these words."""
    return {table: tuple(map(phrase, entries)) for (name, table), entries in words.tables.items() if name == document}


def possible(words: Words, document: str, table: str, text: str) -> Iterator[Phrase]:
    """The phrases of a table that a text may hold."""
    return holding(phrases(words, document).get(table, ()), text)


def finds(words: Words, document: str, table: str, text: str) -> bool:
    """Whether a phrase of a table stands in a text."""
    return any(entry.pattern.search(text) for entry in possible(words, document, table, text))


def end_of_last(some: Iterable[Phrase], text: str) -> int:
    """Where the last of what phrases find in a text ends, -1 where they find nothing."""
    return max((found.end() for each in some for found in each.pattern.finditer(text)), default=-1)


def holding(some: Iterable[Phrase], text: str) -> Iterator[Phrase]:
    """Those of the phrases that a text may hold."""
    small = plain(text)
    return (each for each in some if are_in(small, each.needs))


def phrase(entry: Entry) -> Phrase:
    letters = SYNTAX.sub("", entry.source)
    alike = letters == letters.lower() and "(?" not in letters
    return Phrase(entry.code, entry.extra, entry.source, alike, needed(entry.source))
