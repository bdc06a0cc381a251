"""The entries of a document of words in, phrases to look for out: in small letters where capitals tell nothing.

Ignoring case costs as much again as looking, and a mail is looked through for hundreds of phrases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from sys import maxsize

from swc_mailer.core.words import Entry, Words

# What is no letter to look for: escaped, or the name of a group, or what stands ahead and behind.
SYNTAX = re.compile(r"\\.|\(\?(?:P?<\w+>|P=|<?[=!]|:)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """A text to look through, and the same in small letters: letter for letter where the two are as long."""

    written: str
    small: str

    @classmethod
    def of(cls, written: str) -> Text:
        return cls(written, written.lower())


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry, ready to be looked for."""

    code: str
    extra: Mapping[str, str]
    pattern: re.Pattern[str]
    small: re.Pattern[str] | None  # for small letters; None where the pattern tells capitals from others

    def finditer(self, text: Text, start: int = 0, end: int = maxsize) -> Iterator[re.Match[str]]:
        if self.small and len(text.small) == len(text.written):
            return self.small.finditer(text.small, start, end)
        return self.pattern.finditer(text.written, start, end)

    def search(self, text: Text, start: int = 0, end: int = maxsize) -> re.Match[str] | None:
        return next(self.finditer(text, start, end), None)


@lru_cache(maxsize=8)
def phrases(words: Words, document: str) -> Mapping[str, tuple[Phrase, ...]]:
    """The phrases of a document by table; made once for these words."""
    return {table: tuple(map(phrase, entries)) for (name, table), entries in words.tables.items() if name == document}


def phrase(entry: Entry) -> Phrase:
    source = entry.pattern.pattern
    letters = SYNTAX.sub("", source)
    alike = letters == letters.lower() and "(?" not in letters
    return Phrase(entry.code, entry.extra, entry.pattern, re.compile(source, re.MULTILINE) if alike else None)
