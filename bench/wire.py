"""What the servers let anyone do: every mail is fetched, one ready-made reply sent for each, and moved, with no thinking at all.

    python -m bench.wire IMAP-PORT SMTP-PORT USER PASSWORD REPLY-BYTES

Plain sockets: FETCH and MOVE in batches sent ahead; four SMTP connections, and all that comes before a reply in one write.
Prints the seconds of each phase as JSON.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from time import perf_counter

HOST = "127.0.0.1"
BATCH = 200
CONNECTIONS = 4
LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")


class Imap:
    """Just enough of RFC 9051: commands out, lines in, literals skipped by their length."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._tags = 0

    def begin(self, command: str) -> bytes:
        """Send a command ahead; its tag."""
        self._tags += 1
        self._writer.write(f"t{self._tags} {command}\r\n".encode())
        return f"t{self._tags} ".encode()

    async def end(self, tag: bytes) -> list[bytes]:
        """The untagged lines up to the command's end."""
        lines = []
        while not (line := await self._reader.readline()).startswith(tag):
            lines.append(line)
            if literal := LITERAL.search(line):
                await self._reader.readexactly(int(literal[1]))
            if not line:
                raise ConnectionError("the IMAP server closed the connection")
        return lines

    async def do(self, command: str) -> list[bytes]:
        return await self.end(self.begin(command))


def batches(uids: list[str]) -> Iterator[str]:
    return (",".join(uids[start : start + BATCH]) for start in range(0, len(uids), BATCH))


async def send(port: int, todo: Iterator[str], reply: bytes) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    await reader.readline()
    writer.write(b"EHLO bench.example.org\r\n")
    while not (await reader.readline()).startswith(b"250 "):
        pass
    for _ in todo:
        writer.write(b"MAIL FROM:<swc@example.org>\r\nRCPT TO:<member@example.org>\r\nDATA\r\n")
        for _answer in range(3):
            await reader.readline()
        writer.write(reply)
        await writer.drain()
        await reader.readline()
    writer.close()


async def main(imap_port: int, smtp_port: int, user: str, password: str, reply_bytes: int) -> None:
    reply = b"Subject: x\r\n\r\n" + (b"A" * 76 + b"\r\n") * (reply_bytes // 78) + b".\r\n"
    imap = Imap(*await asyncio.open_connection(HOST, imap_port, limit=1 << 22))
    await imap.do(f"LOGIN {user} {password}")
    await imap.do("CREATE Answered")
    await imap.do("SELECT INBOX")
    marks = [perf_counter()]
    found = await imap.do("UID SEARCH ALL")
    uids = [uid.decode() for line in found if line.startswith(b"* SEARCH") for uid in line.split()[2:]]
    for tag in [imap.begin(f"UID FETCH {batch} (UID INTERNALDATE BODY.PEEK[])") for batch in batches(uids)]:
        await imap.end(tag)
    marks.append(perf_counter())
    todo = iter(uids)
    await asyncio.gather(*(send(smtp_port, todo, reply) for _ in range(CONNECTIONS)))
    marks.append(perf_counter())
    for tag in [imap.begin(f"UID MOVE {batch} Answered") for batch in batches(uids)]:
        await imap.end(tag)
    marks.append(perf_counter())
    fetch, sending, move = (after - before for before, after in pairwise(marks))
    print(json.dumps({"mails": len(uids), "fetch": fetch, "send": sending, "move": move}))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])))
