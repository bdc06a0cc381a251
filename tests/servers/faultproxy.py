"""A TCP proxy on 127.0.0.1 that breaks connections on purpose, between a client and an IMAP or SMTP server.

    with FaultProxy(server.port, "cut down:4000") as proxy: ... proxy.port, proxy.broken
    FaultProxy(port, "cut up:/UID MOVE/", only={1})  # the MOVE reaches the server, its answer never comes; connection 2 lives

A break is KIND SIDE:BYTES or KIND SIDE:/REGEX/. `up` is client to server, `down` server to client.
  cut    everything up to that byte, or through the end of the read that matches, is passed on; then both sides are closed
  hold   the same, but what matches is not passed on
  stall  the same as cut, but nothing is closed and nothing more is passed on: the client must give up by itself
Inside TLS only byte counts make sense.
"""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
READ = 65_536
LOOK_BACK = 200  # bytes of earlier reads that a pattern may begin in
SECONDS_TO_STOP = 5.0
BREAK = re.compile(r"(?P<kind>cut|hold|stall) (?P<side>up|down):(?:(?P<bytes>\d+)|/(?P<pattern>.+)/)", re.DOTALL)


@dataclass(frozen=True)
class Break:
    """Where and how connections break."""

    kind: str
    side: str
    limit: int
    pattern: re.Pattern[bytes] | None

    @classmethod
    def parse(cls, text: str) -> Break:
        found = BREAK.fullmatch(text)
        assert found, f"bad break {text!r}"
        pattern = re.compile(found["pattern"].encode(), re.DOTALL) if found["pattern"] else None
        return cls(found["kind"], found["side"], int(found["bytes"] or 0), pattern)

    def passes(self, side: str, data: bytes, passed: Passed) -> int | None:
        """How many bytes of a read may still pass; None where it breaks nothing."""
        if side != self.side:
            return None
        if self.pattern:
            return (0 if self.kind == "hold" else len(data)) if self.pattern.search(passed.tail + data) else None
        return max(0, self.limit - passed.count) if passed.count + len(data) >= self.limit else None


@dataclass
class Passed:
    """What went through one side so far."""

    count: int = 0
    tail: bytes = b""

    def add(self, data: bytes) -> None:
        self.count += len(data)
        self.tail = (self.tail + data)[-LOOK_BACK:]


class Handler(socketserver.BaseRequestHandler):
    """One connection: the client's side in this thread, the server's in another."""

    server: Listener
    request: socket.socket

    def handle(self) -> None:
        owner = self.server.owner
        with contextlib.suppress(OSError), socket.create_connection((HOST, owner.target), timeout=SECONDS_TO_STOP) as onward:
            onward.settimeout(None)
            number = owner.opened(self.request, onward)
            down = threading.Thread(target=self.pump, args=(number, "down", onward, self.request), daemon=True)
            down.start()
            self.pump(number, "up", self.request, onward)
            down.join()

    def pump(self, number: int, side: str, source: socket.socket, sink: socket.socket) -> None:
        """Pass on what comes until it ends; a plain end of one side does not end the other, a break does."""
        owner, passed = self.server.owner, Passed()
        with contextlib.suppress(OSError):
            while (data := source.recv(READ)) and not owner.halted(number):
                keep = owner.keeps(number, side, data, passed)
                if keep is not None:
                    owner.broken.append(number)  # before anything is passed on that the other side may answer to
                sink.sendall(data if keep is None else data[:keep])
                passed.add(data)
                if keep is not None:
                    owner.break_off(number)
            sink.shutdown(socket.SHUT_WR)


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    owner: FaultProxy

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks is what this is for."""


@dataclass
class FaultProxy:
    """`only`: the connections that break, by number from 1; all of them where empty."""

    target: int
    fault: str = ""
    only: Collection[int] = ()
    broken: list[int] = field(default_factory=list)  # the connections that were broken
    _sockets: list[tuple[socket.socket, socket.socket]] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> FaultProxy:
        self._break = Break.parse(self.fault) if self.fault else None
        self._listener = Listener((HOST, 0), Handler)
        self._listener.owner = self
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self.drop()
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join(SECONDS_TO_STOP)

    @property
    def port(self) -> int:
        return int(self._listener.server_address[1])

    @property
    def connections(self) -> int:
        return len(self._sockets)

    def drop(self) -> None:
        """End every connection that is open now."""
        for number in range(1, self.connections + 1):
            self._end(number)

    def _end(self, number: int) -> None:
        for end in self._sockets[number - 1]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    # --- what the connections ask --------------------------------------------------------------------------

    def opened(self, *ends: socket.socket) -> int:
        self._sockets.append((ends[0], ends[1]))
        return self.connections

    def keeps(self, number: int, side: str, data: bytes, passed: Passed) -> int | None:
        """How many bytes of a read still pass where the connection breaks in it; None where it does not."""
        breaks = self._break and (not self.only or number in self.only)
        return self._break.passes(side, data, passed) if self._break and breaks else None

    def halted(self, number: int) -> bool:
        """Whether the connection is broken; one that has stalled is held here."""
        if number not in self.broken:
            return False
        if self._break and self._break.kind == "stall":
            self._stopping.wait()
        return True

    def break_off(self, number: int) -> None:
        if self.halted(number):
            self._end(number)
