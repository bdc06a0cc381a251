"""The mail that tells that runs have trouble, or that it is over: the alert in, the mail's bytes out. It names no member."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from swc_mailer.core.alert import Alert
from swc_mailer.core.compose import Templates, Wording, wrapped
from swc_mailer.core.model import Mailbox
from swc_mailer.core.staff_mail import staff_mail

NAME = "alert"  # of its templates


def compose_alert(
    alert: Alert,
    *,
    templates: Templates,
    wording: Wording,
    sender: Mailbox,
    recipient: Mailbox,
    message_id: str,
    date: datetime,
) -> bytes:
    values = facts(alert, wording)
    return staff_mail(
        templates.render(f"replies/{NAME}.subject.txt", values),
        wrapped(templates.render(f"replies/{NAME}.txt", values)),
        sender=sender,
        recipient=recipient,
        message_id=message_id,
        date=date,
    )


def facts(alert: Alert, wording: Wording) -> Mapping[str, object]:
    """What the templates may say."""

    def said(moment: datetime | None) -> str:
        return f"{moment.astimezone(wording.timezone):%-d %B %Y at %H:%M}" if moment else ""

    return {
        "title": wording.title,
        "organisation": wording.organisation,
        "kind": alert.kind.value,
        "error": alert.error,
        "since": said(alert.since),
        "until": said(alert.until),
    }
