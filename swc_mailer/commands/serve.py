"""`serve`, beside its pages: the store and what replies are made from, kept open, and the sending of what staff let go."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta

from swc_mailer import assemble, logs
from swc_mailer.adapters.single_run import single_run
from swc_mailer.commands.due_look import LOOK_EVERY, REST, DueLook
from swc_mailer.commands.kept_parts import KeptParts
from swc_mailer.commands.late_mailbox import LateMailbox
from swc_mailer.commands.notice import due_notice, tell_staff
from swc_mailer.commands.reviewer import Reviewer, now
from swc_mailer.commands.run import send
from swc_mailer.commands.staff import Account, account
from swc_mailer.config import Config
from swc_mailer.core.record import short_name
from swc_mailer.desk_port import ReviewStore
from swc_mailer.errors import ConfigError, SwcMailerError
from swc_mailer.ports import Counts


class Desk:
    """The review queue for many people at once: what takes long to open is opened once, and anew when its files change."""

    def __init__(self, config: Config, store: ReviewStore) -> None:
        self.config = config
        self.store = store
        self._parts = KeptParts(config, store)

    @contextmanager
    def reviewer(self, who: str) -> Iterator[Reviewer]:
        """For one request, with the register as it is now."""
        undo = timedelta(seconds=self.config.serve.undo_seconds)
        with closing(self._parts.now()) as parts:
            yield Reviewer(who, self.config, self.store, parts, undo)

    def name_of(self, code: str) -> str:
        """What lists call a reason, in the words that the request's reviewer has."""
        return short_name(code, self._parts.words)

    def account(self, name: str) -> Account | None:
        """As it is at this moment."""
        return account(self.store, name)

    def counts(self) -> Counts:
        return self.store.counts()


@contextmanager
def open_desk(config: Config) -> Iterator[Desk]:
    """Raises ConfigError where nobody could log in, or where what replies are made from is not in order."""
    with closing(assemble.open_store(config)) as store:
        if not store.staff():
            raise ConfigError("serve: nobody could log in: add a member of staff with swc-mailer staff add NAME.")
        desk = Desk(config, store)
        with desk.reviewer("") as reviewer:
            _ = reviewer.means  # a mistake in a template or the pack shows now, not when a reviewer needs it
        yield desk


# --- sending -----------------------------------------------------------------------------------------------


@contextmanager
def sending(config: Config, store: ReviewStore) -> Iterator[None]:
    """While it lasts, replies are sent when their time has come."""
    over = threading.Event()
    sender = threading.Thread(target=send_when_due, args=(config, store, over), name="sender")
    sender.start()
    try:
        yield
    finally:
        over.set()
        sender.join()


def send_when_due(config: Config, store: ReviewStore, over: threading.Event) -> None:
    """Errors are for the log alone: what is due stays due, and `status` shows it."""
    sender = Sender(config, store, over)
    while not over.wait(LOOK_EVERY):
        error: Exception | None
        try:
            error = sender.send_replies() or sender.tell_staff()
        except SwcMailerError as known:
            error = known
        except Exception as unknown:  # noqa: BLE001 -- the pages go on, and the next look may go well
            error = type(unknown)()  # without its words, which may be a member's
        if error:
            logs.warning("sending_stopped", error=str(error) or type(error).__name__)


class Sender:
    """What is due on its own account, without a look into the mailbox."""

    def __init__(self, config: Config, store: ReviewStore, over: threading.Event) -> None:
        self._config = config
        self._store = store
        self._over = over
        self._due = DueLook(store)
        self._notice_at = 0.0

    def send_replies(self) -> SwcMailerError | None:
        return send_what_is_due(self._config, self._store, self._over) if self._due.found() else None

    def tell_staff(self) -> SwcMailerError | None:
        if time.monotonic() < self._notice_at:
            return None
        self._notice_at = time.monotonic() + REST
        if due_notice(self._config, self._store, now=now()) is None:
            return None
        with alone(self._config, self._store) as mine, closing(assemble.Lazily(self._config, self._store)) as parts:
            return tell_staff(self._config, self._store, parts, clock=now) if mine else None


@contextmanager
def alone(config: Config, store: ReviewStore) -> Iterator[bool]:
    """Whether no other run is at work; none begins meanwhile."""
    with ExitStack() as stack:
        yield stack.enter_context(single_run(config.lock_path)) and stack.enter_context(store.run_lock())


def send_what_is_due(config: Config, store: ReviewStore, over: threading.Event) -> SwcMailerError | None:
    """One pass under the run lock; nothing where another run is at work, for that one sends."""
    with alone(config, store) as mine, closing(LateMailbox(config)) as mailbox:
        if not mine:
            return None
        store.interrupted(now=now())
        return asyncio.run(send(config, store, mailbox.was_sent, stopping=over.is_set)).error
