"""When staff are told that something waits, and what the mail says and does not say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from zoneinfo import ZoneInfo

import pytest

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.adapters.templates import JinjaTemplates
from swc_mailer.core.compose import Wording
from swc_mailer.core.model import Mailbox
from swc_mailer.core.notice import Occasion, Told, Waits, occasion
from swc_mailer.core.notice_mail import Notice, compose_notice
from swc_mailer.core.record import short_name

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
WAITS = Waits({"number_unknown": 2, "no_request": 1}, oldest=NOW - timedelta(hours=50), late=1, untold=1)
TIMELY = replace(WAITS, late=0, untold=0)
TODAY = Told(day="2014-02-10")
A_WHILE_AGO = replace(TODAY, late_at=NOW - timedelta(minutes=59))


@pytest.mark.parametrize(
    ("waits", "told", "now", "expected"),
    [
        (TIMELY, Told(), NOW, Occasion.DAILY),
        (TIMELY, Told(day="2014-02-09"), NOW, Occasion.DAILY),
        (TIMELY, TODAY, NOW, None),
        (Waits({}), Told(), NOW, None),
        (TIMELY, Told(), NOW.replace(hour=7, minute=59), None),
        (TIMELY, Told(), NOW.replace(hour=8, minute=0), Occasion.DAILY),
        (TIMELY, Told(), datetime(2014, 7, 10, 7, 0, tzinfo=UTC), Occasion.DAILY),  # summer time: eight in London
        (TIMELY, TODAY, datetime(2014, 2, 9, 23, 0, tzinfo=UTC), None),  # the clock was put back
        (WAITS, TODAY, NOW, Occasion.LATE),
        (WAITS, Told(), NOW.replace(hour=3), Occasion.LATE),  # what is late does not wait for the morning
        (replace(WAITS, untold=0), TODAY, NOW, None),
        (WAITS, A_WHILE_AGO, NOW, None),
        (WAITS, A_WHILE_AGO, NOW + timedelta(minutes=1), Occasion.LATE),
        (WAITS, replace(A_WHILE_AGO, day="2014-02-09"), NOW, Occasion.DAILY),
    ],
)
def test_staff_are_told_once_a_day_and_of_what_is_late_at_once(
    waits: Waits, told: Told, now: datetime, expected: Occasion | None
) -> None:
    assert occasion(waits, told, hour=8, zone=LONDON, now=now) == expected


def mail(why: Occasion = Occasion.DAILY, waits: Waits = WAITS, url: str = "https://review.example.org/") -> EmailMessage:
    words = read_words()
    reasons = [(short_name(code, words), count) for code, count in waits.by_reason.items()]
    raw = compose_notice(
        Notice(why, waits, reasons, 48, url),
        templates=JinjaTemplates(),
        wording=Wording("Zoë's consultation", date(2014, 3, 21), LONDON),
        sender=Mailbox("The team", "swc@example.org"),
        recipient=Mailbox("", "staff@example.org"),
        message_id="<swc-notice.x@example.org>",
        date=NOW,
    )
    assert raw.isascii()
    return message_from_bytes(raw, _class=EmailMessage, policy=default)


def test_the_mail_says_what_waits_since_when_until_when_and_where() -> None:
    sent = mail()
    text = " ".join(str(sent.get_content()).split())

    assert sent["Subject"] == "3 cases wait for a person: Zoë's consultation"
    assert "- Number not in the register: 2 - Not a request: 1" in text
    assert "The oldest has waited for 2 days. 1 has waited for more than 48 hours." in text
    assert "The consultation closes on Friday 21 March 2014." in text
    assert "https://review.example.org/queue" in text


def test_a_mail_about_what_is_late_says_so_in_its_subject() -> None:
    assert mail(Occasion.LATE)["Subject"] == "1 case has waited for more than 48 hours: Zoë's consultation"


def test_without_an_address_of_the_pages_the_mail_names_the_command() -> None:
    text = str(mail(waits=replace(TIMELY, oldest=NOW - timedelta(hours=1)), url="").get_content())

    assert "swc-mailer queue work" in text
    assert "The oldest has waited for 1 hour.\r\n" in text


def test_no_program_answers_the_mail() -> None:
    sent = mail()

    assert sent["Auto-Submitted"] == "auto-generated"  # RFC 3834 section 5: it answers nothing
    assert sent["X-Auto-Response-Suppress"] == "All"
    assert sent["To"] == "staff@example.org"


def test_a_reason_without_a_short_name_is_called_by_its_code() -> None:
    words = read_words()

    assert short_name("several_numbers", words) == "Several numbers"
    assert short_name("of_your-own", words) == "Of your own"
