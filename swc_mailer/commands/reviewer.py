"""Whoever works on the review queue: a name, the store, and what replies are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from swc_mailer import assemble
from swc_mailer.answering import Answering
from swc_mailer.config import Config
from swc_mailer.core.message import parse
from swc_mailer.core.model import Details, Mailbox, Message, Outcome, Policy, Reason
from swc_mailer.core.record import details_from, sentence
from swc_mailer.core.reply_address import LONGEST, SANE, reply_address
from swc_mailer.desk_port import ReviewStore
from swc_mailer.errors import CannotAct, NoSuchCase

WAITING = "waiting"  # the state of a case in the queue
SETTLED_AS = {
    "asked": "its sender was asked for what is missing",
    "answered": "it was answered",
    "closed": "it was answered that the consultation has closed",
    "settled": "it is settled",
    "dismissed": "it was dismissed",
}


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Reviewer:
    """`undo` is how long a reply waits before it may be sent. What replies are made from is read when it is first needed."""

    who: str
    config: Config
    store: ReviewStore
    parts: assemble.Lazily
    undo: timedelta = timedelta()
    clock: Callable[[], datetime] = now
    _at_hand: dict[str, Mapping[str, Any]] = field(default_factory=dict, init=False, repr=False)
    _read_last: dict[int, Message | None] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def means(self) -> Answering:
        return self.parts.answering()

    @cached_property
    def policy(self) -> Policy:
        return self.config.policy()

    # cases

    def case(self, case_id: str) -> Mapping[str, Any]:
        """All of a case; NoSuchCase where there is none."""
        case = self._at_hand.get(case_id) or self.store.case(case_id)
        if case is None:
            raise NoSuchCase(f"There is no case {case_id}: see swc-mailer queue list.")
        return case

    @contextmanager
    def having(self, case: Mapping[str, Any]) -> Iterator[None]:
        """While a page is made of a case, it is not asked for again."""
        self._at_hand[case["id"]] = case
        try:
            yield
        finally:
            self._at_hand.clear()

    def waiting(self, case_id: str, *, seen: int | None = None) -> Mapping[str, Any]:
        """A case that waits. With `seen`, its version as the person saw it, what has changed since is told by the store."""
        case = self.case(case_id)
        if case["state"] != WAITING and seen in (None, case["version"]):
            last = case["decisions"][-1] if case["decisions"] else {"decided_by": "somebody"}
            raise CannotAct(
                f"Case {case_id} does not wait: {SETTLED_AS[case['state']]} (by {last['decided_by']}). "
                f"`swc-mailer queue take {case_id}` puts it back into the queue."
            )
        return case

    def details(self, case: Mapping[str, Any]) -> Details:
        return details_from(case["details"]) if case["details"] else Details()

    def reason(self, code: str, **facts: str) -> dict[str, Any]:
        """A reason as the store keeps it."""
        return {"code": code, "text": sentence(Reason(code, facts), self.parts.words), "facts": facts}

    # the message that is answered

    def message(self, case: Mapping[str, Any]) -> Message | None:
        """The one that a case was last decided by, read again; None of a letter, and where it is no longer kept."""
        row = deciding_row(case)
        return self.message_of(row) if row else None

    def message_of(self, row: Mapping[str, Any]) -> Message | None:
        """A message of a case, read again; None where it is no longer kept. What is shown and what is answered is mostly the
        same one, so the last is kept."""
        if row["id"] not in self._read_last:
            raw = self.store.raw(row["id"])
            self._read_last.clear()
            self._read_last[row["id"]] = self._parse(raw, row["received"]) if raw is not None else None
        return self._read_last[row["id"]]

    def _parse(self, raw: bytes, received: datetime) -> Message:
        return parse(raw, received=received, words=self.parts.words, own_addresses=self.policy.own_addresses)

    def recipient(self, case: Mapping[str, Any], message: Message | None, to: str) -> Mailbox:
        """Who is answered: the address that is given, or whoever wrote."""
        if to:
            return sane(to)
        found = reply_address(message, self.policy) if message else None
        if found is None and case["origin"] == "letter" and case["sender"]:
            found = Mailbox(case["name"], case["sender"])
        if found is None:
            raise CannotAct(f"Case {case['id']} has no single address to answer: name one with --to ADDRESS.")
        return found


def deciding_row(case: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The message that a case was last decided by; else its last one that no machine wrote."""
    rows = [row for row in case["messages"] if row["outcome"] != Outcome.IGNORE.value]
    latest = [row for row in case["messages"] if row["id"] == case["latest_message"]]
    return next(iter(latest or rows[-1:]), None)


def sane(address: str) -> Mailbox:
    if len(address) > LONGEST or not SANE.fullmatch(address):
        raise CannotAct(f"{address} is no address that mail can be sent to: write it as name@example.org.")
    return Mailbox("", address)


@contextmanager
def reviewing(config: Config, who: str, *, undo: timedelta = timedelta()) -> Iterator[Reviewer]:
    """A person at the queue, with the store open for so long."""
    with closing(assemble.open_store(config)) as store, closing(assemble.Lazily(config, store)) as parts:
        yield Reviewer(who, config, store, parts, undo)
