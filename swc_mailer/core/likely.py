"""What a message says in, how likely its words are those of people who ask for the documents out, for the rules of intent.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from operator import attrgetter

from swc_mailer.core.asking import asks_in_words, asks_later, doubts, responds, something_else
from swc_mailer.core.courtesies import is_courteous
from swc_mailer.core.model import Evidence
from swc_mailer.core.naming import business, names_consultation
from swc_mailer.core.own_words import words_beside
from swc_mailer.core.said import Said, first_phrase
from swc_mailer.core.weighing import Told, likelihood

SOME = 2  # sentences at the beginning, and at the end
NAMED, BUSINESS = "names the consultation", "names other business"
DOUBTS, RESPONDS, LATER, OTHER = "doubts", "responds", "asks later", "speaks of something else"
SIGNS: Mapping[str, Callable[[Said], tuple[Evidence, ...] | None]] = {  # what rules find, which weighs as well
    "asks in words": attrgetter("asked"),
    NAMED: names_consultation,
    BUSINESS: business,
    DOUBTS: doubts,
    RESPONDS: responds,
    LATER: asks_later,
    OTHER: something_else,
}


def weighed(said: Said) -> Said:
    said = replace(said, wording=wording(said), asked=asks_in_words(said) or ())
    said = replace(said, signs={name: found for name, sign in SIGNS.items() if (found := sign(said))})
    return replace(said, likely=likelihood(told(said), said.words.learned.request))


def wording(said: Said) -> tuple[str, ...]:
    """What is weighed of each sentence: not the details, and nothing where it is no more than a name, a label or a greeting."""
    things, found = said.entries("thing"), said.found
    texts = [(sentence, words_beside([sentence], found)) for sentence in said.sentences]
    return tuple(text if any(first_phrase(each, things, ())) or not is_courteous(text, said) else "" for each, text in texts)


def told(said: Said) -> Told:
    """What is weighed of a message of which is known how its sentences are worded, which of them ask, and what rules find."""
    some = [text for text in said.wording if text.strip()]
    sentences = zip(said.wording, said.sentences, strict=True)
    return Told(
        whole="\n".join(some),
        beginning="\n".join(some[:SOME]),
        end="\n".join(some[-SOME:]),
        asking="\n".join(text for text, each in sentences if any(map(each.holds, said.asked))),
        signs=frozenset(said.signs),
    )
