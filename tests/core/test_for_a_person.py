"""Whether a message asks for somebody else, for several or in another form, where rules do not tell it, and where they hear it
wrongly."""

from __future__ import annotations

import pytest

from swc_mailer.core.for_a_person import DISBELIEVED, LIKELY, LIKELY_A_FORM, WAITS
from swc_mailer.core.model import Intent, Policy
from swc_mailer.core.weighing import odds
from swc_mailer.core.words import Learned, Weights, Words
from tests.corpus.small_details import SmallMail

QUIET = "Please send the documents, {n}, {a}. Len reads slowly and starts tonight.¶Ann Example"
PLAIN = "Please send the documents to my neighbour, {n}, {a}."
DICTATED = "I'm only doing the typing, these are my mother's words. Please send me the documents. {n}, {a}."


def chance(value: float) -> Weights:
    """By which everything is so likely."""
    return Weights(odds(value), {"whole": {"<send>": 0.0}})


def intent(text: str, words: Words, policy: Policy, **learned: Weights) -> Intent:
    known = Learned(request=words.learned.request, **learned)
    return SmallMail("", "Documents", text).reading(Words(words.tables, known), policy).intent


def test_what_is_likely_of_those_who_ask_for_others_waits_for_a_person(words: Words, policy: Policy) -> None:
    assert intent(QUIET, words, policy, behalf=chance(LIKELY + 0.02)).on_behalf
    assert not intent(QUIET, words, policy, behalf=chance(LIKELY - 0.02)).on_behalf
    assert intent(QUIET, words, policy, several=chance(LIKELY + 0.02)).several_members
    assert not intent(QUIET, words, policy, several=chance(LIKELY - 0.02)).several_members
    assert intent(QUIET, words, policy, form=chance(LIKELY_A_FORM + 0.02)).special_format
    assert not intent(QUIET, words, policy, form=chance(LIKELY_A_FORM - 0.02)).special_format
    assert intent(QUIET, words, policy, waits=chance(WAITS + 0.02)).needs_a_person
    assert not intent(QUIET, words, policy, waits=chance(WAITS - 0.02)).needs_a_person


def test_in_a_few_words_nothing_is_told(words: Words, policy: Policy) -> None:
    sure = {question: chance(0.99) for question in ("behalf", "several", "form", "waits")}
    found = intent("{n}, {a}. Documents, please.", words, policy, **sure)

    assert not any((found.on_behalf, found.several_members, found.special_format, found.needs_a_person))


def test_the_sentence_that_tells_it_is_shown(words: Words, policy: Policy) -> None:
    weights = Weights(9.0, {"whole": {"slowly": 1.0}})

    assert [place.text for place in intent(QUIET, words, policy, behalf=weights).on_behalf] == [
        "Len reads slowly and starts tonight."
    ]


def test_a_rule_is_believed_unless_it_is_most_unlikely(words: Words, policy: Policy) -> None:
    assert intent(PLAIN, words, policy).on_behalf
    assert intent(PLAIN, words, policy, behalf=chance(DISBELIEVED + 0.005)).on_behalf
    assert not intent(PLAIN, words, policy, behalf=chance(DISBELIEVED - 0.005)).on_behalf


def test_a_member_who_has_it_written_down_asks_for_herself(words: Words, policy: Policy) -> None:
    found = intent(DICTATED, words, policy, behalf=chance(0.99), form=chance(0.99))

    assert found.dictated
    assert not found.on_behalf
    assert found.special_format  # who cannot write may not read either


def test_what_a_rule_tells_of_a_form_is_believed(words: Words, policy: Policy) -> None:
    large = "Please send the documents in large print, {n}, {a}."

    assert intent(large, words, policy, form=chance(0.001)).special_format


# --- what was learned --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        (
            "Dad's eyes are going, so emails fall to me. Please send the documents to {n}, {a}. He was a member before me.",
            "on_behalf",
        ),
        ("Could the consultation papers go to {n}? She's at {a} and has no computer. I only bring in her shopping.", "on_behalf"),
        ("Documents please, one each, for the two of us: I'm {n} and Tom is {m}. We both live at {a}.", "several_members"),
        ("Please send documents for {n} and for {m}, same address: {a}", "several_members"),
    ],
)
def test_whoever_asks_for_others_is_heard(text: str, whom: str, words: Words, policy: Policy) -> None:
    assert getattr(SmallMail("", "Documents", text).reading(words, policy).intent, whom)


@pytest.mark.parametrize(
    "text",
    [
        "Please send me the consultation documents, but hold them until I write again. {n}, {a}",
        "I asked for the consultation documents three weeks ago and nothing has come. Please send them. {n}, {a}",
        "Could I have the consultation documents? They belong to my late mother's membership, really. {n}, {a}",
    ],
)
def test_who_asks_and_must_wait_waits(text: str, words: Words, policy: Policy) -> None:
    decision = SmallMail("", "Documents", text).decided(words, policy)

    assert [reason.code for reason in decision.reasons] != ["details_match"]


@pytest.mark.parametrize(
    "text",
    [
        "I chair our group but this is for me alone: {n}, {a}. Please send the documents.",
        "My husband had his on Monday. May I have the documents too? {n}, {a}. Ann Example",
    ],
)
def test_whoever_speaks_of_others_asks_for_herself(text: str, words: Words, policy: Policy) -> None:
    found = SmallMail("", "Documents", text).reading(words, policy).intent

    assert not found.on_behalf
    assert not found.several_members
