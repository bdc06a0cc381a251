"""Bytes that are not in the charset that they are said to be in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.charsets import charset, decode

POUND = "£5 for Zoë"
JAPANESE = "会議のお知らせ"


@pytest.mark.parametrize(
    ("content", "label", "text"),
    [
        (POUND.encode("utf-8"), "utf-8", POUND),
        (POUND.encode("utf-8"), "", POUND),
        (POUND.encode("utf-8"), "us-ascii", POUND),
        (POUND.encode("utf-8"), "iso-8859-1", POUND),
        (POUND.encode("utf-8"), "x-unknown-8bit", POUND),
        (POUND.encode("cp1252"), "", POUND),
        (POUND.encode("cp1252"), "us-ascii", POUND),
        (POUND.encode("cp1252"), "utf-8", POUND),
        (POUND.encode("cp1252"), "DEFAULT", POUND),
        ("it’s".encode("cp1252"), "iso-8859-1", "it’s"),
        ("it’s £5 – Zoë’s".encode() + b" \xa3", "utf-8", "it’s £5 – Zoë’s £"),
        (b"\xef\xbb\xbf" + POUND.encode(), "iso-8859-1", POUND),
        (POUND.encode("utf-16"), "", POUND),
        (POUND.encode("utf-16-le"), "utf-16", POUND),
        (POUND.encode("utf-16-be"), "utf-16", POUND),
        (b"plain ascii", "utf-16", "plain ascii"),
        (POUND.encode("utf-7"), "unicode-1-1-utf-7", POUND),
        (POUND.encode("cp850"), "cp-850", POUND),
        (POUND.encode("mac_roman"), "x-mac-roman", POUND),
        (POUND.encode("iso8859_15"), "iso-8859-15", POUND),
        (JAPANESE.encode("iso2022_jp"), "iso-2022-jp", JAPANESE),
        (JAPANESE.encode("cp932"), "x-sjis", JAPANESE),
        ("你好".encode("gbk"), "x-gbk", "你好"),
        ("你好".encode("big5"), "CHINESEBIG5", "你好"),
        ("안녕".encode("cp949"), "ks_c_5601-1987", "안녕"),
        ("Привет".encode("koi8_r"), "koi8-r", "Привет"),
    ],
)
def test_the_text_is_what_was_meant(content: bytes, label: str, text: str) -> None:
    assert decode(content, label).text == text


@pytest.mark.parametrize(
    "label", ["hex", "rot13", "zlib", "idna", "punycode", "unicode_escape", "undefined", "utf-8\0", "x" * 999]
)
def test_what_is_no_charset_is_none(label: str) -> None:
    assert charset(label) in (None, "utf_8")


def test_a_wrong_charset_is_said() -> None:
    assert decode(POUND.encode(), "x-unknown-8bit").damage == "The text is marked as x-unknown-8bit; read as UTF-8."
    assert decode(POUND.encode("cp1252"), "us-ascii").damage == "The text is marked as us-ascii; read as Windows-1252."


@pytest.mark.parametrize("label", ["utf-8", "iso-8859-1", "x-nonsense", ""])
def test_plain_letters_are_right_under_any_name(label: str) -> None:
    assert decode(b"hello", label) == ("hello", "")


@given(
    st.binary(), st.sampled_from(["", "utf-8", "utf-16", "utf-7", "iso-2022-jp", "hz", "gb2312", "big5", "cp1252", "utf-32", "x"])
)
def test_any_bytes_are_some_text(content: bytes, label: str) -> None:
    assert isinstance(decode(content, label).text, str)


@given(st.binary(), st.text())
def test_any_name_is_taken(content: bytes, label: str) -> None:
    assert isinstance(decode(content, label).text, str)
