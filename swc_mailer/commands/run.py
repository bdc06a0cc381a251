"""`run`: one pass for cron. Fetch and decide, answer, file; then leave."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import Any

from swc_mailer import assemble
from swc_mailer.adapters.single_run import single_run
from swc_mailer.commands.alert import after_pass, telling_of_store
from swc_mailer.commands.helpers import Helpers
from swc_mailer.commands.late_mailbox import LateMailbox
from swc_mailer.commands.notice import tell_staff
from swc_mailer.commands.outside import Outside
from swc_mailer.commands.register_changes import redecide_where_register_changed
from swc_mailer.config import Config
from swc_mailer.core.model import Outcome
from swc_mailer.desk_port import ReviewStore
from swc_mailer.errors import SwcMailerError
from swc_mailer.filing import file_all
from swc_mailer.ports import Store
from swc_mailer.sending import SendReport, WasSent, send_due
from swc_mailer.taking_in import Intakes, take_in

STOP_CHECK_SECONDS = 0.1
SPELL = 600  # seconds of sending by the minute, after which a run files and ends: else new mail would wait behind old replies
LONGEST = 6 * 3600  # seconds, after which a run leaves the rest to the next one: nothing may hold the lock for ever


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one pass did. With an `error` a server could not be used; what was decided before it is kept."""

    busy: bool = False  # another run is at work: this one left at once
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    replies_sent: int = 0
    replies_waiting: int = 0
    failed: int = 0
    seconds: float = 0.0
    error: SwcMailerError | None = None

    def record(self) -> dict[str, Any]:
        """The object of `run --json`."""
        return {
            "fetched": self.outcomes.total() + self.failed,
            "outcomes": {outcome.value: self.outcomes[outcome] for outcome in Outcome if self.outcomes[outcome]},
            "replies_sent": self.replies_sent,
            "replies_waiting": self.replies_waiting,
            "failed": self.failed,
            "seconds": round(self.seconds, 3),
        }


def now() -> datetime:
    return datetime.now(UTC)


def never() -> bool:
    return False


def run(config: Config, *, limit: int | None = None, stopping: Callable[[], bool] = never) -> RunReport:
    """One pass, unless another is at work. Raises ConfigError or StoreError before any mail is touched, and Unreachable or
    LoginRefused where the mailbox cannot be opened."""
    begun = monotonic()
    with single_run(config.lock_path) as alone:
        if not alone:
            return RunReport(busy=True)
        with (
            telling_of_store(config, clock=now),
            closing(assemble.open_store(config)) as store,
            closing(assemble.Lazily(config, store)) as means,
        ):
            return recorded_pass(config, store, means, Outside(config), limit=limit, stopping=stopping, begun=begun)


def run_again(
    config: Config, store: ReviewStore, means: assemble.Lazily, outside: Outside, *, stopping: Callable[[], bool]
) -> RunReport:
    """The same with what is open already: one pass of many."""
    begun = monotonic()
    with single_run(config.lock_path) as alone:
        if not alone:
            return RunReport(busy=True)
        with telling_of_store(config, clock=now):
            return recorded_pass(config, store, means, outside, limit=None, stopping=stopping, begun=begun)


def recorded_pass(
    config: Config,
    store: ReviewStore,
    means: assemble.Lazily,
    outside: Outside,
    *,
    limit: int | None,
    stopping: Callable[[], bool],
    begun: float,
) -> RunReport:
    with store.run_lock() as alone_on_store:
        if not alone_on_store:
            return help_sending(config, store, stopping=late(stopping, begun + LONGEST), begun=begun)
        died = store.last_run_died()
        run_id = store.run_started(now=now())
        outside.pass_begins()
        try:
            told_or_late = late(stopping, begun + LONGEST)
            report = one_pass(config, store, means, limit=limit, stopping=told_or_late, begun=begun, warily=died)
        except SwcMailerError as error:
            store.run_ended(run_id, counts=RunReport().record(), error=str(error), now=now())
            outside.pass_ended(store, well=False)
            after_pass(config, store, error, now=now())
            raise
        store.run_ended(run_id, counts=report.record(), error=str(report.error or ""), now=now())
        outside.pass_ended(store, well=report.error is None)
        after_pass(config, store, report.error, now=now())
        return report


def late(stopping: Callable[[], bool], end: float) -> Callable[[], bool]:
    return lambda: stopping() or monotonic() > end


def one_pass(
    config: Config,
    store: ReviewStore,
    means: assemble.Lazily,
    *,
    limit: int | None,
    stopping: Callable[[], bool],
    begun: float,
    warily: bool,
) -> RunReport:
    """Take in, send, file, tell staff. A mail server that cannot be used does not keep decided messages from being filed. Where
    much waits, helpers send meanwhile."""
    store.interrupted(now=now())
    redecide_where_register_changed(config, store, means, clock=now)
    with (
        closing(assemble.open_mailbox(config)) as mailbox,
        Helpers(config, store, partial(send_all, config), stopping=stopping) as helpers,
    ):
        mailbox.prepare()
        taken = take_in(
            mailbox, store, means.answering, limit=limit, clock=now, stopping=stopping, warily=warily, helpers=helpers
        )
        helpers.taken_in()
        here = None if helpers.sending else asyncio.run(send(config, store, mailbox.was_sent, stopping=stopping))
        file_all(mailbox, store, clock=now, stopping=stopping)
        sent = here or helpers.sent()
    error = sent.error or (None if stopping() else tell_staff(config, store, means, clock=now))
    return RunReport(
        outcomes=taken.outcomes,
        replies_sent=sent.sent,
        replies_waiting=store.replies_due(),
        failed=taken.failed + sent.refused + sent.unknown,
        seconds=monotonic() - begun,
        error=error,
    )


def send_all(config: Config, store: Store, stopping: Callable[[], bool]) -> SendReport:
    """The send phase of a process that has no mailbox open."""
    with closing(LateMailbox(config)) as mailbox:
        return asyncio.run(send(config, store, mailbox.was_sent, stopping=stopping))


def help_sending(config: Config, store: Store, *, stopping: Callable[[], bool], begun: float) -> RunReport:
    """Another machine takes in from this inbox and files; what is due is sent beside it. Where nothing is, this one leaves."""
    sent = send_all(config, store, stopping)
    if sent == SendReport(held=sent.held):
        return RunReport(busy=True)
    return RunReport(
        replies_sent=sent.sent,
        replies_waiting=store.replies_due(),
        failed=sent.refused + sent.unknown,
        seconds=monotonic() - begun,
        error=sent.error,
    )


async def send(config: Config, store: Store, was_sent: WasSent, *, stopping: Callable[[], bool]) -> SendReport:
    """The send phase; the stop flag of the process is looked at while it lasts."""
    stop, limits = asyncio.Event(), config.smtp.sending_limits
    told = late(stopping, monotonic() + SPELL) if limits.per_minute else stopping
    watcher = asyncio.create_task(set_when(told, stop))
    try:
        return await send_due(
            store,
            assemble.mailer(config),
            assemble.gate(config, store, clock=now),
            sender=config.smtp.from_address,
            was_sent=was_sent,
            clock=now,
            through=config.smtp.mailbox,
            limits=limits,
            stop=stop,
        )
    finally:
        watcher.cancel()


async def set_when(stopping: Callable[[], bool], stop: asyncio.Event) -> None:
    while not stopping():
        await asyncio.sleep(STOP_CHECK_SECONDS)
    stop.set()


def dry_run(config: Config, *, limit: int | None = None) -> Intakes:
    """What `run` would decide for the mail that waits. Changes nothing anywhere."""
    with closing(assemble.open_store(config, unchanged=True)) as store, closing(assemble.open_mailbox(config)) as mailbox:
        means = assemble.Lazily(config, store)
        return take_in(mailbox, store, means.answering, limit=limit, clock=now, stopping=never, dry=True)
