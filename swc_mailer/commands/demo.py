"""`demo`: the whole program on embedded mail servers with a sample mailbox, in a folder that is thrown away.

No network and no set-up: what came in, what was decided and why, what went out, and where each mail was filed.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from tempfile import TemporaryDirectory

from swc_mailer import assemble
from swc_mailer.adapters.demo_servers import HOST, PASSWORD, USER, Delivered, DemoServers, demo_servers, free_ports
from swc_mailer.adapters.mail_files import mail_files
from swc_mailer.commands.explain import Explained, explain
from swc_mailer.commands.init import init
from swc_mailer.commands.run import RunReport, run
from swc_mailer.commands.staff import Role, add_account
from swc_mailer.config import Config
from swc_mailer.config_file import read_config
from swc_mailer.core.model import Message
from swc_mailer.core.record import reason_records
from swc_mailer.shipped import PACKAGE

SAMPLES = PACKAGE / "demo"
INBOX, MEMBERS = SAMPLES / "inbox.mbox", SAMPLES / "members.csv"


@dataclass(frozen=True, slots=True)
class SentReply:
    """A reply as the SMTP server took it."""

    recipient: str
    subject: str
    text: str
    attachments: tuple[str, ...]
    in_reply_to: str


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One sample mail and all that became of it."""

    sender: str
    subject: str
    outcome: str
    why: tuple[str, ...]
    reply: SentReply | None
    filed_in: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo shows, and the running program behind it."""

    config: Config
    mails: tuple[DemoMail, ...]
    report: RunReport


@contextmanager
def demo() -> Iterator[Demo]:
    """Everything is run when it begins; servers and folder are gone when it ends. Raises ConfigError."""
    with TemporaryDirectory(prefix="swc-mailer-demo-") as folder, demo_servers() as servers:
        config = make_configuration(Path(folder), servers)
        expected = decided(config)
        servers.put_in_inbox(
            (mail.raw, each.case.message.received) for mail, each in zip(mail_files(INBOX), expected, strict=True)
        )
        report = run(config)
        yield Demo(config, tuple(outcomes(expected, servers)), report)


def let_somebody_in(config: Config) -> tuple[str, str]:
    """A member of staff for the review pages: the name and the password."""
    name, password = "Demo", secrets.token_urlsafe(9)
    add_account(config, name, password, Role.ADMIN, who="demo")
    return name, password


def make_configuration(folder: Path, servers: DemoServers) -> Config:
    """What a new user has after `init`, with the demo's servers and members in it."""
    file = folder / "config.toml"
    init(file)
    shutil.copy(MEMBERS, folder / "members.csv")
    ours = {
        "IMAP__HOST": HOST,
        "IMAP__PORT": str(servers.imap_port),
        "IMAP__SECURITY": "none",
        "IMAP__USERNAME": USER,
        "IMAP__PASSWORD": PASSWORD,
        "IMAP__PASSWORD_FILE": "",
        "SMTP__HOST": HOST,
        "SMTP__PORT": str(servers.smtp_port),
        "SMTP__SECURITY": "none",
        "SERVE__PORT": str(free_ports()[0]),
        "SMTP__FROM_NAME": "Amnesty International UK",
    }
    return read_config(file, {f"SWC_MAILER_{key}": value for key, value in ours.items()})


def decided(config: Config) -> list[Explained]:
    """The sample mails with the decisions and reasons that the run is about to make."""
    words = assemble.read_words(config)
    with closing(assemble.open_register(config)) as register:
        return list(explain([INBOX], words=words, policy=config.policy(), register=register))


def outcomes(expected: list[Explained], servers: DemoServers) -> Iterator[DemoMail]:
    """The outside's view beside the program's own: replies as the SMTP server took them, folders as the IMAP server has them."""
    folders = servers.folders()
    replies = {reply.in_reply_to: reply for reply in map(read_sent, servers.delivered)}
    for each in expected:
        message = each.case.message
        yield DemoMail(
            sender=sender_of(message),
            subject=message.subject,
            outcome=each.decision.outcome.value,
            why=tuple(str(reason["text"]) for reason in reason_records(each.decision, each.case.words)),
            reply=replies.get(message.message_id),
            filed_in=folders.get(message.message_id, "nowhere"),
        )


def read_sent(delivered: Delivered) -> SentReply:
    mail = message_from_bytes(delivered.raw, _class=EmailMessage, policy=default)
    text = mail.get_body(("plain",))
    return SentReply(
        recipient=delivered.recipient,
        subject=str(mail["Subject"]),
        text=text.get_content() if text else "",
        attachments=tuple(part.get_filename() or "" for part in mail.iter_attachments()),
        in_reply_to=str(mail["In-Reply-To"]),
    )


def sender_of(message: Message) -> str:
    return message.from_[0].address if message.from_ else "nobody"
