"""What stands around numbers and addresses, and what is made of it: which of them are given, and which of several count."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.choice import BY_CHOICE
from swc_mailer.core.given import NO_HOME, NO_NUMBER
from swc_mailer.core.led_by_register import LEFT_OPEN, SETTLED, led_by_register
from swc_mailer.core.model import Details, Evidence, Policy, Section, Zone
from swc_mailer.core.surroundings import NUMBER, OTHER_NUMBER, amounts, marked
from swc_mailer.core.weighing import from_odds, odds, weigh
from swc_mailer.core.words import Learned, Weights, Words
from tests.corpus.small_details import SmallMail, small_mails

TEXT = "2345678 is my wife's, mine is 1234567."
SECTION = Section("text", Zone.OWN, 0, len(TEXT), TEXT)
MARKS = [(Evidence("text", 0, 7, "2345678"), OTHER_NUMBER), (Evidence("text", 30, 37, "1234567"), NUMBER)]


def test_a_mark_stands_for_each_number() -> None:
    assert marked([SECTION], MARKS).split() == ["xnumbers", "is", "my", "wife's,", "mine", "is", "xnumber", "."]


def test_of_a_long_text_what_stands_around_the_marks_is_weighed() -> None:
    before, text = "word " * 100_000, f"{TEXT} {'word ' * 100_000}"
    long = Section("text", Zone.OWN, 0, len(before + text), before + text)
    marks = [(replace(place, start=place.start + len(before), end=place.end + len(before)), mark) for place, mark in MARKS]

    assert "xnumbers  is my wife's, mine is  xnumber ." in marked([long], marks)
    assert len(marked([long], marks)) < 10_000


def test_the_words_of_others_are_left_out_where_they_give_nothing() -> None:
    quoted = replace(SECTION, zone=Zone.QUOTED)

    assert marked([quoted], []) == ""
    assert NUMBER in marked([quoted], MARKS)


def test_words_count_by_where_they_stand_beside_a_mark() -> None:
    counted = amounts(marked([SECTION], MARKS), ["left open"])
    found = {(piece, feature) for piece, features in counted.items() for feature in features}

    assert {("near", "xnumbers > wife's"), ("near", "xnumber < mine"), ("signs", "left open"), ("whole", "mine")} <= found
    assert ("sentence", "xnumber+xnumbers wife's") in found


@given(st.text(), st.lists(st.sampled_from(["several numbers", "left open"])))
def test_any_text_can_be_weighed(text: str, signs: list[str]) -> None:
    assert 0.0 <= weigh(amounts(text, signs), Weights(0.0, {"whole": {"a": 1.0}, "signs": {"left open": -1.0}})) <= 1.0


def test_where_nothing_was_learned_nothing_is_told() -> None:
    assert weigh(amounts("I am xnumber", []), Weights()) == 0.5


# --- where the weights have a say -----------------------------------------------------------------------------


def chance(value: float) -> Weights:
    """By which everything is so likely."""
    return Weights(odds(value), {"whole": {"ann": 0.0}})


def choice(value: float) -> Weights:
    """By which the choice comes out so likely, where nothing else is learned."""
    return chance(from_odds(odds(value) / BY_CHOICE))


def code(mail: SmallMail, words: Words, policy: Policy, learned: Learned) -> str:
    known = Words(words.tables, replace(learned, request=words.learned.request))
    return mail.decided(known, policy).reasons[0].code


TWO_NUMBERS = SmallMail("", "Documents", "Please send me the documents. It is {n} or {m}. {a}¶Ann Example")
TWO_HOMES = SmallMail("", "Documents", "Please send me the documents, {n}. {a}¶{b}¶Ann Example")


@pytest.mark.parametrize(("mail", "several"), [(TWO_NUMBERS, "several_numbers"), (TWO_HOMES, "several_addresses")])
def test_what_the_register_has_together_counts_where_that_is_likely(
    mail: SmallMail, several: str, words: Words, policy: Policy
) -> None:
    assert code(mail, words, policy, Learned(choice=choice(SETTLED + 0.02))) == "details_match"
    assert code(mail, words, policy, Learned(choice=choice(SETTLED - 0.02))) == several


def test_what_rules_settle_is_left_open_where_that_is_unlikely(words: Words, policy: Policy) -> None:
    mail = SmallMail("", "Documents", "Please send me the documents. Number {n}. My union number is {m}. {a}¶Ann Example")

    assert code(mail, words, policy, Learned(choice=choice(LEFT_OPEN + 0.02))) == "details_match"
    assert code(mail, words, policy, Learned(choice=choice(LEFT_OPEN - 0.02))) == "several_numbers"


UNLIKE_ITS_LAST_NUMBER = Weights(3.0, {"whole": {"ann": 0.0}, "near": {"xnumber < or": -100.0, "xnumber < and": -100.0}})
UNLIKE_ITS_FIRST_NUMBER = Weights(3.0, {"whole": {"ann": 0.0}, "near": {"xnumber > or": -100.0}})


def test_the_unlikelier_the_others_are_given_the_likelier_it_is(words: Words, policy: Policy) -> None:
    nearly = choice(SETTLED - 0.02)

    assert code(TWO_NUMBERS, words, policy, Learned(choice=nearly, number=UNLIKE_ITS_LAST_NUMBER)) == "details_match"


def test_what_the_register_has_and_is_hardly_given_as_the_writers_is_not_hers(words: Words, policy: Policy) -> None:
    likely = choice(SETTLED + 0.1)

    assert code(TWO_NUMBERS, words, policy, Learned(choice=likely, number=UNLIKE_ITS_FIRST_NUMBER)) == "several_numbers"


def test_a_number_that_is_plainly_given_counts_where_the_register_tells_nothing(words: Words, policy: Policy) -> None:
    mail = SmallMail("", "Documents", "Please send me the documents. {n} and {m}. Ann Example")
    known = replace(words, learned=Learned(number=UNLIKE_ITS_LAST_NUMBER))
    reading = mail.reading(known, policy)

    assert len(reading.details.number_values) == 2
    assert led_by_register(reading.details, reading.message, mail.register, known).number_values == (mail.values["{n}"],)


def details_of(text: str, words: Words, policy: Policy, **learned: Weights) -> Details:
    return SmallMail("", "Documents", text).reading(Words(words.tables, Learned(**learned)), policy).details


def test_a_number_or_an_address_that_is_surely_not_given_as_such_is_set_aside(words: Words, policy: Policy) -> None:
    text = "Please send me the documents. {m} if you call. {b}¶Ann Example"

    assert [each.set_aside for each in details_of(text, words, policy, number=chance(0.1)).numbers] == [NO_NUMBER]
    assert [each.set_aside for each in details_of(text, words, policy, number=chance(0.2)).numbers] == [""]
    assert [each.set_aside for each in details_of(text, words, policy, address=chance(0.03)).addresses] == [NO_HOME]
    assert [each.set_aside for each in details_of(text, words, policy, address=chance(0.15)).addresses] == [""]


def test_what_is_called_a_membership_number_and_has_nothing_beside_it_is_believed(words: Words, policy: Policy) -> None:
    assert details_of("Membership number {n}. {a}", words, policy, number=chance(0.01)).number_values


# --- what was learned --------------------------------------------------------------------------------------------

MOST_WRONG, LEAST_RIGHT = 0.04, 0.75  # of small mails that are harder than those of an inbox


def test_few_packs_go_out_where_the_text_leaves_it_open_and_most_where_it_settles(words: Words, policy: Policy) -> None:
    got_one: dict[bool, list[bool]] = {True: [], False: []}  # by whether they should
    for _, mail in [*small_mails()][::20]:  # all take minutes
        due = mail.code in ("settled", "both", "own")
        got_one[due].append(mail.decided(words, policy).reasons[0].code == "details_match")

    assert sum(got_one[False]) <= MOST_WRONG * len(got_one[False])
    assert sum(got_one[True]) >= LEAST_RIGHT * len(got_one[True])
