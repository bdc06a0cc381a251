"""The file that keeps OAuth2 tokens: what is kept for an account in and out, readable by the owner alone.

It is put in place at once, and changed under a lock, so that two processes that renew a token do not lose each other's.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from swc_mailer.adapters.whole_file import FOR_OWNER, write_whole
from swc_mailer.errors import ConfigError

ABOUT = "The OAuth2 tokens of swc-mailer. Whoever has this file can read the mailbox."
SPARE = timedelta(minutes=5)  # a token that ends sooner is renewed: the connection and its log-in take their time
CLOCK_MAY_JUMP = timedelta(minutes=5)


class DamagedTokens(ConfigError):
    """The file is there, and is none of ours or only half of one."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a log-in has given. `lapses_at`: when the refresh token ends, where that is known."""

    access_token: str = field(repr=False)
    obtained_at: datetime
    expires_at: datetime
    refresh_token: str = field(default="", repr=False)
    lapses_at: datetime | None = None
    scopes: tuple[str, ...] = ()

    def serves(self, scopes: tuple[str, ...], now: datetime) -> bool:
        """Whether the access token is still good. One from the future is not: the clock was put back since."""
        return set(scopes) <= set(self.scopes) and self.obtained_at <= now + CLOCK_MAY_JUMP and now < self.expires_at - SPARE

    def after(self, older: Tokens | None) -> Tokens:
        """These, with the older refresh token where the answer brought no new one."""
        if self.refresh_token or older is None:
            return self
        return replace(self, refresh_token=older.refresh_token, lapses_at=older.lapses_at)


class TokenFile:
    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, account: str) -> Tokens | None:
        """None where nothing is kept for the account. Raises DamagedTokens, or ConfigError where it cannot be read."""
        written = self._all().get(account)
        if written is None:
            return None
        try:
            return tokens_of(written)
        except (TypeError, ValueError, KeyError) as error:
            raise self._damaged() from error

    def keep(self, account: str, tokens: Tokens) -> Path | None:
        """To be called under the lock. A damaged file is set aside, and where it lies now is given back."""
        aside = None
        try:
            kept = dict(self._all())
        except DamagedTokens:
            kept, aside = {}, self.path.with_name(self.path.name + ".damaged")
            self.path.replace(aside)
        kept[account] = record_of(tokens)
        content = json.dumps({"about": ABOUT, "tokens": kept}, indent=1)
        write_whole(self.path, f"{content}\n".encode(), mode=FOR_OWNER)
        return aside

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time; a death gives the lock back. The lock file is never removed, as that of a run."""
        lock = self.path.with_name(self.path.name + ".lock")
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, FOR_OWNER)
        except OSError as error:
            raise ConfigError(
                f"{lock} cannot be opened ({error.strerror}): the folder of the token file must be writable by this user"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _all(self) -> Mapping[str, Any]:
        try:
            content = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ConfigError(
                f"{self.path} cannot be read ({error.strerror}): it must belong to the user that the program runs as"
            ) from error
        except ValueError as error:
            raise self._damaged() from error
        if not (isinstance(content, dict) and isinstance(content.get("tokens"), dict)):
            raise self._damaged()
        tokens: dict[str, Any] = content["tokens"]
        return tokens

    def _damaged(self) -> DamagedTokens:
        return DamagedTokens(f"{self.path} is no token file, or half of one: `swc-mailer login` makes it anew")


def record_of(tokens: Tokens) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(tokens).items()}


def tokens_of(written: Mapping[str, Any]) -> Tokens:
    lapses_at = written.get("lapses_at")
    return Tokens(
        access_token=text(written["access_token"]),
        obtained_at=moment(written["obtained_at"]),
        expires_at=moment(written["expires_at"]),
        refresh_token=text(written.get("refresh_token", "")),
        lapses_at=moment(lapses_at) if lapses_at else None,
        scopes=tuple(map(text, written.get("scopes", ()))),
    )


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("is no text")
    return value


def moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("is without a time zone")
    return found
