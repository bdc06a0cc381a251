"""Looks, while nothing else is to be done, whether a reply has become due: one that staff let go, or one that was put off."""

from __future__ import annotations

import time

from swc_mailer.commands.run import now
from swc_mailer.ports import Store

LOOK_EVERY = 1.0  # seconds
REST = 60.0  # seconds
LOOKED_AT = 50  # replies


class DueLook:
    """What a pass has left (a gate, a server that is down) is not tried again before `REST`, for each pass takes the lock that
    runs need."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._left = set[tuple[int, bool, int]]()
        self._tried_at = 0.0

    def found(self) -> bool:
        """Whether a pass is to be made now."""
        due = {(reply.id, reply.by_staff, reply.attempts) for reply in self._store.due(now=now(), limit=LOOKED_AT)}
        if due <= self._left and time.monotonic() < self._tried_at + REST:
            return False
        self._left, self._tried_at = due, time.monotonic()
        return bool(due)
