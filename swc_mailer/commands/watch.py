"""`watch`: pass after pass, for ever. Between two it waits for new mail, for a reply that falls due, for another register, or
for the time when it looks anyway. What is away comes back; only what a person must mend ends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from swc_mailer import assemble, logs
from swc_mailer.adapters.imap_waiting import ImapListener
from swc_mailer.adapters.service_manager import ServiceManager
from swc_mailer.commands.alert import after_pass, telling_of_store
from swc_mailer.commands.due_look import LOOK_EVERY, DueLook
from swc_mailer.commands.kept_parts import KeptParts
from swc_mailer.commands.outside import Outside
from swc_mailer.commands.run import RunReport, now, run_again
from swc_mailer.config import Config
from swc_mailer.core.trouble import Trouble, trouble_after
from swc_mailer.desk_port import ReviewStore
from swc_mailer.errors import ConfigError, LoginRefused, StoreError, SwcMailerError, Unreachable


def watch(config: Config, *, stopping: Callable[[], bool], tell: Callable[[RunReport], None]) -> None:
    """Until `stopping`. `tell` is given the report of each pass. Raises ConfigError or LoginRefused where a person must mend
    something, and StoreError where the store could not be used from the beginning."""
    with telling_of_store(config, clock=now):
        opened = assemble.open_store(config)
    with closing(opened) as store, closing(assemble.listener(config)) as inbox:
        Watch(config, store, inbox, assemble.service_manager(), stopping=stopping, tell=tell).go_round()


class Watch:
    def __init__(
        self,
        config: Config,
        store: ReviewStore,
        inbox: ImapListener,
        manager: ServiceManager,
        *,
        stopping: Callable[[], bool],
        tell: Callable[[RunReport], None],
    ) -> None:
        self._config = config
        self._store = store
        self._inbox = inbox
        self._manager = manager
        self._told_to_stop = stopping
        self._tell = tell
        self._parts = KeptParts(config, store)
        self._due = DueLook(store)
        self._outside = Outside(config)
        self._register = RegisterLook(config.register_.path)
        self._health = Health()

    def go_round(self) -> None:
        while not self._stopping():
            deaf = self._listen()
            self._manager.ready()
            self._wait(self._turn(deaf))
        self._manager.stopping()

    def _stopping(self) -> bool:
        """Asked between any two steps: whoever asks is alive."""
        self._manager.alive()
        return self._told_to_stop()

    def _listen(self) -> Unreachable | None:
        """Before each pass: what comes while it is at work is not missed. An error matters only where the pass goes well."""
        try:
            self._inbox.listen()
        except Unreachable as error:
            return error
        except (ConfigError, LoginRefused) as error:  # no pass will come that could tell of it
            with self._store.run_lock() as alone:
                if alone:
                    after_pass(self._config, self._store, error, now=now())
            raise
        return None

    # --- a pass --------------------------------------------------------------------------------------------

    def _turn(self, deaf: Unreachable | None) -> float:
        """One pass; how many seconds the next one may be away."""
        self._manager.status("Looking into the inbox")
        self._register.is_used()
        try:
            with closing(self._parts.now()) as means:
                report = run_again(self._config, self._store, means, self._outside, stopping=self._stopping)
        except (Unreachable, StoreError, ConfigError) as error:
            return self._failed(error)
        if report.busy:
            return LOOK_EVERY
        self._tell(report)
        return self._failed(report.error) if report.error else self._went_well(deaf)

    def _failed(self, error: SwcMailerError) -> float:
        trouble = self._health.failed(error)
        self._manager.status(f"Trying again in {trouble.wait:.0f} seconds: {error}")
        return trouble.wait

    def _went_well(self, deaf: Unreachable | None) -> float:
        self._health.went_well(deaf)
        if self._inbox.listening:
            self._manager.status("Waiting for new mail")
            return self._config.watch.idle_seconds
        self._manager.status(f"Looking into the inbox every {self._config.watch.poll_seconds:g} seconds")
        return self._config.watch.poll_seconds

    # --- waiting -------------------------------------------------------------------------------------------

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping() and (left := until - time.monotonic()) > 0:
            if self._health.trouble:
                time.sleep(min(left, LOOK_EVERY))
            elif self._inbox.heard(min(left, LOOK_EVERY)) or self._register.changed() or self._reply_is_due():
                return

    def _reply_is_due(self) -> bool:
        try:
            return self._due.found()
        except StoreError:
            return True  # the pass that follows tells of it


class Health:
    """Tells once when trouble begins, and once when it is over."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self._was_well = False
        self._deaf = False

    def failed(self, error: SwcMailerError) -> Trouble:
        """Raises the error where another try would be of no use."""
        before, now = self.trouble, time.monotonic()
        trouble = self.trouble = trouble_after(before, error, now=now)
        if self._ends_it(error, too_long=trouble.lasts_too_long(now)):
            raise error
        if before is None or before.kind is not trouble.kind:
            logs.warning("trouble_began", error=str(error))
        return trouble

    def _ends_it(self, error: SwcMailerError, *, too_long: bool) -> bool:
        """A refused log-in at once, for many tries lock accounts; and what is wrong from the beginning, or stays wrong."""
        match error:
            case LoginRefused():
                return True
            case ConfigError():
                return too_long or not self._was_well
            case StoreError():
                return not self._was_well
            case _:
                return False

    def went_well(self, deaf: Unreachable | None) -> None:
        if self.trouble:
            logs.warning("trouble_over", seconds=round(time.monotonic() - self.trouble.since), passes=self.trouble.failures)
        if deaf and not self._deaf:
            logs.warning("new_mail_not_told", error=str(deaf))
        self.trouble, self._was_well, self._deaf = None, True, deaf is not None


class RegisterLook:
    """Looks whether the register's file is another than the last pass used. One that is still being written is left alone: two
    looks must have seen the same."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._used = self._seen = self._mark()

    def is_used(self) -> None:
        self._used = self._mark()

    def changed(self) -> bool:
        before, self._seen = self._seen, self._mark()
        return before == self._seen != self._used

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            told = self._path.stat()
        except OSError:
            return None
        return told.st_ino, told.st_size, told.st_mtime_ns
