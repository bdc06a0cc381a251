"""What sending needs of the store: the part of `ports.Store` that the send phase, the gate and `serve` use."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DueReply:
    """A reply to send now."""

    id: int
    request_id: str
    message_id: str
    recipient: str
    kind: str
    head: bytes
    pack: str
    attempts: int
    unknown_before: bool  # its delivery was unknown once: look in the Sent folder first
    by_staff: bool = False  # a person asked for this very reply, or approved it


@dataclass(frozen=True, slots=True)
class ReplyFacts:
    """What the store knows of a reply at the moment of sending, for the gate. Counts are of replies sent before it."""

    by_staff: bool
    paused: bool
    blocked: bool
    replies_to_address: int  # in the last 24 hours
    replies_in_request: int
    replies_today: int  # in all, in the last 24 hours
    pack_sent_at: datetime | None  # the last pack that was sent in this request


class Outgoing(Protocol):
    """Replies on their way. Every method is one transaction."""

    def due(self, *, now: datetime, limit: int) -> list[DueReply]: ...

    def worker(self) -> AbstractContextManager[int]:
        """One pass of sending, known to others by this number for as long as it lasts; a death of whatever kind ends it too."""

    def take_up(self, worker: int, *, after: int, now: datetime, limit: int) -> list[DueReply]:
        """The next replies that are due, by their ids, and that no other worker has in hand: now this one has. That keeps workers
        out of each other's way, and is no claim: what a worker leaves is free again when it ends. Raises Unreachable where the
        others take this worker for dead."""

    def claim(self, reply_id: int, *, now: datetime, worker: int = 0, through: str = "", per_day: int = 0) -> bool:
        """due -> sending, by a counted update; False when another process was first, or when so many (0: no limit) have gone
        through the mailbox in the last 24 hours."""

    def has_room(self, mailbox: str, *, per_day: int, now: datetime) -> bool:
        """Whether fewer than so many have gone through it in the last 24 hours, whoever sent them."""

    def take_place(self, mailbox: str, *, gap: timedelta, now: datetime) -> datetime:
        """When the next reply may go through it, a gap after the one before, whoever sends that; the place is taken."""

    def gone(self, mailbox: str, *, now: datetime) -> Sequence[datetime]:
        """When the replies of the last 24 hours went through it, oldest first."""

    def facts(self, reply_id: int, *, now: datetime, in_all: bool = True) -> ReplyFacts:
        """For the gate. Without `in_all`, `replies_today` is 0: counting costs, and only a limit on all of them needs it."""

    def hold(self, reply_id: int, *, code: str, sentence: str, now: datetime) -> None:
        """due or sending -> held: the gate lets it not go, and its request goes to review with this reason."""

    def sent(self, reply_id: int, *, answer: str, now: datetime) -> None: ...

    def refused(self, reply_id: int, *, answer: str, now: datetime) -> None:
        """sending -> refused: its request goes to review as `undeliverable`."""

    def put_off(self, reply_id: int, *, answer: str, next_attempt: datetime) -> None:
        """due or sending -> due, to be tried again not before `next_attempt`."""

    def unknown(self, reply_id: int, *, answer: str, now: datetime) -> None:
        """sending -> unknown; the second time its request goes to review as `delivery_unknown`."""

    def interrupted(self, *, now: datetime) -> int:
        """At the start of a run, under the run lock: replies left in `sending` by a worker that is dead become unknown, and those
        that are unknown for the first time become due once more, with `unknown_before`; how many are due once more."""
