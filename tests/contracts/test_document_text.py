"""The text of letters, read in a process of its own: what is read, and what does no harm."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from swc_mailer.adapters.document_text import LARGEST, LONGEST, document_text
from tests.web.mails import docx, pdf


def test_the_text_of_a_pdf_is_read() -> None:
    text = document_text(pdf("Membership number 1234567"))

    assert text
    assert text.strip() == "Membership number 1234567"


def test_the_paragraphs_of_a_word_letter_are_read_in_order() -> None:
    assert document_text(docx("12 Station Road", "Zoë &amp; Leeds")) == "12 Station Road\nZoë & Leeds"


def bomb() -> bytes:
    """Entities that would grow to gigabytes."""
    levels = "".join(f'<!ENTITY e{level + 1} "{f"&e{level};" * 10}">' for level in range(12))
    xml = f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]><w:document xmlns:w="w">&e12;</w:document>'
    return archived(xml.encode())


def archived(xml: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
    return written.getvalue()


def endless_page() -> bytes:
    """A page whose content unpacks to far more than the process may hold."""
    packed = zlib.compress(b"(x) Tj " * 30_000_000, 9)
    head = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
    page = b"3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R>>\nendobj\n"
    stream = b"4 0 obj\n<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream\nendobj\n" % (len(packed), packed)
    return head + page + stream + b"trailer\n<</Root 1 0 R>>\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\n" + b"\x00" * 200,
        b"PK\x03\x04 nothing",
        archived(b"<not xml"),
        bomb(),
        endless_page(),
        b"%PDF-1.4\n" + b"x" * LARGEST,
    ],
    ids=["empty", "broken pdf", "broken zip", "broken xml", "xml bomb", "endless page", "too large"],
)
def test_what_cannot_be_read_in_time_and_memory_is_left(content: bytes) -> None:
    assert not (document_text(content) or "").strip("x\n ")


def test_a_very_long_letter_is_cut() -> None:
    text = document_text(docx("word " * 100_000))

    assert text
    assert len(text) == LONGEST
