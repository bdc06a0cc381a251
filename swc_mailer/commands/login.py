"""`login`: fetches and keeps the OAuth2 tokens; and what `check` and `status` tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from swc_mailer import assemble
from swc_mailer.commands.findings import Finding, ok, problem, warning
from swc_mailer.config import Config
from swc_mailer.errors import ConfigError, SwcMailerError

if TYPE_CHECKING:
    from swc_mailer.adapters.oauth2 import Person, Source

SOON = {"log-in": timedelta(days=14), "secret": timedelta(days=30)}  # how long before its end a person is told
WAYS = {
    "device": "somebody logged in by device code",
    "browser": "somebody logged in with a browser",
    "client_credentials": "the application logs in by itself",
    "service_account": "the service account logs in by itself",
}


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """One log-in that was made: the sections it serves, and who logged in, where the provider says so."""

    sections: tuple[str, ...]
    username: str
    person: str


@dataclass(frozen=True, slots=True)
class TokenState:
    """What is kept of one log-in, without asking anybody. `ends_anyway`: using it does not put its end off. `trouble`: why there
    is no token to go on from."""

    sections: tuple[str, ...]
    username: str
    provider: str
    flow: str
    token_expires: datetime | None = None
    login_ends: datetime | None = None
    ends_anyway: bool = False
    secret_expires: date | None = None
    trouble: str = ""

    def needs_person(self, now: datetime) -> bool:
        return bool(self.trouble) or any(endings(self, now))

    def record(self) -> dict[str, Any]:
        """An object of `status --json`."""
        return {
            "sections": list(self.sections),
            "username": self.username,
            "flow": self.flow,
            "token_expires": self.token_expires.isoformat() if self.token_expires else None,
            "login_ends": self.login_ends.isoformat() if self.login_ends else None,
            "client_secret_expires": self.secret_expires.isoformat() if self.secret_expires else None,
            "trouble": self.trouble or None,
        }


def login(config: Config, person: Person) -> Iterator[LoggedIn]:
    """Each log-in that the configuration asks for, one after the other; what was kept before stays where one fails."""
    found = served(config)
    if not found:
        raise ConfigError(
            f"{config.file}: imap.oauth2.provider: is not given, so the log-in is by password and there is no token to fetch"
        )
    for source, sections in found.items():
        yield LoggedIn(sections, source.settings.username, source.log_in(person))


def served(config: Config) -> dict[Source, tuple[str, ...]]:
    """The sources of tokens, each with the sections that it serves."""
    found: dict[Source, tuple[str, ...]] = {}
    for section, source in assemble.token_sources(config).items():
        found[source] = (*found.get(source, ()), section)
    return found


def token_states(config: Config) -> tuple[TokenState, ...]:
    return tuple(state_of(source, sections) for source, sections in served(config).items())


def state_of(source: Source, sections: tuple[str, ...]) -> TokenState:
    settings, kept, trouble = source.settings, None, ""
    try:
        kept = source.kept()
    except SwcMailerError as error:
        trouble = str(error)
    if not trouble and source.wants_person and not (kept and kept.refresh_token):
        trouble = "nobody has logged in yet: run `swc-mailer login`"
    return TokenState(
        sections=sections,
        username=settings.username,
        provider=settings.provider,
        flow=settings.flow,
        token_expires=kept.expires_at if kept else None,
        login_ends=source.lapses_at(kept) if kept else None,
        ends_anyway=kept is not None and kept.lapses_at is not None,
        secret_expires=settings.client_secret_expires,
        trouble=trouble,
    )


# --- `check` -----------------------------------------------------------------------------------------------


def check_tokens(config: Config) -> Iterator[Finding]:
    """Asks for a new token of each log-in: a kept one says nothing of consent withdrawn since, or of a secret that has ended."""
    for source, sections in served(config).items():
        try:
            renewed = source.renew()
        except SwcMailerError as error:
            yield from (problem(f"Tokens: {line}") for line in str(error).splitlines())
            continue
        state = state_of(source, sections)
        yield ok(
            f"Tokens: {' and '.join(sections)} as {state.username}: {WAYS[state.flow]}; a new token is good until "
            f"{renewed.expires_at:%Y-%m-%d %H:%M} UTC, and is renewed by itself{ends_in_words(state)}"
        )
        yield from (warning(f"Tokens: {what}", mend) for what, mend in endings(state, datetime.now(UTC)))


def ends_in_words(state: TokenState) -> str:
    unless = "" if state.ends_anyway else ", unless the program runs before"
    login = f"; the log-in ends on {state.login_ends:%Y-%m-%d}{unless}" if state.login_ends else ""
    return login + (f"; the client secret expires on {state.secret_expires}" if state.secret_expires else "")


def endings(state: TokenState, now: datetime) -> Iterator[tuple[str, str]]:
    """What ends soon or has ended, each with its mend."""
    if state.login_ends and state.login_ends - now < SOON["log-in"]:
        publish = (
            "publish the application, which is in testing; then " if state.ends_anyway and state.provider == "google" else ""
        )
        yield f"the log-in of {state.username} {tense(state.login_ends, now)}", f"{publish}`swc-mailer login`"
    secret_ends = datetime.combine(state.secret_expires, time(), UTC) if state.secret_expires else None
    if secret_ends and secret_ends - now < SOON["secret"]:
        mend = "make a new one in the app registration, put it in its place, and correct client_secret_expires"
        yield f"the client secret of {state.username} {tense(secret_ends, now)}", mend


def tense(end: datetime, now: datetime) -> str:
    return f"{'ended' if end <= now else 'ends'} on {end:%Y-%m-%d}"
