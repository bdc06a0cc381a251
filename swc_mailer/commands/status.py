"""`status`: what waits, the last good run, errors, and whether every message is accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from swc_mailer import assemble
from swc_mailer.commands.login import TokenState, token_states
from swc_mailer.config import Config
from swc_mailer.core.model import Folder
from swc_mailer.core.pacing import Limits, last_goes
from swc_mailer.ports import Counts, Store

STALE = timedelta(days=1)  # without a good run: then it is no passing trouble of a server
SOON = timedelta(minutes=1)  # what goes within it is on its way, and waits for no limit
PARTS = ("answered", "review", "ignored", "erased")


@dataclass(frozen=True, slots=True)
class Outlook:
    """When what is due will have gone, as far as the mailbox's limits tell."""

    limits: Limits
    gone: int  # through this mailbox in the last 24 hours
    due: int
    last_goes: datetime | None  # None where none is due, or sending is paused
    now: datetime

    @property
    def waiting(self) -> int:
        """How many wait for the limits."""
        return self.due if self.last_goes and self.last_goes > self.now + SOON else 0

    def record(self) -> dict[str, Any]:
        return {
            "messages_per_minute": self.limits.per_minute,
            "messages_per_day": self.limits.per_day,
            "sent_in_24_hours": self.gone,
            "wait_for_limit": self.waiting,
            "last_reply_at": iso(self.last_goes),
        }


@dataclass(frozen=True, slots=True)
class Status:
    """`for_approval`: replies that wait for a person (`delivery.hold`). `on_server` and `expected` are of the mailbox's folders,
    where it was asked. `tokens`: of each log-in by OAuth2."""

    counts: Counts
    now: datetime
    for_approval: int = 0
    on_server: Mapping[str, int] | None = None
    expected: Mapping[str, int] | None = None
    tokens: tuple[TokenState, ...] = ()
    outlook: Outlook | None = None

    @property
    def waiting(self) -> int:
        return self.counts.waiting + self.for_approval

    @property
    def adds_up(self) -> bool:
        """Every message taken in is in exactly one place."""
        return self.counts.messages["taken_in"] == sum(self.counts.messages[part] for part in PARTS)

    @property
    def missing(self) -> int:
        """Messages that were taken in and lie nowhere on the server. What new mail waits in the inbox is not known here, so as
        many as that may hide."""
        if self.on_server is None or self.expected is None:
            return 0
        expected = sum(self.expected[folder] for folder in ("inbox", *Folder)) - self.expected["copies"]
        return max(0, expected - sum(self.on_server.values()))

    @property
    def surplus(self) -> int:
        """Messages in our folders that the store knows nothing of."""
        if self.on_server is None or self.expected is None:
            return 0
        return max(0, sum(self.on_server[folder] - self.expected[folder] for folder in Folder))

    @property
    def conserved(self) -> bool:
        return self.adds_up and not self.missing and not self.surplus

    @property
    def stale(self) -> bool:
        """Runs are tried, and none has been good for a day."""
        last, good = self.counts.last_run, self.counts.last_good_run
        return last is not None and bool(self.counts.last_error) and (good is None or self.now - good > STALE)

    @property
    def needs_person(self) -> bool:
        of_tokens = any(state.needs_person(self.now) for state in self.tokens)
        return bool(self.waiting or self.counts.failed or not self.conserved or self.stale or self.counts.to_print or of_tokens)

    def record(self) -> dict[str, Any]:
        """The object of `status --json`."""
        counts = self.counts
        record: dict[str, Any] = {
            "waiting": self.waiting,
            "oldest_waiting": iso(counts.oldest_waiting),
            "replies_due": counts.replies_due,
            "letters_to_print": counts.to_print,
            "delivery_unknown": counts.delivery_unknown,
            "failed": counts.failed,
            "messages": dict(counts.messages),
            "unfiled": counts.unfiled,
            "conserved": self.conserved,
            "last_run": iso(counts.last_run),
            "last_good_run": iso(counts.last_good_run),
            "last_error": counts.last_error or None,
            "paused": counts.paused,
        }
        if self.outlook:
            record["sending"] = self.outlook.record()
        if self.tokens:
            record["oauth2"] = [state.record() for state in self.tokens]
        return record if self.on_server is None else record | {"mailbox": dict(self.on_server)}


def status(config: Config, *, mailbox: bool = False) -> Status:
    """What the store says; with `mailbox` also what the server's folders hold. Changes nothing. Raises Unreachable or
    LoginRefused where the mailbox is asked and does not answer."""
    now, tokens = datetime.now(UTC), token_states(config)
    with closing(assemble.open_store(config, unchanged=True)) as store:
        for_approval = len(store.for_approval()) if config.delivery.hold else 0
        found = Status(store.counts(), now, for_approval, tokens=tokens)
        found = replace(found, outlook=outlook(config, store, found))
        if not mailbox:
            return found
        with closing(assemble.open_mailbox(config)) as box:
            on_server = box.counts()
            return replace(found, counts=store.counts(), on_server=on_server, expected=store.lying(box.account))


def outlook(config: Config, store: Store, found: Status) -> Outlook:
    limits, gone = config.smtp.sending_limits, store.gone(config.smtp.mailbox, now=found.now)
    due = found.counts.replies_due - found.for_approval
    last = None if found.counts.paused else last_goes(due, gone, limits, now=found.now)
    return Outlook(limits, len(gone), due, last, found.now)


def iso(when: datetime | None) -> str | None:
    return when.isoformat() if when else None
