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
        ("THIS IS A WARNING MESSAGE ONLY.\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.", False),
        ("The message has not yet been delivered. Delivery will continue for 3 days.", False),
        ("Ihre Nachricht konnte nicht zugestellt werden.", True),
    ],
)
def test_other_dialects_are_read_by_their_words(text: str, permanent: bool) -> None:
    assert read_bounce(text.encode()).permanent is permanent


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


@pytest.mark.parametrize("unit", [b"<swc.", b"Action: ", b"Final-Recipient: rfc822; ", b"a@", b"=\n", b"will be "])
def test_a_megabyte_of_anything_is_read(unit: bytes) -> None:
    assert read_bounce(unit * (1_000_000 // len(unit))).message_ids == ()
