"""What the tests of OAuth2 share: the flows, whoever sits at the terminal, and log-ins that were made."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from swc_mailer.adapters.oauth2 import OAuth2Settings, Source
from swc_mailer.errors import SwcMailerError
from tests.servers.tokens import SECRET, TokenEndpoint

FLOWS = ("device", "client_credentials", "browser", "service_account")
OF_PERSONS = ("device", "browser")
OF_PROGRAMS = ("client_credentials", "service_account")

Settings = Callable[..., OAuth2Settings]


@dataclass
class Reader:
    """Whoever sits at the terminal: `answer` makes an answer of what was told."""

    answer: Callable[[str], str] = lambda told: ""
    told: list[str] = field(default_factory=list)

    def tell(self, lines: list[str]) -> None:
        self.told += lines

    def ask(self, question: str) -> str:
        return self.answer("\n".join(self.told))


def consents(endpoint: TokenEndpoint) -> Callable[[str], str]:
    """A person who lets the program in on Google's page, and copies the address that the browser was led to."""

    def answer(told: str) -> str:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(re.search(r"https://\S+", told)[0]).query).items()}  # type: ignore[index]
        endpoint.codes["code-1"] = asked["code_challenge"]
        return f"{asked['redirect_uri']}/?state={asked['state']}&code=code-1&scope={asked['scope']}"

    return answer


def person_for(endpoint: TokenEndpoint) -> Reader:
    return Reader(consents(endpoint))


def logged_in(settings: OAuth2Settings, endpoint: TokenEndpoint) -> Source:
    source = Source(settings)
    source.log_in(person_for(endpoint))
    return source


def later(source: Source, passed: timedelta) -> Source:
    """The same file at another time."""
    return Source(source.settings, clock=lambda: datetime.now(UTC) + passed)


def error_of(call: Callable[[], object], *secrets: str) -> SwcMailerError:
    with pytest.raises(SwcMailerError) as caught:
        call()
    assert "\n" not in str(caught.value)
    for secret in (SECRET, "access-token", "refresh-token", *secrets):
        assert secret not in str(caught.value)
    return caught.value
