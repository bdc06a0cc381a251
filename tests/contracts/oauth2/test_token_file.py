"""The file that keeps the tokens: the owner's alone, whole or set aside, and renewed by one at a time."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from swc_mailer.adapters.oauth2 import Source
from swc_mailer.errors import ConfigError
from tests.contracts.oauth2.logins import FLOWS, OF_PROGRAMS, Reader, Settings, error_of, logged_in
from tests.servers.tokens import SECRET, TokenEndpoint


@pytest.mark.parametrize("flow", FLOWS)
def test_only_the_owner_reads_the_tokens(settings: Settings, endpoint: TokenEndpoint, flow: str) -> None:
    source = logged_in(settings(flow), endpoint)
    source.settings.token_file.chmod(0o644)
    source.renew()

    assert {path.name: path.stat().st_mode & 0o777 for path in source.settings.token_file.parent.glob("tokens*")} == {
        "tokens.json": 0o600,
        "tokens.json.lock": 0o600,
    }


def test_nothing_that_is_secret_is_shown(settings: Settings, endpoint: TokenEndpoint) -> None:
    source = logged_in(settings("browser"), endpoint)
    shown = f"{source!r} {source.settings!r} {source.kept()!r}"

    assert not any(secret in shown for secret in (SECRET, "access-token", "refresh-token"))


HALVES = ["", "{", '{"tokens": {"', "[]", '{"tokens": []}', "\x00" * 20]


@pytest.mark.parametrize("content", HALVES)
def test_half_a_file_is_said_to_be_one_and_kept_aside_by_the_next_log_in(
    settings: Settings, endpoint: TokenEndpoint, content: str
) -> None:
    source = logged_in(settings("device"), endpoint)
    path = source.settings.token_file
    path.write_text(content)
    error = error_of(source.access_token)
    person = Reader()
    source.log_in(person)

    assert isinstance(error, ConfigError)
    assert str(error) == f"{path} is no token file, or half of one: `swc-mailer login` makes it anew"
    assert path.with_name("tokens.json.damaged").read_text() == content
    assert "tokens.json.damaged" in person.told[-1]
    assert source.access_token() in endpoint.good


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("access_token", 7),
        ("access_token", None),
        ("obtained_at", "yesterday"),
        ("expires_at", 7),
        ("expires_at", "2114-02-10T09:15:00"),  # of which time zone?
        ("refresh_token", ["x"]),
        ("lapses_at", 7),
        ("scopes", 7),
        ("scopes", [7]),
    ],
)
def test_a_value_that_is_none_of_ours_is_never_used(
    settings: Settings, endpoint: TokenEndpoint, member: str, value: object
) -> None:
    source = logged_in(settings("device"), endpoint)
    content = json.loads(source.settings.token_file.read_text())
    next(iter(content["tokens"].values()))[member] = value
    source.settings.token_file.write_text(json.dumps(content))

    assert "no token file, or half of one" in str(error_of(source.access_token))


@pytest.mark.parametrize("flow", OF_PROGRAMS)
def test_half_a_file_stops_no_program_that_logs_in_by_itself(settings: Settings, endpoint: TokenEndpoint, flow: str) -> None:
    source = Source(settings(flow))
    source.settings.token_file.write_text('{"tokens"')

    assert source.access_token() in endpoint.good
    assert source.settings.token_file.with_name("tokens.json.damaged").read_text() == '{"tokens"'


def test_a_file_that_cannot_be_read_or_made_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "nowhere" / "tokens.json"):
        error = error_of(Source(settings("client_credentials", token_file=path)).access_token)

        assert isinstance(error, ConfigError)
        assert str(path) in str(error)


def test_those_that_want_a_token_at_once_fetch_one(settings: Settings, endpoint: TokenEndpoint) -> None:
    source = logged_in(settings("device"), endpoint)
    ended = json.loads(source.settings.token_file.read_text())
    next(iter(ended["tokens"].values()))["expires_at"] = "2014-02-10T09:15:00+00:00"
    source.settings.token_file.write_text(json.dumps(ended))
    with ThreadPoolExecutor(8) as pool:  # the lock keeps threads apart as it does processes
        found = list(pool.map(lambda _: Source(source.settings).access_token(), range(8)))

    assert set(found) == {source.access_token()}
    assert endpoint.grants.count("refresh_token") == 1
