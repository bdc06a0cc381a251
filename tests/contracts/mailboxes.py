"""Accounts on a throwaway Dovecot, as the tests of the IMAP adapter use them."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from swc_mailer.adapters.imap import ImapMailbox, ImapSettings, open_mailbox
from tests.servers.dovecot import HOST, PASSWORD, Dovecot

NUMBERS = count(1)
WHEN = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)


def with_all() -> Dovecot:
    return Dovecot()


def without_move() -> Dovecot:
    return Dovecot(lacks={"MOVE"})


def bare() -> Dovecot:
    return Dovecot(lacks={"MOVE", "UIDPLUS"}, prefix="INBOX.", separator=".")


KINDS = (with_all, without_move, bare)


def mail(name: str, *, size: int = 0) -> bytes:
    """A message that is known by its subject and Message-ID, of at least so many bytes."""
    head = f"From: Ann Example <ann@example.org>\r\nSubject: {name}\r\nMessage-ID: {message_id(name)}\r\n\r\n".encode()
    return head + b"a line of text\r\n" * max(1, (size - len(head)) // 16 + 1)


def message_id(name: str) -> str:
    return f"<{name}@mail.example.org>"


def name_of(raw: bytes) -> str:
    """The subject that `mail` gave it."""
    return raw.partition(b"Subject: ")[2].partition(b"\n")[0].strip().decode()


@dataclass
class Account:
    """A user of the server with a mailbox of its own."""

    server: Dovecot
    name: str = field(default_factory=lambda: f"user{next(NUMBERS)}")

    def settings(self, **changes: Any) -> ImapSettings:
        chosen: dict[str, Any] = {
            "host": HOST,
            "port": self.server.port,
            "security": "none",
            "username": self.name,
            "password": PASSWORD,
            "timeout_seconds": 5,
        }
        return ImapSettings(**(chosen | changes))

    @contextmanager
    def mailbox(self, **changes: Any) -> Iterator[ImapMailbox]:
        """Opened and prepared."""
        with closing(open_mailbox(self.settings(**changes))) as mailbox:
            mailbox.prepare()
            yield mailbox

    def deliver(self, *names: str, **how: Any) -> None:
        for name in names:
            self.server.deliver(self.name, mail(name), WHEN, **how)

    def holds(self) -> Mapping[str, list[str]]:
        """The names of the messages in each folder, those marked as deleted too; folders by their names without prefix."""
        found = self.server.messages(self.name).items()
        return {self.short(folder): sorted(name_of(kept.raw) for kept in messages) for folder, messages in found}

    def short(self, folder: str) -> str:
        return folder.removeprefix(self.server.prefix).replace(self.server.separator, "/")

    def server_name(self, name: str) -> str:
        return self.server.prefix + name.replace("/", self.server.separator)

    @contextmanager
    def person(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Somebody else at work in the same mailbox."""
        connection = imaplib.IMAP4(HOST, self.server.port, timeout=5)
        try:
            connection.login(self.name, PASSWORD)
            connection.select(folder)
            yield connection
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()

    def delete(self, *uids: int) -> None:
        """A person deletes messages for good."""
        with self.person() as person:
            person.uid("STORE", ",".join(map(str, uids)), "+FLAGS", r"(\Deleted)")
            person.expunge()
