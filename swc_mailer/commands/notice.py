"""The mail that tells staff that something waits: looked for in each pass, claimed, then sent to each of them.

Claimed first, for a mail too few costs nobody anything: the case waits all the same, and is told of tomorrow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from swc_mailer.core.mailwire import wire
from swc_mailer.core.notice import Occasion, Waits, day_of, occasion
from swc_mailer.errors import Refused, SwcMailerError, TryLater

if TYPE_CHECKING:
    from swc_mailer.assemble import Lazily
    from swc_mailer.config import Config
    from swc_mailer.desk_port import ReviewStore
    from swc_mailer.ports import Mailer

log = structlog.get_logger()


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
        mails = dict(zip(config.notice.to, written(config, parts, due), strict=True))
        return asyncio.run(send(config, store, due, mails))
    except SwcMailerError as error:
        return error


def written(config: Config, parts: Lazily, due: Due) -> Iterator[bytes]:
    """A mail for each of the staff."""
    from swc_mailer.assemble import new_id
    from swc_mailer.core.model import Mailbox
    from swc_mailer.core.notice_mail import Notice, compose_notice
    from swc_mailer.core.record import short_name

    reasons = [(short_name(code, parts.words), count) for code, count in due.waits.by_reason.items()]
    notice = Notice(due.why, due.waits, reasons, config.notice.older_than_hours, config.serve.public_url)
    for address in config.notice.to:
        yield compose_notice(
            notice,
            templates=parts.templates,
            wording=config.wording(),
            sender=config.sender,
            recipient=Mailbox("", address),
            message_id=f"<swc-notice.{new_id()}@{config.sender.domain}>",
            date=due.now,
        )


async def send(config: Config, store: ReviewStore, due: Due, mails: dict[str, bytes]) -> SwcMailerError | None:
    """The connection first, the claim after it: while the server is down nothing is claimed. Then each is tried once."""
    from swc_mailer.assemble import mailer

    connect = mailer(config)
    first = await connect()
    line: Mailer | None = first
    if not claimed(config, store, due):
        await first.close()
        return None
    failed: list[SwcMailerError] = []
    for address, mail in mails.items():
        try:
            line = line or await connect()
            await line.send(wire(mail), sender=config.smtp.from_address, recipient=address)
        except SwcMailerError as error:
            failed.append(SwcMailerError(f"notice.to: the mail to {address} did not go out: {told(error)}"))
        finally:  # a connection for each: one that breaks costs the others nothing
            if line:
                await line.close()
            line = None
    sent, waits = len(mails) - len(failed), due.waits
    log.info("notice_sent", why=due.why.value, waiting=waits.waiting, late=waits.late, sent=sent, failed=len(failed))
    return failed[0] if failed else None


def told(error: SwcMailerError) -> str:
    return f"{error.code} {error.answer}" if isinstance(error, Refused | TryLater) else str(error)


def claimed(config: Config, store: ReviewStore, due: Due) -> bool:
    day = day_of(due.now, config.policy().timezone) if due.why is Occasion.DAILY else ""
    before = late_before(config, due.now)
    return store.claim_notice(day=day, late_before=before, unapproved=config.delivery.hold, now=due.now)
