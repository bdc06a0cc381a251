"""The mail that tells staff that something waits: what waits in, the mail's bytes out.

It goes to mailboxes that other people may read: it holds counts, times and a link, and nothing that names a member.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from swc_mailer.core.automatic import OUR_MARK
from swc_mailer.core.compose import Templates, Wording, wrapped
from swc_mailer.core.dates import long_date
from swc_mailer.core.mailwire import address_field, plain, subject_field
from swc_mailer.core.model import Mailbox
from swc_mailer.core.notice import Occasion, Waits

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
    text = wrapped(templates.render(f"replies/{NAME}.txt", values))
    fields = (
        address_field("From", sender)
        + address_field("To", recipient)
        + subject_field(plain(templates.render(f"replies/{NAME}.subject.txt", values)))
        + f"Date: {format_datetime(date)}\r\n"
        + f"Message-ID: {message_id}\r\n"
        # RFC 3834 section 5: made by a program, and in answer to nothing. Our mark: should it come back, it is our own mail.
        + f"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n{OUR_MARK.title()}: 1\r\n"
        + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    lines = "\r\n".join(text.splitlines()) + "\r\n"
    return fields.encode("ascii") + binascii.b2a_qp(lines.encode("utf-8", "replace"))


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
