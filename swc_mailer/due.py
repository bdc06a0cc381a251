"""The replies that are due, handed out one at a time to the connections that send them, each asked about at the gate."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

import structlog

from swc_mailer.core.gate import Refusal, Then
from swc_mailer.ports import DueReply, Store

log = structlog.get_logger()

BATCH = 200  # replies read from the store at a time

Gate = Callable[[DueReply], Refusal | None]


class DueReplies:
    """One pass through what is due: a reply that stays due is not looked at twice."""

    def __init__(self, store: Store, gate: Gate, *, clock: Callable[[], datetime], limit: int | None) -> None:
        self._store = store
        self._gate = gate
        self._clock = clock
        self._left_to_hand_out = limit
        self._queue: deque[DueReply] = deque()
        self._seen: set[int] = set()
        self._closed = False
        self.held = 0  # not let through by the gate

    def next(self) -> DueReply | None:
        """The next reply that may be sent; None when there is none, or the gate lets nothing more through."""
        while not self._closed and self._left_to_hand_out != 0 and (self._queue or self._read_more()):
            reply = self._queue.popleft()
            self._count_out(1)
            if self.confirmed(reply):
                return reply
        return None

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

    def _read_more(self) -> bool:
        # Replies that stay due come first again, so ever more must be read to get past them; doubling reads few twice.
        due = self._store.due(now=self._clock(), limit=BATCH + 2 * self.held)
        new = [reply for reply in due if reply.id not in self._seen]
        self._queue.extend(new)
        self._seen.update(reply.id for reply in new)
        return bool(new)

    def _turn_away(self, reply: DueReply, refusal: Refusal) -> None:
        log.info("reply_refused_at_gate", reply=reply.id, request=reply.request_id, kind=reply.kind, reason=refusal.code)
        if refusal.then is Then.REVIEW:
            self._store.hold(reply.id, code=refusal.code, sentence=refusal.sentence, now=self._clock())
        self.held += 1
        self._closed = refusal.then is Then.STOP
