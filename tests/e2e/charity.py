"""A charity as the program finds it: a folder with configuration, register and pack, a mailbox, and an SMTP server.

The program runs as users run it: its arguments, in a process of its own, with nothing but what lies in the folder.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Protocol

from tests.installation import PROGRAM
from tests.prepared import prepared, prepared_with_clock
from tests.servers.smtp import SmtpServer, Taken

PASSWORD = "the mailbox's password"
# Where the messages of each outcome are filed, by our names for the folders.
FOLDERS = {
    "pack": "answered",
    "details_missing": "answered",
    "closed": "answered",
    "settled": "answered",
    "review": "review",
    "ignore": "ignored",
}
PACK = {
    "1 Consultation paper.pdf": b"%PDF-1.4\n" + bytes(range(256)) * 40,
    "2 Questions, and answers.txt": b".\r\n.a line\n\xff\n",
}


class MailHost(Protocol):
    """An IMAP server with one user's mailbox, as a test sees it from outside."""

    @property
    def host(self) -> str: ...
    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def settings(self) -> Mapping[str, str | int]:
        """Further keys of [imap]."""

    def deliver(self, mails: Iterable[tuple[bytes, datetime]]) -> None: ...

    def folders(self) -> dict[str, list[bytes]]:
        """Every folder's messages, by our names: "inbox", "answered", "review", "ignored"."""


@dataclass
class Charity:
    folder: Path
    mailbox: MailHost
    smtp: SmtpServer
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, register: str | bytes, **changes: Mapping[str, Any]) -> None:
        """The configuration and what it names; `changes` by section."""
        (self.folder / "pack").mkdir(exist_ok=True)
        for name, content in PACK.items():
            (self.folder / "pack" / name).write_bytes(content)
        (self.folder / "members.csv").write_bytes(register if isinstance(register, bytes) else register.encode())
        sections: dict[str, dict[str, Any]] = {
            "imap": {"host": self.mailbox.host, "username": self.mailbox.username, "password": self.mailbox.password}
            | dict(self.mailbox.settings),
            "smtp": {"host": "127.0.0.1", "port": self.smtp.port, "security": "none", "from_address": "swc@amnesty.org.uk"},
            "register": {"path": "members.csv"},
            "consultation": {"title": "Policy consultation", "pack": ["pack/*"]},
        }
        for name, values in changes.items():
            sections.setdefault(name, {}).update(values)
        deadline = sections["consultation"].pop("deadline", "2014-03-21")
        text = "\n".join(section(name, values) for name, values in sections.items())
        text = text.replace("[consultation]\n", f"[consultation]\ndeadline = {deadline}\n")
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def program(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """It need not begin with its imports, unless it is to die: where, its modules ask as they are imported."""
        variables = self.environment | environment
        if "SWC_MAILER_FAULT" in variables:
            return self.installed(*arguments, **environment)
        preparation = prepared_with_clock() if "FAKETIME" in variables else prepared()
        return preparation.run(arguments, folder=self.folder, environment=os.environ | variables)

    def installed(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The installed command, from nothing."""
        return subprocess.run(
            [PROGRAM, *arguments],
            cwd=self.folder,
            env=os.environ | self.environment | environment,
            capture_output=True,
            text=True,
            timeout=100,
            stdin=subprocess.DEVNULL,
        )

    def result(self, *arguments: str, **environment: str) -> dict[str, Any]:
        """The one object that a command prints with --json; it must have gone well."""
        ran = self.program(*arguments, "--json", **environment)
        assert ran.returncode == 0, ran.stderr
        return dict(json.loads(ran.stdout))

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """The objects, one a line, that a command prints with --json."""
        ran = self.program(*arguments, "--json")
        assert ran.returncode == 0, ran.stderr
        return [json.loads(line) for line in ran.stdout.splitlines()]


def section(name: str, values: Mapping[str, Any]) -> str:
    """One table of the TOML file; JSON's strings, numbers and lists are TOML's too."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])


# --- replies -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """A reply as its recipient's mail program reads it."""

    taken: Taken
    mail: EmailMessage

    @property
    def text(self) -> str:
        return self.body("plain")

    def body(self, kind: str) -> str:
        part = self.mail.get_body((kind,))
        assert part
        return str(part.get_content())

    @property
    def attachments(self) -> dict[str, bytes]:
        return {str(part.get_filename()): bytes(part.get_payload(decode=True)) for part in self.mail.iter_attachments()}


def replies(server: SmtpServer) -> list[Reply]:
    return [Reply(taken, message_from_bytes(taken.content, _class=EmailMessage, policy=default)) for taken in server.taken]
