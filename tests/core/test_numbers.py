"""Which membership numbers are found in what people write: found_numbers.txt and numbers_by_writer.txt hold the cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.model import Address, Evidence, Number, Policy, Section, Zone
from swc_mailer.core.number_owners import settle
from swc_mailer.core.number_persons import speaker_of
from swc_mailer.core.numbers import read_numbers
from swc_mailer.core.words import Words
from tests.core.tables import BEFORE, cases, section_of

CASES = Path(__file__).with_name("found_numbers.txt")
BY_WRITER = Path(__file__).with_name("numbers_by_writer.txt")  # the sender's name above each mail
PHRASES = (
    "my membership number", "no.", "is:", "1234567", "7654321", "123", "4567", "O1", "l2", "S5", "1", "2", "3",
    "12/03/2014", "01632 960123", "+44", "20-48-77", "£", "#", "AIUK", "M", "old", "new", "wife's", "husband's", "Unison",
    "tel", "order", "ref", "not", "but", "sorry, I meant", "and", "or", "(", ")", "[", "]", ".", ",", "-", "/", "|", "\n",
    "\n\n", "\t", "four", "double", "seven", "@", "http://a.example/1", "12 Rose Lane", "LS6 2AB", "both", "please send me",
    "’", "é", "\u00a0", "00", "000000", "99999999999", ":30", "[Help #1234567]",
)  # fmt: skip
PIECES = st.lists(st.sampled_from(PHRASES), max_size=30)
WORDS = read_words()

Find = Callable[..., tuple[Number, ...]]


def find_numbers(section: Section, words: Words, policy: Policy, addresses: Sequence[Address] = ()) -> tuple[Number, ...]:
    """As for a message of one section."""
    return settle(read_numbers(section, words, policy, speaker_of(section.text, "", words), addresses), words)


@pytest.fixture
def find(words: Words, policy: Policy) -> Find:
    """Find numbers in a text, as a section in a zone."""

    def find(text: str, zone: Zone = Zone.OWN) -> tuple[Number, ...]:
        return find_numbers(section_of(text, zone), words, policy)

    return find


def shown(number: Number) -> str:
    """The form of the table: (reason it is set aside) value labelled, read from what was written."""
    aside = f"({number.set_aside}) " if number.set_aside else ""
    labelled = " labelled" if number.labelled and not number.set_aside else ""
    written = " ".join(number.evidence.text.split())
    return f"{aside}{number.value}{labelled}{f', read from {written}' if number.repair and not number.set_aside else ''}"


@pytest.mark.parametrize(("text", "expected"), list(cases(CASES)))
def test_numbers_are_found_as_they_are_written(find: Find, text: str, expected: list[str]) -> None:
    assert ([shown(number) for number in find(text)] or ["nothing"]) == expected


@pytest.mark.parametrize(("text", "expected"), list(cases(BY_WRITER)))
def test_who_writes_tells_whose_a_number_is(text: str, expected: list[str], words: Words, policy: Policy) -> None:
    writer, _, mail = text.partition("\n")

    found = settle(read_numbers(section_of(mail), words, policy, speaker_of(mail, writer, words)), words)

    assert [shown(number) for number in found] == expected


@pytest.mark.parametrize(
    ("writer", "text", "counts"),
    [
        ("Olwyn Tate", "I am Olwyn Tate, membership 3175560, of Low Mill", True),
        ("Jimmy Page", "Jimmy Page 7204416", True),
        ("Page, Jimmy", "Mr Page, 7204416", True),
        ("Jean Mather", "Mather 7204416 | Mobile 07700 900556", True),
        ("Jean Cox", "am COX 7204416", True),
        ("Jean Quill Mather", "yours, JQM 7204416", True),
        ("Olwyn Tate", "My Tate membership is 3175560", False),
        ("Jimmy Page", "page 7204416", False),
        ("Jean Cox", "am SCT 7204416", False),
        ("Jean Mather", "Cisco 7204416 | Mobile 07700 900556", False),
    ],
)
def test_the_writers_own_name_is_no_other_body(writer: str, text: str, words: Words, policy: Policy, *, counts: bool) -> None:
    found = settle(read_numbers(section_of(text), words, policy, speaker_of(text, writer, words)), words)

    assert any(not number.set_aside for number in found) is counts


@given(PIECES.map(" ".join) | PIECES.map("".join) | st.text(max_size=200))
@settings(deadline=None, max_examples=300)
def test_evidence_is_exactly_what_stands_in_the_part(policy: Policy, text: str) -> None:
    numbers = find_numbers(section_of(text), WORDS, policy)

    for number in numbers:
        evidence = number.evidence
        assert evidence.text == (BEFORE + text)[evidence.start : evidence.end]
        assert number.value.isascii()
        assert number.value.isdigit()
    assert len({number.value.lstrip("0") for number in numbers}) == len(numbers)


@given(st.from_regex(r"[1-9][0-9]{5,7}", fullmatch=True), st.sampled_from(["{}", "{}.", "({})", "no. {}", "\n{}\n"]))
@settings(deadline=None)
def test_a_labelled_number_is_always_found(policy: Policy, value: str, form: str) -> None:
    [number] = find_numbers(section_of("My membership number is " + form.format(value)), WORDS, policy)

    assert (number.value, number.labelled, number.set_aside) == (value, True, "")


@pytest.mark.parametrize(
    "text",
    [
        "7" * 50_000,
        "7 " * 50_000,
        "1\n" * 50_000,
        "1." * 500_000,
        "12-" * 300_000,
        "1," * 300_000,
        "1|" * 300_000,
        "a" * 1_000_000,
        "O" * 1_000_000,
        "a@" * 300_000,
        "(" * 1_000_000,
        "one " * 250_000,
        "double " * 150_000,
        "membership number " * 60_000,
        "membership number 1234567, " * 40_000,
        "1234567 my wife's 7654321 sorry " * 30_000,
        "01632 960123 " * 80_000,
        "".join(f"{number} and " for number in range(1_000_000, 1_040_000)),
    ],
    ids=lambda text: repr(text[:14]),
)
def test_a_hostile_text_is_read_like_any_other(find: Find, text: str) -> None:
    assert isinstance(find(text), tuple)


def test_a_repaired_number_says_so(find: Find) -> None:
    [number] = find("My membership number is 58l 734O")

    assert number.repair == 'read "58l 734O" as "5817340"'


def test_what_is_something_else_is_not_repaired(find: Find) -> None:
    [date] = find("15/02/2014")

    assert date.repair == ""


def test_a_bare_number_in_a_contact_block_gives_way_to_a_labelled_one(find: Find) -> None:
    text = "Membership number 1234567\nJo Example\n7654321"

    assert [number.set_aside for number in find(text, Zone.SIGNATURE)] == ["", "nothing calls it a membership number"]
    assert [number.set_aside for number in find(text)] == ["", ""]


def test_digits_of_an_address_are_part_of_it(words: Words, policy: Policy) -> None:
    text = "12 Example Road\nBangalore 560038"
    address = Address(
        ("12 Example Road", "Bangalore 560038"),
        "",
        "India",
        Evidence("text", len(BEFORE), len(BEFORE) + len(text), text),
        Zone.OWN,
    )

    [number] = find_numbers(section_of(text), words, policy, [address])

    assert number.set_aside == "part of an address"


@pytest.mark.parametrize(
    ("pattern", "text", "values"),
    [
        (r"\d{7}", "membership number 123456", ["123456"]),
        (r"\d{7}", "membership number 12345678", []),
        (r"[1-9]\d{6}", "membership number 123456", []),
        (r"\d{5,8}", "membership number 12345, tel 01632 960123", ["12345"]),
        (r"\d{5,8}", "my number is 12345", ["12345"]),
        (r"\d{9}", "membership number 123 456 789", ["123456789"]),
        (r"[A-Z]\d{6}", "membership number A123456", ["A123456"]),
        (r"[A-Z]\d{6}", "Jo Example, a123456", ["A123456"]),
        (r"[A-Z]\d{6}", "membership number 123456", []),
    ],
)
def test_what_a_number_looks_like_is_configured(words: Words, policy: Policy, pattern: str, text: str, values: list[str]) -> None:
    numbers = find_numbers(section_of(text), words, replace(policy, number_pattern=pattern))

    assert [number.value for number in numbers if not number.set_aside] == values
