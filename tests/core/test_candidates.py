"""Whom details may be of, for staff."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from swc_mailer.core.candidates import MOST, candidates, matching_member
from swc_mailer.core.model import Address, Details, Evidence, Member, Number, Verdict, Zone
from swc_mailer.core.register import MemoryRegister
from swc_mailer.core.words import Words

ANN = Member("0123456", "Ann Example", ("12 Station Road", "Leeds"), "LS6 2AB", "ann@example.org", "current", True)
BEA = Member("7654321", "Bea Example", ("14 Station Road", "Leeds"), "LS6 2AB", "", "current", True)
LEN = Member("2222222", "Len Lapsed", ("12 Station Road", "Leeds"), "LS6 2AB", "", "lapsed", False)
REGISTER = MemoryRegister((ANN, BEA, LEN))


def number(value: str, **changes: Any) -> Number:
    return replace(Number(value, Evidence("text", 0, len(value), value), Zone.OWN, labelled=True), **changes)


def address(*lines: str, postcode: str = "LS6 2AB", **changes: Any) -> Address:
    return replace(Address(lines, postcode, "", Evidence("text", 0, 0, ""), Zone.OWN), **changes)


HOME = address("12 Station Road", "Leeds")


@pytest.mark.parametrize(
    ("details", "email", "first", "found_by"),
    [
        (Details((number("0123456"),), (HOME,)), "", ANN, "number 0123456"),
        (Details((number("123456"),)), "", ANN, "number 123456"),
        (Details((number("9999999"),), (HOME,)), "", ANN, "postcode LS6 2AB"),
        (Details(quoted_numbers=(number("7654321"),)), "", BEA, "number 7654321"),
        (Details((number("7654321", set_aside="the old number"),)), "", BEA, "number 7654321"),
        (Details(quoted_addresses=(HOME,)), "", ANN, "postcode LS6 2AB"),
        (Details(), "ANN@example.org", ANN, "email ANN@example.org"),
    ],
)
def test_the_likeliest_member_stands_first(details: Details, email: str, first: Member, found_by: str, words: Words) -> None:
    found = candidates(details, email, REGISTER, words)

    assert (found[0].member, found[0].found_by) == (first, found_by)


def test_each_candidate_tells_what_agrees_and_what_differs(words: Words) -> None:
    found = {each.member: each.match for each in candidates(Details((number("0123456"),), (HOME,)), "", REGISTER, words)}

    assert found[ANN].verdict is Verdict.MATCH
    assert "house 12" in found[ANN].agrees
    assert found[BEA].differs == ('house "12", the register has "14"',)
    assert found[LEN].verdict is Verdict.NOT_CURRENT


def test_nobody_is_named_where_nothing_is_given(words: Words) -> None:
    assert candidates(Details(), "", REGISTER, words) == ()
    assert candidates(Details(), "someone@example.org", REGISTER, words) == ()


def test_a_block_of_flats_does_not_fill_the_page(words: Words) -> None:
    flats = MemoryRegister(
        replace(BEA, number=str(3000000 + flat), address=(f"Flat {flat}", "1 High Street")) for flat in range(200)
    )

    assert len(candidates(Details(addresses=(HOME,)), "", flats, words)) == MOST


@pytest.mark.parametrize(
    ("details", "member"),
    [
        (Details((number("0123456"),), (HOME,)), ANN),
        (Details((number("0123456"), number("7654321")), (HOME,)), ANN),
        (Details((number("0123456"), number("7654321")), (HOME, address("14 Station Road", "Leeds"))), None),
        (Details((number("2222222"),), (HOME,)), None),
        (Details((number("7654321"),), (HOME,)), None),
        (Details((number("0123456"),)), None),
        (Details((), (HOME,)), None),
        (Details((number("0123456", set_aside="a phone number"),), (HOME,)), None),
        (Details((number("0123456"),), (replace(HOME, lacking=("postcode",)),)), None),
    ],
)
def test_only_a_current_member_whom_both_details_fit_matches_and_only_alone(
    details: Details, member: Member | None, words: Words
) -> None:
    assert matching_member(details, REGISTER, words) == member
