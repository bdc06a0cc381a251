"""Anything at all is a message: arbitrary bytes, spoilt mail, and mail that is made to be slow."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swc_mailer.core.model import Message
from tests.core.mails import read

CORPUS = sorted((Path(__file__).parent.parent / "corpus").glob("*/mail/*.eml"))


def assert_sound(message: Message) -> None:
    """What every other module relies on."""
    assert [part.name for part in message.parts[:2]] == ["subject", "text"]
    assert message.received.tzinfo is not None
    for value in (
        message.subject,
        message.message_id,
        *(value for _, value in message.headers),
        *(a.name for a in message.attachments),
    ):
        assert len(value.splitlines()) <= 1
    for part in message.parts:
        assert "".join(section.text for section in part.sections) == part.text
        end = 0
        for section in part.sections:
            assert (section.part, section.start) == (part.name, end)
            assert part.text[section.start : section.end] == section.text
            end = section.end


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_message(raw: bytes) -> None:
    assert_sound(read(raw))


# fmt: off
FRAGMENTS = [
    b"\n", b"\r\n", b"\r", b"From: ", b"Subject: ", b"Date: ", b"Received: ", b"Content-Type: ",
    b"multipart/mixed; boundary=b", b"--b\n", b"--b--\n", b"text/html\n\n", b"text/plain; charset=", b"message/rfc822\n\n",
    b"utf-16", b"utf-7", b"; format=flowed", b"Content-Transfer-Encoding: ", b"base64\n\n", b"quoted-printable\n\n",
    b"=?utf-8?q?", b"?=", b"<p>", b"<blockquote type=cite>", b"> ", b"ann@example.org", b"<", b">", b'"', b"(", b",", b":",
    b";", b"\0", b"\xff", b"\xc3\xa9", b"QUJD", b"=", b"=C3", b" ", b"1234567", b"-- \n", b"begin 644 x\n", b"end\n",
]
# fmt: on


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60).map(b"".join))
def test_any_pieces_of_mail_are_a_message(raw: bytes) -> None:
    assert_sound(read(raw))


@st.composite
def spoilt_mail(draw: st.DrawFn) -> bytes:
    """A mail of the corpus with bytes turned, a piece missing, or header lines doubled."""
    raw = bytearray(draw(st.sampled_from(CORPUS)).read_bytes())
    places = st.integers(0, len(raw) - 1)
    for place in draw(st.lists(places, max_size=20)):
        raw[place] = draw(st.integers(0, 255))
    start, end = sorted((draw(places), draw(places)))
    match draw(st.sampled_from(["cut", "cut out", "doubled", "lines doubled"])):
        case "cut":
            return bytes(raw[:end])
        case "cut out":
            return bytes(raw[:start] + raw[end:])
        case "doubled":
            return bytes(raw[:end] + raw[start:])
        case _:
            lines = bytes(raw).splitlines(keepends=True)
            return b"".join(line * draw(st.sampled_from([1, 1, 2])) for line in lines[:20]) + b"".join(lines[20:])


@settings(max_examples=200, deadline=None)
@given(spoilt_mail())
def test_spoilt_mail_is_a_message(raw: bytes) -> None:
    assert_sound(read(raw))


HOSTILE = {
    "one long line": b"\n" + b"a" * 1_000_000,
    "quote marks": b"\n" + b">" * 100_000,
    "digits": b"\n" + b"1" * 50_000,
    "long subject": b"Subject: " + b"=?a?q?" * 160_000 + b"\n\n",
    "many fields": b"a:\n" * 300_000 + b"\n",
    "folded": b"Subject: x\n" + b" y\n" * 300_000 + b"\n",
    "quotes in a type": b"Content-Type: text/plain; " + b'a=";' * 250_000 + b"\n\n",
    "quotes in a sender": b"From: " + b'"\\' * 500_000 + b"\n\n",
    "false boundaries": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bX\n" * 200_000,
    "nested divs": b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
    "quotes of nobody": b"Content-Type: text/html\n\n" + b"<blockquote>x</blockquote>wrote:" * 30_000,
    "spaces in quoted-printable": b"Content-Transfer-Encoding: quoted-printable\n\n=" + b" " * 1_000_000,
    "enriched": b"Content-Type: text/enriched\n\n" + b"<param>" * 140_000,
    "uuencode": b"\n" + b"begin 644 x\n" * 80_000,
    "flowed": b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 300_000,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_mail_that_is_made_to_be_slow_is_read_as_any_other(raw: bytes) -> None:
    assert_sound(read(raw))
