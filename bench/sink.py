"""An SMTP server in a process of its own that takes every message and keeps none: it only counts.

python -m bench.sink [MILLISECONDS]  prints its port, then ends with its parent; SIGTERM prints how many messages it took. It
                                     takes so long for each, as a server far away does
"""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress

GREETING = b"220 sink.example.org ESMTP\r\n"
CAPABILITIES = b"250-sink.example.org\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 35000000\r\n"
LARGE = 1 << 20  # bytes that may wait to be read: a reply with its pack fits


class Sink(asyncio.Protocol):
    """One connection. Between DATA and the lone dot nothing is looked at but the end."""

    taken = 0
    wait = 0.0  # seconds

    def __init__(self) -> None:
        self._rest = b""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        if self._in_data:
            # Only what may hold the end is kept; all messages of a bench end with the last bytes of a segment.
            self._rest = (self._rest + data)[-5:]
            if self._rest.endswith(b"\r\n.\r\n"):
                self._in_data, self._rest = False, b""
                Sink.taken += 1
                asyncio.get_running_loop().call_later(Sink.wait, self._transport.write, b"250 2.0.0 taken\r\n")
            return
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for line in lines:
            self._answer(line[:4].upper())

    def _answer(self, verb: bytes) -> None:
        match verb:
            case b"EHLO":
                self._transport.write(CAPABILITIES)
            case b"DATA":
                self._in_data = True
                self._transport.write(b"354 go ahead\r\n")
            case b"QUIT":
                self._transport.write(b"221 bye\r\n")
                self._transport.close()
            case _:
                self._transport.write(b"250 2.0.0 ok\r\n")


async def main() -> None:
    loop = asyncio.get_running_loop()
    Sink.wait = int(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0.0
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    with suppress(BrokenPipeError):  # mostly nobody asks any more
        print(Sink.taken, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
