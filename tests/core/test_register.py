"""The register in memory, and the keys by which numbers and postcodes are compared."""

from __future__ import annotations

import pytest

from swc_mailer.core.model import Member
from swc_mailer.core.register import MemoryRegister, number_key, postcode_key


def member(number: str, name: str = "Jo Example", postcode: str = "LS6 2AB") -> Member:
    return Member(number, name, ("12 Rose Lane", "Leeds"), postcode, "", "current", current=True)


@pytest.mark.parametrize(
    ("number", "key"), [("0123456", "123456"), ("123456", "123456"), (" 0012 ", "12"), ("000", "0"), ("", "0")]
)
def test_leading_zeros_are_not_compared(number: str, key: str) -> None:
    assert number_key(number) == key


@pytest.mark.parametrize(("postcode", "key"), [("ls6 2ab", "LS62AB"), (" LS6\t2AB ", "LS62AB"), ("", "")])
def test_spaces_and_capitals_are_not_compared(postcode: str, key: str) -> None:
    assert postcode_key(postcode) == key


def test_the_member_with_the_very_number_comes_first() -> None:
    register = MemoryRegister([member("0012345"), member("012345"), member("999999")])

    assert [each.number for each in register.by_number("012345")] == ["012345", "0012345"]
    assert register.by_number("77") == ()


def test_members_are_found_at_their_postcode() -> None:
    here, there = member("1"), member("2", postcode="YO1 1ZZ")

    assert MemoryRegister([here, there]).at_postcode("ls62ab") == (here,)
    assert MemoryRegister([member("3", postcode="")]).at_postcode("") == ()


def test_a_search_finds_by_every_word_and_no_more_than_asked_for() -> None:
    ann, bob = member("1", "Ann Example"), member("2", "Bob Example")
    register = MemoryRegister([ann, bob])

    assert register.search("example ann") == (ann,)
    assert register.search("ls62ab", limit=1) == (ann,)
    assert register.search("rose nobody") == ()
    assert register.search("  ") == ()
