"""What a message says in, how likely its words are those of people who ask for the documents out, for the rules of intent.py."""

from __future__ import annotations

from dataclasses import replace

from swc_mailer.core.courtesies import is_courteous
from swc_mailer.core.own_words import words_beside
from swc_mailer.core.said import Said, first_phrase
from swc_mailer.core.weighing import likelihood


def weighed(said: Said) -> Said:
    texts = wording(said)
    return replace(said, wording=texts, likely=likelihood(texts, said.words.weights))


def wording(said: Said) -> tuple[str, ...]:
    """What is weighed of each sentence: not the details, and nothing where it is no more than a name, a label or a greeting."""
    things, found = said.entries("thing"), said.found
    texts = [(sentence, words_beside([sentence], found)) for sentence in said.sentences]
    return tuple(text if any(first_phrase(each, things, ())) or not is_courteous(text, said) else "" for each, text in texts)
