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

import asyncio
import contextlib
import re
import threading
from collections.abc import Collection
from dataclasses import dataclass, field

HOST = "127.0.0.1"
READ = 65_536
LOOK_BACK = 200  # bytes of earlier reads that a pattern may begin in
SECONDS_TO_STOP = 5.0
SECONDS_TO_FLUSH = 1.0
BREAK = re.compile(r"(?P<kind>cut|hold|stall) (?P<side>up|down):(?:(?P<bytes>\d+)|/(?P<pattern>.+)/)", re.DOTALL)


class Broken(Exception):
    """This connection ends now."""


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


@dataclass
class FaultProxy:
    """`only`: the connections that break, by number from 1; all of them where empty."""

    target: int
    fault: str = ""
    only: Collection[int] = ()
    port: int = 0
    connections: int = 0
    broken: list[int] = field(default_factory=list)  # the connections that were broken

    def __enter__(self) -> FaultProxy:
        self._break = Break.parse(self.fault) if self.fault else None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),), daemon=True)
        self._thread.start()
        assert self._ready.wait(SECONDS_TO_STOP), "the proxy did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(SECONDS_TO_STOP)

    def drop(self) -> None:
        """Close every connection that is open now."""
        for task in tuple(self._open):
            self._loop.call_soon_threadsafe(task.cancel)

    async def _serve(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._accepted, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._done.wait()
        server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        self.connections += 1
        try:
            await self._carry(self.connections, reader, writer)
        except (OSError, Broken, asyncio.CancelledError):
            pass  # the connection is over, which is what this proxy is for
        finally:
            await closed(writer)
            self._open.discard(task)

    async def _carry(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(HOST, self.target)
        pumps = [
            asyncio.create_task(self._pump(number, "up", reader, to_server)),
            asyncio.create_task(self._pump(number, "down", from_server, writer)),
        ]
        try:
            await asyncio.gather(*pumps)  # a plain end of one side does not end the other; a break does
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            await closed(to_server)

    async def _pump(self, number: int, side: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passed = Passed()
        while data := await reader.read(READ):
            keep = self._break.passes(side, data, passed) if self._break and (not self.only or number in self.only) else None
            writer.write(data if keep is None else data[:keep])
            await writer.drain()
            passed.add(data)
            if keep is not None:
                await self._break_off(number)
        if writer.can_write_eof():
            writer.write_eof()

    async def _break_off(self, number: int) -> None:
        self.broken.append(number)
        if self._break and self._break.kind == "stall":
            await self._done.wait()
        raise Broken


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, TimeoutError, asyncio.CancelledError):
        await asyncio.wait_for(writer.wait_closed(), SECONDS_TO_FLUSH)
