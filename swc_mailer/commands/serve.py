"""`serve`, beside its pages: the store and what replies are made from, kept open, and the sending of what staff let go."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from swc_mailer import assemble
from swc_mailer.adapters.single_run import single_run
from swc_mailer.commands.reviewer import Reviewer, now
from swc_mailer.commands.run import send
from swc_mailer.config import Config
from swc_mailer.desk_port import ReviewStore
from swc_mailer.errors import ConfigError, SwcMailerError
from swc_mailer.ports import Counts

LOOK_EVERY = 1.0  # seconds between two looks for replies whose time to undo is over
REST = 60.0
LOOKED_AT = 50  # replies

log = structlog.get_logger()


class Desk:
    """The review queue for many people at once: what takes long to open is opened once, and anew when its files change."""

    def __init__(self, config: Config, store: ReviewStore) -> None:
        self.config = config
        self.store = store
        self._parts = assemble.Lazily(config, store)
        self._made_from = files_of(config)
        self._opening = threading.Lock()

    @contextmanager
    def reviewer(self, who: str) -> Iterator[Reviewer]:
        """For one request, with the register as it is now."""
        undo = timedelta(seconds=self.config.serve.undo_seconds)
        with closing(self._fresh_parts().again()) as parts:
            yield Reviewer(who, self.config, self.store, parts, undo)

    def counts(self) -> Counts:
        return self.store.counts()

    def _fresh_parts(self) -> assemble.Lazily:
        with self._opening:
            found = files_of(self.config)
            if found != self._made_from:
                self._parts, self._made_from = assemble.Lazily(self.config, self.store), found
            return self._parts


def files_of(config: Config) -> list[tuple[Path, Any]]:
    """The words, templates and pack that may be changed while pages are served, with the time of their last change."""
    folders = [folder for folder in (config.consultation.templates, config.consultation.rules) if folder]
    files = [file for folder in folders for file in sorted(folder.rglob("*"))]
    packed = [file for pattern in config.consultation.pack for file in sorted(config.folder.glob(pattern))]
    return [(file, file.stat().st_mtime_ns) for file in [*files, *packed] if file.is_file()]


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
    """Errors are for the log alone: what is due stays due, and `status` shows it. What a pass has left (a gate, a server that is
    down) is not tried again before `REST`, for each pass takes the lock that runs need."""
    left, tried_at = set[tuple[int, bool, int]](), 0.0
    while not over.wait(LOOK_EVERY):
        error: Exception | None
        try:
            due = {(reply.id, reply.by_staff, reply.attempts) for reply in store.due(now=now(), limit=LOOKED_AT)}
            if due <= left and time.monotonic() < tried_at + REST:
                continue
            left, tried_at = due, time.monotonic()
            error = send_what_is_due(config, store, over) if due else None
        except SwcMailerError as known:
            error = known
        except Exception as unknown:  # noqa: BLE001 -- the pages go on, and the next look may go well
            error = type(unknown)()  # without its words, which may be a member's
        if error:
            log.warning("sending_stopped", error=str(error) or type(error).__name__)


def send_what_is_due(config: Config, store: ReviewStore, over: threading.Event) -> SwcMailerError | None:
    """One pass under the run lock; nothing where another run is at work, for that one sends."""
    with ExitStack() as stack:
        if not (stack.enter_context(single_run(config.lock_path)) and stack.enter_context(store.run_lock())):
            return None
        store.interrupted(now=now())
        mailbox = stack.enter_context(closing(LateMailbox(config)))
        return asyncio.run(send(config, store, mailbox.was_sent, stopping=over.is_set)).error


class LateMailbox:
    """The mailbox, opened only where a reply's delivery is unknown and the Sent folder is to be searched."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._opened = ExitStack()
        self._mailbox: Any = None

    def was_sent(self, message_id: str) -> bool | None:
        if self._mailbox is None:
            self._mailbox = self._opened.enter_context(closing(assemble.open_mailbox(self._config)))
        found: bool | None = self._mailbox.was_sent(message_id)
        return found

    def close(self) -> None:
        self._opened.close()
