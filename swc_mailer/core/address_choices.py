"""Several addresses of a section in, which of them the writer says to count out: "use the Leeds one", "the second is registered".

Where she says that she does not know which of them we have, nothing is chosen for her.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from swc_mailer.core.model import Address, Section
from swc_mailer.core.places import DOCUMENT, fold, says, vocabulary
from swc_mailer.core.words import Words

NOT_CHOSEN = "the writer says that another one counts"
MARK = "#"  # with its index stands for an address in the text
LABEL = re.compile(rf"(?P<label>[A-Z][a-z]+)[ :=(–-]{{1,3}}{MARK}(?P<index>\d+)")  # Home: 12 Rose Lane
NAME = re.compile(r"[^\W\d_]+")
SHORTEST_NAME = 3  # letters of a word by which an address is called: the Ely one
FIRST, SECOND = "first", "second"  # codes of `ordinal`; the last one is any other
LONGEST = 8000  # characters of a section that are searched


def in_doubt(section: Section, words: Words) -> bool:
    """Whether the writer says that she does not know which address we have."""
    return says(words, "doubts_which", " ".join(section.text[:LONGEST].split()))


def one_house(addresses: Sequence[Address], section: Section, words: Words) -> bool:
    """Whether the writer says that what she gives, once in full, are names of one house."""
    full = [address for address in addresses if address.full and not address.set_aside]
    return len(full) == 1 < len(addresses) and says(words, "one_house", section.text[:LONGEST])


def by_choice(addresses: Sequence[Address], reasons: Sequence[str], section: Section, words: Words) -> list[str]:
    """The reasons, with one more for all but the address that the text says to count."""
    counting = {index: address for index, address in enumerate(addresses) if address.full and not reasons[index]}
    if len(counting) < 2:
        return list(reasons)
    text = _marked(addresses, section)
    refused = set(_named(text, "refuses", counting, words))
    for entry in words.entries(DOCUMENT, "refuses"):
        text = entry.pattern.sub(" ", text)
    chosen = set(_named(text, "chooses", counting, words))
    left = chosen or counting.keys() - refused
    if len(left) != 1 or left & refused:
        return list(reasons)
    return [NOT_CHOSEN if index in counting and index not in left else reason for index, reason in enumerate(reasons)]


def _marked(addresses: Sequence[Address], section: Section) -> str:
    """The text with a mark for each address, in single spaces."""
    text = section.text
    for index, address in reversed(list(enumerate(addresses))):
        start, end = address.evidence.start - section.start, address.evidence.end - section.start
        text = f"{text[:start]}{MARK}{index}{text[end:]}"
    return " ".join(text[:LONGEST].split())


def _named(text: str, table: str, counting: Mapping[int, Address], words: Words) -> Iterator[int]:
    """The addresses that the entries of a table find named."""
    labels = {int(match["index"]): fold(match["label"]) for match in LABEL.finditer(text)}
    names = {index: {labels.get(index, ""), *NAME.findall(fold(" ".join(each.lines)))} for index, each in counting.items()}
    for entry in words.entries(DOCUMENT, table):
        for match in entry.pattern.finditer(text):
            index = _meant(match["ref"], names, words)
            if index is not None:
                yield index


def _meant(name: str, names: Mapping[int, set[str]], words: Words) -> int | None:
    """Which address a name means: its mark, its place in the row, or a word that only this one has: the Leeds one."""
    if name.startswith(MARK):
        index = int(name.removeprefix(MARK))
        return index if index in names else None
    name = fold(name)
    for entry in words.entries(DOCUMENT, "ordinal"):
        if name in entry.text.split():
            return list(names)[{FIRST: 0, SECOND: 1}.get(entry.code, -1)]
    named = [index for index, known in names.items() if name in known]
    common = len(name) < SHORTEST_NAME or name in vocabulary(words).streets
    return named[0] if len(named) == 1 and not common else None
