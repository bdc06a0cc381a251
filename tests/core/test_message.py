"""Messages as they arrive: each is small, and wrong in one way."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from swc_mailer.core.message import EPOCH
from swc_mailer.core.model import Attachment, Mailbox, Zone
from tests.core.mails import IMAGE, PDF, file, html, multipart, plain, read, text_of

# --- header fields -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before",
    ["", "\ufeff", "\n\n", " \r\n\r\n", "From ann@example.org Thu Feb  6 07:52:11 2014\n", "\ufeff\nFrom x\n", ">From x\n", "\0"],
    ids=["nothing", "byte order mark", "empty lines", "spaces", "mbox", "all of it", "escaped mbox", "NUL"],
)
def test_nothing_before_the_first_field_hides_the_fields(before: str) -> None:
    message = read(f"{before}From: ann@example.org\nSubject: Hello\n\nBody")

    assert message.subject == "Hello"
    assert message.from_ == (Mailbox("", "ann@example.org"),)
    assert text_of(message) == "Body"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(line_end: str) -> None:
    message = read(line_end.join(["From: ann@example.org", "Subject: Hello", " there", "", "one", "two"]))

    assert message.subject == "Hello there"
    assert text_of(message) == "one\ntwo"


@pytest.mark.parametrize(
    ("field", "subject"),
    [
        ("Subject: Hello", "Hello"),
        ("SUBJECT : Hello", "Hello"),
        ("Subject: Hel\n lo", "Hel lo"),
        ("Subject:\n Hello", "Hello"),
        ("Subject: =?utf-8?q?Hello=0D=0ABcc=3A_x?=", "Hello Bcc: x"),
        ("Subject: =?utf-8?q?Hello=0A?=", "Hello"),
        ("Subject: Hello\nSubject: Other", "Hello"),
        ("Subject:\nSubject: Other", "Other"),
        ("Subject: Hel\0lo", "Hello"),
        ("Subject: Hello\nthis line lost its indent\nTo: swc@amnesty.org.uk", "Hello"),
        ("X-Other: 1", ""),
    ],
)
def test_the_subject_is_one_line(field: str, subject: str) -> None:
    message = read(f"{field}\nFrom: ann@example.org\n\nBody")

    assert message.subject == subject
    assert message.parts[0].text == subject
    assert message.from_


def test_eight_bit_fields_are_read() -> None:
    assert read(b"Subject: Zo\xeb\n\n").subject == "Zoë"
    assert read("Subject: Zoë\n\n").subject == "Zoë"


def test_fields_are_unfolded_in_order_with_small_names() -> None:
    message = read("Received: from a\n\tby b; Thu, 06 Feb 2014 07:52:11 +0000\nX-Two: =?utf-8?q?=C3=A9?=\nx-two: b\n\n")

    assert message.headers == (
        ("received", "from a by b; Thu, 06 Feb 2014 07:52:11 +0000"),
        ("x-two", "é"),
        ("x-two", "b"),
    )


def test_a_body_without_any_field_is_text() -> None:
    assert text_of(read("Please send me the documents\n")) == "Please send me the documents\n"


def test_a_body_may_follow_without_an_empty_line() -> None:
    message = read("Subject: Hello\nPlease send me the documents\n\nAnn\n")

    assert text_of(message) == "Please send me the documents\n\nAnn\n"


def test_all_senders_are_named() -> None:
    message = read("From: Ann <ann@example.org>\nFrom: bob@example.org\nReply-To: c@example.org, d@example.org\n\n")

    assert [mailbox.address for mailbox in message.from_] == ["ann@example.org", "bob@example.org"]
    assert [mailbox.address for mailbox in message.reply_to] == ["c@example.org", "d@example.org"]


def test_references_come_before_what_is_answered_and_once() -> None:
    message = read("Message-ID: <m@x>\nIn-Reply-To: Your mail <b@x>\nReferences: <a@x>\n <b@x>\n\n")

    assert message.message_id == "<m@x>"
    assert message.references == ("<a@x>", "<b@x>")


@pytest.mark.parametrize("field", ["Message-ID: <>", "Message-ID:", "Message-ID: x", "X: y"])
def test_a_message_may_have_no_id(field: str) -> None:
    assert read(f"{field}\n\n").message_id == ""


TOPMOST = "Received: from a by b; Thu, 06 Feb 2014 07:52:11 +0000\nReceived: from c by a; Wed, 05 Feb 2014 07:00:00 +0000\n"
DATE = "Date: Mon, 03 Feb 2014 10:00:00\n"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (TOPMOST + DATE, datetime(2014, 2, 6, 7, 52, 11, tzinfo=UTC)),
        (DATE, datetime(2014, 2, 3, 10, tzinfo=UTC)),
        ("Received: by nobody\n" + DATE, datetime(2014, 2, 3, 10, tzinfo=UTC)),
        ("Date: soon\n", EPOCH),
    ],
    ids=["topmost", "date", "unreadable", "none"],
)
def test_the_time_is_the_receiving_servers(fields: str, expected: datetime) -> None:
    message = read(f"{fields}\n")

    assert message.received == expected
    assert (message.received == EPOCH) == bool(message.damage)


def test_a_time_that_is_given_is_the_time() -> None:
    given_time = datetime(2014, 3, 1, 12, tzinfo=UTC)

    assert read(TOPMOST + "\n", received=given_time).received == given_time


# --- attached messages, attachments, structure -------------------------------------------------------------

INNER_FIELDS = "From: Pat <pat@example.org>\nDate: Mon, 3 Feb 2014 10:00:00 +0000\nSubject: =?utf-8?q?caf=C3=A9?=\n"
INNER = INNER_FIELDS + plain("My number is 7654321")


@pytest.mark.parametrize(
    "attached",
    [
        f"Content-Type: message/rfc822\n\n{INNER}",
        f"Content-Type: message/rfc822; name=mail.eml\nContent-Disposition: attachment\n\n\n{INNER}",
        f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes(INNER.encode()).decode()}",
    ],
    ids=["plain", "named", "encoded"],
)
def test_an_attached_message_is_a_part_of_its_own(attached: str) -> None:
    message = read(multipart("mixed", plain("See below."), attached))

    part = message.part("attached 1")
    assert part is not None
    assert part.text == "From: Pat <pat@example.org>\nDate: Mon, 3 Feb 2014 10:00:00 +0000\nSubject: café\n\nMy number is 7654321"
    assert [section.zone for section in part.sections] == [Zone.FORWARDED]
    assert text_of(message) == "See below."
    assert message.attachments == ()


def test_messages_inside_attached_messages_are_parts_too() -> None:
    attached = "Content-Type: message/rfc822\n\n"
    inner = multipart("mixed", plain("one"), attached + INNER, boundary="c")
    message = read(multipart("mixed", plain("see"), attached + inner))

    assert [part.name for part in message.parts] == ["subject", "text", "attached 1", "attached 2"]


def test_attachments_are_named_without_a_path() -> None:
    message = read(
        multipart(
            "mixed",
            plain("see"),
            PDF,
            IMAGE,
            'Content-Type: text/plain; name="..\\\\..\\\\notes.txt"\n\nabcd',
            "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename*=utf-8''%2Fetc%2Fcaf%C3%A9\n\nabc",
        )
    )

    assert message.attachments == (
        Attachment("letter.pdf", "application/pdf", 4),
        Attachment("card.png", "image/png", 8),
        Attachment("notes.txt", "text/plain", 4),
        Attachment("café", "application/octet-stream", 3),
    )


def test_what_mail_programs_add_is_no_attachment() -> None:
    logo = file("image/png; name=logo.png", "iVBORw0KGgo=", "Content-ID: <logo>")
    signature = "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nabc"

    assert read(multipart("related", html("<p>x"), logo)).attachments == ()
    assert read(multipart("signed", plain("x"), signature)).attachments == ()


def test_a_photograph_within_the_text_is_an_attachment() -> None:
    photograph = (
        f"Content-Type: image/jpeg; name=card.jpg\nContent-ID: <card>\nContent-Transfer-Encoding: base64\n\n{'/9j/' * 20_000}"
    )

    assert [file.name for file in read(multipart("related", html("<p>x"), photograph)).attachments] == ["card.jpg"]


def test_the_structure_is_named_outermost_first_and_stops_at_attached_messages() -> None:
    report = "Content-Type: message/delivery-status\n\nAction: failed"
    message = read(
        multipart("report; Report-Type=delivery-status", plain("x"), report, f"Content-Type: message/rfc822\n\n{INNER}", PDF)
    )

    assert [part.media_type for part in message.structure] == [
        "multipart/report",
        "text/plain",
        "message/delivery-status",
        "message/rfc822",
        "application/pdf",
    ]
    assert message.structure[0].params["report-type"] == "delivery-status"
    assert message.structure[4].disposition == "attachment"
