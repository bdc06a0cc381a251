"""When trouble is told, when its end is, and what of it is remembered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from zoneinfo import ZoneInfo

import pytest

from swc_mailer.adapters.templates import JinjaTemplates
from swc_mailer.core.alert import Alert, Kind, Memory, after_refusal, as_plain, from_plain, plan
from swc_mailer.core.alert_mail import compose_alert
from swc_mailer.core.compose import Wording
from swc_mailer.core.model import Mailbox

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
PATIENCE = {Kind.UNREACHABLE: timedelta(minutes=15)}
AWAY, REFUSED, FAILED = Kind.UNREACHABLE, Kind.LOGIN_REFUSED, Kind.FAILED
ALL = frozenset(Kind)


@dataclass
class Passes:
    """Pass after pass at the minutes that are given; `said` is what went out: "+" for a beginning, "-" for an end."""

    memory: Memory = field(default_factory=dict)
    said: list[tuple[int, str]] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)

    def at(self, minute: int, *found: Kind, mailable: bool = True, knows: frozenset[Kind] = ALL) -> None:
        now = NOW + timedelta(minutes=minute)
        planned = plan(self.memory, dict.fromkeys(found, "why"), knows - set(found), patience=PATIENCE, now=now)
        if mailable:
            self.said += [(minute, "-" if alert.until else "+") for alert in planned.alerts]
            self.alerts += planned.alerts
        self.memory = from_plain(as_plain(planned.if_told if mailable else planned.if_not))  # as the store gives it back


def test_trouble_is_told_once_and_its_end_once() -> None:
    passes = Passes()
    for minute in (0, 5, 10):
        passes.at(minute, REFUSED)
    for minute in (15, 20):
        passes.at(minute)

    assert passes.said == [(0, "+"), (15, "-")]
    assert passes.alerts[1] == Alert(REFUSED, "why", NOW, NOW + timedelta(minutes=15))


@pytest.mark.parametrize(("back", "said"), [(10, []), (14, []), (15, [(15, "-")]), (20, [(16, "+"), (20, "-")])])
def test_a_server_that_comes_back_soon_is_not_told(back: int, said: list[tuple[int, str]]) -> None:
    passes = Passes()
    for minute in (0, 7, 14, 16):
        if minute < back:
            passes.at(minute, AWAY)
    passes.at(back)

    assert passes.said == said


def test_what_comes_and_goes_is_told_once_a_day() -> None:
    passes = Passes()
    for hour in range(0, 50, 2):
        passes.at(60 * hour, REFUSED)
        passes.at(60 * hour + 60)

    assert passes.said == [(0, "+"), (60, "-"), (1440, "+"), (1500, "-"), (2880, "+"), (2940, "-")]


def test_what_comes_again_and_lasts_is_told_when_a_day_has_passed() -> None:
    passes = Passes()
    for minute, found in ((0, [REFUSED]), (10, []), (20, [REFUSED]), (1400, [REFUSED]), (1440, [REFUSED]), (1500, [])):
        passes.at(minute, *found)

    assert passes.said == [(0, "+"), (10, "-"), (1440, "+"), (1500, "-")]
    assert passes.alerts[2].since == NOW + timedelta(minutes=20)


def test_what_could_not_be_told_is_told_at_its_end_with_both_times() -> None:
    passes = Passes()
    for minute in (0, 20, 40):
        passes.at(minute, AWAY, mailable=False)
    passes.at(60, mailable=False)  # the inbox is reached again, and the mail server still is not
    passes.at(80)
    passes.at(100)

    assert passes.alerts == [Alert(AWAY, "why", NOW, NOW + timedelta(minutes=80))]


def test_each_kind_is_told_by_itself() -> None:
    passes = Passes()
    passes.at(0, REFUSED)
    passes.at(5, REFUSED, FAILED)
    passes.at(10, FAILED)
    passes.at(15)

    assert [(alert.kind, alert.until is not None) for alert in passes.alerts] == [
        (REFUSED, False),
        (FAILED, False),
        (REFUSED, True),
        (FAILED, True),
    ]


def test_a_pass_that_failed_otherwise_does_not_say_that_it_is_over() -> None:
    passes = Passes()
    passes.at(0, REFUSED)
    passes.at(5, AWAY, knows=frozenset())

    assert passes.said == [(0, "+")]
    assert passes.memory[REFUSED].lasts


def test_a_refused_log_in_for_the_mail_is_not_tried_again_for_a_day_but_at_the_end() -> None:
    planned = plan({}, {REFUSED: "why"}, (), patience={}, now=NOW)
    passes = Passes(after_refusal(planned.if_not, planned.alerts, now=NOW))
    passes.at(5, REFUSED)
    passes.at(1500, REFUSED)
    again = replace(passes.memory[REFUSED])
    passes = Passes(after_refusal(planned.if_not, planned.alerts, now=NOW))
    passes.at(5, REFUSED)
    passes.at(10)

    assert again.told
    assert passes.said == [(10, "-")]


def mail(alert: Alert) -> EmailMessage:
    raw = compose_alert(
        alert,
        templates=JinjaTemplates(),
        wording=Wording("Zoë's consultation", date(2014, 3, 21), ZoneInfo("Europe/London")),
        sender=Mailbox("The team", "swc@example.org"),
        recipient=Mailbox("", "admin@example.org"),
        message_id="<swc-alert.x@example.org>",
        date=NOW,
    )
    return message_from_bytes(raw, _class=EmailMessage, policy=default)


@pytest.mark.parametrize("kind", Kind)
def test_the_mail_says_what_it_is_since_when_and_until_when(kind: Kind) -> None:
    began = mail(Alert(kind, "mail.example.org: gone away", datetime(2014, 7, 1, 8, 5, tzinfo=UTC)))
    over = mail(Alert(kind, "mail.example.org: gone away", NOW, NOW + timedelta(hours=2)))

    assert str(began["Subject"]).startswith("Trouble: ")
    assert str(began["Subject"]).endswith(": Zoë's consultation")
    assert "since 1 July 2014 at 09:05:" in " ".join(str(began.get_content()).split())
    assert "mail.example.org: gone away" in str(began.get_content())
    assert str(over["Subject"]).startswith("Over: ")
    assert "from 10 February 2014 at 09:15 to 10 February 2014 at 11:15:" in " ".join(str(over.get_content()).split())
    assert over["Auto-Submitted"] == "auto-generated"
