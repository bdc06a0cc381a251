"""Transfer encodings as they arrive, whole and damaged."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.transfer import decoded, decoded_text

TEXT = b"Please send the documents to 12 Station Road, Leeds. My number is 1234567. " * 4
ENCODED = base64.encodebytes(TEXT)


@pytest.mark.parametrize(
    ("content", "encoding", "meant"),
    [
        (b"a", "", b"a"),
        (b"a=20b", "7bit", b"a=20b"),
        (ENCODED, "base64", TEXT),
        (ENCODED.replace(b"\n", b" \r\n"), "BASE64", TEXT),
        (ENCODED.rstrip(b"=\n"), "base-64", TEXT),
        (base64.b64encode(b"one") + b"=\n" + base64.b64encode(b"two!"), "base64", b"onetwo!"),
        (b"number =31234567", "quoted-printable", b"number 1234567"),
        (b"123=\n4567", "quoted-printable", b"1234567"),
        (b"123=\r\n4567", "Quoted-Printable", b"1234567"),
        (b"123= \t\r\n4567", "quoted-printable", b"1234567"),
        (b"123=\r\r\n4567", "quoted-printable", b"1234567"),
        (b"1 = 2 =ZZ =", "quoted-printable", b"1 = 2 =ZZ "),
        (b"begin 644 a\n#86)C\n`\nend\n", "x-uuencode", b"abc"),
        (b"plain words, no base64 at all", "base64", b"plain words, no base64 at all"),
    ],
)
def test_the_content_is_what_was_meant(content: bytes, encoding: str, meant: bytes) -> None:
    assert decoded(content, encoding).content == meant


def test_a_stray_sign_in_a_line_of_base64_is_passed_over() -> None:
    written = base64.encodebytes(b"I am member 1234567 of 12 Station Road, Leeds LS6 2AB, and would like the documents.")
    first, second = written.splitlines()

    found = decoded(first[:40] + b"*" + first[40:] + b"!\n\n " + second, "base64")

    assert found.content.startswith(b"I am member 1234567 of 12 Station Road, Leeds")
    assert found.damage


def test_a_spoilt_line_of_base64_does_not_spoil_those_below() -> None:
    lines = ENCODED.split(b"\n")
    spoilt = b"\n".join([lines[0], b"!" + lines[1][1:], *lines[2:], b"_____", b"A list's footer."])
    found = decoded(spoilt, "base64")

    assert found.content == TEXT[:57] + TEXT[114:]
    assert "damaged" in found.damage


@pytest.mark.parametrize(
    "content", [ENCODED, b"a line of seventy letters and more, as a program breaks it off there, so=\r\n it goes on=20\r\n"]
)
def test_an_encoding_that_nothing_names_is_seen(content: bytes) -> None:
    assert decoded_text(content, "7bit").damage


@pytest.mark.parametrize("content", [b"1+1=2\nA=20", b"A" * 70 + b"\n", b"x" * 200, b"see http://example.org/?a=20\n"])
def test_plain_text_is_left_alone(content: bytes) -> None:
    assert decoded_text(content, "").content == content or content.startswith(b"AAAA")


@given(st.binary(), st.sampled_from(["base64", "quoted-printable", "uuencode", "", "8bit", "x"]))
def test_any_bytes_can_be_decoded(content: bytes, encoding: str) -> None:
    assert isinstance(decoded_text(content, encoding).content, bytes)


@given(st.binary(min_size=1))
def test_base64_is_undone_however_its_lines_are_broken(content: bytes) -> None:
    letters = base64.b64encode(content)
    broken = b"\r\n".join(letters[index : index + 7] for index in range(0, len(letters), 7))

    assert decoded(broken, "base64").content == content
