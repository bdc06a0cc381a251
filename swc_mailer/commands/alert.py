"""The mail that tells that runs have trouble, and the one that tells that it is over: looked for at the end of each pass, under
the run lock, written down, then sent. What keeps it from going out is logged, for nothing else depends on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from swc_mailer import logs
from swc_mailer.core.alert import Alert, Kind, Known, Memory, Plan, after_refusal, as_plain, from_plain, plan
from swc_mailer.errors import ConfigError, LoginRefused, StoreError, SwcMailerError, Unreachable

if TYPE_CHECKING:
    from swc_mailer.adapters.templates import JinjaTemplates
    from swc_mailer.commands.staff_post import StaffMail
    from swc_mailer.config import Config
    from swc_mailer.desk_port import ReviewStore

REMEMBERED = "alert"  # the setting of the store
KINDS: tuple[tuple[type[SwcMailerError], Kind], ...] = (
    (Unreachable, Kind.UNREACHABLE),
    (LoginRefused, Kind.LOGIN_REFUSED),
    (ConfigError, Kind.CONFIGURATION),
    (StoreError, Kind.STORE),
)
OF_A_PASS = frozenset((Kind.UNREACHABLE, Kind.LOGIN_REFUSED, Kind.CONFIGURATION))  # a good one proves that they are over


@dataclass(frozen=True, slots=True)
class Kept:
    """Where it is remembered."""

    memory: Memory
    keep: Callable[[Memory], None]


def after_pass(config: Config, store: ReviewStore, error: SwcMailerError | None, *, now: datetime) -> None:
    """`error`: why the pass was not good. The store works, or says so itself."""
    if not config.alert.to or isinstance(error, StoreError) or store.paused():
        return
    found = {kind: str(error) for kind_of_error, kind in KINDS if isinstance(error, kind_of_error)}
    ended = set() if error else set(OF_A_PASS)
    if failed := store.waits(late_before=None, unapproved=False).by_reason.get(Kind.FAILED, 0):
        found[Kind.FAILED] = f"{failed} {'message' if failed == 1 else 'messages'} could not be handled in three tries."
    else:
        ended.add(Kind.FAILED)
    kept = Kept(from_plain(store.setting(REMEMBERED) or {}), lambda memory: store.set_setting(REMEMBERED, as_plain(memory)))
    tell(config, kept, found, ended, now=now)
    if error is None:
        tell(config, beside_store(config), {}, {Kind.STORE}, now=now)


@contextmanager
def telling_of_store(config: Config, *, clock: Callable[[], datetime]) -> Iterator[None]:
    """While something uses the store."""
    try:
        yield
    except StoreError as error:
        if config.alert.to:
            store_failed(config, error, now=clock())
        raise


def store_failed(config: Config, error: StoreError, *, now: datetime) -> None:
    try:
        tell(config, beside_store(config), {Kind.STORE: str(error)}, (), now=now)
    except StoreError as unwritten:
        logs.warning("alert_not_sent", error=str(unwritten))


def beside_store(config: Config) -> Kept:
    """The store cannot remember that it cannot be used."""
    from swc_mailer.adapters.mark_file import read_mark, write_mark

    def keep(memory: Memory) -> None:
        known = memory.get(Kind.STORE)
        if known and known.told_at:
            write_mark(config.alert_path, told=known.told_at, lasts=known.lasts)

    mark = read_mark(config.alert_path)
    if mark is None:
        return Kept({}, keep)
    told_at, lasts = mark
    return Kept({Kind.STORE: Known(told_at, "The store could not be used.", lasts, told=lasts, told_at=told_at)}, keep)


def tell(config: Config, kept: Kept, found: Mapping[Kind, str], ended: Collection[Kind], *, now: datetime) -> None:
    patience = {Kind.UNREACHABLE: timedelta(minutes=config.alert.after_minutes)}
    planned = plan(kept.memory, found, ended, patience=patience, now=now)
    if planned.if_not != kept.memory:
        kept.keep(planned.if_not)
    if not planned.alerts:
        return
    try:
        send(config, kept, planned, now=now)
    except (ConfigError, LoginRefused, Unreachable) as error:
        if isinstance(error, LoginRefused):
            kept.keep(after_refusal(planned.if_not, planned.alerts, now=now))
        logs.warning("alert_not_sent", error=str(error))


def send(config: Config, kept: Kept, planned: Plan, *, now: datetime) -> None:
    from swc_mailer.commands.staff_post import post

    def claimed() -> bool:
        """Under the run lock nobody else can have it."""
        kept.keep(planned.if_told)
        return True

    mails = [mail for alert in planned.alerts for mail in written(config, alert, now=now)]
    failed = asyncio.run(post(config, mails, key="alert.to", claimed=claimed)) or ()
    for error in failed:
        logs.warning("alert_not_sent", error=str(error))
    logs.info("alert_sent", kinds=[alert.kind.value for alert in planned.alerts], sent=len(mails) - len(failed))


def written(config: Config, alert: Alert, *, now: datetime) -> list[StaffMail]:
    """A mail for each of those who are told; in the shipped words where the local ones are what must be mended."""
    from swc_mailer.adapters.templates import JinjaTemplates

    try:
        return in_words(config, alert, JinjaTemplates(config.consultation.templates), now=now)
    except ConfigError:
        return in_words(config, alert, JinjaTemplates(), now=now)


def in_words(config: Config, alert: Alert, templates: JinjaTemplates, *, now: datetime) -> list[StaffMail]:
    from swc_mailer.assemble import new_id
    from swc_mailer.commands.staff_post import StaffMail
    from swc_mailer.core.alert_mail import compose_alert
    from swc_mailer.core.model import Mailbox

    return [
        StaffMail(
            address,
            compose_alert(
                alert,
                templates=templates,
                wording=config.wording(),
                sender=config.sender,
                recipient=Mailbox("", address),
                message_id=f"<swc-alert.{new_id()}@{config.sender.domain}>",
                date=now,
            ),
        )
        for address in config.alert.to
    ]
