"""The mail that tells staff that something waits: what waits in, the mail's bytes out.

It goes to mailboxes that other people may read: it holds counts, times and a link, and nothing that names a member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from swc_mailer.core.compose import Templates, Wording, wrapped
from swc_mailer.core.dates import long_date
from swc_mailer.core.model import Mailbox
from swc_mailer.core.notice import Occasion, Waits
from swc_mailer.core.staff_mail import staff_mail

NAME = "notice"  # of its templates


@dataclass(frozen=True, slots=True)
class Notice:
    """What the mail says."""

    why: Occasion
    waits: Waits
    reasons: Sequence[tuple[str, int]]  # in the words of staff
    late_after_hours: int
    public_url: str = ""


def compose_notice(
    notice: Notice,
    *,
    templates: Templates,
    wording: Wording,
    sender: Mailbox,
    recipient: Mailbox,
    message_id: str,
    date: datetime,
) -> bytes:
    values = facts(notice, wording, now=date)
    return staff_mail(
        templates.render(f"replies/{NAME}.subject.txt", values),
        wrapped(templates.render(f"replies/{NAME}.txt", values)),
        sender=sender,
        recipient=recipient,
        message_id=message_id,
        date=date,
    )


def facts(notice: Notice, wording: Wording, *, now: datetime) -> Mapping[str, object]:
    """What the templates may say."""
    waits = notice.waits
    age = max(now - (waits.oldest or now), timedelta())
    return {
        "title": wording.title,
        "organisation": wording.organisation,
        "deadline": long_date(wording.deadline),
        "deadline_past": now >= wording.closes_at,
        "days_left": (wording.deadline - now.astimezone(wording.timezone).date()).days,
        "late_alone": notice.why is Occasion.LATE,
        "waiting": waits.waiting,
        "reasons": [{"name": name, "count": count} for name, count in notice.reasons],
        "oldest_days": age.days,
        "oldest_hours": int(age.total_seconds() // 3600),
        "late": waits.late,
        "late_after_hours": notice.late_after_hours,
        "link": f"{notice.public_url.rstrip('/')}/queue" if notice.public_url else "",
    }
