"""Whose request a message goes on with: each case tells what was given before, what is given now, and what speaks for whom."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from swc_mailer.core.follow_up import Earlier, Link, another_name, belongs_to
from swc_mailer.core.model import Address, Details, Evidence, Number, Zone

HOME = "12 Station Road, Leeds LS6 2AB"
ELSEWHERE = "7 Mill Lane, York YO1 7HH"
ANN, BEN, SLIP, STRANGER = "1234567", "2345678", "1234576", "7777777"
MEMBERS = {ANN, BEN}


def is_member(number: str) -> bool:
    return number in MEMBERS


def details(*, number: str = "", address: str = "", lacking: tuple[str, ...] = ()) -> Details:
    evidence = Evidence("text", 0, 1, "x")
    numbers = (Number(number, evidence, Zone.OWN, labelled=True),) if number else ()
    line, postcode = address[:-8], address[-7:]
    addresses = (Address((line,), "" if "postcode" in lacking else postcode, "", evidence, Zone.OWN, lacking),) if address else ()
    return Details(numbers, addresses)


def goes_on(
    before: Details, now: Details, *, link: Link = Link.SENDER, waits: bool = True, names: tuple[str, str] = ("", "")
) -> bool:
    return belongs_to([Earlier("r1", link, names[0], before, waits)], names[1], now, is_member) == "r1"


# what was given before, what is given now, and whether they belong together where only the sender is the same
BY_SENDER = [
    ("nothing, and now a number", details(), details(number=ANN), True),
    ("an address, and now the number", details(address=HOME), details(number=ANN), True),
    ("a number, and now the address", details(number=ANN), details(address=HOME), True),
    ("a number, and now nothing", details(number=ANN), details(), True),
    ("everything, and now the same again", details(number=ANN, address=HOME), details(number=ANN, address=HOME), True),
    ("an address, and now everything with the same", details(address=HOME), details(number=ANN, address=HOME), True),
    (
        "half an address, and now everything",
        details(address=HOME, lacking=("postcode",)),
        details(number=ANN, address=HOME),
        True,
    ),
    ("an address, and now everything with another", details(address=HOME), details(number=BEN, address=ELSEWHERE), False),
    ("a number that exists, and now another member's", details(number=ANN), details(number=BEN), False),
    ("a member's request, and now another's", details(number=ANN, address=HOME), details(number=BEN, address=HOME), False),
    ("a member's number, and now a slip of it", details(number=ANN), details(number=SLIP), False),
    ("a slip, and now the number", details(number=SLIP, address=HOME), details(number=ANN), True),
    ("a slip, and now everything anew", details(number=SLIP, address=HOME), details(number=ANN, address=HOME), True),
    ("a strange number, and now another", details(number=STRANGER, address=HOME), details(number=ANN), True),
    (
        "a strange number, and now all of a member",
        details(number=STRANGER, address=HOME),
        details(number=ANN, address=HOME),
        False,
    ),
    ("an address, and now another", details(number=ANN, address=HOME), details(address=ELSEWHERE), True),
    ("leading zeros, and now none", details(number="0123456"), details(number="123456", address=HOME), True),
]


@pytest.mark.parametrize(("before", "now", "together"), [case[1:] for case in BY_SENDER], ids=[case[0] for case in BY_SENDER])
def test_the_same_sender_goes_on_unless_it_is_somebody_else(before: Details, now: Details, together: bool) -> None:
    assert goes_on(before, now) is together


def test_in_our_thread_whoever_is_asked_corrects_the_number() -> None:
    assert goes_on(details(number=ANN), details(number=BEN, address=HOME), link=Link.THREAD, names=("Ann", "Ben"))


def test_in_the_thread_of_a_pack_another_number_is_another_request() -> None:
    had = details(number=ANN, address=HOME)

    assert not goes_on(had, details(number=BEN, address=HOME), link=Link.THREAD, waits=False)
    assert goes_on(had, details(number=ANN), link=Link.THREAD, waits=False)
    assert goes_on(had, details(), link=Link.THREAD, waits=False)


def test_the_same_message_belongs_where_it_was() -> None:
    assert goes_on(details(number=ANN), details(number=BEN, address=HOME), link=Link.SAME_MESSAGE, names=("Ann", "Ben"))


def test_the_first_that_fits_is_taken() -> None:
    requests = [
        Earlier("of ben", Link.SENDER, "", details(number=BEN), waits=True),
        Earlier("of ann", Link.SENDER, "", details(number=ANN), waits=True),
    ]

    assert belongs_to(requests, "", details(number=ANN, address=HOME), is_member) == "of ann"
    assert belongs_to(requests, "", details(address=HOME), is_member) == "of ben"
    assert belongs_to([], "", details(), is_member) == ""


NAMES = [
    ("Ann Example", "Ann Example", False),
    ("Ann Example", "EXAMPLE, Ann", False),
    ("Ann Example", "Mrs A. Example", False),
    ("Ann Example", "Ann", False),
    ("Ann Example", "", False),
    ("Ann Example", "ann@example.org", False),
    ("Ann Example", "Ben Example", True),
    ("Ann Example", "Mr B Example", True),
    ("Jean", "Joan", True),
    ("12", "Ann", False),
]


@pytest.mark.parametrize(("before", "now", "another"), NAMES)
def test_names_tell_people_apart(before: str, now: str, another: bool) -> None:
    assert another_name(before, now) is another
    assert another_name(now, before) is another
    assert goes_on(details(), details(), names=(before, now)) is not another


@given(st.text(), st.text())
@example("Ann Example", "1" * 199)
def test_whatever_the_name_nobody_is_another_than_herself(name: str, title: str) -> None:
    assert not another_name(name, name)
    assert not another_name(name, f"{title} {name}") or "@" in title
