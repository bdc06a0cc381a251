"""What a message says in, whether it holds nothing beside the details but greetings, labels and names."""

from __future__ import annotations

import re

from swc_mailer.core.literals import are_in, plain
from swc_mailer.core.own_words import words_beside
from swc_mailer.core.said import Said

WORD = re.compile(r"[^\W\d_]+")
CLAUSES = re.compile(r"[\n.!?,;:()]+")
NAME_WORDS = range(2, 5)


def only_courtesies(said: Said) -> bool:
    """Whether nothing stands beside the details but greetings, labels and names."""
    return is_courteous(words_beside(said.sentences, said.said_here), said)


def is_courteous(text: str, said: Said) -> bool:
    """Whether it says no more than that, in a message."""
    names = " ".join(f"{sender.name} {sender.local_part}" for sender in said.message.from_).casefold()
    for clause in CLAUSES.split(text):
        written = clause
        for entry in said.entries("courtesy"):
            if are_in(plain(written), entry.needs):
                written = entry.pattern.sub(" ", written)
        left = [word for word in WORD.findall(written) if word.casefold() not in names]
        if left and not is_name(WORD.findall(clause)):
            return False
    return True


def is_name(words: list[str]) -> bool:
    """As a signature has it: Jo Bloggs."""
    return len(words) in NAME_WORDS and all(word.istitle() for word in words)
