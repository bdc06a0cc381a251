"""Words that people ask with, spelt wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.model import Part, Section, Zone
from swc_mailer.core.own_words import Sentence, sentences
from swc_mailer.core.spelling import spelt_right
from swc_mailer.core.words import Words


def sentence(text: str) -> Sentence:
    part = Part("text", text, (Section("text", Zone.OWN, 0, len(text), text),))
    return next(iter(sentences(part, 0, text)))


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("May I recieve the consultaion documents", "May I receive the consultation documents"),
        ("Docuemnts of the CONSULATION", "Documents of the CONSULTATION"),
        ("my adress, my memebership", "my address, my membership"),
        ("Plaese sned the papres", "Please send the papers"),
        # what is right as it is, and what is too far away
        ("a documented consolation, relieved of details", "a documented consolation, relieved of details"),
        ("magazines and supporters", "magazines and supporters"),
        ("dcmnts of the cnslttn", "dcmnts of the cnslttn"),
    ],
)
def test_words_that_people_ask_with_are_spelt_right(written: str, right: str, words: Words) -> None:
    assert spelt_right(sentence(written), words).text == right


def test_the_evidence_is_what_stands_there(words: Words) -> None:
    written = "Kindly forwrd the docuemnts to me"
    found = spelt_right(sentence(written), words)

    for word, stood in (("forward", "forwrd"), ("documents", "docuemnts"), ("to me", "to me")):
        start = found.text.index(word)
        assert found.evidence(start, start + len(word)).text == stood


@given(text=st.text(alphabet="documents relation'éX", min_size=1).filter(str.strip))
def test_every_letter_has_its_place(text: str, words: Words) -> None:
    found = spelt_right(sentence(text), words)

    assert len(found.places) == len(found.text)
    assert list(found.places) == sorted(found.places)
