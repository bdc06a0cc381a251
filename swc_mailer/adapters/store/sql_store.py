"""The store behind the port: every method is one transaction on SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from swc_mailer.adapters.store import (
    copies,
    desk,
    history,
    persons,
    queue,
    replies,
    reporting,
    retention,
    sealing,
    settings,
    status,
    versions,
)
from swc_mailer.adapters.store.engine import (
    advisory_lock,
    forget,
    is_embedded,
    is_missing,
    make_engine,
    one_after_another,
    reading,
    writing,
)
from swc_mailer.adapters.store.filing import Filing
from swc_mailer.adapters.store.intake import SqlIntake
from swc_mailer.adapters.store.notices import Notices
from swc_mailer.adapters.store.posting import Posting
from swc_mailer.adapters.store.replies import SaysReason
from swc_mailer.adapters.store.sending import Sending
from swc_mailer.core.model import History, Message
from swc_mailer.core.report import Facts
from swc_mailer.desk_port import Chosen, Erased, Held, Neighbours, NewLetter, QueuePage, StaffDecision, Understood
from swc_mailer.errors import ChangedMeanwhile
from swc_mailer.ports import Counts, StoredMessage, WaitingCase


def bare_reason(code: str, facts: Mapping[str, str]) -> Mapping[str, Any]:
    """A reason without its sentence, for want of the words."""
    return {"code": code, "text": " ".join([code, *facts.values()]), "facts": dict(facts)}


def open_store(
    url: str, *, account: str = "", upgrade: bool = True, say: SaysReason = bare_reason, raw_keys: Sequence[str] = ()
) -> SqlStore:
    """The store at an absolute URL. An embedded SQLite is made, or brought to this version; PostgreSQL only by `upgrade_store`.
    Without `upgrade` nothing is made: where there is no file yet, an empty store in memory stands for it. `say` makes the
    record of a reason that the store itself finds: it is called late and seldom, so that opening need not read the words.
    `raw_keys`: by which messages and scans are encrypted. Raises ConfigError where one is missing. `account`: whose inbox runs on
    this store take in and file; others may do so with other inboxes at the same time."""
    vault = sealing.Vault(raw_keys)
    engine, changed = engine_with(url, vault), upgrade
    if not upgrade and is_missing(engine):
        engine, upgrade = engine_with("sqlite://", vault), True
    try:
        versions.bring_up_to_date(engine, upgrade=upgrade and is_embedded(engine))
        sealing.check_keys(engine, vault, note=changed)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine, say, account)


def upgrade_store(url: str) -> tuple[str | None, str]:
    """Make the tables, or bring them to this version, whatever the database; the versions before (None: no tables) and now."""
    engine = make_engine(url)
    try:
        return versions.bring_up_to_date(engine, upgrade=True), versions.HEAD
    finally:
        engine.dispose()


def engine_with(url: str, vault: sealing.Vault) -> Engine:
    return make_engine(url).execution_options(**{sealing.OPTION: vault})


class SqlStore(Filing, Notices, Posting, Sending, sealing.Sealing):
    """Implements `ports.Store` and `desk_port.Desk`."""

    def __init__(self, engine: Engine, say: SaysReason, account: str) -> None:
        self._engine = engine
        self._say = say
        self._account = account

    def _reading(self) -> AbstractContextManager[Connection]:
        return reading(self._engine)

    def _writing(self) -> AbstractContextManager[Connection]:
        return writing(self._engine)

    # taking in

    @contextmanager
    def intake(self) -> Iterator[SqlIntake]:
        """One at a time, whatever the inbox: two messages of one person must not be decided without knowing of each other."""
        with self._writing() as connection:
            one_after_another(connection, "intake")
            yield SqlIntake(connection, self._say)

    # the pack

    def keep_pack(self, digest: str, block: bytes) -> None:
        with self._reading() as connection:
            if status.has_pack(connection, digest):
                return
        try:
            with self._writing() as connection:
                status.keep_pack(connection, digest, block)
        except IntegrityError:
            return  # another process kept the same bytes meanwhile

    def pack(self, digest: str) -> bytes:
        with self._reading() as connection:
            return status.pack_block(connection, digest)

    # the queue, read

    def queue(self) -> list[WaitingCase]:
        with self._reading() as connection:
            return queue.waiting_cases(connection)

    def queue_page(self, chosen: Chosen, *, offset: int, limit: int) -> QueuePage:
        with self._reading() as connection:
            hold = self._say("hold", {}) if chosen.unapproved else {}
            return queue.queue_page(connection, chosen, hold, offset=offset, limit=limit)

    def neighbours(self, case_id: str, chosen: Chosen) -> Neighbours:
        with self._reading() as connection:
            return queue.neighbours(connection, case_id, chosen)

    def case(self, case_id: str) -> Mapping[str, Any] | None:
        with self._reading() as connection:
            return queue.case(connection, case_id)

    def ignored(self) -> list[WaitingCase]:
        with self._reading() as connection:
            return queue.ignored(connection)

    def for_approval(self) -> list[WaitingCase]:
        with self._reading() as connection:
            return queue.for_approval(connection, [self._say("hold", {})])

    def stored(self, message: int) -> StoredMessage | None:
        with self._reading() as connection:
            return queue.stored(connection, message)

    def taken_in(self) -> list[StoredMessage]:
        with self._reading() as connection:
            return queue.taken_in(connection)

    def raw(self, message: int) -> bytes | None:
        with self._reading() as connection:
            return queue.raw(connection, message)

    def reply_head(self, reply: int) -> bytes | None:
        with self._reading() as connection:
            return queue.reply_head(connection, reply)

    # what came before, once more

    def history_again(self, new: Message, message: int, *, at: datetime) -> History:
        with self._reading() as connection:
            return history.history_again(connection, new, message, at=at)

    def packs_before(self, membership_number: str, *, at: datetime) -> tuple[int, datetime | None]:
        with self._reading() as connection:
            return history.packs_to(connection, membership_number, now=at, before=at)

    # the whole

    def replies_due(self) -> int:
        with self._reading() as connection:
            return status.replies_due(connection)

    def counts(self) -> Counts:
        with self._reading() as connection:
            return status.counts(connection)

    def report_facts(self) -> Facts:
        with self._reading() as connection:
            return reporting.facts(connection)

    def lying(self, account: str) -> Mapping[str, int]:
        with self._reading() as connection:
            return status.lying(connection, account)

    def secret(self, name: str) -> bytes:
        with self._reading() as connection:
            found = status.secret(connection, name)
        if found is not None:
            return found
        try:
            with self._writing() as connection:
                status.make_secret(connection, name)
        except IntegrityError:
            pass  # another process made it meanwhile: its key is the one
        return self.secret(name)

    def setting(self, name: str) -> Any:
        with self._reading() as connection:
            return settings.value(connection, name)

    def set_setting(self, name: str, value: Any) -> None:
        with self._writing() as connection:
            settings.set_value(connection, name, value)

    def paused(self) -> bool:
        return bool(self.setting(replies.PAUSED))

    def pause(self, paused: bool, *, now: datetime) -> None:
        self.set_setting(replies.PAUSED, now.isoformat() if paused else "")

    def last_run_died(self) -> bool:
        with self._reading() as connection:
            return status.last_run_died(connection, self._account)

    def run_started(self, *, now: datetime) -> int:
        with self._writing() as connection:
            return status.run_started(connection, self._account, now=now)

    def run_ended(self, run_id: int, *, counts: Mapping[str, Any], error: str, now: datetime) -> None:
        with self._writing() as connection:
            status.run_ended(connection, run_id, counts=counts, error=error, now=now)

    def run_lock(self) -> AbstractContextManager[bool]:
        return advisory_lock(self._engine, f"run {self._account}")

    def backup(self, path: Path) -> None:
        """A consistent copy, made while others go on using the store."""
        copies.copy_out(self._engine, path)

    def close(self) -> None:
        self._engine.dispose()

    # what staff do

    def decide(self, decision: StaffDecision, *, now: datetime) -> None:
        with self._writing() as connection:
            desk.decide(connection, decision, now=now)

    def take(self, message: int, decision: StaffDecision, *, now: datetime) -> None:
        with self._writing() as connection:
            desk.take(connection, message, decision, now=now)

    def read_anew(self, message: int, read: Message, *, now: datetime) -> None:
        with self._writing() as connection:
            desk.read_anew(connection, message, read, now=now)

    def letter(self, letter: NewLetter, decision: StaffDecision, *, now: datetime) -> None:
        try:
            with self._writing() as connection:
                desk.take_letter(connection, letter, decision, now=now)
        except IntegrityError as error:
            raise ChangedMeanwhile(f"The letter of case {letter.request_id} was kept already.") from error

    def undo(self, request_id: str, *, who: str, now: datetime) -> bool:
        with self._writing() as connection:
            return desk.undo(connection, request_id, who=who, now=now)

    def note(self, request_id: str, *, who: str, text: str, now: datetime) -> None:
        with self._writing() as connection:
            desk.write_note(connection, request_id, who=who, text=text, now=now)

    def merge(self, request_id: str, into: str, understood: Understood, *, who: str, now: datetime) -> None:
        with self._writing() as connection:
            desk.merge(connection, request_id, into, understood, who=who, now=now)

    def block(self, address: str, *, who: str, now: datetime) -> None:
        with self._writing() as connection:
            desk.block(connection, address, who=who, now=now)

    def unblock(self, address: str, *, who: str, now: datetime) -> bool:
        with self._writing() as connection:
            return desk.unblock(connection, address, who=who, now=now)

    def blocked(self) -> list[str]:
        with self._reading() as connection:
            return desk.blocked(connection)

    def audit(self, *, who: str, action: str, request_id: str = "", now: datetime) -> None:
        with self._writing() as connection:
            desk.write_audit(connection, who=who, action=action, request_id=request_id, now=now)

    # data protection

    def held(self, *, email: str = "", membership_number: str = "") -> Held:
        with self._reading() as connection:
            return persons.held(connection, email=email, membership_number=membership_number)

    def erase(self, *, email: str = "", membership_number: str = "", who: str, now: datetime) -> int:
        with self._writing() as connection:
            found = persons.requests_of(connection, email=email, membership_number=membership_number)
            for request_id in found:
                retention.erase_request(connection, request_id, now=now)
                desk.write_audit(connection, who=who, action=retention.ERASE, request_id=request_id, now=now)
            ignored = persons.messages_of(connection, email=email, membership_number=membership_number)
            retention.erase_messages(connection, ignored)
            retention.erase_block(connection, email)
            if not found:
                desk.write_audit(connection, who=who, action=retention.ERASE, request_id="", now=now)
        forget(self._engine)
        return len(found)

    def erased(self) -> Erased:
        with self._reading() as connection:
            return retention.erased(connection)

    def erase_again(self, erased: Erased, *, who: str, now: datetime) -> int:
        with self._writing() as connection:
            found = retention.erased_since(connection, erased)
            for request_id in found.requests:
                retention.erase_request(connection, request_id, now=now)
                desk.write_audit(connection, who=who, action=retention.ERASE, request_id=request_id, now=now)
            retention.erase_messages(connection, found.ignored)
        return len(found.requests)

    def purge(
        self, *, raw: datetime | None, requests: datetime | None, audit: datetime | None, who: str, dry: bool, now: datetime
    ) -> Mapping[str, int]:
        times = retention.Times(raw, requests, audit)
        with self._reading() as connection:
            counted = retention.old(connection, times).counts()
        if not dry:
            self.audit(who=who, action="purge", now=now)
            while self._purge_some(times, now=now):
                pass
            forget(self._engine)
        return counted

    def _purge_some(self, times: retention.Times, *, now: datetime) -> bool:
        with self._writing() as connection:
            some = retention.old(connection, times, most=retention.AT_ONCE)
            retention.purge(connection, some, now=now)
        return any(some.counts().values())

    # accounts

    def add_staff(self, name: str, *, password_hash: str, role: str, now: datetime) -> None:
        with self._writing() as connection:
            desk.add_staff(connection, name, password_hash=password_hash, role=role, now=now)

    def remove_staff(self, name: str) -> bool:
        with self._writing() as connection:
            return desk.remove_staff(connection, name)

    def set_password(self, name: str, *, password_hash: str) -> bool:
        with self._writing() as connection:
            return desk.set_password(connection, name, password_hash=password_hash)

    def staff(self) -> list[dict[str, Any]]:
        with self._reading() as connection:
            return desk.accounts(connection)
