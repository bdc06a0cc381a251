"""An IMAP server on 127.0.0.1 that says what a test tells it to, for what no ordinary server does.

    with OddImap({r"LOGIN .*": "{tag} NO [UNAVAILABLE] later"}) as server: ... server.port, server.commands

A key is a regular expression for a command without its tag, or "greeting"; the answer's lines are parted by newlines. An answer
that begins with "+" asks for one line more (it is recorded too) before the rest is said. What no key fits is answered with OK.
"""

from __future__ import annotations

import contextlib
import re
import socketserver
import threading
from collections.abc import Mapping
from typing import Any

HOST = "127.0.0.1"
ANSWERS = {
    "greeting": "* OK hello",
    r"CAPABILITY": "* CAPABILITY IMAP4rev1 MOVE AUTH=PLAIN\n{tag} OK done",
    r"AUTHENTICATE .*": "+ \n{tag} OK logged in",
    r"LIST .*": '* LIST (\\Noselect) "/" ""\n{tag} OK done',
    r"(SELECT|EXAMINE) .*": "* 0 EXISTS\n* OK [UIDVALIDITY 7] valid\n{tag} OK done",
    r"STATUS (\S+) .*": "* STATUS x (MESSAGES 0)\n{tag} OK done",
    r"LOGOUT": "* BYE bye\n{tag} OK done",
}


class Handler(socketserver.StreamRequestHandler):
    server: Listener

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.talk(self.server.owner)

    def talk(self, owner: OddImap) -> None:
        self.say(owner.answer("greeting"), "")
        while line := self.rfile.readline(65_536):
            tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
            owner.commands.append(command)
            answer = owner.answer(command)
            if answer.startswith("+"):
                first, _, answer = answer.partition("\n")
                self.say(first, tag)
                owner.commands.append(self.rfile.readline(65_536).decode("utf-8", "replace").strip())
            self.say(answer, tag)

    def say(self, answer: str, tag: str) -> None:
        for line in answer.split("\n"):
            self.wfile.write(line.replace("{tag}", tag).encode() + b"\r\n")


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    owner: OddImap

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off is part of many tests."""


class OddImap:
    """`commands`: everything that clients said, without tags."""

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self._answers = {**(answers or {}), **{key: answer for key, answer in ANSWERS.items() if key not in (answers or {})}}
        self.commands: list[str] = []
        self._listener = Listener((HOST, 0), Handler)
        self._listener.owner = self
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.server_address[1])

    def answer(self, command: str) -> str:
        fitting = (answer for key, answer in self._answers.items() if re.fullmatch(key, command, re.IGNORECASE | re.DOTALL))
        return next(fitting, "{tag} OK done")

    def __enter__(self) -> OddImap:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join(5)
