"""The mail that tells staff that something waits: looked for in each pass, claimed, then sent to each of them.

Claimed first, for a mail too few costs nobody anything: the case waits all the same, and is told of tomorrow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from swc_mailer import logs
from swc_mailer.core.notice import Occasion, Waits, day_of, occasion
from swc_mailer.errors import SwcMailerError

if TYPE_CHECKING:
    from swc_mailer.assemble import Lazily
    from swc_mailer.commands.staff_post import StaffMail
    from swc_mailer.config import Config
    from swc_mailer.desk_port import ReviewStore


@dataclass(frozen=True, slots=True)
class Due:
    """A mail that is to be sent now."""

    why: Occasion
    waits: Waits
    now: datetime


def due_notice(config: Config, store: ReviewStore, *, now: datetime) -> Due | None:
    if not config.notice.to or store.paused():
        return None
    waits = store.waits(late_before=late_before(config, now), unapproved=config.delivery.hold)
    why = occasion(waits, store.told(), hour=config.notice.hour, zone=config.policy().timezone, now=now)
    return Due(why, waits, now) if why else None


def late_before(config: Config, now: datetime) -> datetime | None:
    hours = config.notice.older_than_hours
    return now - timedelta(hours=hours) if hours else None


def tell_staff(config: Config, store: ReviewStore, parts: Lazily, *, clock: Callable[[], datetime]) -> SwcMailerError | None:
    """Under the run lock, after the replies. What kept a mail from going out is given back, for nothing else depends on it."""
    due = due_notice(config, store, now=clock())
    if due is None:
        return None
    try:
        return send(config, store, due, written(config, parts, due))
    except SwcMailerError as error:
        return error


def written(config: Config, parts: Lazily, due: Due) -> list[StaffMail]:
    """A mail for each of the staff."""
    from swc_mailer.assemble import new_id
    from swc_mailer.commands.staff_post import StaffMail
    from swc_mailer.core.model import Mailbox
    from swc_mailer.core.notice_mail import Notice, compose_notice
    from swc_mailer.core.record import short_name

    reasons = [(short_name(code, parts.words), count) for code, count in due.waits.by_reason.items()]
    notice = Notice(due.why, due.waits, reasons, config.notice.older_than_hours, config.serve.public_url)
    return [
        StaffMail(
            address,
            compose_notice(
                notice,
                templates=parts.templates,
                wording=config.wording(),
                sender=config.sender,
                recipient=Mailbox("", address),
                message_id=f"<swc-notice.{new_id()}@{config.sender.domain}>",
                date=due.now,
            ),
        )
        for address in config.notice.to
    ]


def send(config: Config, store: ReviewStore, due: Due, mails: list[StaffMail]) -> SwcMailerError | None:
    from swc_mailer.commands.staff_post import post

    failed = asyncio.run(post(config, mails, key="notice.to", claimed=lambda: claimed(config, store, due)))
    if failed is None:
        return None
    sent, waits = len(mails) - len(failed), due.waits
    logs.info("notice_sent", why=due.why.value, waiting=waits.waiting, late=waits.late, sent=sent, failed=len(failed))
    return failed[0] if failed else None


def claimed(config: Config, store: ReviewStore, due: Due) -> bool:
    day = day_of(due.now, config.policy().timezone) if due.why is Occasion.DAILY else ""
    before = late_before(config, due.now)
    return store.claim_notice(day=day, late_before=before, unapproved=config.delivery.hold, now=due.now)
