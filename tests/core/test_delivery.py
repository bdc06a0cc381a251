"""Which way an answer goes, and to whom what goes by post is addressed."""

from __future__ import annotations

import itertools

import pytest

from swc_mailer.core.delivery import addressee, deliveries
from swc_mailer.core.model import Closed, Delivery, Details, DetailsMissing, Field, Match, Member, Outcome, Pack, Verdict
from swc_mailer.core.register import MemoryRegister
from swc_mailer.core.typed_in import typed_address, typed_number

EMAIL, POST, BOTH = frozenset({Delivery.EMAIL}), frozenset({Delivery.POST}), frozenset(Delivery)
ANN = Member("0123456", "Ann Example", ("12 Station Road", "Leeds"), "LS6 2AB", "", "current", True)
BEA = Member("7654321", "Bea Example", (), "", "", "current", True)
REGISTER = MemoryRegister([ANN, BEA])
LABEL = ("Ann Example", "12 Station Road", "Leeds", "LS6 2AB")


def given(number: str = "", address: str = "") -> Details:
    numbers = [typed_number(number, r"\d{6,8}")] if number else []
    addresses = [typed_address(address)] if address else []
    return Details(tuple(filter(None, numbers)), tuple(filter(None, addresses)))


@pytest.mark.parametrize(
    ("mode", "wants_post", "ways"),
    [
        ("email", False, EMAIL),
        ("email", True, BOTH),
        ("post", False, POST),
        ("post", True, POST),
        ("both", False, BOTH),
        ("both", True, BOTH),
    ],
)
def test_the_pack_goes_as_it_is_configured_or_asked_for(mode: str, wants_post: bool, ways: frozenset[Delivery]) -> None:
    assert deliveries(Outcome.PACK, mode=mode, wants_post=wants_post, has_email=True) == ways  # type: ignore[arg-type]


def test_who_has_no_email_is_answered_by_post_whatever_is_configured() -> None:
    for outcome, mode, wants in itertools.product(Outcome, ("email", "post", "both"), (True, False)):
        assert deliveries(outcome, mode=mode, wants_post=wants, has_email=False) == POST  # type: ignore[arg-type]


def test_a_question_goes_by_email_wherever_there_is_one() -> None:
    for outcome, mode in itertools.product((Outcome.DETAILS_MISSING, Outcome.CLOSED), ("email", "post", "both")):
        assert deliveries(outcome, mode=mode, wants_post=True, has_email=True) == EMAIL  # type: ignore[arg-type]


def test_a_pack_goes_to_the_registers_address_and_to_no_other() -> None:
    elsewhere = given("0123456", "1 Other Street; York; YO1 9XX")

    assert addressee(Pack((), Match(Verdict.MATCH, ANN, None)), elsewhere, REGISTER, name="A. Example") == LABEL
    assert addressee(Pack((), Match(Verdict.MATCH, BEA, None)), elsewhere, REGISTER, name="A. Example") == ()


def test_a_question_goes_to_the_full_address_that_was_given() -> None:
    missing = DetailsMissing((), frozenset({Field.MEMBERSHIP_NUMBER}))

    assert addressee(missing, given("", "1 Other Street; York; YO1 9XX"), REGISTER, name="Cy Example") == (
        "Cy Example",
        "1 Other Street",
        "York",
        "YO1 9XX",
    )
    assert addressee(missing, given("", "7 Rue Neuve; 44000 Nantes; France"), REGISTER, name="") == (
        "7 Rue Neuve",
        "44000 Nantes",
        "France",
    )


def test_a_question_without_an_address_goes_to_the_members_own() -> None:
    missing = DetailsMissing((), frozenset({Field.POSTAL_ADDRESS}))

    assert addressee(missing, given("123456"), REGISTER, name="") == LABEL
    assert addressee(missing, given("9999999"), REGISTER, name="Cy Example") == ()
    assert addressee(Closed(()), given(), REGISTER, name="Cy Example") == ()
