"""Who is logged in, who tried too often, and who looks at which case: kept in memory, so that a restart forgets it.

Times are seconds of a clock that only goes forward (`time.monotonic`), and come in as arguments.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque
from dataclasses import dataclass
from threading import Lock

TOKEN_BYTES = 32
MOST_KEPT = 10_000  # of anything that strangers can make grow


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in. `seal` is that of the account: with another password the session is over."""

    name: str
    seal: str
    ends: float


class Sessions:
    """Sessions by their token; only a hash of the token is kept, and looked up, so that no comparison tells anything of it."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._open: dict[bytes, Session] = {}
        self._key = secrets.token_bytes(TOKEN_BYTES)

    def begin(self, name: str, seal: str, *, now: float) -> str:
        """A new session's token."""
        self._open = {key: session for key, session in self._open.items() if session.ends > now}
        token = new_token()
        self._open[self._hash(token)] = Session(name, seal, now + self._seconds)
        return token

    def find(self, token: str, *, now: float) -> Session | None:
        session = self._open.get(self._hash(token))
        return session if session and session.ends > now else None

    def end(self, token: str) -> None:
        self._open.pop(self._hash(token), None)

    def form_token(self, token: str) -> str:
        """What a form must bring along to be one of ours: bound to the cookie, which no other site can read."""
        return hmac.new(self._key, b"form " + token.encode(), hashlib.sha256).hexdigest()

    def is_form_token(self, given: str, token: str) -> bool:
        return bool(token) and hmac.compare_digest(given.encode(), self.form_token(token).encode())

    def _hash(self, token: str) -> bytes:
        return hashlib.sha256(token.encode()).digest()


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


class Attempts:
    """Log-ins that failed: after `allowed` of them within `seconds` by one name or from one place, none until time has passed."""

    def __init__(self, *, allowed: int, seconds: float) -> None:
        self._allowed = allowed
        self._seconds = seconds
        self._failed: dict[str, deque[float]] = {}
        self._lock = Lock()

    def wait(self, *keys: str, now: float) -> float:
        """Seconds until these may try again; 0: now."""
        with self._lock:
            return max(self._wait(key, now) for key in keys)

    def failed(self, *keys: str, now: float) -> None:
        with self._lock:
            self._forget(now)
            for key in keys:
                self._failed.setdefault(key, deque(maxlen=self._allowed)).append(now)

    def succeeded(self, *keys: str) -> None:
        with self._lock:
            for key in keys:
                self._failed.pop(key, None)

    def _wait(self, key: str, now: float) -> float:
        times = self._failed.get(key)
        return max(0.0, times[0] + self._seconds - now) if times and len(times) == self._allowed else 0.0

    def _forget(self, now: float) -> None:
        if len(self._failed) > MOST_KEPT:
            self._failed = {key: times for key, times in self._failed.items() if times[-1] + self._seconds > now}


class Lookers:
    """Who has a case open, so that a second person knows before she acts."""

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._seen: dict[str, dict[str, float]] = {}

    def looks(self, case_id: str, name: str, *, now: float) -> list[str]:
        """Note that somebody opens a case; who else has opened it lately."""
        self._seen = {case: still for case, seen in self._seen.items() if (still := self._lately(seen, now))}
        lookers = self._seen.setdefault(case_id, {})
        lookers[name] = now
        return sorted(lookers.keys() - {name})

    def leaves(self, case_id: str, name: str) -> None:
        self._seen.get(case_id, {}).pop(name, None)

    def _lately(self, seen: dict[str, float], now: float) -> dict[str, float]:
        return {name: when for name, when in seen.items() if when + self._seconds > now}
