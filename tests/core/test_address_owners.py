"""Whose address it is, where another part of the mail says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from swc_mailer.core.model import Policy
from swc_mailer.core.words import Words
from tests.core.test_decided_mails import SHORT, cases, decided

TWO_ADDRESSES = Path(__file__).with_name("whose_addresses.txt")
HOME, OTHER = "12 Station Road, Leeds LS6 2AB", "3 Mill Lane, York YO1 7AB"

CASES = [
    (
        "address_missing",
        "Please send me the documents, I'm member {n}. NB the address that comes out under here is my employer's, "
        "so don't go by it.¶¶Ann Example¶Harbour Homes, 3 North Quay, Leeds LS6 2ZZ",
    ),
    (
        "address_missing",
        "Please send me the documents, number {n}. This is nothing to do with work.¶¶"
        "Ann Example, Support Officer¶Harbour Homes, 3 North Quay, Leeds LS6 2ZZ",
    ),
    (
        "address_missing",
        "Please could you post the documents to me at home, not to the museum. Number {n}.¶¶"
        "Ann Example¶Keeper of Textiles¶Northam Museum, 3 North Quay, Leeds LS6 2ZZ¶Tel 01632 960845",
    ),
    (
        "address_missing",
        "Please send me the documents ({n}) and take no notice of my signature, that is the office.¶¶"
        "-- ¶Ann Example¶3 North Quay, Leeds LS6 2ZZ",
    ),
    (
        "pack",
        "Please send me the documents. I write in a private capacity. {d}",
    ),
    (
        "pack",
        "Please send me the documents. The address below is new, we moved in May. {d}",
    ),
    (
        "pack",
        "Sorry to write from my work account. Please send me the documents, {n}, to my home: "
        "12 Station Road, Leeds LS6 2AB, not to the office.",
    ),
]


@pytest.mark.parametrize(("code", "text"), CASES)
def test_an_employers_address_below_the_text_is_not_the_writers(words: Words, policy: Policy, code: str, text: str) -> None:
    codes = tuple(reason.code for reason in decided("Hello", text, words, policy).reasons)

    assert SHORT.get(codes, ", ".join(codes)) == code


@pytest.mark.parametrize(("code", "subject", "text"), list(cases(TWO_ADDRESSES)))
def test_of_two_addresses_the_writers_home_counts(words: Words, policy: Policy, code: str, subject: str, text: str) -> None:
    codes = tuple(reason.code for reason in decided(subject, filled(text), words, policy).reasons)

    assert SHORT.get(codes, ", ".join(codes)) == code


def filled(text: str) -> str:
    """A request with its two addresses."""
    told = text.replace("{H}", HOME).replace("{O}", OTHER)
    return told if "{n}" in text else f"Please send me the consultation documents. My number is {{n}}. {told}"
