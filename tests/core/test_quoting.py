"""Whose words each stretch of a text is; the table of cases is split_texts.txt, with the zone in brackets above each section."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.model import Policy, Section, Zone
from swc_mailer.core.quoting import split
from swc_mailer.core.words import Words

CASES = Path(__file__).with_name("split_texts.txt")
MARK = re.compile(r"\[(own|signature|disclaimer|quoted|forwarded|ours)\]\n", re.MULTILINE)
OWN_ADDRESSES = frozenset({"swc@amnesty.org.uk"})
WORDS = read_words()

Split = Callable[[str], tuple[Section, ...]]


@pytest.fixture
def sections(words: Words, policy: Policy) -> Split:
    return lambda text: split("text", text, words, policy.own_addresses)


def cases() -> Iterator[object]:
    for block in re.split(r"^#### ", CASES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, marked = block.partition("\n")
        pieces = MARK.split(marked)
        expected = list(zip(pieces[1::2], (piece.strip() for piece in pieces[2::2]), strict=True))
        yield pytest.param("".join(pieces[2::2]), expected, id=title)


@pytest.mark.parametrize(("text", "expected"), list(cases()))
def test_each_stretch_is_somebodys_words(sections: Split, text: str, expected: list[tuple[str, str]]) -> None:
    assert [(section.zone.value, section.text.strip()) for section in sections(text)] == expected


# --- what always holds -------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "> ",
        ">",
        ">> ",
        "| ",
        "\n",
        "\n",
        "\n\n",
        " ",
        "-- ",
        "--",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "From: Jo Bloggs <jo@example.org>",
        "From: swc@amnesty.org.uk",
        "Sent: 3 March 2014 09:12",
        "To: Pat",
        "Subject: documents",
        "On 3 March 2014 at 09:12, Jo <jo@example.org> wrote:",
        "On 3 March 2014 at 09:12, <swc@amnesty.org.uk> wrote:",
        "schrieb:",
        "________________________________",
        "Please send me the documents.",
        "12 High Street, Leeds LS1 1AA",
        "1234567",
        "Kind regards,",
        "Jo Bloggs",
        "PS I moved",
        "Sent from my iPhone",
        "This email and any attachments are confidential",
        "Registered in England",
        "with your membership details and full postal address",
        "email swc@amnesty.org.uk with your membership details and full postal address",
        "leeds-group mailing list",
        "\u200e",
        "é",
        "\t",
        "İ",
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=300)


@given(TEXTS)
@settings(deadline=None, max_examples=400)
def test_the_sections_cover_the_text_without_gap_or_overlap(text: str) -> None:
    sections = split("attached 1", text, WORDS, OWN_ADDRESSES)

    assert "".join(section.text for section in sections) == text
    for section, begins in zip(sections, [0, *(section.end for section in sections)], strict=False):
        assert section.part == "attached 1"
        assert section.start == begins < section.end
        assert section.text == text[section.start : section.end]


@given(TEXTS)
@settings(deadline=None, max_examples=200)
def test_the_same_text_has_the_same_sections(text: str) -> None:
    assert split("text", text, WORDS, OWN_ADDRESSES) == split("text", text, WORDS, OWN_ADDRESSES)


@given(TEXTS)
@settings(deadline=None, max_examples=200)
def test_what_is_quoted_once_more_is_nobodys_own(text: str) -> None:
    above = "See below\n\nOn 3 March 2014 at 09:12, Pat <pat@example.org> wrote:\n"
    quoted = "".join(f"> {line}\n" for line in text.split("\n"))

    zones = [section.zone for section in split("text", above + quoted, WORDS, OWN_ADDRESSES)]

    assert zones[0] is Zone.OWN
    assert set(zones[1:]) <= {Zone.QUOTED, Zone.FORWARDED, Zone.OURS}


@given(st.lists(st.sampled_from(["Please send", "12 High Street", "I am 1234567", "", "- by post"]), min_size=1, max_size=20))
@settings(deadline=None, max_examples=100)
def test_plain_lines_of_the_writer_are_all_own(lines: list[str]) -> None:
    text = "\n".join(lines)

    assert {section.zone for section in split("text", text, WORDS, OWN_ADDRESSES)} <= {Zone.OWN}


def test_an_empty_text_has_no_sections(sections: Split) -> None:
    assert sections("") == ()


# --- hostile texts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        ">" * 100_000,
        "> " * 100_000,
        "|" * 100_000,
        "a" * 1_000_000,
        "word " * 200_000,
        " " * 1_000_000,
        "\n" * 1_000_000,
        "a\n" * 500_000,
        ">\n" * 300_000,
        "> a\nb\n" * 100_000,
        "From:\n" * 20_000,
        "From: jo@example.org\n" * 20_000,
        "From: jo@example.org\nSent: 3 March 2014 09:12\nTo: x\nSubject: y\n" * 15_000,
        "On 3 March 2014 at 09:12 jo@example.org wrote:\n" * 20_000,
        ("x@" * 140 + ":\n") * 3_000,
        ("hat " * 70 + ":\n") * 3_000,
        "Sent from my iPhone\n" * 50_000,
        ("Sent from my " * 20 + "\n") * 3_000,
        "Thanks\n" * 100_000,
        ("thanks " * 11 + "\n") * 12_000,
        "--\n" * 300_000,
        "-" * 1_000_000,
        "this email " * 90_000 + "confidential",
        "this email \n" * 90_000 + "confidential",
        "with your membership details and full postal address " * 15_000,
        "to receive " * 90_000 + "postal address",
        "From" + " " * 900_000 + ":",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_hostile_text_is_split_like_any_other(sections: Split, text: str) -> None:
    assert "".join(section.text for section in sections(text)) == text
