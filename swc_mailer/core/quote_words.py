"""The words of rules/quoting.toml in, one pattern for each question out: what does a label name, is this a closing?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from swc_mailer.core.literals import Needs, are_in
from swc_mailer.core.model import Zone
from swc_mailer.core.words import FLAGS, Entry, Words, compiled

DOCUMENT = "quoting"
FIRST_WORD = re.compile(r"\W*(\w+)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """An attribution's verb, a closing, a footer, or words of ours."""

    source: str
    needs: Needs
    reach: str  # of a footer: "line", "paragraph" or "rest"

    @property
    def pattern(self) -> re.Pattern[str]:
        """Made when it is first looked for: a mail holds the words of few."""
        return compiled(self.source, FLAGS)


@dataclass(frozen=True, slots=True)
class Lines:
    """What whole lines begin with, by their first word; those that any word may begin under ""."""

    by_first_word: Mapping[str, tuple[Phrase, ...]]

    def match(self, line: str) -> tuple[Phrase, re.Match[str]] | None:
        found = FIRST_WORD.match(line)
        first = found[1].lower() if found else ""
        for phrase in self.by_first_word.get(first, self.by_first_word[""]):
            if match := phrase.pattern.match(line):
                return phrase, match
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What marks whose words follow."""

    wrote: tuple[Phrase, ...]
    opening: re.Pattern[str]  # what an attribution begins with
    label: re.Pattern[str]  # a group for each kind of field: "from", "sent", "to", "subject", "other", and "form" for no header's
    divider: re.Pattern[str]  # a group for each zone that may follow
    greeting: re.Pattern[str]
    closings: Lines
    footer_lines: Lines
    footers: tuple[Phrase, ...]
    firm: re.Pattern[str]
    ours: tuple[Phrase, ...]
    our_name: re.Pattern[str]
    writer: Mapping[str, re.Pattern[str]]  # by what the writer speaks beneath: "closing", "footer", "delimiter"; or "inside" one

    def field_of(self, label: str) -> str:
        """The kind of header field that a label names, "" for none."""
        return _field_of(self, label)

    def divides(self, phrase: str) -> Zone | None:
        found = self.divider.fullmatch(phrase)
        return Zone(found.lastgroup) if found and found.lastgroup else None

    def reach_of(self, line: str) -> str:
        """How far the footer goes that this line begins, "" where it begins none."""
        found = self.footer_lines.match(line)
        return found[0].reach if found else ""


@lru_cache(maxsize=1024)
def _field_of(vocab: Vocabulary, label: str) -> str:
    found = vocab.label.fullmatch(label)
    return (found.lastgroup or "") if found else ""


def possible(phrases: Sequence[Phrase], text: str) -> list[Phrase]:
    """Those that the text may hold; its line ends count as spaces."""
    small = text.lower().replace("\n", " ")
    return [phrase for phrase in phrases if are_in(small, phrase.needs)]


def any_in(phrases: Sequence[Phrase], text: str) -> bool:
    """Whether one of them stands in the text."""
    return any(phrase.pattern.search(text) for phrase in possible(phrases, text))


@lru_cache(maxsize=4)
def vocabulary(words: Words) -> Vocabulary:
    """The vocabulary of these words; made once for each."""

    def entries(table: str) -> tuple[Entry, ...]:
        return words.entries(DOCUMENT, table)

    return Vocabulary(
        wrote=tuple(map(_phrase, entries("wrote"))),
        opening=re.compile(_any(entries("opening")) + r"|^[\d*]", FLAGS),
        label=_grouped(entries("label"), "kind"),
        divider=_grouped(entries("divider"), "zone"),
        greeting=re.compile(_any(entries("greeting")), FLAGS),
        closings=_lines(entries("closing")),
        footer_lines=_lines(entries("footer_line")),
        footers=tuple(map(_phrase, entries("footer"))),
        firm=re.compile(_any(words.entries("addresses", "firm")), FLAGS),
        ours=tuple(map(_phrase, entries("ours"))),
        our_name=re.compile(_any(entries("our_name")), FLAGS),
        writer={place: _beneath(entries("writer"), place) for place in ("closing", "footer", "delimiter", "inside")},
    )


def _phrase(entry: Entry) -> Phrase:
    need = tuple(entry.extra.get("needs", "").lower().split("|"))
    return Phrase(entry.source, (need,), entry.extra.get("reach", ""))


def _lines(entries: Sequence[Entry]) -> Lines:
    starts = {word for entry in entries for word in entry.extra.get("starts", "").split()} | {""}
    for_word = {word: [entry for entry in entries if word in entry.extra.get("starts", word).split(" ")] for word in starts}
    return Lines({word: tuple(map(_phrase, chosen)) for word, chosen in for_word.items()})


def _beneath(entries: Iterable[Entry], place: str) -> re.Pattern[str]:
    return re.compile(_any(entry for entry in entries if place in entry.extra["beneath"].split()), FLAGS)


def _grouped(entries: Iterable[Entry], key: str) -> re.Pattern[str]:
    """One pattern of all, with a named group for each value of a key: the outermost group, hence the match's `lastgroup`."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.extra[key], []).append(entry)
    return re.compile("|".join(f"(?P<{value}>{_any(members)})" for value, members in groups.items()) or r"(?!)", FLAGS)


def _any(entries: Iterable[Entry]) -> str:
    """Any of the patterns. Matching nothing where there are none."""
    return "|".join(f"(?:{entry.source})" for entry in entries) or r"(?!)"
