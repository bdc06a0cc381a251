"""From inbox to accepted reply to filed, on a throwaway Dovecot and an SMTP server that only counts: our program, the naive
peer, and the wire.

    python -m bench.end_to_end [--mails N] [--members N]

All do the same mails in the same run, each in a process and a mailbox of its own: so what counts are the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench.reading import make_register, ordinary
from tests.installation import PROGRAM
from tests.servers.dovecot import PASSWORD, Dovecot

MAILS = 600
MEMBERS = 100_000
PACK_BYTES = 150_000
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


@dataclass(frozen=True)
class Ran:
    """One process: what it took, by itself and without its servers."""

    seconds: float
    cpu: float  # of one core, 0 to 1 (more with several processes)
    peak_mb: float
    output: str


def timed(command: Sequence[str], folder: Path) -> Ran:
    """Run it to its end; raises where it fails."""
    begun = perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    assert process.stdout
    with process.stdout:
        output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {output}")
    return Ran(seconds, (used.ru_utime + used.ru_stime) / seconds, used.ru_maxrss / 1024, output)


def bench_module(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"bench.{name}", *map(str, arguments)]


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

    def fill(self, user: str) -> None:
        for n in range(self.mails):
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
    rig.fill("ours")
    program(rig, "pause")
    taking = program(rig, "run", "--json", "--quiet")
    program(rig, "resume")
    sending = program(rig, "run", "--json", "--quiet")
    return {
        "whole": whole,
        "idle": idle,
        "phases": {"take in and file": taking.seconds - idle.seconds, "send": sending.seconds - idle.seconds},
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


# --- the table ---------------------------------------------------------------------------------------------


def measured(mails: int, members: int) -> dict[str, Any]:
    """All figures of one run, as they are kept."""
    with rig(mails, members) as servers:
        ours_ran = ours(servers)
        naive_ran = naive(servers)
        wire_ran = wire(servers, reply_bytes=PACK_BYTES * 4 // 3 + 6_000)
    whole: Ran = ours_ran["whole"]
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "mails": mails,
        "members": members,
        "pack_bytes": PACK_BYTES,
        "ours": figures(whole, mails),
        "naive": figures(naive_ran, mails),
        "wire": figures(wire_ran, mails),
        "phases": {name: round(mails / seconds) for name, seconds in ours_ran["phases"].items()},
        "wire_phases": {name: round(mails / seconds) for name, seconds in json.loads(wire_ran.output).items() if name != "mails"},
        "idle": {"seconds": round(ours_ran["idle"].seconds, 2), "peak_mb": round(ours_ran["idle"].peak_mb)},
        "of_naive": round(naive_ran.seconds / whole.seconds, 2),
        "of_wire": round(wire_ran.seconds / whole.seconds, 2),
    }


def figures(ran: Ran, mails: int) -> dict[str, Any]:
    return {"per_second": round(mails / ran.seconds), "cpu": round(ran.cpu, 2), "peak_mb": round(ran.peak_mb)}


def table(found: dict[str, Any]) -> Iterator[str]:
    servers = f"{found['members']:,} members, {found['cores']} cores"
    yield f"{found['mails']} mails of 3.6 kB, a pack of {PACK_BYTES // 1000} kB, {servers}"
    yield f"{'':18}{'mails/s':>9}{'CPU':>7}{'peak MB':>9}"
    for name, key in (("swc-mailer run", "ours"), ("the naive peer", "naive"), ("the wire", "wire")):
        row = found[key]
        yield f"{name:18}{row['per_second']:>9}{row['cpu']:>7.0%}{row['peak_mb']:>9}"
    yield f"ours: {found['of_naive']} times the naive peer, {found['of_wire']:.0%} of the wire"
    yield "phases, mails a second: " + ", ".join(f"{name} {rate}" for name, rate in found["phases"].items())
    yield "the wire's phases: " + ", ".join(f"{name} {rate}" for name, rate in found["wire_phases"].items())
    yield f"a run with nothing to do: {found['idle']['seconds']} s, {found['idle']['peak_mb']} MB"


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
