"""What a message says in, where it asks for the documents in words that rules know, or speaks of something else, out.

The rules of `intent.py` decide by these, and `likely.py` weighs that they are there.
"""

from __future__ import annotations

import re

from swc_mailer.core.courtesies import only_courtesies
from swc_mailer.core.model import Evidence
from swc_mailer.core.naming import documents_of
from swc_mailer.core.own_words import is_answer
from swc_mailer.core.particulars import strong_where
from swc_mailer.core.said import Said, in_quotation_marks

FIRST_PERSON = re.compile(r"\b(?:i|me|my|us|we)\b", re.IGNORECASE)
FEW_WORDS = 5  # beside the details: a greeting and a name


def asks_in_words(said: Said) -> tuple[Evidence, ...] | None:
    """Every place where it does: now, in words of the writer's own, and not as told of the past. A subject asks only where the
    text does not speak against it."""
    places = (place for place in said.asking(but="told declines") if not only_quoted(place, said))
    asked: list[Evidence] = []
    for place in places:
        if not any(map(place.overlaps, asked)) and (place.part == "text" or not doubts(said)):
            asked.append(place)
    return tuple(sorted(asked, key=lambda place: (place.part != "subject", place.start))) or None


def only_quoted(place: Evidence, said: Said) -> bool:
    """What one is to write, between quotation marks, and not because it was dictated: "Please send me the documents", indeed."""
    if not FIRST_PERSON.search(place.text) or not in_quotation_marks(place, said):
        return False
    return not (said.all("own_wish") or said.all("web_form"))


def doubts(said: Said) -> tuple[Evidence, ...] | None:
    """Declines, has them, or is after something else, in words of which no single one is a refusal."""
    others = [entry for entry in said.entries("not_asking") if entry.extra.get("doubt")]
    wanting, asked = said.all("wanting"), bool(said.asked) or any(said.asking(but="told"))
    found = said.all("declines", but="no_doubt") + said.find(others)
    found += strong_where(said, "doubt", unless=wanting or asked, but="no_doubt")
    found += () if wanting else tuple(said.asking_for_others("object"))
    found += speaks_of_another_matter(said) if asked else ()
    found += asked_in_quotation_marks(said) if asked else ()
    return tuple(place for place in found if place.part == "text") or None


def asked_in_quotation_marks(said: Said) -> tuple[Evidence, ...]:
    if '"' not in said.whole.written:
        return ()
    return tuple(place for place in said.asking(but="told") if only_quoted(place, said))


def speaks_of_another_matter(said: Said) -> tuple[Evidence, ...]:
    """ "Papers please", says the subject, and the text: "The raffle ones, I've sold all mine." """
    documents = documents_of(said)
    named = said.all("matter") or any(place.part == "text" for place in said.find(documents))
    if named or is_answer(said.message) or said.other_words() <= FEW_WORDS or only_courtesies(said):
        return ()
    return tuple(sentence.evidence(0, len(sentence.text)) for sentence in said.sentences)


def responds(said: Said) -> tuple[Evidence, ...] | None:
    return said.all("response") or None


def asks_later(said: Said) -> tuple[Evidence, ...] | None:
    return said.all("later") or None


def something_else(said: Said) -> tuple[Evidence, ...] | None:
    """Not: a question that asks for the documents."""
    found = said.all("other", but="not_a_question")
    return tuple(place for place in found if "?" not in place.text or not any(map(place.overlaps, said.asked))) or None
