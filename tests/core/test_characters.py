"""What nobody sees is gone, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.characters import clean, file_name, one_line


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\vb\fc\u2028d\u0085e", "a\nb\nc\nd\ne"),
        ("12\u200b34\u00ad56\ufeff7", "1234567"),
        ("\u202e7654321\u202c", "7654321"),
        ("LS6\u00a02AB\u2009x", "LS6 2AB x"),
        ("\uff11\uff12\uff13", "123"),
        ("1\ufe0f\u20e32\ufe0f\u20e3", "12"),
        ("a\0b\x08c\x9fd", "abcd"),
        ("a\tb", "a\tb"),
        ("\ud800x", "\ufffdx"),
        ("Zoë’s – £5", "Zoë’s – £5"),
    ],
    ids=[
        "line ends",
        "odd line ends",
        "zero width",
        "bidi",
        "spaces",
        "full width",
        "keycaps",
        "controls",
        "tab",
        "surrogate",
        "kept",
    ],
)
def test_text_is_as_people_see_it(text: str, seen: str) -> None:
    assert clean(text) == seen


@given(st.text())
def test_clean_text_is_clean(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert once.splitlines() == once.removesuffix("\n").split("\n") or not once


@given(st.text())
def test_one_line_cannot_break_a_header(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    assert "\0" not in one_line(text)


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\letters\\mine.doc", "mine.doc"),
        ("a\r\nb.pdf", "a b.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
    ],
)
def test_a_file_name_has_no_path_and_nothing_hidden(given_name: str, name: str) -> None:
    assert file_name(given_name) == name
