"""A mailbox, a program that is broken off in the middle of its work, and the count of what has become of every request.

An ordeal delivers mails and lets the installed command run under whatever trouble a test makes. Then the trouble is over:
`settle` runs the command until there is nothing more to do, and `count` looks at both servers and the store.
"""

from __future__ import annotations

import imaplib
import os
import subprocess
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

from sqlalchemy import NullPool, create_engine, text

from swc_mailer.adapters.store import open_store
from swc_mailer.commands.status import Status, status
from swc_mailer.config import Config
from swc_mailer.config_file import read_config
from tests.contracts.mailboxes import WHEN
from tests.e2e.charity import Charity
from tests.e2e.hosts import DovecotMailbox
from tests.installation import PROGRAM
from tests.prepared import clock_at
from tests.servers.smtp import Taken
from tests.torture.mails import Mail, register

MOST_RUNS = 12  # a run that puts a reply off is followed by another
RUN = (str(PROGRAM), "run", "--quiet")
KILLED = -9
STEP = timedelta(hours=5)  # longer than the longest wait of a reply that was put off
DONE = (0, 1)  # exit codes of runs that nothing but a refusal of the mail server goes wrong in
IN_THE_END = ("sent", "refused", "unknown")


@dataclass(frozen=True)
class Tally:
    """What became of the requests of one ordeal, or of many."""

    trials: int = 0
    deaths: int = 0
    requests: int = 0
    lost: int = 0  # neither answered nor waiting for a person
    twice: int = 0  # answered twice, though the server's answer to the first copy was not lost
    second_copies: int = 0  # the same reply once more, after its delivery was unknown
    delivery_unknown: int = 0  # unknown twice: waits for a person
    undeliverable: int = 0  # refused by the server: waits for a person
    problems: tuple[str, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass
class Ordeal:
    charity: Charity
    mailbox: DovecotMailbox
    mails: list[Mail] = field(default_factory=list)
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)  # sections of the configuration
    deaths: int = 0
    counted: Tally = field(default_factory=Tally)  # what `well` has found
    ahead: timedelta = timedelta()  # of the true time, where replies have been put off

    def begin(self, mails: Sequence[Mail], **changes: dict[str, Any]) -> None:
        self.changes = changes
        self.configure()
        self.deliver(mails)

    def configure(self, **changes: dict[str, Any]) -> None:
        """The configuration as it is at the beginning, but for these changes."""
        sections = {*self.changes, *changes}
        self.charity.write(register(600), **{name: self.changes.get(name, {}) | changes.get(name, {}) for name in sections})

    def deliver(self, mails: Sequence[Mail]) -> None:
        self.mails += mails
        self.mailbox.deliver([(mail.raw, WHEN) for mail in mails])

    @contextmanager
    def person(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Somebody at work in the mailbox by a mail program."""
        with imaplib.IMAP4(self.mailbox.host, self.mailbox.server.port, timeout=5) as connection:
            connection.login(self.mailbox.username, self.mailbox.password)
            connection.select(folder)
            yield connection

    # --- the program ---------------------------------------------------------------------------------------

    def run(self, *wrapper: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """One run, within another command where one is given. One that nothing is done to need not begin with its imports."""
        clock = clock_at(datetime.now(UTC) + self.ahead) if self.ahead else {}
        if not wrapper and not environment:
            return self.charity.program(*RUN[1:], **clock)
        ran = subprocess.run(
            [*wrapper, *RUN],
            cwd=self.charity.folder,
            env=os.environ | clock | environment,
            capture_output=True,
            text=True,
            timeout=100,
            stdin=subprocess.DEVNULL,
        )
        self.deaths += ran.returncode == KILLED
        return ran

    def start(self, **environment: str) -> subprocess.Popen[str]:
        """A run that goes on beside the test."""
        return subprocess.Popen(
            RUN,
            cwd=self.charity.folder,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    def killed_after(self, seconds: float) -> None:
        """A run that is killed at a moment of chance, unless it has ended before."""
        process = self.start()
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        self.deaths += process.returncode == KILLED

    def settle(self, ends: Collection[int] = DONE) -> None:
        """Run until nothing is left to do."""
        for _ in range(MOST_RUNS):
            ran = self.run()
            assert ran.returncode in ends, ran.stderr
            if self.quiet():
                return
            self.ahead += STEP if self.put_off() else timedelta()
        raise AssertionError(f"after {MOST_RUNS} runs there is still something to do: {self.replies()}")

    def quiet(self) -> bool:
        ends = all(row.state in IN_THE_END and (row.state != "unknown" or row.unknowns > 1) for row in self.replies())
        return ends and not self.mailbox.folders()["inbox"]

    def put_off(self) -> bool:
        return any(row.state == "due" and row.attempts for row in self.replies())

    # --- what has become of it -----------------------------------------------------------------------------

    def well(self, ends: Collection[int] = DONE) -> Tally:
        """The trouble is over: everything is settled, nobody is forgotten, nobody was answered twice."""
        self.configure()
        self.settle(ends)
        self.counted = self.count()
        assert (self.counted.problems, self.counted.lost, self.counted.twice) == ((), 0, 0)
        return self.counted

    @property
    def config(self) -> Config:
        return read_config(self.charity.folder / "config.toml", {})

    def replies(self) -> list[Any]:
        engine = create_engine(self.config.store.url, poolclass=NullPool)
        with engine.connect() as connection:
            wanted = "select recipient_key, message_id, state, unknowns, attempts, not_before from reply order by id"
            return list(connection.execute(text(wanted)))

    def status(self) -> Status:
        return status(self.config, mailbox=True)

    def waiting(self) -> Counter[str]:
        """The cases in the review queue, by their first reason."""
        with closing(open_store(self.config.store.url)) as store:
            return Counter(reason["code"] for case in store.queue() for reason in case.reasons)

    def count(self) -> Tally:
        """Every request, message and copy is accounted for; what is wrong stands in `problems`."""
        rows, copies = self.replies(), copies_to(self.charity.smtp.taken)
        answers = [answer_of(row, copies.get(row.recipient_key, [])) for row in rows]
        senders = {mail.sender for mail in self.mails if mail.answered}
        lost = senders - {row.recipient_key for row in rows}
        tally = Tally(trials=1, deaths=self.deaths, requests=len(senders), lost=len(lost))
        for answer in answers:
            tally += answer
        return tally + Tally(problems=(*self.wrong_replies(rows, senders, copies), *self.wrong_places(), *self.wrong_queue(rows)))

    def wrong_replies(self, rows: Sequence[Any], senders: set[str], copies: dict[str, list[Taken]]) -> list[str]:
        answered = Counter(row.recipient_key for row in rows)
        return [
            *(f"{who} has {number} replies" for who, number in answered.items() if number > 1),
            *(f"{who} was answered" for who in {*answered, *copies} - senders),
        ]

    def wrong_places(self) -> list[str]:
        """What does not lie where it must, on the server and by the store's account."""
        expected = {
            name: Counter(mail.raw for mail in self.mails if mail.folder == name) for name in ("answered", "review", "ignored")
        }
        found = {name: Counter(raws) for name, raws in self.mailbox.folders().items()}
        wrong = [
            f"{name}: {found[name].total()}" for name, raws in (expected | {"inbox": Counter()}).items() if found[name] != raws
        ]
        told = self.status()
        if not (told.conserved and told.counts.messages["taken_in"] == len(self.mails) and not told.counts.unfiled):
            wrong.append(f"status: {told.record()} of {len(self.mails)} messages; expected {told.expected}")
        return wrong

    def wrong_queue(self, rows: Sequence[Any]) -> list[str]:
        waiting, states = self.waiting(), Counter(row.state for row in rows)
        expected = {"delivery_unknown": states["unknown"], "undeliverable": states["refused"]}
        return [f"{code}: {waiting[code]} wait, not {number}" for code, number in expected.items() if waiting[code] != number]


def copies_to(taken: Sequence[Taken]) -> dict[str, list[Taken]]:
    found: dict[str, list[Taken]] = {}
    for copy in taken:
        found.setdefault(copy.rcpt_to[0].lower(), []).append(copy)
    return found


def answer_of(row: Any, copies: Sequence[Taken]) -> Tally:
    """One reply in its end: sent once; or once more, the same bytes, after its delivery was unknown; or waiting for a person."""
    same = len({copy.content for copy in copies}) <= 1 and all(message_id(copy) == row.message_id for copy in copies)
    allowed = {"sent": (1, 2 if row.unknowns else 1), "unknown": (0, 2), "refused": (0, 0)}.get(row.state)
    right = same and allowed and allowed[0] <= len(copies) <= allowed[1]
    return Tally(
        lost=int(not copies and row.state not in ("unknown", "refused")),
        twice=int(len(copies) > 1 and not (row.unknowns and len(copies) == 2)),
        second_copies=int(len(copies) > 1 and row.unknowns > 0),
        delivery_unknown=int(row.state == "unknown"),
        undeliverable=int(row.state == "refused"),
        problems=() if right else (f"{row.recipient_key}: {row.state}, {row.unknowns} unknown, {len(copies)} copies",),
    )


def message_id(copy: Taken) -> str:
    return str(message_from_bytes(copy.content)["Message-ID"])
