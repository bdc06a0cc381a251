"""The words that rules look for, as data: tables of entries from rules/*.toml, each with its own proof.

An entry is `code`, `pattern` (a regular expression, case ignored, `^`/`$` match at line ends) or `text`, `why`, `examples` that
the pattern must find and `not` examples that it must not. A document's name and its table name an entry's place:
`words.entries("automatic", "subject")` are the `[[subject]]` entries of `automatic.toml`, in the order of the file.
A later document of the same name adds entries, or replaces those with the same code. What several patterns of a document hold
is said once: `{people}` in a pattern stands for the pattern of its `[[part]]` with that code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

FLAGS = re.IGNORECASE | re.MULTILINE
NOTHING = r"(?!)"
LONGEST = 100_000  # characters of a pattern
Document = tuple[str, Mapping[str, Any]]  # its name, and its tables

PART, NAMED_PART = "part", re.compile(r"\{([a-z_]{3,})\}")  # no {2,3} of a regular expression
KNOWN = {"code", "pattern", "text", "why", "examples", "not"}


class WordsError(Exception):
    """The rules hold a mistake; `problems` has a line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Entry:
    """One word, phrase or sentence that rules use."""

    code: str
    source: str  # of its pattern, which matches nothing where the entry is only a text
    text: str
    why: str
    examples: tuple[str, ...]
    not_examples: tuple[str, ...]
    extra: Mapping[str, str] = field(default_factory=dict)  # any other key of the entry: strength = "A"

    @property
    def pattern(self) -> re.Pattern[str]:
        return compiled(self.source, FLAGS)

    def problems(self) -> Iterable[str]:
        """A sentence for each example that the pattern gets wrong."""
        for example in self.examples:
            if not self.pattern.search(example):
                yield f'does not find its example "{example}"'
        for example in self.not_examples:
            if self.pattern.search(example):
                yield f'finds "{example}", which it must not'


@dataclass(frozen=True, slots=True)
class Weights:
    """How much words, alone and with others, speak for something (above nought) or against it, by the piece of a mail in which
    they stand: core/weighing.py, core/surroundings.py."""

    bias: float = 0.0
    of: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    digest: str = ""  # of the file they were read from


@dataclass(frozen=True, slots=True)
class Learned:
    """The weights for each question that is weighed."""

    request: Weights = Weights()  # does it ask for the documents? core/likely.py
    number: Weights = Weights()  # is it given as a membership number? core/given.py
    address: Weights = Weights()  # is it given as the writer's address?
    choice: Weights = Weights()  # of several, do those count which the register has together? core/choice.py
    behalf: Weights = Weights()  # does it ask for somebody else? core/for_a_person.py
    several: Weights = Weights()  # does it ask for several members?
    form: Weights = Weights()  # does it ask for another form of the documents, or another language?
    waits: Weights = Weights()  # does it ask, and must a person see to it all the same, whatever the reason?


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """All entries by document and table. Compared and hashed as itself, so that what is made of it can be kept."""

    tables: Mapping[tuple[str, str], tuple[Entry, ...]]
    learned: Learned = field(default_factory=Learned)

    def entries(self, document: str, table: str) -> tuple[Entry, ...]:
        return self.tables.get((document, table), ())

    def text(self, document: str, table: str, code: str) -> str:
        """The text of one entry; KeyError where there is none."""
        for entry in self.entries(document, table):
            if entry.code == code:
                return entry.text
        raise KeyError(f"{document}.toml has no [[{table}]] with the code {code!r}")


@lru_cache(maxsize=32)
def listed(words: Words, document: str, table: str) -> frozenset[str]:
    """All words that the texts of a table list."""
    return frozenset(word for entry in words.entries(document, table) for word in entry.text.split())


@lru_cache(maxsize=4096)
def compiled(source: str, flags: int) -> re.Pattern[str]:
    """The pattern, made when it is first looked for."""
    return re.compile(source, flags)


def load_words(
    shipped: Iterable[Document],
    learned: Learned | None = None,
    *,
    local: Iterable[Document] = (),
    prove: bool = False,
) -> Words:
    """Build the tables from parsed TOML documents, as (name without ".toml", content).

    With `prove`, every example is tried as well. Without it a shipped pattern is compiled only when a text may hold it: that all
    of them are regular expressions is proved before they are shipped. Raises WordsError with all problems at once.
    """
    shipped, local = list(shipped), list(local)
    parts = {(name, row["code"]): row["pattern"] for name, table, row in _rows([*shipped, *local]) if _is_part(table, row)}
    tables: dict[tuple[str, str], dict[str, Entry]] = {}
    problems: list[str] = []
    for compile_, documents in ((prove, shipped), (True, local)):
        for name, table, row in _rows(documents):
            label = f"{name}.toml [[{table}]] {row.get('code', '(no code)')}"
            try:
                entry = _with_parts(read_entry(row), name, parts)
                if compile_:
                    entry.pattern  # noqa: B018 -- raises
            except (KeyError, TypeError, ValueError, re.error) as error:
                problems.append(f"{label}: {error}")
                continue
            tables.setdefault((name, table), {})[entry.code] = entry
            problems += [f"{label}: {problem}" for problem in (entry.problems() if prove else ())]
    if problems:
        raise WordsError(problems)
    return Words({place: tuple(entries.values()) for place, entries in tables.items()}, learned or Learned())


def _rows(documents: Iterable[Document]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every entry, with the names of its document and its table."""
    for name, content in documents:
        for table, rows in content.items():
            yield from ((name, table, row) for row in (rows if isinstance(rows, list) else ()))


def _is_part(table: str, row: Mapping[str, Any]) -> bool:
    return table == PART and isinstance(row.get("code"), str) and isinstance(row.get("pattern"), str)


def _with_parts(entry: Entry, document: str, parts: Mapping[tuple[str, str], str]) -> Entry:
    """Its pattern with what the parts that it names stand for, which may name others. Raises ValueError for an unknown part."""
    source = entry.source
    while named := NAMED_PART.search(source):
        part = parts.get((document, named[1]))
        if part is None or len(source) > LONGEST:
            raise ValueError(f"no [[part]] has the code {named[1]!r}" if part is None else f"the part {named[1]!r} holds itself")
        source = f"{source[: named.start()]}{part}{source[named.end() :]}"
    return replace(entry, source=source)


def read_entry(row: Mapping[str, Any]) -> Entry:
    """One entry from its TOML table; raises ValueError or TypeError with what is wrong."""
    for key in ("code", "why"):
        if not isinstance(row.get(key), str) or not row[key]:
            raise ValueError(f"needs a {key}")
    if "pattern" not in row and "text" not in row:
        raise ValueError("needs a pattern or a text")
    return Entry(
        code=row["code"],
        source=row.get("pattern", NOTHING),
        text=row.get("text", ""),
        why=row["why"],
        examples=tuple(row.get("examples", ())),
        not_examples=tuple(row.get("not", ())),
        extra={key: str(value) for key, value in row.items() if key not in KNOWN},
    )


def fingerprint(words: Words) -> str:
    """Eight hexadecimal digits that change when any word changes."""
    learned = (getattr(words.learned, question.name) for question in fields(words.learned))
    whole = hashlib.sha256("".join(weights.digest for weights in learned).encode())
    for (document, table), entries in sorted(words.tables.items()):
        for entry in entries:
            whole.update(repr((document, table, entry.code, entry.source, entry.text, sorted(entry.extra.items()))).encode())
    return whole.hexdigest()[:8]
