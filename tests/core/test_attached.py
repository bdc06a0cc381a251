"""The content of attachments, and which of them are pictures."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.attached import attached_files, is_pdf, may_be_word, picture_type
from swc_mailer.core.message import parse
from swc_mailer.core.words import Words


def test_each_file_is_given_as_it_was_sent_in_the_order_of_the_message(words: Words) -> None:
    message = EmailMessage()
    message.set_content("See the letter.")
    message.add_attachment(b"\x00\xff", maintype="application", subtype="octet-stream", filename="a.bin")
    message.add_attachment("Zoë", filename="b.txt")
    raw = message.as_bytes()

    found = attached_files(raw)

    assert [(file.name, file.media_type) for file in found] == [("a.bin", "application/octet-stream"), ("b.txt", "text/plain")]
    assert [file.content.strip() for file in found] == [b"\x00\xff", "Zoë".encode()]
    read = parse(raw, received=None, words=words, own_addresses=frozenset())
    assert [attachment.name for attachment in read.attachments] == [file.name for file in found]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (b"GIF87a..", "image/gif"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"<html>", ""),
        (b"", ""),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(content: bytes, kind: str) -> None:
    assert picture_type(content) == kind


def test_letters_are_known_by_their_first_bytes() -> None:
    assert is_pdf(b"%PDF-1.7")
    assert not is_pdf(b"<html>%PDF-1.7")
    assert may_be_word(b"PK\x03\x04", "Letter.DOCX")
    assert not may_be_word(b"PK\x03\x04", "letter.zip")
    assert not may_be_word(b"\xd0\xcf\x11\xe0", "letter.docx")


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    attached_files(raw)
    attached_files(b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n' + raw + b"\n--b--\n")
