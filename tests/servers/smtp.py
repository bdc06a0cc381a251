"""A recording SMTP server on 127.0.0.1 that misbehaves on demand, in a thread of the test.

    with SmtpServer(faults=["rcpt@*@bad.example=550 5.1.1 no such user", "dot#2=take close"]) as server: ... server.taken

A fault is STEP[@PATTERN][SELECTOR]=ACTION; the first that fits wins.
  STEP      connect ehlo starttls auth mail rcpt data body dot rset noop quit, or any
            (body: after the first 1000 bytes of the message; dot: the whole message is in, before the answer)
  PATTERN   a shell pattern on the address (mail, rcpt; for dot the first recipient)
  SELECTOR  #2 the second time this rule could fire, #1-3, #4-
  ACTION    an answer ("451 4.7.1 greylisted"; 421 also closes; 354 to data waits for a body all the same), close,
            stall (never answers), hang up 550 … (answers and closes),
            take close (dot only: the message is kept, and the connection dies before the 250),
            take 451 … (kept, yet answered so)
"""

from __future__ import annotations

import base64
import contextlib
import fnmatch
import re
import select
import socketserver
import ssl
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

FAULT = re.compile(
    r"(?P<step>[a-z]+)(?:@(?P<pattern>.+?))?(?:#(?P<first>\d+)(?P<dash>-)?(?P<last>\d+)?)?=(?P<action>.+)", re.DOTALL
)
ENHANCED = ("SIZE 35000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")


@dataclass(frozen=True)
class Taken:
    """A message that the server has kept."""

    connection: int
    tls: bool
    user: str  # "" where nobody logged in
    mail_from: str
    rcpt_to: tuple[str, ...]
    content: bytes  # dots unstuffed, as a mailbox would hold it
    acknowledged: bool  # False: the client never saw the 250


@dataclass
class Fault:
    step: str
    pattern: str
    first: int
    last: float
    action: str
    hits: int = 0

    @classmethod
    def parse(cls, text: str) -> Fault:
        found = FAULT.fullmatch(text)
        assert found, f"bad fault {text!r}"
        first = int(found["first"] or 1)
        only_one = found["first"] and not found["dash"]
        last = float(found["last"] or (first if only_one else "inf"))
        return cls(found["step"], found["pattern"] or "*", first, last, found["action"])

    def fires(self, step: str, argument: str) -> bool:
        if self.step not in (step, "any") or not fnmatch.fnmatch(argument.lower(), self.pattern.lower()):
            return False
        self.hits += 1
        return self.first <= self.hits <= self.last


class Dropped(Exception):
    """This connection is to be closed now."""


@dataclass
class Session:
    """One connection's state."""

    number: int
    tls: bool = False
    user: str = ""
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)


class Handler(socketserver.StreamRequestHandler):
    wbufsize = 0
    held = b""  # answers that wait for the next one
    holding = False
    disable_nagle_algorithm = True
    server: Listener

    def setup(self) -> None:
        super().setup()
        self.owner = self.server.owner
        if not self.owner.pipelining:
            self.rfile = self.connection.makefile("rb", 0)  # without a buffer `hurried` sees all that waits

    def handle(self) -> None:
        with contextlib.suppress(Dropped, OSError):
            self.talk()

    def talk(self) -> None:
        self.session = Session(self.owner.connected())
        if self.owner.immediate_tls:
            self.encrypt()
        if self.fault("connect"):
            return
        self.say("220 localhost ESMTP test")
        while line := self.rfile.readline(8192):
            verb, _, argument = line.decode("utf-8", "replace").strip().partition(" ")
            address = re.search(r"<(.*?)>", argument)
            step = {"HELO": "ehlo"}.get(verb.upper(), verb.lower())
            self.holding = self.owner.answers == "together" and step in ("mail", "rcpt")
            if self.hurried():
                self.say("503 5.5.0 improper use of pipelining")
            elif not self.fault(step, address[1] if address else argument):
                getattr(self, f"do_{step}", self.do_unknown)(argument)

    def hurried(self) -> bool:
        """Whether the client did not wait for an answer that it must wait for."""
        return not self.owner.pipelining and bool(select.select([self.connection], [], [], 0)[0])

    def do_ehlo(self, _name: str) -> None:
        words = ["hello", *ENHANCED, *(["PIPELINING"] if self.owner.pipelining else [])]
        if self.owner.context and not self.session.tls:
            words.append("STARTTLS")
        if self.owner.login and (self.session.tls or not self.owner.context):
            words.append(f"AUTH {self.owner.auth_methods}")
        self.say("\r\n".join(f"250-{word}" for word in words) + "\r\n250 DSN")

    def do_starttls(self, _argument: str) -> None:
        self.say("220 ready")
        self.encrypt()

    def do_auth(self, argument: str) -> None:
        method, _, first = argument.partition(" ")
        if method.upper() == "LOGIN":
            given = [base64.b64decode(first or self.ask("334 VXNlcm5hbWU6")), base64.b64decode(self.ask("334 UGFzc3dvcmQ6"))]
        elif method.upper() == "XOAUTH2":
            given = [item.partition(b"=")[2].removeprefix(b"Bearer ") for item in base64.b64decode(first).split(b"\1")[:2]]
        else:
            given = base64.b64decode(first or self.ask("334 ")).split(b"\0")[1:]
        self.owner.logins.append(method.upper())
        if b":".join(given).decode() == self.owner.login or self.token_is_good(*given):
            self.session.user = given[0].decode()
        self.say("235 2.7.0 ok" if self.session.user else "535 5.7.8 no")

    def token_is_good(self, user: bytes, token: bytes) -> bool:
        return user.decode() == self.owner.login and token.decode() in self.owner.tokens

    def do_mail(self, argument: str) -> None:
        if self.owner.login and not self.session.user:
            self.say("530 5.7.0 authentication required")
        elif self.session.sender is not None:
            self.say("503 5.5.1 nested MAIL")
        else:
            self.session.sender, self.session.recipients = argument.partition("<")[2].partition(">")[0], []
            self.say("250 2.1.0 ok")

    def do_rcpt(self, argument: str) -> None:
        if self.session.sender is None:
            self.say("503 5.5.1 need MAIL")
        else:
            self.session.recipients.append(argument.partition("<")[2].partition(">")[0])
            self.say("250 2.1.5 ok")

    def do_data(self, _argument: str) -> None:
        if not self.session.recipients:
            self.say("503 5.5.1 need RCPT")
        else:
            self.receive("354 go ahead")

    def receive(self, answer: str) -> None:
        self.say(answer)
        self.take(self.read_body())
        self.session.sender, self.session.recipients = None, []

    def do_rset(self, _argument: str) -> None:
        self.session.sender, self.session.recipients = None, []
        self.say("250 2.0.0 ok")

    def do_noop(self, _argument: str) -> None:
        self.say("250 2.0.0 ok")

    def do_quit(self, _argument: str) -> None:
        self.say("221 2.0.0 bye")
        raise Dropped

    def do_unknown(self, _argument: str) -> None:
        self.say("502 5.5.2 unknown command")

    def read_body(self) -> bytes:
        lines, size, asked = [], 0, False
        while (line := self.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\n"):  # the client went away: nothing was taken
                raise Dropped
            lines.append(line.removeprefix(b"."))
            size += len(line)
            if size > 1000 and not asked:
                asked = True
                self.fault("body")
        return b"".join(lines)

    def take(self, content: bytes) -> None:
        action = self.owner.action("dot", next(iter(self.session.recipients), ""))
        kept = not action or action.startswith("take")
        answer = action.removeprefix("take").strip() or "250 2.0.0 taken"
        if kept:
            session = self.session
            self.owner.keep(
                Taken(
                    session.number,
                    session.tls,
                    session.user,
                    session.sender or "",
                    tuple(session.recipients),
                    content,
                    not action,
                )
            )
        self.act(answer)

    def fault(self, step: str, argument: str = "") -> bool:
        """Whether a fault has dealt with this step."""
        action = self.owner.action(step, argument)
        if step == "data" and action.startswith("354"):
            self.receive(action)
        elif action:
            self.act(action)
        return bool(action)

    def act(self, action: str) -> None:
        if action == "stall":
            self.owner.stopping.wait(60)
        if action in ("stall", "close"):
            self.flush()
            raise Dropped
        self.say(action.removeprefix("hang up "))
        if action.startswith("hang up "):
            self.flush()
            raise Dropped

    def say(self, text: str) -> None:
        self.held += text.encode() + b"\r\n"
        if text.startswith("421") or not self.holding:
            self.flush()
        if text.startswith("421"):
            raise Dropped

    def flush(self) -> None:
        told, self.held = self.held, b""
        for piece in [told[at : at + 1] for at in range(len(told))] if self.owner.answers == "bytewise" else [told]:
            self.wfile.write(piece)

    def ask(self, text: str) -> str:
        self.say(text)
        return self.rfile.readline(8192).decode().strip()

    def encrypt(self) -> None:
        assert self.owner.context
        self.connection = self.request = self.owner.context.wrap_socket(self.connection, server_side=True)
        self.setup()
        self.session.tls = True

    def finish(self) -> None:
        # After a TLS upgrade socketserver itself closes only the socket that it knows.
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    owner: SmtpServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off is part of many tests."""


class SmtpServer:
    """`login` is "user:password", or "user:token" for XOAUTH2; or the user alone, where any of `tokens` logs in. With a
    `context` it offers STARTTLS, or begins with TLS where `immediate_tls`. `answers`: at once, byte by byte ("bytewise"), or
    those to MAIL and RCPT only with the next one ("together"). Without `pipelining` it refuses what comes too early."""

    def __init__(
        self,
        *,
        faults: Sequence[str] = (),
        login: str = "",
        auth_methods: str = "PLAIN LOGIN",
        tokens: Collection[str] = (),
        context: ssl.SSLContext | None = None,
        immediate_tls: bool = False,
        answers: str = "",
        pipelining: bool = True,
    ) -> None:
        self.login, self.auth_methods, self.tokens = login, auth_methods, tokens
        self.context, self.immediate_tls = context, immediate_tls
        self.answers, self.pipelining = answers, pipelining
        self.taken: list[Taken] = []
        self.logins: list[str] = []  # the methods of every attempt
        self.connections = 0
        self.stopping = threading.Event()
        self._faults = [Fault.parse(fault) for fault in faults]
        self._lock = threading.Lock()
        self._listener = Listener(("127.0.0.1", 0), Handler)
        self._listener.owner = self
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.server_address[1])

    def connected(self) -> int:
        with self._lock:
            self.connections += 1
            return self.connections

    def action(self, step: str, argument: str) -> str:
        """What the first fault that fits says; "" where none does."""
        with self._lock:
            return next((fault.action for fault in self._faults if fault.fires(step, argument)), "")

    def keep(self, message: Taken) -> None:
        with self._lock:
            self.taken.append(message)

    def __enter__(self) -> SmtpServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()
