"""A mail server's answers, one after the other as they come, also to commands that were sent together (RFC 2920).

aiosmtplib's protocol has room for one answer, and throws away what arrives before the next one is asked for. So once a connection
is ready this takes its place: it keeps all that came, also where the connection was lost behind it.
"""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple

WHOLE = re.compile(rb"(?:...-.*\n)*(?!...-).*\n")  # RFC 5321 section 4.2.1: a hyphen on every line but the last
LONGEST = 32_768  # bytes of answers that wait, as aiosmtplib has it


class Answer(NamedTuple):
    code: int
    words: str


class Answers(asyncio.Protocol):
    def __init__(self) -> None:
        self.ended = False  # nothing more can come
        self._came = b""
        self._news = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self._came = (self._came + data)[: LONGEST + 1]
        self._news.set()

    def eof_received(self) -> None:  # the transport closes itself
        self.ended = True
        self._news.set()

    def connection_lost(self, _error: Exception | None) -> None:
        self.eof_received()

    def forget(self) -> None:
        """What came before anything is asked answers nothing."""
        self._came = b""

    async def next(self, *, patience: float) -> Answer:
        """Raises ConnectionError, or TimeoutError after so many seconds."""
        try:
            async with asyncio.timeout(patience):
                return parsed(await self._next())
        except TimeoutError:
            raise TimeoutError(f"no answer within {patience:g} seconds") from None

    async def _next(self) -> bytes:
        while not (found := self._whole()):
            if self.ended:
                raise ConnectionError("the connection was lost")
            self._news.clear()
            await self._news.wait()
        self._came = self._came[found.end() :]
        return found[0]

    def _whole(self) -> re.Match[bytes] | None:
        if len(self._came) > LONGEST:
            raise ConnectionError("an answer without an end")
        return WHOLE.match(self._came)


def parsed(answer: bytes) -> Answer:
    lines = answer.decode("utf-8", "replace").split("\n")[:-1]
    code = lines[-1][:3]
    if not (code.isascii() and code.isdecimal()):
        raise ConnectionError(f"an answer without a code: {lines[-1]}")
    return Answer(int(code), "\n".join(line[4:].strip() for line in lines))
