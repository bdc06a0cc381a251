"""The replies that are due, handed out one at a time to the connections that send them, each asked about at the gate; and how
many may go."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

from swc_mailer import logs
from swc_mailer.core.gate import Refusal, Then
from swc_mailer.core.pacing import Limits
from swc_mailer.ports import DueReply, Store

BATCH = 10  # replies taken up at a time: what one worker has in hand, the others leave to it

Gate = Callable[[DueReply], Refusal | None]


class Quota:
    """What one worker may send through a mailbox: its limits hold for all workers and all runs together, so the store counts."""

    def __init__(self, store: Store, mailbox: str, limits: Limits, worker: int, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._mailbox = mailbox
        self._clock = clock
        self.limits = limits
        self.worker = worker

    def has_room(self) -> bool:
        """Whether the day's limit lets anything through."""
        per_day = self.limits.per_day
        return not per_day or self._store.has_room(self._mailbox, per_day=per_day, now=self._clock())

    def delay(self) -> float:
        """Take the next place in the minute; how many seconds it is away."""
        if not self.limits.per_minute:
            return 0.0
        now = self._clock()
        return (self._store.take_place(self._mailbox, gap=self.limits.gap, now=now) - now).total_seconds()

    def claim(self, reply: DueReply) -> bool:
        per_day = self.limits.per_day
        return self._store.claim(reply.id, now=self._clock(), worker=self.worker, through=self._mailbox, per_day=per_day)


class DueReplies:
    """One pass through what is due, by the replies' ids: one that stays due is not looked at twice. Whether the day has room is
    asked at the beginning, and whenever a reply could not be claimed."""

    def __init__(self, store: Store, gate: Gate, quota: Quota, *, clock: Callable[[], datetime], limit: int | None) -> None:
        self._store = store
        self._gate = gate
        self._quota = quota
        self._clock = clock
        self._left_to_hand_out = limit
        self._queue: deque[DueReply] = deque()
        self._last = 0  # the highest id that was taken up
        self._closed = False
        self._room_is_sure = False
        self.held = 0  # not let through by the gate

    def next(self) -> DueReply | None:
        """The next reply that may be sent; None when there is none, or the gate lets nothing more through."""
        while not self._closed and self._left_to_hand_out != 0 and (self._queue or self._take_up()):
            reply = self._queue.popleft()
            self._count_out(1)
            if self._may_go() and self.confirmed(reply):
                return reply
        return None

    def not_claimed(self) -> None:
        """Another run was first, or the day is full."""
        self._room_is_sure = False

    def _may_go(self) -> bool:
        if not self._room_is_sure:
            self._room_is_sure = self._quota.has_room()
            self._closed = not self._room_is_sure
        return self._room_is_sure

    def confirmed(self, reply: DueReply) -> bool:
        """Ask the gate; also once more about a reply that had to wait for its turn, as sending may have been paused meanwhile."""
        refusal = self._gate(reply)
        if refusal is None:
            return True
        self._count_out(-1)
        self._turn_away(reply, refusal)
        return False

    def put_back(self, reply: DueReply) -> None:
        """Nothing was done with it: the next connection takes it."""
        self._queue.appendleft(reply)
        self._count_out(-1)

    def _count_out(self, number: int) -> None:
        if self._left_to_hand_out is not None:
            self._left_to_hand_out -= number

    def _take_up(self) -> bool:
        new = self._store.take_up(self._quota.worker, after=self._last, now=self._clock(), limit=BATCH)
        self._queue.extend(new)
        self._last = max((reply.id for reply in new), default=self._last)
        return bool(new)

    def _turn_away(self, reply: DueReply, refusal: Refusal) -> None:
        logs.info("reply_refused_at_gate", reply=reply.id, request=reply.request_id, kind=reply.kind, reason=refusal.code)
        if refusal.then is Then.REVIEW:
            self._store.hold(reply.id, code=refusal.code, sentence=refusal.sentence, now=self._clock())
        self.held += 1
        self._closed = refusal.then is Then.STOP
