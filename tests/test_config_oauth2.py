"""`[imap.oauth2]` and `[smtp.oauth2]`: a good configuration of each flow, each time with one thing spoiled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from swc_mailer import assemble
from swc_mailer.config import Config
from swc_mailer.config_file import read_config
from swc_mailer.errors import ConfigError

REST = """
[smtp]
host = "smtp.example.org"
username = "swc@example.org"
from_address = "swc@example.org"
[smtp.oauth2]
provider = "{provider}"
[register]
path = "members.csv"
[consultation]
title = "Policy consultation"
deadline = 2014-03-21
pack = ["members.csv"]
"""
IMAP = '[imap]\nhost = "mail.example.org"\nusername = "swc@example.org"\n[imap.oauth2]\n'
GUID = "6f1c5f5e-0000-4000-8000-000000000003"
FLOWS = {
    "device": 'provider = "microsoft"\nflow = "device"\ntenant = "T"\nclient_id = "C"\n',
    "client_credentials": 'provider = "microsoft"\nflow = "client_credentials"\ntenant = "T"\nclient_id = "C"\n'
    'client_secret = "S"\n',
    "browser": 'provider = "google"\nflow = "browser"\nclient_id = "C"\nclient_secret_file = "secret"\n',
    "service_account": 'provider = "google"\nflow = "service_account"\nkey_file = "secret"\n',
}

Read = Callable[..., Config]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads the good configuration of a flow with texts exchanged, and an environment."""
    for name in ("members.csv", "secret"):
        (tmp_path / name).write_text("hush\n")

    def reading(flow: str, *changes: tuple[str, str], **environ: str) -> Config:
        text = IMAP + FLOWS[flow] + REST.format(provider="google" if "google" in FLOWS[flow] else "microsoft")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "config.toml").write_text(text)
        return read_config(tmp_path / "config.toml", environ)

    return reading


@pytest.mark.parametrize("flow", FLOWS)
def test_what_smtp_leaves_out_is_as_for_imap_so_that_one_log_in_serves_both(read: Read, flow: str) -> None:
    config = read(flow)
    found = assemble.token_sources(config)

    assert config.smtp.oauth2 == config.imap.oauth2
    assert found["imap"] is found["smtp"]
    assert found["imap"].settings.token_file == config.folder / "swc-mailer-tokens.json"


def test_what_smtp_gives_itself_goes_before(read: Read) -> None:
    config = read(
        "client_credentials",
        ('[smtp.oauth2]\nprovider = "microsoft"', '[smtp.oauth2]\nprovider = "microsoft"\nclient_secret_file = "secret"'),
    )

    assert (config.smtp.oauth2.secret(), config.imap.oauth2.secret()) == ("hush", "S")


def test_another_provider_takes_nothing_over(read: Read) -> None:
    with pytest.raises(ConfigError) as caught:
        read("device", ('[smtp.oauth2]\nprovider = "microsoft"', '[smtp.oauth2]\nprovider = "google"'))

    assert 'smtp.oauth2.flow: with provider = "google" it must be "browser" or "service_account"' in str(caught.value)


def test_the_environment_gives_a_secret_in_place_of_the_files(read: Read) -> None:
    config = read("browser", SWC_MAILER_IMAP__OAUTH2__CLIENT_SECRET="of the environment")

    assert (config.imap.oauth2.secret(), config.smtp.oauth2.secret()) == ("of the environment",) * 2


def test_no_secret_is_shown(read: Read) -> None:
    config = read("client_credentials", ('client_secret = "S"', 'client_secret = "very secret"'))

    assert "very secret" not in repr(config)
    assert "very secret" not in repr(assemble.oauth2_settings(config, "imap", config.imap))


@pytest.mark.parametrize("written", ["2027-03-01", '"2027-03-01"'])
def test_the_day_on_which_the_secret_ends_is_a_date_however_it_is_written(read: Read, written: str) -> None:
    config = read("client_credentials", ('client_secret = "S"', f'client_secret = "S"\nclient_secret_expires = {written}'))

    assert config.imap.oauth2.client_secret_expires == date(2027, 3, 1)


MISTAKES = {
    "unknown key": ("device", 'client_id = "C"', 'client_idd = "C"', "client_idd: is unknown: did you mean client_id?"),
    "no client_id": ("device", 'client_id = "C"', "", "client_id: is missing: the application (client) ID"),
    "no tenant": ("client_credentials", 'tenant = "T"', "", "tenant: is missing: the directory (tenant) ID"),
    "no secret": ("client_credentials", 'client_secret = "S"', "", "client_secret: is missing: give client_secret_file"),
    "no key": ("service_account", 'key_file = "secret"', "", "key_file: is missing: the JSON key"),
    "no file": ("service_account", '"secret"', '"nowhere"', "key_file: "),
    "no provider": ("device", 'provider = "microsoft"\n', "", 'provider: is missing: "microsoft" or "google"'),
    "no such provider": ("device", '"microsoft"', '"yahoo"', 'provider: must be one of "microsoft" or "google"'),
    "no flow": ("device", 'flow = "device"\n', "", 'flow: with provider = "microsoft" it must be "device" or "client_'),
    "no such flow": ("device", '"device"', '"password"', "flow: must be one of "),
    "Google by device code": ("browser", '"browser"', '"device"', "flow: Google lets no mail program log in by device code; "),
    "everybody's tenant": ("client_credentials", '"T"', '"common"', "tenant: must be the directory (tenant) ID"),
    "the secret's ID": ("client_credentials", '"S"', f'"{GUID}"', "client_secret: is the secret's ID: give its value"),
    "two secrets": ("browser", "client_secret_file", 'client_secret = "S"\nclient_secret_file', "client_secret: stands beside"),
    "a path": ("device", 'tenant = "T"', 'tenant = "T"\nauthority = "https://x/y"', 'authority: must begin with "https://"'),
    "in clear": ("device", 'tenant = "T"', 'tenant = "T"\nauthority = "http://x"', 'authority: must begin with "https://"'),
    "no date": ("device", 'tenant = "T"', 'tenant = "T"\nclient_secret_expires = "May"', "client_secret_expires: must be a date"),
}  # fmt: skip


@pytest.mark.parametrize(("flow", "old", "new", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_its_key_and_its_mend(read: Read, flow: str, old: str, new: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(flow, (old, new))

    assert f"imap.oauth2.{says}" in str(caught.value)
    assert says.startswith("provider") or "smtp.oauth2" not in str(caught.value)  # which has taken it over
    assert f'"{GUID}"' not in str(caught.value)


@pytest.mark.parametrize("key", ['password = "hush"', 'password_file = "secret"'])
def test_a_password_beside_a_token_is_one_too_many(read: Read, key: str) -> None:
    with pytest.raises(ConfigError, match=r"imap\.oauth2: stands beside a password: give only one of them"):
        read("device", ("[imap]\n", f"[imap]\n{key}\n"))


def test_a_token_for_smtp_wants_a_user_name(read: Read) -> None:
    with pytest.raises(ConfigError, match=r"smtp\.username: is missing: the mailbox that the token is for"):
        read("device", ('smtp.example.org"\nusername = "swc@example.org"', 'smtp.example.org"'))


def test_an_empty_section_is_none(read: Read) -> None:
    """As the example has it."""
    config = read(
        "device",
        (FLOWS["device"], ""),
        ("[imap]", '[imap]\npassword = "hush"'),
        ('provider = "microsoft"', ""),
        ('username = "swc@example.org"\nfrom', "from"),
    )

    assert assemble.token_sources(config) == {}
    assert config.imap.secret() == "hush"
