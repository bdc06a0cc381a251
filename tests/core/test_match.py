"""When a writer's address is a member's; the table of cases is matched_addresses.txt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.addresses import find_addresses
from swc_mailer.core.match import match
from swc_mailer.core.model import Address, Evidence, Match, Member, Policy, Section, Verdict, Zone
from swc_mailer.core.register import MemoryRegister
from swc_mailer.core.words import Words

CASES = Path(__file__).with_name("matched_addresses.txt")
WORDS = read_words()

Read = Callable[[str], tuple[Address, ...]]


@pytest.fixture
def read(words: Words, policy: Policy) -> Read:
    """The addresses in a text."""
    return lambda text: find_addresses(Section("text", Zone.OWN, 0, len(text), text), words, policy)


def member(row: str, number: str = "1234567", status: str = "current") -> Member:
    *columns, postcode = (column.strip() for column in row.split("|"))
    address = tuple(column for column in columns if column)
    return Member(number, "Jo Example", address, postcode, "", status, current=status == "current")


def cases() -> Iterator[object]:
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            text, row, expected = line.replace("\\n", "\n").replace("\\t", "\t").split(" => ")
            yield pytest.param(text, row, expected == "yes", id=f"{text} / {row}")


@pytest.mark.parametrize(("text", "row", "same"), list(cases()))
def test_an_address_is_the_members_or_a_neighbours(read: Read, words: Words, text: str, row: str, *, same: bool) -> None:
    found = match("1234567", read(text), MemoryRegister([member(row)]), words)

    assert found.verdict is (Verdict.MATCH if same else Verdict.ADDRESS_ELSEWHERE)
    assert bool(found.differs) != same


HOME = "12 Rose Lane | Leeds | LS6 2AB"


def judged(read: Read, words: Words, members: list[Member], text: str, number: str = "1234567") -> Match:
    return match(number, read(text), MemoryRegister(members), words)


def test_a_number_that_nobody_has_is_unknown_even_where_the_address_is_known(read: Read, words: Words) -> None:
    found = judged(read, words, [member(HOME)], "12 Rose Lane, Leeds LS6 2AB", number="7654321")

    assert found.verdict is Verdict.NUMBER_UNKNOWN
    assert found.member is None
    assert found.address is not None


def test_a_lapsed_member_at_home_is_not_current(read: Read, words: Words) -> None:
    found = judged(read, words, [member(HOME, status="lapsed")], "12 Rose Lane, Leeds LS6 2AB")

    assert found.verdict is Verdict.NOT_CURRENT
    assert found.differs == ("status lapsed",)


def test_a_lapsed_member_elsewhere_is_elsewhere(read: Read, words: Words) -> None:
    found = judged(read, words, [member(HOME, status="lapsed")], "3 Elm Grove, York YO1 1ZZ")

    assert found.verdict is Verdict.ADDRESS_ELSEWHERE


def test_dropped_leading_zeros_are_settled_by_the_address(read: Read, words: Words) -> None:
    zeros, none = member(HOME, "0012345"), member("3 Elm Grove | York | YO1 1ZZ", "012345")

    assert judged(read, words, [zeros, none], "12 Rose Lane, Leeds LS6 2AB", "12345").member == zeros
    assert judged(read, words, [zeros, none], "3 Elm Grove, York YO1 1ZZ", "12345").member == none
    assert judged(read, words, [zeros, none], "9 Oak Row, Hull HU1 1ZZ", "12345").verdict is Verdict.ADDRESS_ELSEWHERE


def test_of_two_at_one_address_the_one_with_the_very_number_is_taken(read: Read, words: Words) -> None:
    found = judged(read, words, [member(HOME, "0012345"), member(HOME, "012345")], "12 Rose Lane, Leeds LS6 2AB", "012345")

    assert found.member is not None
    assert found.member.number == "012345"


def test_the_address_that_matches_is_the_one_reported(read: Read, words: Words) -> None:
    found = judged(read, words, [member(HOME)], "Home: 12 Rose Lane, Leeds LS6 2AB\nWork: 3 Elm Grove, York YO1 1ZZ")

    assert found.address is not None
    assert found.address.postcode == "LS6 2AB"


def test_people_are_told_what_agrees_and_what_differs(read: Read, words: Words) -> None:
    same = judged(read, words, [member(HOME)], "12 Rose Ln, Leeds LS6 2AB")
    other = judged(read, words, [member(HOME)], "12A Rose Lane, Leeds LS6 2AB")

    assert same.agrees == ("house 12", "street Rose Lane", "postcode LS6 2AB")
    assert other.differs == ('house "12a", the register has "12"',)


def test_people_are_told_that_only_the_flat_differs(read: Read, words: Words) -> None:
    found = judged(read, words, [member("Flat 3 | 12 Rose Lane | Leeds | LS6 2AB")], "Flat 8, 12 Rose Lane, Leeds LS6 2AB")

    assert found.differs == ('flat "8", the register has "3"',)


def test_without_an_address_nothing_matches(words: Words) -> None:
    found = match("1234567", (), MemoryRegister([member(HOME)]), words)

    assert found.verdict is Verdict.ADDRESS_ELSEWHERE
    assert found.differs


PARTS = st.lists(
    st.sampled_from(
        [
            "12",
            "12a",
            "Flat",
            "3",
            "Rose",
            "Lane",
            "Old",
            "Mill",
            "House",
            "St",
            "BFPO",
            "58",
            "1/2",
            "PO",
            "Box",
            "-",
            "#",
            "Germany",
            "é",
            "88-II",
            "floor",
            "top",
        ]
    ),
    max_size=6,
)
LINES = st.lists(PARTS.map(" ".join) | st.text(max_size=30), max_size=4).map(tuple)


@given(
    LINES, LINES, st.sampled_from(["LS6 2AB", "", "44000", "BFPO 58", "?"]), st.sampled_from(["LS6 2AB", "", "44000", "BFPO 58"])
)
@settings(deadline=None, max_examples=150)
def test_any_lines_can_be_compared(held: tuple[str, ...], given_: tuple[str, ...], postcode: str, written: str) -> None:
    row = Member("1234567", "Jo Example", held, postcode, "", "current", current=True)
    address = Address(given_, written, "", Evidence("text", 0, 0, ""), Zone.OWN)

    found = match("1234567", (address,), MemoryRegister([row]), WORDS)

    assert found.verdict in (Verdict.MATCH, Verdict.ADDRESS_ELSEWHERE)


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["", "a", "b"]), st.sampled_from(["", "a", "b"]))
@settings(deadline=None, max_examples=100)
def test_only_the_very_house_number_matches(one: int, other: int, letter: str, other_letter: str) -> None:
    row = member(f"{one}{letter} Rose Lane | Leeds | LS6 2AB")
    address = Address((f"{other}{other_letter} Rose Lane", "Leeds"), "LS6 2AB", "", Evidence("text", 0, 0, ""), Zone.OWN)
    same = (one, letter) == (other, other_letter)

    found = match("1234567", (address,), MemoryRegister([row]), WORDS)
    elsewhere = match("1234567", (replace(address, postcode="YO1 1ZZ"),), MemoryRegister([row]), WORDS)

    assert (found.verdict is Verdict.MATCH) == same
    assert elsewhere.verdict is Verdict.ADDRESS_ELSEWHERE
