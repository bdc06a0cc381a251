"""How values read on the pages."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.errors import CannotAct
from swc_mailer.web.words import age, flowed, in_words, moment, of_this_case, size, visible

NOW = datetime(2014, 7, 10, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\tand\nlines", "plain\tand\nlines"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("Zoë – naïve 日本 😀", "Zoë – naïve 日本 😀"),
        ("a\u202eb", "a[U+202E]b"),
        ("\x1b[31mred\x00", "[U+001B][31mred[U+0000]"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("\ue000\udcff", "[U+E000][U+DCFF]"),
    ],
)
def test_what_would_turn_or_hide_text_is_named(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_nothing_invisible_is_left_whatever_the_text(text: str) -> None:
    left = {unicodedata.category(char) for char in visible(text) if char not in "\n\t"}

    assert not left & {"Cc", "Cf", "Cs", "Co"}


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), "0 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=23), "23 hours"),
        (timedelta(hours=24), "1 day"),
        (timedelta(days=1400), "1,400 days"),
    ],
)
def test_an_age_has_its_largest_unit_alone(passed: timedelta, words: str) -> None:
    assert age(NOW - passed, NOW) == words


def test_times_are_those_of_the_consultation() -> None:
    assert moment(NOW, ZoneInfo("Europe/London")) == "10 July 2014, 10:05"


@pytest.mark.parametrize(("count", "words"), [(1, "1 byte"), (1023, "1,023 bytes"), (2048, "2 kB"), (5 * 1024 * 1024, "5.0 MB")])
def test_a_size_is_rounded(count: int, words: str) -> None:
    assert size(count) == words


def test_a_replys_paragraphs_are_not_broken_where_the_page_breaks_them_itself() -> None:
    long = "word " * 14 + "upto"  # 74 characters: "beyond" would not have fitted
    text = f"Hello,\n\n{long}\nbeyond the line.\n\n    17-25 New Inn Yard\n\nWith best wishes,\nThe team\n"

    assert flowed(text) == f"Hello,\n\n{long} beyond the line.\n\n    17-25 New Inn Yard\n\nWith best wishes,\nThe team"


def test_an_item_of_a_list_and_nothing_else_goes_on_below_its_first_word() -> None:
    item = "- your membership number. You will find it on your membership card, and on"  # "the" would not have fitted
    text = f"{item} yes\n  the address label\n\n    Human Rights Action Centre {'x' * 60}\n    17-25 New Inn Yard\n- two\n- three"

    assert flowed(text) == text.replace("yes\n  the", "yes the")


def test_a_case_is_told_of_on_its_own_page_without_its_name() -> None:
    assert of_this_case("Case abc23: Number 1 is unknown.", "abc23") == "Number 1 is unknown."
    assert of_this_case("Case abc23 does not match.", "abc23") == "This case does not match."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("There is no case x: see swc-mailer queue list.", "There is no case x."),
        ("Case x waits. `swc-mailer queue take x` puts it back.", "Case x waits."),
        ("Say which with --number N (swc-mailer queue show x names them).", "Say which by the member's number."),
        ("There is no address: name one with --to ADDRESS.", "There is no address: name one under “To another address”."),
        ("Choose what is missing.", "Choose what is missing."),
    ],
)
def test_an_error_is_told_without_the_command_that_mends_it(error: str, words: str) -> None:
    assert in_words(CannotAct(error)) == words
