"""What a message says in, whether it names the consultation, or other business of a membership office, out.

Members write to such an office for cards, forms and magazines too, and in the same words: "please send me one". The names stand
in rules/intent.toml; `intent.py` asks here how sure it must be.
"""

from __future__ import annotations

from swc_mailer.core.model import Evidence
from swc_mailer.core.own_words import Sentence
from swc_mailer.core.phrases import Phrase, holding
from swc_mailer.core.said import Said, first_phrase


def business(said: Said) -> tuple[Evidence, ...]:
    """What is named of the office's other business, and not as where the notice was read."""
    return said.all("business", but="business_aside")


def names_consultation(said: Said) -> tuple[Evidence, ...]:
    """What it is about, or what the notice offers; or its documents, where no other thing's may be meant: "send me the documents
    for a direct debit"."""
    named = said.find([entry for entry in said.entries("named") if entry.code != "by_its_documents"], but="business")
    return named or (() if business(said) else said.all("named", but="business"))


def documents_of(said: Said) -> list[Phrase]:
    """The documents by their name."""
    return [entry for entry in said.entries("thing") if entry.code == "documents"]


def may_be_asked_for(said: Said) -> bool:
    """Whether anything is named that may be asked for, in a sentence that wants nothing else."""
    things = said.entries("thing")
    return any(piece for sentence in fair(said) for piece in first_phrase(sentence, things, ()))


def fair(said: Said) -> tuple[Sentence, ...]:
    """The sentences that want nothing else."""
    other = tuple(holding(said.entries("not_asking"), said.whole.written))
    return tuple(sentence for sentence in said.sentences if not any(first_phrase(sentence, other, ())))
