"""The mail servers of `demo`: pymap and aiosmtpd in a thread of this process, in memory, on free ports of 127.0.0.1.

They come with the extra `swc-mailer[demo]`; nothing else uses them.
"""

from __future__ import annotations

import asyncio
import imaplib
import re
import socket
import threading
from argparse import ArgumentParser
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from swc_mailer.errors import ConfigError

HOST = "127.0.0.1"
USER, PASSWORD = "swc@amnesty.org.uk", "demo"
STARTS_WITHIN = 20  # seconds
SPEAKS_WITHIN = 20
MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail that the SMTP server took."""

    recipient: str
    raw: bytes


@dataclass
class DemoServers:
    """Both servers, and what anybody could see of them from outside."""

    imap_port: int
    smtp_port: int
    delivered: list[Delivered] = field(default_factory=list)

    def put_in_inbox(self, mails: Iterable[tuple[bytes, datetime]]) -> None:
        """As a mail server takes mail in: the time becomes INTERNALDATE."""
        with imaplib.IMAP4(HOST, self.imap_port, timeout=SPEAKS_WITHIN) as client:
            client.login(USER, PASSWORD)
            for raw, received in mails:
                answer, said = client.append("INBOX", "()", imaplib.Time2Internaldate(received), raw)
                assert answer == "OK", said

    def folders(self) -> dict[str, str]:
        """In which folder each message lies, by its Message-ID."""
        found: dict[str, str] = {}
        with imaplib.IMAP4(HOST, self.imap_port, timeout=SPEAKS_WITHIN) as client:
            client.login(USER, PASSWORD)
            for line in client.list()[1]:
                name = line.decode().rpartition(' "/" ')[2].strip('"') if isinstance(line, bytes) else ""
                if client.select(f'"{name}"', readonly=True)[0] == "OK":
                    found |= dict.fromkeys(message_ids(client), name)
        return found

    def messages(self, folder: str) -> list[bytes]:
        """What a folder holds; nothing where there is none."""
        with imaplib.IMAP4(HOST, self.imap_port, timeout=SPEAKS_WITHIN) as client:
            client.login(USER, PASSWORD)
            return selected_messages(client, "BODY.PEEK[]") if client.select(f'"{folder}"', readonly=True)[0] == "OK" else []


def selected_messages(client: imaplib.IMAP4, what: str) -> list[bytes]:
    """This item of every message in the selected folder."""
    if client.search(None, "ALL")[1] == [b""]:
        return []
    return [item[1] for item in client.fetch("1:*", f"({what})")[1] if isinstance(item, tuple)]


def message_ids(client: imaplib.IMAP4) -> Iterator[str]:
    """Those of the selected folder."""
    for header in selected_messages(client, "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"):
        if known := MESSAGE_ID.search(header):
            yield known[1].decode()


@contextmanager
def demo_servers() -> Iterator[DemoServers]:
    """Running servers with an empty mailbox. ConfigError where the extra is not installed."""
    try:
        import aiosmtpd.smtp  # noqa: F401
        import pymap.imap  # noqa: F401
    except ImportError as error:
        raise ConfigError("demo: its mail servers are not installed: pip install 'swc-mailer[demo]'") from error
    imap_port, smtp_port = free_ports()
    servers = DemoServers(imap_port, smtp_port)
    loop, stop, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    thread = threading.Thread(target=run_loop, args=(loop, serve(servers, ready, stop)), daemon=True)
    thread.start()
    try:
        if not ready.wait(STARTS_WITHIN):
            raise ConfigError(
                "demo: its mail servers did not start; is something in the way on this computer's loopback network?"
            )
        yield servers
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(STARTS_WITHIN)


def run_loop(loop: asyncio.AbstractEventLoop, main: Coroutine[Any, Any, None]) -> None:
    """As asyncio.run does: what is still open at the end, as connections that a client left, is cancelled."""
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(main)


def free_ports() -> tuple[int, int]:
    with socket.create_server((HOST, 0)) as one, socket.create_server((HOST, 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


async def serve(servers: DemoServers, ready: threading.Event, stop: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        await start_imap(servers.imap_port, stack)
        await start_smtp(servers, stack)
        ready.set()
        await stop.wait()


async def start_imap(port: int, stack: AsyncExitStack) -> None:
    from pymap.backend.dict import DictBackend
    from pymap.imap import IMAPService

    parser = ArgumentParser()
    parser.set_defaults(debug=False, passlib_cfg=None)
    IMAPService.add_arguments(parser)
    DictBackend.add_subparser("dict", parser.add_subparsers())
    listen = ["--host", HOST, "--port", str(port), "--no-tls"]
    arguments = parser.parse_args([*listen, "dict", "--demo-user", USER, "--demo-password", PASSWORD])
    backend, config = await DictBackend.init(arguments)
    config.apply_context()
    await backend.start(stack)
    await IMAPService(backend, config).start(stack)


async def start_smtp(servers: DemoServers, stack: AsyncExitStack) -> None:
    from aiosmtpd.smtp import SMTP

    class Keep:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd calls it so
            servers.delivered += [Delivered(recipient, envelope.original_content) for recipient in envelope.rcpt_tos]
            return "250 2.0.0 kept"

    def protocol() -> SMTP:
        return SMTP(Keep(), hostname="localhost", data_size_limit=None)

    server = await asyncio.get_running_loop().create_server(protocol, HOST, servers.smtp_port)
    stack.push_async_callback(server.wait_closed)
    stack.callback(server.close)
