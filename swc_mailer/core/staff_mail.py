"""A mail from the program to those who run it: a subject and a text in, the mail's bytes out."""

from __future__ import annotations

import binascii
from datetime import datetime
from email.utils import format_datetime

from swc_mailer.core.automatic import OUR_MARK
from swc_mailer.core.mailwire import address_field, plain, subject_field
from swc_mailer.core.model import Mailbox


def staff_mail(subject: str, text: str, *, sender: Mailbox, recipient: Mailbox, message_id: str, date: datetime) -> bytes:
    fields = (
        address_field("From", sender)
        + address_field("To", recipient)
        + subject_field(plain(subject))
        + f"Date: {format_datetime(date)}\r\n"
        + f"Message-ID: {message_id}\r\n"
        # RFC 3834 section 5: made by a program, and in answer to nothing. Our mark: should it come back, it is our own mail.
        + f"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n{OUR_MARK.title()}: 1\r\n"
        + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    lines = "\r\n".join(text.splitlines()) + "\r\n"
    return fields.encode("ascii") + binascii.b2a_qp(lines.encode("utf-8", "replace"))
