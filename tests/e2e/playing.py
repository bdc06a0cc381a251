"""A scripted conversation is played on real servers: a turn happens, the program runs, what must hold is looked at.

The program's clock is libfaketime's. What it decided is told by its own log lines; what waits and why, by its store.
"""

from __future__ import annotations

import imaplib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from subprocess import CompletedProcess
from typing import Any

from swc_mailer.adapters.store import SqlStore, open_store
from tests.e2e.charity import FOLDERS, Charity, Reply, replies
from tests.e2e.conversation import Mail, Robot, Said, Script, Turn, bytes_of, parsed, register
from tests.e2e.hosts import DovecotMailbox
from tests.prepared import clock_at

RUN = ("run", "--json", "--verbose", "--log-format", "json")


@dataclass
class Happened:
    """What became of one turn."""

    decided: list[Mapping[str, Any]] = field(default_factory=list)  # log lines, in the order of the inbox
    replies: list[Reply] = field(default_factory=list)
    printed: str = ""


@dataclass
class Play:
    """A script on its way; `delivered` are "message 1" and those after it."""

    charity: Charity
    mailbox: DovecotMailbox
    script: Script
    delivered: list[bytes] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # the queue, as the script has it

    def play(self) -> None:
        one_by_one = {"connections": 1}  # so that replies have an order
        self.charity.write(register(self.script.members), smtp=one_by_one, **self.script.config)
        for number, turn in enumerate(self.script.turns, 1):
            try:
                self.look(turn, self.act(turn))
            except Exception as error:
                error.add_note(f"In turn {number} ({turn.at:%d %B %H:%M}) of: {self.script.story.strip()}")
                raise

    # --- what happens --------------------------------------------------------------------------------------

    def act(self, turn: Turn) -> Happened:
        before = len(self.charity.smtp.taken)
        happened = Happened()
        if turn.members:
            (self.charity.folder / "members.csv").write_text(register(turn.members))
        if turn.rounds:
            self.rounds(turn)
        else:
            self.deliver(turn)
            if turn.command:
                happened.printed = self.program(turn, *map(self.fill, turn.command)).stdout
            elif turn.run:
                happened.decided = decided(self.program(turn, *RUN))
        happened.replies = replies(self.charity.smtp)[before:]
        return happened

    def deliver(self, turn: Turn) -> None:
        if turn.mail:
            self.put_in_inbox(self.written(turn.mail, turn.at), turn)
        if turn.again:
            self.put_in_inbox(self.message(turn.again), turn)
        if turn.put_back:
            self.move_to_inbox(self.message(turn.put_back))

    def put_in_inbox(self, raw: bytes, turn: Turn) -> None:
        self.delivered.append(raw)
        self.mailbox.server.deliver(self.mailbox.username, raw, turn.at, flags=["answered"] if turn.answered else [])

    def move_to_inbox(self, raw: bytes) -> None:
        """As a person does in a mail program, from Ignored."""
        with imaplib.IMAP4(self.mailbox.host, self.mailbox.server.port) as imap:
            imap.login(self.mailbox.username, self.mailbox.password)
            imap.select("swc/Ignored")
            _, (found, *_) = imap.search(None, "HEADER", "Message-ID", message_id(raw))
            assert imap.xatom("MOVE", found.decode(), "INBOX")[0] == "OK"

    def written(self, mail: Mail, at: datetime, reply: bytes = b"") -> bytes:
        return bytes_of(mail, self.said(reply), at=at, number=len(self.delivered) + 1)

    def rounds(self, turn: Turn) -> None:
        """Until every robot has nothing more to say, or there were enough rounds."""
        answered: dict[str, int] = {}
        became: list[tuple[Robot, str]] = []
        for number in range(turn.rounds):
            now = replace(turn, at=turn.at + number * turn.every, clock=turn.clock + number * turn.every)
            mails = [(robot, raw) for robot in turn.robots for raw in self.robot_writes(robot, now, answered)]
            if not mails:
                break
            for _, raw in mails:
                self.put_in_inbox(raw, now)
            decisions = map(decision_in_words, decided(self.program(now, *RUN)))
            became += zip([robot for robot, _ in mails], decisions, strict=True)
        for robot in turn.robots:
            assert shortened(words for whose, words in became if whose == robot) == list(robot.becomes)

    def robot_writes(self, robot: Robot, turn: Turn, answered: dict[str, int]) -> Iterator[bytes]:
        if not robot.answers:
            yield self.written(robot.mail, turn.at)
            return
        reached = [reply for reply in replies(self.charity.smtp) if robot.address in reply.taken.rcpt_to]
        for reply in reached[answered.get(robot.address, 0) :]:
            yield self.written(robot.mail, turn.at, reply.taken.content)
        answered[robot.address] = len(reached)

    def program(self, turn: Turn, *arguments: str) -> CompletedProcess[str]:
        ran = self.charity.program(*arguments, **clock_at(turn.clock))
        assert ran.returncode == turn.then.code, ran.stderr or ran.stdout
        return ran

    # --- what was said, and what stands --------------------------------------------------------------------

    def message(self, name: str) -> bytes:
        """ "message 1"."""
        return self.delivered[int(name.removeprefix("message ")) - 1]

    def said(self, at_hand: bytes = b"") -> Said:
        return Said(tuple(self.delivered), tuple(taken.content for taken in self.charity.smtp.taken), at_hand)

    def fill(self, argument: str) -> str:
        """`{case}` is the id of the case that waits longest; all else as in mails."""
        with closing(self.store()) as store:
            return self.said().fill(argument.replace("{case}", next((case.id for case in store.queue()), "")))

    def store(self) -> SqlStore:
        return open_store(f"sqlite:///{self.charity.folder / 'swc-mailer.db'}")

    # --- what must hold ------------------------------------------------------------------------------------

    def look(self, turn: Turn, happened: Happened) -> None:
        then = turn.then
        assert shortened(map(decision_in_words, happened.decided)) == list(then.expected_messages)
        assert shortened(map(reply_in_words, happened.replies)) == list(then.replies)
        for words in then.said:
            assert words in one_line(happened.replies[-1].text)
        for words in then.not_said:
            assert words not in one_line(happened.replies[-1].text)
        for words in then.printed:
            assert words in one_line(happened.printed)
        with closing(self.store()) as store:
            self.look_at_store(store, turn, happened)

    def look_at_store(self, store: SqlStore, turn: Turn, happened: Happened) -> None:
        then = turn.then
        queue = store.queue()
        if then.queue is not None:
            self.waiting = list(then.queue)
        assert [f"{case.sender}: {', '.join(reason['code'] for reason in case.reasons)}" for case in queue] == self.waiting
        reasons = " ".join(reason["text"] for case in queue for reason in case.reasons)
        for words in then.why:
            assert words in reasons
        if then.evidence:
            assert self.evidence(store, happened.decided[-1]["request"]) == list(then.evidence)
        if turn.run and not turn.command:
            self.look_at_folders(store, turn, happened)

    def evidence(self, store: SqlStore, request_id: str) -> list[str]:
        """ "membership_number from message 2", of the newest decision of a request."""
        case = store.case(request_id)
        assert case
        names = {row["id"]: self.delivered.index(store.raw(row["id"]) or b"") + 1 for row in case["messages"]}
        newest = case["decisions"][-1]
        return [
            f"{piece['field']} from message {names[piece.get('message') or newest['message']]}" for piece in newest["evidence"]
        ]

    def look_at_folders(self, store: SqlStore, turn: Turn, happened: Happened) -> None:
        """Every message lies where its outcome says, and the store counts what the server holds."""
        folders = self.mailbox.folders()
        counts = store.counts().messages
        assert {name: len(mails) for name, mails in folders.items()} == {"inbox": 0} | {
            name: counts[name] for name in ("answered", "review", "ignored")
        }
        assert counts["taken_in"] == sum(map(len, folders.values()))
        if len(happened.decided) == 1:
            raw = self.message(turn.put_back) if turn.put_back else self.delivered[-1]
            assert raw in folders[turn.then.filed or FOLDERS[happened.decided[0]["outcome"]]]


def message_id(raw: bytes) -> str:
    return str(parsed(raw)["Message-ID"])


def decided(ran: CompletedProcess[str]) -> list[Mapping[str, Any]]:
    lines = (json.loads(line) for line in ran.stderr.splitlines())
    return [line for line in lines if line["event"] == "message_taken_in"]


def decision_in_words(line: Mapping[str, Any]) -> str:
    return f"{line['outcome']}: {', '.join(line['reasons'])}"


def reply_in_words(reply: Reply) -> str:
    """What a reply is, as its recipient would say."""
    (recipient,) = reply.taken.rcpt_to
    text = one_line(reply.text)
    asked = text.partition("still need")[2].partition("How to answer")[0]
    if reply.attachments:
        return f"pack to {recipient}"
    if asked:
        wanted = [name for name in ("membership number", "postal address") if name in asked]
        return f"asks {recipient} for the {' and the '.join(wanted)}"
    return f"tells {recipient} that it has closed" if "it closed on" in text else f"answers {recipient}"


def shortened(texts: Iterable[str]) -> list[str]:
    """Repetitions in one: "20 x ignore: auto_reply"."""
    counted = [(text, len(list(group))) for text, group in groupby(texts)]
    return [text if count == 1 else f"{count} x {text}" for text, count in counted]


def one_line(text: str) -> str:
    return " ".join(text.split())
