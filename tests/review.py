"""A store with cases in it, made by the program's own taking in, and people at the review queue; no server is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest

from swc_mailer import assemble
from swc_mailer.adapters.store import SqlStore
from swc_mailer.commands.proposals import Proposal, carry_out
from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.config import Config
from swc_mailer.config_file import read_config
from swc_mailer.errors import CannotAct
from swc_mailer.ports import DueReply, Fetched, Location, Waiting
from swc_mailer.taking_in import Intakes, read_one, take_in_one
from tests.empty_store import put_empty_store
from tests.installation import CONFIG

HEADINGS = "membership_number,name,address_1,address_2,town,county,postcode,email,status\n"
ANN = "1234567,Ann Example,12 Station Road,,Leeds,,LS6 2AB,ann@example.org,current\n"
BEA = "7654321,Bea Example,3 Mill Lane,,Leeds,,LS6 3DG,,current\n"
LEN = "2222222,Len Lapsed,9 High Street,,Leeds,,LS6 4EF,,lapsed\n"
HOME = "12 Station Road\nLeeds\nLS6 2AB"
NUMBERS = count(1)
IN_TIME = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
ASKS = "Hello,\n\nplease send me the consultation documents.\n\n"


@dataclass
class Review:
    """The folder of an installation, its store, and a clock that stands still until it is moved."""

    folder: Path
    now: datetime = IN_TIME + timedelta(hours=1)
    uids: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        (self.folder / "config.toml").write_text(CONFIG)
        (self.folder / "config.toml").chmod(0o600)
        (self.folder / "paper.pdf").write_bytes(b"%PDF-1.4 the consultation paper")
        self.write_register(ANN, BEA, LEN)
        put_empty_store(self.folder / "swc-mailer.db")

    def write_register(self, *rows: str) -> None:
        (self.folder / "members.csv").write_text(HEADINGS + "".join(rows))

    def configure(self, *lines: str) -> None:
        with (self.folder / "config.toml").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    @property
    def config(self) -> Config:
        return read_config(self.folder / "config.toml", {})

    @contextmanager
    def store(self) -> Iterator[SqlStore]:
        with closing(assemble.open_store(self.config)) as store:
            yield store

    @contextmanager
    def reviewer(self, who: str = "jo", *, undo: int = 0) -> Iterator[Reviewer]:
        with self.store() as store, closing(assemble.Lazily(self.config, store)) as parts:
            yield Reviewer(who, self.config, store, parts, timedelta(seconds=undo), lambda: self.now)

    def take_in(self, *mails: bytes, received: datetime = IN_TIME) -> None:
        with self.store() as store, closing(assemble.Lazily(self.config, store)) as parts:
            means, result = parts.answering(), Intakes()
            store.keep_pack(means.pack.digest, means.pack.block)
            for mail in mails:
                with store.intake() as intake:
                    take_in_one(read_one(self.fetched(mail, received), means), intake, means, result, now=self.now)

    def fetched(self, mail: bytes, received: datetime = IN_TIME) -> Fetched:
        location = Location("swc@example.org@127.0.0.1", "INBOX", 1, next(self.uids))
        return Fetched(Waiting(location, len(mail), received, answered=False), mail)

    def set_aside(self, mail: bytes) -> None:
        """As a message that made the program fail three times."""
        fetched = self.fetched(mail)
        with self.store() as store, store.intake() as intake:
            for _ in range(3):
                intake.set_aside(fetched, hashlib.sha256(mail).hexdigest(), error="KeyError: 1", now=self.now)

    def case(self, *mails: bytes) -> str:
        """The id of the one case that waits once these mails are taken in."""
        self.take_in(*mails)
        with self.store() as store:
            (case,) = store.queue()
            return case.id

    def due(self) -> list[DueReply]:
        with self.store() as store:
            return store.due(now=self.now, limit=100)

    def waiting(self) -> list[str]:
        """The first reason's code of each case that waits."""
        with self.store() as store:
            return [case.reasons[0]["code"] for case in store.queue()]

    def messages(self) -> dict[str, int]:
        with self.store() as store:
            return dict(store.counts().messages)


def mail(text: str, *, sender: str = "Ann Example <ann@example.org>", subject: str = "Consultation", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "swc@example.org"
    message["Subject"] = subject
    message["Date"] = "Mon, 10 Feb 2014 09:10:00 +0000"
    message["Message-ID"] = headers.pop("message_id", f"<{next(NUMBERS)}@example.org>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text, cte="8bit")
    return message.as_bytes()


# --- what a test does there --------------------------------------------------------------------------------

Act = Callable[[Reviewer, str], Proposal]


def do(review: Review, action: Act, case_id: str, *, who: str = "jo", undo: int = 0) -> Proposal:
    """Propose, and carry out."""
    with review.reviewer(who, undo=undo) as reviewer:
        proposal = action(reviewer, case_id)
        carry_out(reviewer, proposal)
        return proposal


def refusal(review: Review, action: Callable[[Reviewer], object]) -> str:
    """The one sentence by which an action is refused."""
    with review.reviewer() as reviewer, pytest.raises(CannotAct) as refused:
        action(reviewer)
    assert "\n" not in str(refused.value)
    return str(refused.value)
