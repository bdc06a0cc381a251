"""What a bounce is about, in whatever dialect it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.bounces import read_bounce

OURS = f"<swc.r17.n1.{'0a' * 16}@example.org>"

REPORT = f"""\
From: MAILER-DAEMON@mx.example.net
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Original-Recipient: rfc822;Keith@example.net
Final-Recipient: rfc822; keith@example.net
Action: failed
Status: 5.2.2

--b
Content-Type: message/rfc822

Message-ID: {OURS}
Subject: Your consultation documents
--b--
"""


def test_a_report_names_the_recipient_and_our_mail() -> None:
    bounce = read_bounce(REPORT.encode())

    assert bounce.recipients == ("keith@example.net",)
    assert bounce.message_ids == (OURS,)
    assert bounce.permanent


def test_a_delay_is_not_for_good() -> None:
    delayed = REPORT.replace("Action: failed", "Action: delayed").replace("5.2.2", "4.4.1")

    assert not read_bounce(delayed.encode()).permanent


def test_one_failure_among_delays_is_for_good() -> None:
    both = REPORT.replace("Action: failed", "Action: delayed") + "\nAction: failed\n"

    assert read_bounce(both.encode()).permanent


def test_a_status_without_an_action_decides() -> None:
    without = REPORT.replace("Action: failed\n", "")

    assert read_bounce(without.encode()).permanent
    assert not read_bounce(without.replace("5.2.2", "4.2.2").encode()).permanent


@pytest.mark.parametrize(
    ("text", "permanent"),
    [
        ("Hi. This is the qmail-send program.\nThis is a permanent error; I've given up.", True),
        ("Sorry, no mailbox here by that name. (#5.1.1)", True),
        ("A temporary failure went on for five days. I'm giving up.", True),
        ("THIS IS A WARNING MESSAGE ONLY.\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.", False),
        ("The message has not yet been delivered. Delivery will continue for 3 days.", False),
        ("Ihre Nachricht konnte nicht zugestellt werden.", True),
    ],
)
def test_other_dialects_are_read_by_their_words(text: str, permanent: bool) -> None:
    assert read_bounce(text.encode()).permanent is permanent


DIALECTS = [
    pytest.param(
        "From: MAILER-DAEMON@mx.example.org\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mx.example.org.\nThis is a permanent error; I've given up.\n\n"
        "<Keith@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n",
        ("keith@example.net",),
        "Sorry, no mailbox here by that name. (#5.1.1)",
        id="qmail",
    ),
    pytest.param(
        "From: Mailer-Daemon@mx.example.org\nX-Failed-Recipients: keith@example.net\n\n"
        "  keith@example.net\n    SMTP error from remote mail server after RCPT TO:<keith@example.net>:\n"
        "    host mx.example.net [192.0.2.1]: 552 5.2.2 mailbox full\n",
        ("keith@example.net",),
        "552 5.2.2 mailbox full",
        id="exim",
    ),
    pytest.param(
        "From: postmaster@example.net\nSubject: Undeliverable: Your documents\n\n"
        "      Keith Sample on 10/02/2014 09:16\n            The e-mail account does not exist.\n"
        "            <EXCHANGE.example.net #5.1.1>\n",
        (),
        "The e-mail account does not exist. <EXCHANGE.example.net #5.1.1>",
        id="Exchange",
    ),
    pytest.param(
        "From: mailer-daemon@mail.example.de\n\nIhre Nachricht konnte nicht zugestellt werden:\n\n"
        "keith@example.net:\nBenutzer existiert nicht\n",
        (),
        "Benutzer existiert nicht",
        id="prose",
    ),
    pytest.param(
        REPORT.replace("Status: 5.2.2", "Status: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 The mailbox\n is full"),
        ("keith@example.net",),
        "552 5.2.2 The mailbox is full",
        id="RFC 3464",
    ),
    pytest.param("Subject: Mail delivery failed\n\nIt failed.\n", (), "", id="nothing"),
]


@pytest.mark.parametrize(("text", "recipients", "words"), DIALECTS)
def test_each_dialect_tells_whom_it_is_about_and_why(text: str, recipients: tuple[str, ...], words: str) -> None:
    bounce = read_bounce(text.encode())

    assert bounce.recipients == recipients
    assert bounce.words == words
    assert bounce.permanent


def test_a_dialect_that_goes_on_trying_is_not_for_good() -> None:
    text = (
        "From: postmaster@example.net\nX-Failed-Recipients: keith@example.net\n\n"
        "A message that you sent has not yet been delivered to one or more of its recipients after more than 24 hours.\n"
    )

    assert not read_bounce(text.encode()).permanent


def test_exim_names_the_recipients_in_a_header_field() -> None:
    raw = b"X-Failed-Recipients: ann@example.net, Bob@example.net\r\n\r\nx"

    assert read_bounce(raw).recipients == ("ann@example.net", "bob@example.net")


def test_our_id_is_found_where_quoted_printable_breaks_it() -> None:
    broken = OURS.replace("n1", "n=\r\n1")

    assert read_bounce(f"In-Reply-To: {broken}".encode()).message_ids == (OURS,)


def test_other_people_s_ids_are_not_ours() -> None:
    assert read_bounce(b"Message-ID: <swc.r17@example.org>\nReferences: <1@example.net>").message_ids == ()


@given(st.binary())
def test_nothing_makes_the_reading_fail(raw: bytes) -> None:
    assert isinstance(read_bounce(raw).permanent, bool)


UNITS = [b"<swc.", b"Action: ", b"Final-Recipient: rfc822; ", b"a@", b"=\n", b"will be ", b" ", b"\n", b"a@b:\n", b"550 5.1.1 "]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("before", [b"", b"X-Failed-Recipients: ", b"Diagnostic-Code: ", b"From: a@b\n\n"])
def test_a_megabyte_of_anything_is_read(before: bytes, unit: bytes) -> None:
    assert read_bounce(before + unit * (1_000_000 // len(unit))).message_ids == ()
