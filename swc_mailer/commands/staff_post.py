"""Sends the program's own mails to those who run it: the connection first, the claim after it, then each mail is tried once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from swc_mailer.core.mailwire import wire
from swc_mailer.errors import Refused, SwcMailerError, TryLater

if TYPE_CHECKING:
    from swc_mailer.config import Config
    from swc_mailer.ports import Mailer


@dataclass(frozen=True, slots=True)
class StaffMail:
    """A mail and whom it is for."""

    recipient: str
    content: bytes


async def post(
    config: Config, mails: Sequence[StaffMail], *, key: str, claimed: Callable[[], bool]
) -> tuple[SwcMailerError, ...] | None:
    """What kept mails from going out, by the `key` that names their recipients; None where another process had the claim. While
    the server is down nothing is claimed: raises what `assemble.mailer` does."""
    from swc_mailer.assemble import mailer

    connect = mailer(config)
    first = await connect()
    line: Mailer | None = first
    if not claimed():
        await first.close()
        return None
    failed: list[SwcMailerError] = []
    for mail in mails:
        try:
            line = line or await connect()
            await line.send(wire(mail.content), sender=config.smtp.from_address, recipient=mail.recipient)
        except SwcMailerError as error:
            failed.append(SwcMailerError(f"{key}: the mail to {mail.recipient} did not go out: {told(error)}"))
        finally:  # a connection for each: one that breaks costs the others nothing
            if line:
                await line.close()
            line = None
    return tuple(failed)


def told(error: SwcMailerError) -> str:
    return f"{error.code} {error.answer}" if isinstance(error, Refused | TryLater) else str(error)
