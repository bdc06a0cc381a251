"""How likely a mail's sentences ask for the documents, by the weights of their words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.intent import (
    LIKELY,
    LIKELY_BESIDE_BUSINESS,
    LIKELY_BY_NO_NAME,
    LIKELY_IN_BRIEF,
    LIKELY_IN_FEW_WORDS,
    LIKELY_WHERE_ASKED,
    LIKELY_WHERE_ASKED_BY_NAME,
    LIKELY_WHERE_COMPLETE,
    LIKELY_WHERE_MISSING,
    LIKELY_WHERE_NAMED,
    LIKELY_WHERE_NOTHING_IS_GIVEN,
    SURELY,
)
from swc_mailer.core.model import Policy
from swc_mailer.core.weighing import Told, features, likelihood, odds, tells_most
from swc_mailer.core.words import Learned, Weights, Words
from tests.core.test_decided_mails import cases, decided
from tests.corpus.score import HERE

WEIGHTS = Weights(-0.5, {"whole": {"<it>": 1.0, "<send> <me>": 2.0, "disgrace": -3.0}})


def test_words_count_alone_and_in_pairs_whatever_the_numbers() -> None:
    assert features("Chuck us 12 papers?") == features("chuck us 99 papers?")
    assert {"<send> <me>", "<me> #", "# <it>", "?"} <= features("Chuck us 12 papers?")


def test_what_a_not_denies_counts_as_far_as_its_clause_goes() -> None:
    denied = {each for each in features("I don't want them, send the magazine") if each.startswith("not ")}

    assert denied == {"not <want>", "not <it>"}


def test_words_that_stand_in_for_one_another_count_alike() -> None:
    assert features("Let me see it") == features("let us read them")
    assert features("Let me see it") != features("Let me be")


def test_words_that_people_ask_with_make_a_request_likely_and_others_unlikely() -> None:
    assert likelihood(Told("Chuck us the papers"), WEIGHTS) > 0.5
    assert likelihood(Told("The papers are a disgrace"), WEIGHTS) < 0.3


def test_the_same_words_count_by_where_they_stand() -> None:
    weights = Weights(0.0, {"beginning": {"papers": -1.0}, "end": {"<send> <me>": 1.0}, "asking": {"<send> <me>": 1.0}})

    assert likelihood(Told(beginning="Chuck us the papers"), weights) == likelihood(Told("Chuck us"), weights) == 0.0
    assert likelihood(Told(end="Chuck us one"), weights) > 0.5
    assert likelihood(Told(end="Chuck us one", asking="Chuck us one"), weights) > likelihood(Told(end="Chuck us one"), weights)


def test_signs_that_rules_find_count_too() -> None:
    weights = Weights(0.0, {"signs": {"asks in words": 2.0, "doubts": -2.0}})

    assert likelihood(Told(signs=frozenset({"asks in words"})), weights) > 0.8
    assert likelihood(Told(signs=frozenset({"doubts"})), weights) < 0.2


def test_of_words_that_nobody_wrote_before_nothing_is_likely() -> None:
    assert likelihood(Told("Xyzzy"), WEIGHTS) == 0.0


def test_the_sentence_that_asks_is_the_one_that_tells() -> None:
    assert tells_most(["A disgrace.", "Chuck us the papers.", "Regards"], WEIGHTS) == 1


@given(st.text())
def test_any_text_has_a_likelihood(text: str) -> None:
    assert 0.0 <= likelihood(Told(text, text, text, text), WEIGHTS) <= 1.0


OUTSIDE_THE_RULES = "Late to the party as ever, me. The papers need a new home on my kitchen table before the vote!"


def test_a_wish_that_no_phrase_knows_is_weighed(words: Words, policy: Policy) -> None:
    likely = Words(words.tables, Learned(Weights(3.0, {"whole": {"<it>": 1.0}})))
    unlikely = Words(words.tables, Learned(Weights(-3.0, {"whole": {"<it>": 1.0}})))

    assert codes(OUTSIDE_THE_RULES, likely, policy) == ["number_missing", "address_missing"]
    assert codes(OUTSIDE_THE_RULES, unlikely, policy) == ["no_request"]


def codes(text: str, words: Words, policy: Policy, subject: str = "Hello") -> list[str]:
    return [reason.code for reason in decided(subject, text, words, policy).reasons]


@pytest.mark.parametrize(
    "text", ["I hereby resign. {d}", "Please send me no papers. {d}", "Here are my comments on the draft. {d}"]
)
def test_what_a_rule_knows_is_not_weighed(words: Words, policy: Policy, text: str) -> None:
    likely = Words(words.tables, Learned(Weights(9.0, {"whole": {"<it>": 9.0, "resign": 9.0}})))

    assert codes(text, likely, policy) == ["no_request"]


def weighing(likelihood: float, words: Words) -> Words:
    """The same words, by which whatever holds "xyzzy" is so likely a request."""
    return Words(words.tables, Learned(Weights(odds(likelihood), {"whole": {"xyzzy": 0.0}})))


LONG = "Xyzzy, and the weather here by the sea has been what it always is at this time of the year. "


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        (LONG + "Please send me the documents. {d}", LIKELY_WHERE_ASKED_BY_NAME),
        (LONG + "Please send it to me. {d}", LIKELY_WHERE_ASKED),
        ("Xyzzy. Please send it to me. {d}", LIKELY_IN_BRIEF),
        ("Xyzzy. Please send me the documents for a direct debit. {d}", LIKELY_WHERE_NAMED),
        (LONG + "The documents on my table! Will there be amendments? {d}", LIKELY_WHERE_NAMED),
        (LONG + "The documents on my table! {d}", LIKELY_WHERE_COMPLETE),
        ("Xyzzy the documents on my table! {d}", LIKELY_IN_FEW_WORDS),
        ("Xyzzy. My direct debit has changed. {d}", LIKELY_BESIDE_BUSINESS),
        (LONG + "Why is that? {d}", LIKELY),  # nothing is named that may be asked for
        (LONG + "{d}", LIKELY_WHERE_COMPLETE),
        ("Xyzzy. {d}", LIKELY_IN_FEW_WORDS),
        ("Xyzzy over the garden wall. {n}", LIKELY_BY_NO_NAME),
        ("Xyzzy papers need a new home on my kitchen table! {n}", LIKELY_WHERE_MISSING),
        (LONG + "Papers need a new home on my kitchen table!", LIKELY_WHERE_NOTHING_IS_GIVEN),
        ("Xyzzy papers need a new home on my kitchen table!", LIKELY),
    ],
)
def test_how_likely_a_request_must_be_depends_on_what_the_mail_gives(
    words: Words, policy: Policy, text: str, enough: float
) -> None:
    assert codes(text, weighing(enough + 0.02, words), policy) != ["no_request"]
    assert codes(text, weighing(enough - 0.02, words), policy) == ["no_request"]


def test_what_seems_not_to_have_come_is_not_heard_where_a_request_is_sure(words: Words, policy: Policy) -> None:
    text = "Xyzzy. Please send me the documents. {d} What you sent in January never arrived, I think."

    assert codes(text, weighing(SURELY - 0.02, words), policy) == ["never_arrived"]
    assert codes(text, weighing(SURELY + 0.02, words), policy) == ["details_match"]


def test_what_takes_a_request_back_is_heard_however_sure_one_is(words: Words, policy: Policy) -> None:
    text = "Xyzzy. Please send me the documents. {d} PS Scrub that, the cat says."

    assert codes(text, weighing(0.999, words), policy) == ["withdrawn"]


MOST_WRONG, LEAST_RIGHT = 0.03, 0.8  # of small mails that are harder than those of an inbox


def test_few_packs_go_to_those_who_want_none_and_most_who_ask_get_one(words: Words, policy: Policy) -> None:
    mails = [mail for path in sorted((HERE / "wishes").glob("*.txt")) for mail in cases(path)][::8]  # all take minutes
    got_one: dict[bool, list[bool]] = {True: [], False: []}  # by whether they want one
    for due, subject, text in mails:
        got_one[due == "pack"].append(codes(text, words, policy, subject) == ["details_match"])

    assert sum(got_one[False]) <= MOST_WRONG * len(got_one[False])
    assert sum(got_one[True]) >= LEAST_RIGHT * len(got_one[True])
