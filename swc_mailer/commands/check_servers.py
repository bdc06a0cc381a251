"""What `check` asks the mail servers: log-in, folders, what waits in the inbox, and whether mail can be sent."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid

from swc_mailer import assemble
from swc_mailer.adapters.pack import read_pack
from swc_mailer.commands.findings import Finding, ok, problem, warning
from swc_mailer.config import Config
from swc_mailer.config_sections import Imap, Smtp
from swc_mailer.core.mailwire import pack_block, wire
from swc_mailer.ports import Waiting

CLOCKS_MAY_DIFFER = timedelta(minutes=5)
CERTIFICATE_SOON = timedelta(days=21)  # most are renewed 30 days before their end: by then somebody should have noticed
TEXTS = 64_000  # bytes of a reply beside the pack, generously
NOT_IN_CLEAR = 'set security = "tls" or "starttls"'


def check_mailbox(config: Config) -> Iterator[Finding]:
    yield from check_encryption("imap", config.imap)
    with closing(assemble.open_mailbox(config)) as mailbox:
        yield ok(f"Mailbox: logged in to {config.imap.host} as {config.imap.username}")
        yield from certificate("Mailbox", config.imap.host, mailbox.certificate_ends)
        mailbox.prepare()
        yield folders(config, mailbox.counts())
        yield from inbox(list(mailbox.waiting()))


def folders(config: Config, counts: Mapping[str, int]) -> Finding:
    names = {"answered": config.imap.answered, "review": config.imap.review, "ignored": config.imap.ignored}
    told = ", ".join(f"{name} {counts.get(ours, 0):,}" for ours, name in names.items())
    return ok(f"Mailbox: the folders are there, with so many messages: {told}")


def inbox(waiting: list[Waiting]) -> Iterator[Finding]:
    if not waiting:
        yield ok("Mailbox: nothing waits in the inbox")
        return
    oldest, newest = min(message.received for message in waiting), max(message.received for message in waiting)
    yield ok(
        f"Mailbox: {len(waiting):,} messages wait in the inbox, received from {oldest:%Y-%m-%d %H:%M} to "
        f"{newest:%Y-%m-%d %H:%M}. A run decides and answers every one of them"
    )
    if newest > datetime.now(UTC) + CLOCKS_MAY_DIFFER:
        yield problem("Mailbox: the newest message was received in the future", "set the computer's clock")


def certificate(name: str, host: str, ends: datetime | None) -> Iterator[Finding]:
    """One that has run out is a problem already: the connection was not made."""
    if ends is None:
        return
    told = f"{name}: the certificate of {host} runs out on {ends:%Y-%m-%d}"
    if ends < datetime.now(UTC) + CERTIFICATE_SOON:
        yield warning(told, "ask whoever runs the server to renew it: after that day no mail is fetched or sent")
    else:
        yield ok(told)


def check_encryption(section: str, server: Imap | Smtp) -> Iterator[Finding]:
    """On the same computer nobody listens in; on the way to another one everybody may."""
    if server.security != "none":
        return
    if is_loopback(server.host):
        yield warning(f'{section}.security is "none" on this computer itself', f"{NOT_IN_CLEAR} where the server offers it")
    else:
        yield problem(f'{section}.security is "none": mail and password go to {server.host} in clear', NOT_IN_CLEAR)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in ("localhost", "ip6-localhost") or host.lower().endswith(".localhost")


def check_smtp(config: Config) -> Iterator[Finding]:
    yield from check_encryption("smtp", config.smtp)
    largest, ends = asyncio.run(connect_and_leave(config))
    how = f"logged in as {config.smtp.username}" if config.smtp.username else "without a log-in"
    yield ok(f"Sending: {config.smtp.host} port {config.smtp.port} answers, {how}")
    yield from certificate("Sending", config.smtp.host, ends)
    if largest:
        yield room_for_pack(config, largest)


async def connect_and_leave(config: Config) -> tuple[int | None, datetime | None]:
    """How large a message the server takes, and when its certificate runs out."""
    mailer = await assemble.mailer(config)()
    told = mailer.largest, mailer.certificate_ends
    await mailer.close()
    return told


def room_for_pack(config: Config, largest: int) -> Finding:
    size = len(pack_block(read_pack(config.consultation.pack, config.folder)).block)
    told = f"{config.smtp.host} takes messages of {largest:,} bytes at most"
    if size + TEXTS > largest:
        return problem(f"Sending: {told}, and a reply with the pack has {size:,} and its text", "make the files smaller")
    return ok(f"Sending: {told}")


def send_test_mail(config: Config, address: str) -> Iterator[Finding]:
    answer = asyncio.run(send(config, address, trial_mail(config, address)))
    yield ok(f"Test mail: the server took it for {address}: {answer}")


def trial_mail(config: Config, address: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr((config.smtp.from_name, config.smtp.from_address))
    mail["To"] = address
    mail["Subject"] = f"Test: {config.consultation.title}"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=config.smtp.from_address.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("This is the test mail of `swc-mailer check`. Replies to members will come the same way.\n")
    return mail.as_bytes()


async def send(config: Config, address: str, mail: bytes) -> str:
    mailer = await assemble.mailer(config)()
    try:
        return await mailer.send(wire(mail), sender=config.smtp.from_address, recipient=address)
    finally:
        await mailer.close()
