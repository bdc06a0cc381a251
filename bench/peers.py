"""One phase alone, as others do it: all of a mailbox fetched, or so many replies sent.

    python -m bench.peers imapclient BATCH | imap_tools BATCH | ours IMAP-PORT USER PASSWORD
    python -m bench.peers smtp_each | smtp_reused SMTP-PORT REPLIES REPLY-BYTES

Prints the seconds and the processor's seconds of the phase as JSON, without the start of the program.
"""

from __future__ import annotations

import json
import smtplib
import sys
from collections.abc import Callable
from contextlib import closing
from time import perf_counter, process_time

from imap_tools import MailBoxUnencrypted
from imapclient import IMAPClient

from swc_mailer.adapters.imap import ImapSettings, open_mailbox

HOST = "127.0.0.1"


def imapclient(port: int, user: str, password: str, batch: int) -> int:
    client = IMAPClient(HOST, port, ssl=False)
    client.login(user, password)
    client.select_folder("INBOX", readonly=True)
    client._imap.debug = 0  # what ours does too: else half of the time goes into debug lines that nobody reads
    uids = client.search("ALL")
    parts = (uids[start : start + batch] for start in range(0, len(uids), batch))
    found = sum(len(client.fetch(part, ["INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[]"])) for part in parts)
    client.logout()
    return found


def imap_tools(port: int, user: str, password: str, batch: int) -> int:
    with MailBoxUnencrypted(HOST, port).login(user, password) as box:
        return sum(1 for _ in box.fetch(mark_seen=False, bulk=batch))


def ours(port: int, user: str, password: str) -> int:
    settings = ImapSettings(HOST, user, port=port, security="none", password=password)
    with closing(open_mailbox(settings)) as mailbox:
        return sum(1 for _ in mailbox.fetch(mailbox.waiting(), max_bytes=25_000_000))


def message(size: int) -> bytes:
    return b"From: swc@example.org\r\nTo: member@example.org\r\nSubject: x\r\n\r\n" + (b"A" * 76 + b"\r\n") * (size // 78)


def smtp_each(port: int, replies: int, size: int) -> int:
    content = message(size)
    for _ in range(replies):
        with smtplib.SMTP(HOST, port) as server:
            server.sendmail("swc@example.org", ["member@example.org"], content)
    return replies


def smtp_reused(port: int, replies: int, size: int) -> int:
    content = message(size)
    with smtplib.SMTP(HOST, port) as server:
        for _ in range(replies):
            server.sendmail("swc@example.org", ["member@example.org"], content)
    return replies


PEERS: dict[str, Callable[..., int]] = {
    "imapclient": imapclient,
    "imap_tools": imap_tools,
    "ours": ours,
    "smtp_each": smtp_each,
    "smtp_reused": smtp_reused,
}


def main(name: str, *arguments: str) -> None:
    given = [int(argument) if argument.isdecimal() else argument for argument in arguments]
    begun, used = perf_counter(), process_time()
    found = PEERS[name](*given)
    print(json.dumps({"mails": found, "seconds": perf_counter() - begun, "cpu_seconds": process_time() - used}))


if __name__ == "__main__":
    main(*sys.argv[1:])
