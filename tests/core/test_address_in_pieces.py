"""A member's address that stands in pieces in the text; and places beside it that are somebody else's."""

from __future__ import annotations

import pytest

from swc_mailer.core.decide import decide
from swc_mailer.core.model import History, Member, Policy
from swc_mailer.core.register import MemoryRegister
from swc_mailer.core.words import Words
from tests.core.test_decided_mails import reading

WISH = "Please send me the consultation documents. My membership number is 1234567. "
BOAT_HOUSE = Member("1234567", "Ann Example", ("The Boat House", "12 Quay Lane", "Newby"), "LA6 3ZZ", "", "current", current=True)
ROOM = Member("1234567", "Ann Example", ("Room 9, Larch House", "Rose Walk", "Leeds"), "LS6 2AB", "", "current", current=True)
FLAT = Member("1234567", "Ann Example", ("Flat 3", "40 Mill Lane", "York"), "YO1 9XY", "", "current", current=True)
IRISH = Member("1234567", "Ann Example", ("Teach na Tra", "Bothar na Mara", "Bunbeg", "Ireland"), "", "", "current", current=True)


def code(member: Member, text: str, words: Words, policy: Policy) -> str:
    case = reading("Hello", WISH + text, words, policy).case(
        History(), register=MemoryRegister([member]), policy=policy, words=words
    )
    return decide(case).reasons[0].code


@pytest.mark.parametrize(
    ("member", "text"),
    [
        (ROOM, "I am in Room 9 at Larch House, which is in Rose Walk, Leeds, LS6 2AB."),
        (
            BOAT_HOUSE,
            "It's the boat house they all know. By the book 12 Quay Lane, though no postman says so; Newby, LA6 3ZZ.",
        ),
        (IRISH, "Ann Example\nTeach na Trá\nBóthar na Mara\nBunbeg\nCo. Donegal\nIreland"),
    ],
)
def test_an_address_in_pieces_is_put_together(member: Member, text: str, words: Words, policy: Policy) -> None:
    assert code(member, text, words, policy) == "details_match"


@pytest.mark.parametrize(
    ("member", "text"),
    [
        (ROOM, "I am in Room 8 at Larch House, which is in Rose Walk, Leeds, LS6 2AB."),
        (FLAT, "I had Flat 3 till Easter and am in Flat 8, 40 Mill Lane, York YO1 9XY now."),
        (FLAT, "Flat 3 was mine. It is 44 Mill Lane, York YO1 9XY now."),
        (BOAT_HOUSE, "We sold the boat house, 12 Quay Lane. We are at Holly Cottage, Quay Lane, Newby LA6 3ZZ."),
    ],
)
def test_another_house_or_flat_is_not_made_the_members(member: Member, text: str, words: Words, policy: Policy) -> None:
    assert code(member, text, words, policy) != "details_match"
