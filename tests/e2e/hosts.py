"""The kinds of mail server that the program must live with, each as a mailbox to start within an ExitStack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import trustme

from swc_mailer.adapters import demo_servers
from tests.e2e.charity import MailHost
from tests.servers.dovecot import HOST, PASSWORD, Dovecot

OURS = {"answered": "swc/Answered", "review": "swc/Review", "ignored": "swc/Ignored"}


@dataclass(frozen=True)
class DovecotMailbox:
    """One user's mailbox on a Dovecot."""

    server: Dovecot
    settings: Mapping[str, str | int]
    username: str = "swc"
    password: str = PASSWORD
    host: str = HOST

    def deliver(self, mails: Iterable[tuple[bytes, datetime]]) -> None:
        for raw, when in mails:
            self.server.deliver(self.username, raw, when)

    def folders(self) -> dict[str, list[bytes]]:
        found = self.server.messages(self.username)
        names = {ours: self.server.prefix + name.replace("/", self.server.separator) for ours, name in OURS.items()}
        lying = {name: [kept.raw for kept in messages if "deleted" not in kept.flags] for name, messages in found.items()}
        return {ours: lying.get(name, []) for ours, name in {"inbox": "INBOX", **names}.items()}


@dataclass(frozen=True)
class PymapMailbox:
    """The mailbox of the demo's own server."""

    server: demo_servers.DemoServers
    settings: Mapping[str, str | int]
    username: str = demo_servers.USER
    password: str = demo_servers.PASSWORD
    host: str = demo_servers.HOST

    def deliver(self, mails: Iterable[tuple[bytes, datetime]]) -> None:
        self.server.put_in_inbox(mails)

    def folders(self) -> dict[str, list[bytes]]:
        return {ours: self.server.messages(name) for ours, name in {"inbox": "INBOX", **OURS}.items()}


def dovecot(stack: ExitStack, _folder: Path) -> MailHost:
    server = stack.enter_context(Dovecot())
    return DovecotMailbox(server, {"port": server.port, "security": "none"})


def without_move(stack: ExitStack, _folder: Path) -> MailHost:
    server = stack.enter_context(Dovecot(lacks={"MOVE", "UIDPLUS"}, prefix="INBOX.", separator="."))
    return DovecotMailbox(server, {"port": server.port, "security": "none"})


def private_ca(stack: ExitStack, folder: Path) -> MailHost:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    server = stack.enter_context(Dovecot(authority=authority))
    return DovecotMailbox(server, {"port": server.tls_port, "security": "tls", "ca_file": "ca.pem"}, host="localhost")


def pymap(stack: ExitStack, _folder: Path) -> MailHost:
    server = stack.enter_context(demo_servers.demo_servers())
    return PymapMailbox(server, {"port": server.imap_port, "security": "none"})


HOSTS: tuple[Callable[[ExitStack, Path], MailHost], ...] = (dovecot, without_move, private_ca, pymap)
