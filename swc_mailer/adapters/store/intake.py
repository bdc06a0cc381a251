"""Taking in: a message, its request, its decision and its due reply are written together, or not at all.

A batch of messages shares one transaction. What has to do with nothing else is written together, at the latest when something
is looked up; the rest in a savepoint a message. What one of them breaks is undone for it alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import DBAPIError

from swc_mailer.adapters.store import history, requests
from swc_mailer.adapters.store.engine import errors_in_words
from swc_mailer.adapters.store.ids import new_public_id
from swc_mailer.adapters.store.places import note_again
from swc_mailer.adapters.store.remembering import (
    Decided,
    insert_message,
    put_in_place,
    remember,
    remember_all,
    row_to_decide,
    stands_alone,
)
from swc_mailer.adapters.store.replies import SaysReason
from swc_mailer.adapters.store.schema import decision, message
from swc_mailer.adapters.store.unknown import Unknown, unknown_of
from swc_mailer.core.follow_up import Earlier
from swc_mailer.core.model import Folder, History, Message, Outcome
from swc_mailer.core.register import number_key
from swc_mailer.errors import SwcMailerError
from swc_mailer.ports import PROGRAM, Coming, Fetched, Location, TakenIn

MOST_FAILURES = 3


class SqlIntake:
    """One transaction of taking in."""

    def __init__(self, connection: Connection, say: SaysReason) -> None:
        self._connection = connection
        self._say = say
        self._replies_today: int | None = None  # counted once a transaction, which then adds its own
        self._unknown = Unknown()
        self._unwritten: list[Decided] = []
        self._broken: list[tuple[TakenIn, Exception]] = []

    @contextmanager
    def _savepoint(self) -> Iterator[Connection]:
        with errors_in_words(self._connection.engine), self._connection.begin_nested():
            yield self._connection

    @contextmanager
    def _one_message(self) -> Iterator[Connection]:
        """For what looks at rows, or changes them: all that was remembered is among them."""
        self._write_down()
        with self._savepoint() as connection:
            yield connection

    # --- before a message is decided -----------------------------------------------------------------------

    def expect(self, batch: Sequence[Coming]) -> None:
        try:
            with self._one_message() as connection:
                self._unknown = unknown_of(connection, batch)
        except DBAPIError:  # a key that the database refuses: then each message is asked about, and that one fails alone
            self._unknown = Unknown()

    def already_taken(self, digest: str, location: Location) -> bool:
        if self._unknown.is_new(digest, location):
            return False
        with self._one_message() as connection:
            return note_again(connection, digest, location)

    def earlier_requests(self, message: Message, digest: str) -> list[Earlier]:
        if self._unknown.is_first(message, digest):
            return []
        with self._one_message() as connection:
            return history.earlier_requests(connection, message, digest)

    def history(self, message: Message, digest: str, belongs_to: str, *, now: datetime, in_all: bool = True) -> History:
        replies_today = self._sent_today(now) if in_all else 0
        if not belongs_to and self._unknown.is_first(message, digest) and self._unknown.is_stranger(message):
            return History(replies_today=replies_today)
        with self._one_message() as connection:
            return history.history_of(connection, message, digest, belongs_to, replies_today=replies_today, now=now)

    def _sent_today(self, now: datetime) -> int:
        if self._replies_today is None:
            with self._one_message() as connection:
                self._replies_today = history.replies_in_all(connection, now=now)
        return self._replies_today

    def packs_to(self, membership_number: str, *, now: datetime) -> tuple[int, datetime | None]:
        if number_key(membership_number) in self._unknown.members:
            return 0, None
        with self._one_message() as connection:
            return history.packs_to(connection, membership_number, now=now)

    # --- what was decided ----------------------------------------------------------------------------------

    def remember(self, taken: TakenIn, *, now: datetime) -> None:
        if self._unknown.is_new(taken.digest, taken.fetched.waiting.location) and stands_alone(taken):
            self._unwritten.append((taken, now))
        else:
            with self._one_message() as connection:
                remember(connection, taken, self._say, now=now)
        self._unknown.learn(taken)
        if taken.reply and self._replies_today is not None:
            self._replies_today += 1

    def write(self) -> Sequence[tuple[TakenIn, Exception]]:
        self._write_down()
        broken, self._broken = self._broken, []
        return broken

    def _write_down(self) -> None:
        unwritten, self._unwritten = self._unwritten, []
        if not unwritten:
            return
        try:
            with self._savepoint() as connection:
                remember_all(connection, unwritten)
        except SwcMailerError:
            raise
        except Exception:  # noqa: BLE001 -- one of them is at fault: which, is found by writing each alone
            for taken, now in unwritten:
                self._write_alone(taken, now)

    def _write_alone(self, taken: TakenIn, now: datetime) -> None:
        try:
            with self._savepoint() as connection:
                remember(connection, taken, self._say, now=now)
        except SwcMailerError:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is this one message's, and is told by `write`
            self._broken.append((taken, error))

    def set_aside(self, fetched: Fetched, digest: str, *, error: str, now: datetime) -> bool:
        with self._one_message() as connection:
            return set_aside(connection, fetched, digest, self._say, error=error, now=now)


# --- a message that the program fails on -------------------------------------------------------------------


def set_aside(connection: Connection, fetched: Fetched, digest: str, say: SaysReason, *, error: str, now: datetime) -> bool:
    """Count a failure; the last one makes it a case for a person."""
    row_id = row_to_decide(connection, digest)
    if row_id is None:
        row_id = insert_message(connection, fetched, digest, {"message_id": "", "sender": "", "name": "", "subject": ""}, now=now)
    else:
        put_in_place(connection, row_id, fetched.waiting.location)
    failed = update(message).where(message.c.id == row_id).values(failures=message.c.failures + 1, error=error)
    failures: int = connection.execute(failed.returning(message.c.failures)).scalar_one()
    if failures < MOST_FAILURES:
        return False
    give_up(connection, row_id, fetched, [say("failed", {"error": error})], now=now)
    return True


def give_up(
    connection: Connection, row_id: int, fetched: Fetched, reasons: Sequence[Mapping[str, Any]], *, now: datetime
) -> None:
    request_id = new_public_id()
    requests.open_failed(connection, request_id, row_id, reasons, received=fetched.waiting.received, now=now)
    decided = {"request_id": request_id, "outcome": Outcome.REVIEW.value, "file_in": Folder.REVIEW.value}
    connection.execute(update(message).where(message.c.id == row_id).values(**decided))
    connection.execute(
        insert(decision).values(
            request_id=request_id,
            message=row_id,
            outcome=Outcome.REVIEW.value,
            reasons=list(reasons),
            evidence=[],
            decided_by=PROGRAM,
            rules_version="",
            decided_at=now,
        )
    )
