"""Log-in by OAuth2: settings in, an access token for each connection out; the providers' libraries are loaded when one is due.

    Source.access_token()  the kept token while it is good, else a new one
    Source.renew()         a new one at once
    Source.log_in(person)  a person lets the program in, where the flow wants one

Every failure is one of our errors with its mend (`oauth2_mistakes.py`). No token or secret stands in any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from swc_mailer.adapters.oauth2_file import DamagedTokens, TokenFile, Tokens
from swc_mailer.errors import LoginRefused

BY_A_PERSON = ("device", "browser")
AS_APPLICATION = ("https://outlook.office365.com/.default",)
AS_USER = {"imap": ("https://outlook.office.com/IMAP.AccessAsUser.All",), "smtp": ("https://outlook.office.com/SMTP.Send",)}
GMAIL = ("https://mail.google.com/",)  # the only one that lets a program in by IMAP and SMTP
# How long a refresh token outlives its last use: for Microsoft 90 days, for Google six months.
IDLE = {"microsoft": timedelta(days=90), "google": timedelta(days=180)}


@dataclass(frozen=True, slots=True)
class OAuth2Settings:
    """`[imap.oauth2]` or `[smtp.oauth2]`. `section` is the one that errors name."""

    section: str
    provider: str
    flow: str
    username: str
    token_file: Path
    scopes: tuple[str, ...] = ()
    tenant: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    client_secret_expires: date | None = None
    key_file: Path | None = None
    authority: str = ""
    ca_file: Path | None = None
    timeout_seconds: float = 60

    @property
    def account(self) -> str:
        """What the tokens are kept under: another application or mailbox has others."""
        return " ".join([self.provider, self.flow, self.authority, self.tenant, self.client_id, self.username])


@dataclass(frozen=True, slots=True)
class Granted:
    """What a provider has answered. `refresh_seconds`: how long the refresh token lives, where the provider says so."""

    access_token: str = field(repr=False)
    seconds: float
    refresh_token: str = field(default="", repr=False)
    refresh_seconds: float | None = None
    person: str = ""  # who logged in, where the provider says so


def needed_scopes(provider: str, flow: str, section: str) -> tuple[str, ...]:
    """What the provider's mail servers ask for."""
    if provider == "google":
        return GMAIL
    return AS_USER[section] if flow in BY_A_PERSON else AS_APPLICATION


class Person(Protocol):
    """Whoever sits at the terminal."""

    def tell(self, lines: list[str]) -> None: ...
    def ask(self, question: str) -> str: ...


class Provider(Protocol):
    """`oauth2_microsoft` and `oauth2_google`."""

    def log_in(self, settings: OAuth2Settings, person: Person) -> Granted: ...
    def renew(self, settings: OAuth2Settings, refresh_token: str) -> Granted: ...


def provider_of(settings: OAuth2Settings) -> Provider:
    if settings.provider == "google":
        from swc_mailer.adapters import oauth2_google

        return oauth2_google
    from swc_mailer.adapters import oauth2_microsoft

    return oauth2_microsoft


def now_utc() -> datetime:
    return datetime.now(UTC)


def sources(settings: Mapping[str, OAuth2Settings]) -> dict[str, Source]:
    """One for each section; the same one where account and file are the same, for then one log-in serves both."""
    joined: dict[tuple[str, Path], OAuth2Settings] = {}
    for each in settings.values():
        first = joined.setdefault((each.account, each.token_file), each)
        joined[each.account, each.token_file] = replace(first, scopes=tuple(dict.fromkeys(first.scopes + each.scopes)))
    made = {key: Source(each) for key, each in joined.items()}
    return {section: made[each.account, each.token_file] for section, each in settings.items()}


class Source:
    """The tokens of one account. `clock` tells the time."""

    def __init__(self, settings: OAuth2Settings, clock: Callable[[], datetime] = now_utc) -> None:
        self.settings = settings
        self._file = TokenFile(settings.token_file)
        self._clock = clock

    @property
    def wants_person(self) -> bool:
        return self.settings.flow in BY_A_PERSON

    def access_token(self) -> str:
        """Raises ConfigError, LoginRefused or Unreachable."""
        if (kept := self.kept()) and self._serves(kept):
            return kept.access_token
        with self._file.locked():
            kept = self.kept()  # another process may have renewed it while we waited
            return kept.access_token if kept and self._serves(kept) else self._renew(kept).access_token

    def renew(self) -> Tokens:
        """A new token, whatever is kept: this proves that the log-in still holds."""
        with self._file.locked():
            return self._renew(self.kept())

    def log_in(self, person: Person) -> str:
        """Who logged in, where the provider says so. What was kept before stays if it fails."""
        provider = provider_of(self.settings)
        granted = provider.log_in(self.settings, person) if self.wants_person else provider.renew(self.settings, "")
        with self._file.locked():
            if aside := self._file.keep(self.settings.account, self._tokens(granted)):
                person.tell([f"What was in {self.settings.token_file} is no token file; it lies in {aside} now."])
        return granted.person

    def kept(self) -> Tokens | None:
        """What the file holds. A damaged one stands in nobody's way where no person is needed to make it anew."""
        try:
            return self._file.read(self.settings.account)
        except DamagedTokens:
            if self.wants_person:
                raise
            return None

    def lapses_at(self, kept: Tokens) -> datetime | None:
        """When a person must log in again, unless the program renews its token before."""
        if not kept.refresh_token:
            return None
        return kept.lapses_at or kept.obtained_at + IDLE[self.settings.provider]

    def _serves(self, kept: Tokens) -> bool:
        return kept.serves(self.settings.scopes, self._clock())

    def _renew(self, kept: Tokens | None) -> Tokens:
        if self.wants_person and not (kept and kept.refresh_token):
            raise LoginRefused(
                f"{self.settings.section}: nobody has logged in for {self.settings.username} yet: run `swc-mailer login`"
            )
        granted = provider_of(self.settings).renew(self.settings, kept.refresh_token if kept else "")
        tokens = self._tokens(granted).after(kept)
        self._file.keep(self.settings.account, tokens)
        return tokens

    def _tokens(self, granted: Granted) -> Tokens:
        now = self._clock()
        lapses_at = now + timedelta(seconds=granted.refresh_seconds) if granted.refresh_seconds else None
        return Tokens(
            access_token=granted.access_token,
            obtained_at=now,
            expires_at=now + timedelta(seconds=granted.seconds),
            refresh_token=granted.refresh_token,
            lapses_at=lapses_at,
            scopes=self.settings.scopes,
        )
