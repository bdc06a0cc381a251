"""From inbox to accepted reply to filed, on a throwaway Dovecot and an SMTP server that only counts: our program, the naive
peer, and the wire; then fetching and sending alone, beside what others do.

    python -m bench.end_to_end [--mails N] [--members N] [--keep]

All do the same mails in the same run, each in a process and a mailbox of its own: so what counts are the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.measuring import Ran, bench_module, timed
from bench.reading import make_register, ordinary
from tests.installation import PROGRAM
from tests.servers.dovecot import PASSWORD, Dovecot

MAILS = 2_000
MEMBERS = 100_000
PACK_BYTES = 150_000
FETCH_BATCHES = (50, 200, 500)
HISTORY = Path(__file__).with_name("history.jsonl")
ANSWERED = "Answered"
CONFIG = """\
[imap]
host = "127.0.0.1"
port = {imap}
security = "none"
username = "{user}"
password = "{password}"
answered = "Answered"
review = "Review"
ignored = "Ignored"
[smtp]
host = "127.0.0.1"
port = {smtp}
security = "none"
from_address = "swc@amnesty.org.uk"
[register]
path = "members.csv"
[consultation]
title = "Policy consultation"
deadline = 2014-03-21
pack = ["pack.pdf"]
"""


@contextmanager
def sink() -> Iterator[int]:
    """The port of a running sink."""
    with subprocess.Popen(bench_module("sink"), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGTERM)


@dataclass(frozen=True)
class Rig:
    """The servers and what every contender needs of files."""

    folder: Path
    dovecot: Dovecot
    smtp_port: int
    mails: int

    def fill(self, user: str, first: int = 0) -> None:
        """With mails of members from the `first` on: who writes twice is answered once."""
        for n in range(first, first + self.mails):
            self.dovecot.deliver(user, ordinary(n))

    def configure(self, user: str) -> None:
        text = CONFIG.format(imap=self.dovecot.port, smtp=self.smtp_port, user=user, password=PASSWORD)
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def all_answered(self, user: str) -> None:
        found = len(self.dovecot.messages(user)[ANSWERED])
        if found != self.mails:
            raise SystemExit(f"{user}: {found} of {self.mails} mails were answered and filed")


@contextmanager
def rig(mails: int, members: int) -> Iterator[Rig]:
    with TemporaryDirectory() as name, Dovecot() as dovecot, sink() as smtp_port:
        folder = Path(name)
        make_register(folder / "members.csv", members)
        (folder / "pack.pdf").write_bytes(b"%PDF-1.4\n" + os.urandom(PACK_BYTES))
        yield Rig(folder, dovecot, smtp_port, mails)


# --- the contenders ----------------------------------------------------------------------------------------


def program(rig: Rig, *arguments: str) -> Ran:
    return timed([str(PROGRAM), *arguments], rig.folder)


def ours(rig: Rig) -> dict[str, Any]:
    """One pass for the whole; then the same with sending stopped, and the sending alone."""
    rig.configure("ours")
    program(rig, "run", "--quiet")  # makes the folders and the register's index
    rig.fill("ours")
    whole = program(rig, "run", "--json", "--quiet")
    rig.all_answered("ours")
    idle = program(rig, "run", "--quiet")
    rig.fill("ours", first=rig.mails)
    program(rig, "pause")
    taking = program(rig, "run", "--json", "--quiet")
    program(rig, "resume")
    sending = program(rig, "run", "--json", "--quiet")
    if (sent := json.loads(sending.output)["replies_sent"]) != rig.mails:
        raise SystemExit(f"{sent} of {rig.mails} replies were sent")
    return {
        "whole": whole,
        "idle": idle,
        "phases": {"take in and file": taking.cpu_seconds - idle.cpu_seconds, "send": sending.cpu_seconds - idle.cpu_seconds},
    }


def naive(rig: Rig) -> Ran:
    rig.fill("naive")
    arguments = (rig.dovecot.port, rig.smtp_port, "naive", PASSWORD, "members.csv", "pack.pdf")
    ran = timed(bench_module("naive_mail", *arguments), rig.folder)
    rig.all_answered("naive")
    return ran


def wire(rig: Rig, reply_bytes: int) -> Ran:
    rig.fill("wire")
    ran = timed(bench_module("wire", rig.dovecot.port, rig.smtp_port, "wire", PASSWORD, reply_bytes), rig.folder)
    rig.all_answered("wire")
    return ran


# --- one phase alone ---------------------------------------------------------------------------------------


def fetching(rig: Rig) -> Iterator[tuple[str, dict[str, Any]]]:
    """All of one mailbox, by each in turn."""
    rig.fill("peers")
    account = (rig.dovecot.port, "peers", PASSWORD)
    yield "ours", alone(rig, "ours", *account)
    for batch in FETCH_BATCHES:
        yield f"imapclient, {batch} a FETCH", alone(rig, "imapclient", *account, batch)
    yield f"imap_tools, {FETCH_BATCHES[-1]} a FETCH", alone(rig, "imap_tools", *account, FETCH_BATCHES[-1])
    yield "imap_tools, one a FETCH", alone(rig, "imap_tools", *account, 0)


def sending(rig: Rig, reply_bytes: int) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "smtplib, one connection a mail", alone(rig, "smtp_each", rig.smtp_port, rig.mails, reply_bytes)
    yield "smtplib, one connection", alone(rig, "smtp_reused", rig.smtp_port, rig.mails, reply_bytes)


def alone(rig: Rig, name: str, *arguments: object) -> dict[str, Any]:
    ran = timed(bench_module("peers", name, *arguments), rig.folder)
    told = json.loads(ran.output)
    if told["mails"] != rig.mails:
        raise SystemExit(f"{name}: {told['mails']} of {rig.mails} mails")
    return Ran(told["seconds"], told["cpu_seconds"], ran.peak_mb, "").figures(rig.mails)


# --- the table ---------------------------------------------------------------------------------------------


def measured(mails: int, members: int) -> dict[str, Any]:
    """All figures of one run, as they are kept."""
    with rig(mails, members) as servers:
        ours_ran = ours(servers)
        naive_ran = naive(servers)
        reply_bytes = PACK_BYTES * 4 // 3 + 6_000
        wire_ran = wire(servers, reply_bytes)
        alone = {"fetch": dict(fetching(servers)), "send": dict(sending(servers, reply_bytes))}
    whole: Ran = ours_ran["whole"]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "mails": mails,
        "members": members,
        "pack_bytes": PACK_BYTES,
        "ours": whole.figures(mails),
        "naive": naive_ran.figures(mails),
        "wire": wire_ran.figures(mails),
        "alone": alone,
        "phases": {name: round(1000 * seconds / mails, 2) for name, seconds in ours_ran["phases"].items()},
        "wire_phases": {name: round(mails / seconds) for name, seconds in json.loads(wire_ran.output).items() if name != "mails"},
        "idle": {"seconds": round(ours_ran["idle"].seconds, 2), "peak_mb": round(ours_ran["idle"].peak_mb)},
        "of_naive": round(naive_ran.seconds / whole.seconds, 2),
        "of_wire": round(wire_ran.seconds / whole.seconds, 2),
    }


def table(found: dict[str, Any]) -> Iterator[str]:
    servers = f"{found['members']:,} members, {found['cores']} cores"
    yield f"{found['mails']} mails of 3.6 kB, a pack of {PACK_BYTES // 1000} kB, {servers}"
    yield f"{'':32}{'mails/s':>9}{'CPU':>7}{'ms CPU':>8}{'peak MB':>9}"
    for name, key in (("swc-mailer run", "ours"), ("the naive peer", "naive"), ("the wire", "wire")):
        yield row(name, found[key])
    yield f"ours: {found['of_naive']} times the naive peer, {found['of_wire']:.0%} of the wire"
    yield "phases, ms CPU a mail: " + ", ".join(f"{name} {spent}" for name, spent in found["phases"].items())
    yield "the wire's phases, mails a second: " + ", ".join(f"{name} {rate}" for name, rate in found["wire_phases"].items())
    yield f"a run with nothing to do: {found['idle']['seconds']} s, {found['idle']['peak_mb']} MB"
    for phase, by_name in found["alone"].items():
        yield f"{phase} alone:"
        yield from (row(f"  {name}", figures) for name, figures in by_name.items())


def row(name: str, figures: dict[str, Any]) -> str:
    return f"{name:32}{figures['per_second']:>9}{figures['cpu']:>7.0%}{figures['cpu_ms']:>8}{figures['peak_mb']:>9}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the whole way of a mail.")
    parser.add_argument("--mails", type=int, default=MAILS)
    parser.add_argument("--members", type=int, default=MEMBERS)
    parser.add_argument("--keep", action="store_true", help=f"add the figures to {HISTORY.name}")
    args = parser.parse_args()
    found = measured(args.mails, args.members)
    if args.keep:
        with HISTORY.open("a", encoding="utf-8") as history:
            history.write(json.dumps(found) + "\n")
    for line in table(found):
        print(line, flush=True)


if __name__ == "__main__":
    main()
