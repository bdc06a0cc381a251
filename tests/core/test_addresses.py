"""Which postal addresses are found in what people write; the table of cases is found_addresses.txt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.addresses import find_addresses, settle
from swc_mailer.core.model import Address, Policy, Section, Zone
from swc_mailer.core.words import Words
from tests.core.tables import BEFORE, cases, section_of

CASES = Path(__file__).with_name("found_addresses.txt")
PIECES = st.sampled_from(
    [
        "12",
        "12a",
        "Flat",
        "3",
        "Rose",
        "Lane",
        "Street",
        ",",
        ".",
        ":",
        ";",
        "-",
        "/",
        "(",
        "\n",
        "\n\n",
        "\t",
        "LS6",
        "2AB",
        "BFPO",
        "58",
        "PO",
        "Box",
        "Leeds",
        "Germany",
        "France",
        "44000",
        "c/o",
        "The",
        "I",
        "live",
        "at",
        "my",
        "old\n",
        "",
        "",
        "",
        "address",
        "Postcode:",
        "Town:",
        "Mr",
        "Jo",
        "1234567",
        "01632",
        "960123",
        "#",
        "•",
        "Registered",
        "office",
        "Ltd",
        "Dublin",
        "6W",
        "10997",
        "H2X",
        "1Y4",
        ",",
        "\r\n",
        "’",
        "é",
    ]
)
WORDS = read_words()
POLICY = Policy(
    deadline=date(2014, 3, 21),
    timezone=ZoneInfo("Europe/London"),
    own_addresses=frozenset(),
    own_postcodes=frozenset({"EC2A3EA"}),
    post_to=("17-25 New Inn Yard",),
)

Find = Callable[..., tuple[Address, ...]]


@pytest.fixture
def find(words: Words, policy: Policy) -> Find:
    """Find addresses in a text, as a section in a zone."""

    def find(text: str, zone: Zone = Zone.OWN, writer: str = "") -> tuple[Address, ...]:
        return find_addresses(section_of(text, zone), words, policy, writer)

    return find


def shown(address: Address) -> str:
    """The form of the table: (reason it is set aside) line | line || postcode || country !lacking."""
    aside = f"({address.set_aside}) " if address.set_aside else ""
    country = f" || {address.country}" if address.country else ""
    lacking = f" !{','.join(address.lacking)}" if address.lacking else ""
    return f"{aside}{' | '.join(address.lines)} || {address.postcode or '-'}{country}{lacking}".strip()


@pytest.mark.parametrize(("text", "expected"), list(cases(CASES)))
def test_addresses_are_found_as_they_are_written(find: Find, text: str, expected: list[str]) -> None:
    assert ([shown(address) for address in find(text)] or ["nothing"]) == expected


@pytest.mark.parametrize(
    ("writer", "text", "expected"),
    [
        ("Dale Hinchcliffe", "Dale Hinchcliffe, Penistone, S36 6QR", "Penistone || S36 6QR !street"),
        ("Ann Heath", "Docs please.\n\nAnn Heath\nPenistone\nS36 6QR", "Penistone || S36 6QR !street"),
        ("P. Lane", "P Lane, Otley, LS21 3AB", "Otley || LS21 3AB !street"),
        ("Xerxes Okri", "Xerxes Okri, Ramsbottom BL0 9AB", "Ramsbottom || BL0 9AB !street"),
        ("Xerxes Okri", "Bryn Awel, Ramsbottom BL0 9AB", "Bryn Awel | Ramsbottom || BL0 9AB"),
        ("Ann Heath", "Rose Cottage, Otley, LS21 3AB", "Rose Cottage | Otley || LS21 3AB"),
        ("Jo Thripp", "Thripp, Oasthouse Row, Tenterden, TN30 9PA", "Oasthouse Row | Tenterden || TN30 9PA !house"),
        ("Jo Example", "J Example, Larkhill Road, Otley, LS21 3AB", "Larkhill Road | Otley || LS21 3AB !house"),
        ("Jo Example", "Larkhill, Larkhill Road, Otley, LS21 3AB", "Larkhill | Larkhill Road | Otley || LS21 3AB"),
        (" . ", "Larkhill, Otley, LS21 3AB", "Larkhill | Otley || LS21 3AB"),
        ("Mary Hall", "Mary Hall, 12 Rose Lane, Otley, LS21 3AB", "Mary Hall | 12 Rose Lane | Otley || LS21 3AB"),
        ("Jo & the Dabchick", "NB Dabchick, Otley LS21 3AB", "NB Dabchick | Otley || LS21 3AB"),
    ],
)
def test_the_writers_name_is_no_house(find: Find, writer: str, text: str, expected: str) -> None:
    assert [shown(address) for address in find(text, writer=writer)] == [expected]


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.text(max_size=300))
@settings(deadline=None, max_examples=200)
def test_evidence_is_exactly_what_stands_in_the_part(text: str) -> None:
    part = BEFORE + text

    for address in find_addresses(section_of(text), WORDS, POLICY):
        evidence = address.evidence

        assert evidence.part == "text"
        assert evidence.text == part[evidence.start : evidence.end]
        assert evidence.start >= len(BEFORE)


@given(st.lists(PIECES, max_size=40).map(" ".join))
@settings(deadline=None, max_examples=100)
def test_an_address_lacks_what_it_does_not_have(text: str) -> None:
    section = Section("text", Zone.OWN, 0, len(text), text)

    for address in find_addresses(section, WORDS, POLICY):
        assert bool(address.postcode or address.country) == ("postcode" not in address.lacking)
        assert address.lines or "street" in address.lacking


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "12 Rose Lane, " * 70_000,
        "1 " * 25_000,
        "7" * 50_000,
        "LS6 2AB\n" * 20_000,
        "Flat 3, " * 100_000,
        "\n" * 500_000,
        "Address: " * 100_000,
        "a: " * 100_000,
        "- " * 200_000,
        "Germany, " * 50_000,
        "Mr A B C D " * 50_000,
        ". . . " * 100_000,
        "12 \u0301 strasse",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_hostile_text_is_read_like_any_other(find: Find, text: str) -> None:
    assert isinstance(find(text), tuple)


def test_a_repaired_postcode_says_so(find: Find) -> None:
    [address] = find("26 Fulling Street, Leicester LE2 OTZ")

    assert address.repair == 'read "LE2 OTZ" as "LE2 0TZ"'


def test_a_firm_in_a_contact_block_is_the_senders_office(find: Find) -> None:
    text = "Jo Example\nSenior Actuary\nExample Re Limited\n88 Alley Row, London EC3M 4ZZ"

    [office] = find(text, Zone.SIGNATURE)
    [home] = find("Jo Example\n88 Alley Row, London EC3M 4ZZ", Zone.SIGNATURE)

    assert office.set_aside == "the sender's office"
    assert not home.set_aside


@pytest.mark.parametrize(
    ("block", "office"),
    [
        ("Example Saddlery\n(also my home, top bell)\n3 Wharf Road, Derby DE1 1ZZ\nVAT 218 8802 14", False),
        ("Example Consulting Ltd\n3 Wharf Road, Derby DE1 1ZZ\n(we live over the shop)", False),
        ("Example Pots Ltd\nHome & studio: 3 Wharf Road, Derby DE1 1ZZ", False),
        ("Director, Example Books Ltd, which is our home too\n3 Wharf Road, Derby DE1 1ZZ", False),
        ("Example Consulting Ltd (not my home)\n3 Wharf Road, Derby DE1 1ZZ", True),
        ("Home and Contents Insurance Ltd\n3 Wharf Road, Derby DE1 1ZZ", True),
        ("Example Books Ltd\n3 Wharf Road, Derby DE1 1ZZ\nSee also my home page", True),
        ("Example Books Ltd\n3 Wharf Road, Derby DE1 1ZZ\n(I don't live here)", True),
    ],
)
def test_a_firm_in_its_owners_home_is_no_office(find: Find, block: str, *, office: bool) -> None:
    [address] = find(f"Jo Example\n{block}", Zone.SIGNATURE)

    assert (address.set_aside == "the sender's office") == office


def test_a_firm_that_the_papers_are_to_be_sent_to_counts(find: Find) -> None:
    [address] = find("Please post them to me at Example Pumps Ltd, 3 Wharf Road, Derby DE1 1ZZ")

    assert not address.set_aside


def test_addresses_of_several_sections_settle_to_the_full_one(find: Find) -> None:
    [half] = find("I live at 3 Elm Grove, Leeds")
    [full] = find("3 Elm Grove\nLeeds\nLS6 2AB", Zone.SIGNATURE)

    assert settle((half, full)) == (full,)
    assert settle((full, replace(full, zone=Zone.OWN))) == (full,)
