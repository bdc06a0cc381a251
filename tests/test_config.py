"""The configuration: a good file, each time with one thing spoiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from swc_mailer.assemble import imap_settings
from swc_mailer.config import Config
from swc_mailer.config_file import Reading, find_config, key_lines, read_config
from swc_mailer.config_values import LimitsOf
from swc_mailer.core.pacing import PROVIDERS, Limits
from swc_mailer.environment import places, variable_name
from swc_mailer.errors import ConfigError
from swc_mailer.shipped import shipped

GOOD = """\
[imap]
host = "mail.example.org"
username = "swc@example.org"
password_file = "imap-password"

[smtp]
host = "mail.example.org"
from_address = "Swc@example.org"

[register]
path = "members.csv"

[consultation]
title = "Policy consultation"
deadline = 2014-03-21
pack = ["pack/*.pdf"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "paper.pdf").write_bytes(b"%PDF")
    (tmp_path / "members.csv").write_text("membership_number\n")
    (tmp_path / "imap-password").write_text("hush hush \n")
    return tmp_path


Read = Callable[..., Config]
Problems = Callable[..., tuple[str, ...]]


@pytest.fixture
def read(folder: Path) -> Read:
    """Reads the good configuration with texts exchanged, and an environment."""

    def reading(*changes: tuple[str, str], environ: Mapping[str, str] | None = None) -> Config:
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / "config.toml").write_text(text)
        return read_config(folder / "config.toml", environ or {})

    return reading


@pytest.fixture
def problems(read: Read, folder: Path) -> Problems:
    """What is wrong, without the folder."""

    def found(*changes: tuple[str, str], environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as raised:
            read(*changes, environ=environ)
        return tuple(problem.replace(f"{folder}/", "") for problem in raised.value.problems)

    return found


def add(section: str, line: str) -> tuple[str, str]:
    return f"[{section}]\n", f"[{section}]\n{line}\n"


# --- a good one --------------------------------------------------------------------------------------------


def test_what_is_left_out_has_its_default(read: Read) -> None:
    config = read()

    assert (config.imap.port, config.imap.security, config.imap.folder) == (993, "tls", "INBOX")
    assert (config.smtp.port, config.smtp.security, config.smtp.connections) == (587, "starttls", 4)
    assert config.register_.columns.mapping()["address"] == ("address_1", "address_2", "town", "county")
    assert config.consultation.agm == "12-13 April 2014"
    assert config.consultation.deadline == date(2014, 3, 21)
    assert config.limits.packs_per_member == 3


def test_paths_are_relative_to_the_file_and_not_to_the_working_folder(
    read: Read, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    config = read()

    assert config.register_.path == folder / "members.csv"
    assert config.store.url == f"sqlite:///{folder}/swc-mailer.db"
    assert config.store_path == folder / "swc-mailer.db"
    assert (config.index_path, config.lock_path) == (folder / "swc-mailer-register.db", folder / "swc-mailer.lock")


def test_a_configuration_named_relatively_gives_absolute_paths(read: Read, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read()
    monkeypatch.chdir(folder)

    assert read_config(Path("config.toml"), {}).register_.path == folder / "members.csv"


def test_absolute_paths_stay_and_a_tilde_is_home(read: Read, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    config = read(('"members.csv"', '"~/members.csv"'), ('["pack/*.pdf"]', f'["{folder}/pack/paper.pdf"]'))

    assert config.register_.path == folder / "members.csv"


def test_postgresql_needs_no_file(read: Read, folder: Path) -> None:
    config = read(("[imap]", '[store]\nurl = "postgresql://swc:hush@db.example.org/swc"\n[imap]'))

    assert config.store.url == "postgresql+psycopg://swc:hush@db.example.org/swc"
    assert config.store_path is None
    assert config.lock_path == folder / "swc-mailer.lock"
    assert "hush" not in repr(config)


def test_empty_paths_mean_none(read: Read) -> None:
    config = read(
        add("imap", 'ca_file = ""'), add("smtp", 'password_file = ""'), add("consultation", 'templates = ""\nrules = ""')
    )

    assert (config.imap.ca_file, config.smtp.password_file) == (None, None)
    assert (config.consultation.templates, config.consultation.rules) == (None, None)


def test_a_byte_order_mark_is_no_mistake(folder: Path) -> None:
    (folder / "config.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())

    assert read_config(folder / "config.toml", {}).imap.host == "mail.example.org"


def test_a_password_file_loses_its_line_end_and_nothing_else(read: Read) -> None:
    assert read().imap.secret() == "hush hush "


def test_a_password_never_shows(read: Read) -> None:
    config = read(('password_file = "imap-password"', 'password = "hush"'))

    assert config.imap.secret() == "hush"
    assert config.imap.password == SecretStr("hush")
    assert "hush" not in repr(config) + str(config)


def test_the_example_is_complete_but_for_the_files_that_only_the_user_has(folder: Path) -> None:
    (folder / "config.toml").write_bytes(shipped("config.example.toml").read_bytes())
    config = read_config(folder / "config.toml", {})

    assert config.own_postcodes == {"EC2A3EA"}
    assert config.policy().own_addresses == {"swc@amnesty.org.uk"}


def test_every_default_in_the_example_is_the_real_one(read: Read, folder: Path) -> None:
    """Taking the comment signs away changes nothing."""
    example = shipped("config.example.toml").read_text(encoding="utf-8")
    as_it_is = folder / "config.toml"
    as_it_is.write_text(example)
    spelt_out = folder / "spelt-out.toml"
    spelt_out.write_text("\n".join(line.removeprefix("# ") if " = " in line else line for line in example.splitlines()))

    assert read_config(spelt_out, {}).model_dump() == read_config(as_it_is, {}).model_dump()
    assert {place for place in key_lines(spelt_out.read_text()) if len(place) > 1} >= {
        place
        for place, _ in places(Config)
        if place[-1] not in ("password", "client_secret", "raw_key") and place[:2] != ("smtp", "oauth2")
    }


# --- what the rules need -----------------------------------------------------------------------------------


def test_our_own_addresses_are_gathered_from_everywhere(read: Read) -> None:
    config = read(
        add("consultation", 'own_addresses = ["Office@example.org", "ec2a 3ea"]\npost_to = ["1 Example Street", "LS6 2AB"]')
    )
    policy = config.policy()

    assert policy.own_addresses == {"swc@example.org", "office@example.org"}
    assert policy.own_postcodes == {"EC2A3EA", "LS62AB"}


def test_a_user_name_that_is_no_address_is_not_ours_to_answer(read: Read) -> None:
    assert read(('"swc@example.org"', '"swc"')).own_emails == {"swc@example.org"}


def test_the_policy_carries_every_limit(read: Read) -> None:
    config = read(("[imap]", "[limits]\nreplies_per_day = 7\nnumbers_per_day = 9\n[imap]"))
    limits = config.policy().limits

    assert (limits.replies_per_day, limits.numbers_per_day, limits.packs_per_member) == (7, 9, 3)


def test_the_wording_and_the_sender_come_from_their_sections(read: Read) -> None:
    config = read(add("smtp", 'from_name = "Example Organisation"'))

    assert config.wording().organisation == "Example Organisation"
    assert config.wording().title == "Policy consultation"
    assert (config.sender.name, config.sender.address) == ("Example Organisation", "Swc@example.org")


# --- where it is looked for --------------------------------------------------------------------------------


def test_a_named_file_goes_before_the_variable_and_that_before_the_working_folder() -> None:
    environ = {"SWC_MAILER_CONFIG": "/etc/swc.toml"}

    assert find_config(Path("mine.toml"), environ) == Path("mine.toml")
    assert find_config(None, environ) == Path("/etc/swc.toml")
    assert find_config(None, {}) == Path("config.toml")


def test_no_file_is_one_line_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no such configuration; make one with `swc-mailer init`"):
        read_config(tmp_path / "config.toml", {})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[imap\n", "is no valid TOML: Expected"),
        (b'[imap]\nhost = "a"\nhost = "b"\n', "is no valid TOML: Cannot overwrite a value (at line 3"),
        (b"\xff\xfe[\x00", "is not in UTF-8"),
    ],
    ids=["broken", "twice", "utf-16"],
)
def test_a_file_that_is_no_toml_says_where(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "config.toml").write_bytes(content)

    with pytest.raises(ConfigError) as raised:
        read_config(tmp_path / "config.toml", {})
    assert sentence in str(raised.value)


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_config(tmp_path, {})


# --- the environment ---------------------------------------------------------------------------------------


def test_every_value_can_come_from_the_environment(read: Read, folder: Path) -> None:
    (folder / "other.csv").write_text("x")
    environ = {
        "SWC_MAILER_IMAP__PORT": "1143",
        "SWC_MAILER_IMAP__USERNAME": "12345",
        "SWC_MAILER_IMAP__TIMEOUT_SECONDS": "2.5",
        "SWC_MAILER_DELIVERY__HOLD": "true",
        "SWC_MAILER_CONSULTATION__DEADLINE": "2014-03-28",
        "SWC_MAILER_CONSULTATION__TITLE": 'The "other" one',
        "SWC_MAILER_CONSULTATION__OWN_ADDRESSES": '["office@example.org"]',
        "SWC_MAILER_REGISTER__PATH": "other.csv",
        "SWC_MAILER_REGISTER__COLUMNS__NAME": '["first", "last"]',
        "SWC_MAILER_REGISTER__COLUMNS__EMAIL": "E-mail",
    }
    config = read(environ=environ)

    assert (config.imap.port, config.imap.username, config.imap.timeout_seconds) == (1143, "12345", 2.5)
    assert config.delivery.hold is True
    assert (config.consultation.deadline, config.consultation.title) == (date(2014, 3, 28), 'The "other" one')
    assert config.consultation.own_addresses == ("office@example.org",)
    assert config.register_.path == folder / "other.csv"
    assert (config.register_.columns.name, config.register_.columns.email) == (("first", "last"), "E-mail")


def test_there_is_a_variable_for_each_key() -> None:
    names = {variable_name(place) for place, _ in places(Config)}

    assert {"SWC_MAILER_IMAP__PASSWORD", "SWC_MAILER_REGISTER__COLUMNS__ADDRESS", "SWC_MAILER_STORE__URL"} <= names


def test_a_password_of_the_environment_stands_in_for_the_file(read: Read) -> None:
    assert read(environ={"SWC_MAILER_IMAP__PASSWORD": '"1234"'}).imap.secret() == '"1234"'


def test_the_environment_alone_will_do(folder: Path) -> None:
    (folder / "config.toml").write_text("")
    environ = {
        "SWC_MAILER_IMAP__HOST": "mail.example.org",
        "SWC_MAILER_IMAP__USERNAME": "swc",
        "SWC_MAILER_IMAP__PASSWORD": "hush",
        "SWC_MAILER_SMTP__HOST": "mail.example.org",
        "SWC_MAILER_SMTP__FROM_ADDRESS": "swc@example.org",
        "SWC_MAILER_REGISTER__PATH": "members.csv",
        "SWC_MAILER_CONSULTATION__TITLE": "Policy",
        "SWC_MAILER_CONSULTATION__DEADLINE": "2014-03-21",
        "SWC_MAILER_CONSULTATION__PACK": '["pack/*"]',
    }

    assert read_config(folder / "config.toml", environ).consultation.title == "Policy"


def test_an_unknown_variable_is_a_mistake_but_for_the_two_that_are_no_setting(read: Read, problems: Problems) -> None:
    read(environ={"SWC_MAILER_CONFIG": "x", "SWC_MAILER_FAULT": "y", "PATH": "z"})

    assert problems(environ={"SWC_MAILER_IMAP__PASWORD": "hush"}) == (
        "SWC_MAILER_IMAP__PASWORD: is no setting of swc-mailer: did you mean SWC_MAILER_IMAP__PASSWORD?",
    )


def test_a_wrong_value_of_the_environment_names_its_variable_and_not_itself(problems: Problems) -> None:
    found = problems(environ={"SWC_MAILER_IMAP__PORT": "hush", "SWC_MAILER_CONSULTATION__DEADLINE": "soon"})

    assert found == (
        "SWC_MAILER_IMAP__PORT: imap.port: must be a whole number, without quotation marks",
        "SWC_MAILER_CONSULTATION__DEADLINE: consultation.deadline: must be a date without quotation marks, as in 2014-03-21",
    )


# --- one thing spoiled -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (add("imap", 'pasword = "hush"'), "line 2: imap.pasword: is unknown: did you mean password?"),
        (add("smtp", 'deadline = "x"'), "line 7: smtp.deadline: is unknown: it belongs in [consultation]"),
        (("[imap]", "[imapp]\n[imap]"), "line 1: imapp: is unknown: did you mean imap?"),
        (("[imap]", "hold = true\n[imap]"), "line 1: hold: is unknown"),
        (add("imap", 'port = "993"'), "line 2: imap.port: must be a whole number, without quotation marks"),
        (add("imap", "port = 0"), "line 2: imap.port: must be 1 or more"),
        (add("smtp", "port = 70000"), "line 7: smtp.port: must be 65535 or less"),
        (add("smtp", "timeout_seconds = 0"), "line 7: smtp.timeout_seconds: must be more than 0"),
        (add("imap", 'security = "ssl"'), 'line 2: imap.security: must be one of "tls", "starttls" or "none"'),
        (('"mail.example.org"\nuser', '"imaps://mail.example.org"\nuser'), 'line 2: imap.host: must be a host name'),
        (('"mail.example.org"\nuser', '"mail.example.org:993"\nuser'), "line 2: imap.host: is a host name and a port"),
        (('"mail.example.org"\nuser', '""\nuser'), "line 2: imap.host: must not be empty"),
        (('"mail.example.org"\nuser', "3\nuser"), "line 2: imap.host: must be text in quotation marks"),
        (('"Swc@example.org"', '"Us <swc@example.org>"'), "line 8: smtp.from_address: must be one plain email address"),
        (add("smtp", 'from_name = "a\\nBcc: b"'), "line 7: smtp.from_name: must be one line"),
        (('path = "members.csv"', ""), "register.path: is missing"),
        (('"members.csv"', '""'), "line 11: register.path: must not be empty"),
        (('"members.csv"', '"nobody.csv"'), "line 11: register.path: nobody.csv cannot be read: No such file"),
        (add("register", "number_pattern = '('"), "line 11: register.number_pattern: is no regular expression: missing )"),
        (add("register", "number_pattern = 'x*'"), "line 11: register.number_pattern: fits a number without any digit"),
        (add("register", 'delimiter = ";;"'), 'line 11: register.delimiter: must be "auto" or one character'),
        (("[imap]", "[register.columns]\nname = 3\n[imap]"), "line 2: register.columns.name: must be a heading in quot"),
        (("[imap]", "[register.columns]\nnmae = 'x'\n[imap]"), "line 2: register.columns.nmae: is unknown: did you mean name?"),
        (("2014-03-21", '"2014-03-21"'), "line 15: consultation.deadline: must be a date without quotation marks"),
        (("2014-03-21", "2014-03-21T12:00:00Z"), "line 15: consultation.deadline: must be a date without quotation marks"),
        (add("consultation", 'timezone = "London"'), 'line 14: consultation.timezone: "London" is no time zone'),
        (('["pack/*.pdf"]', '["packs/*.pdf"]'), "line 16: consultation.pack: packs/*.pdf finds no file in "),
        (('["pack/*.pdf"]', "[]"), "line 16: consultation.pack: names no file"),
        (('["pack/*.pdf"]', '"pack/*.pdf"'), "line 16: consultation.pack: must be a list"),
        (add("consultation", 'templates = "words"'), "line 14: consultation.templates: words is no folder"),
        (add("consultation", 'own_addresses = ["us"]'), 'line 14: consultation.own_addresses: "us" is neither an email'),
        (("[imap]", '[trust]\nspam_headers = ["Spam"]\n[imap]'), 'line 2: trust.spam_headers: "Spam" is no header line'),
        (("[imap]", "[limits]\nreplies_per_day = -1\n[imap]"), "line 2: limits.replies_per_day: must be 0 or more"),
        (("[imap]", "[delivery]\nhold = 1\n[imap]"), "line 2: delivery.hold: must be true or false"),
        (("[imap]", '[store]\nurl = "mysql://hush@db/x"\n[imap]'), "line 2: store.url: must be sqlite:///FILE or postgresql"),
        (("[imap]", '[store]\nurl = "sqlite://"\n[imap]'), "line 2: store.url: must be sqlite:///FILE"),
        (("[imap]", '[store]\nurl = "sqlite:///no/store.db"\n[imap]'), "line 2: store.url: no, the folder of the store, does"),
        (('"imap-password"', '"no-password"'), "line 4: imap.password_file: no-password cannot be read: No such file"),
        (('password_file = "imap-password"', ""), "imap.password_file: is missing: give password_file (or password)"),
        (add("smtp", 'username = "swc"'), "smtp.password_file: is missing: give password_file (or password)"),
        (add("imap", 'password = "hush"'), "line 2: imap.password: stands beside password_file: give only one"),
        (("[imap]", '[notice]\nto = ["staff"]\n[imap]'), "line 2: notice.to: must be one plain email address"),
        (("[imap]", '[notice]\nto = ["a@b.org", "SWC@example.org"]\n[imap]'), "line 2: notice.to: SWC@example.org is the inbox"),
        (("[imap]", "[notice]\nhour = 24\n[imap]"), "line 2: notice.hour: must be 23 or less"),
        (add("imap", 'ca_file = "ca.pem"'), "line 2: imap.ca_file: ca.pem cannot be read: No such file"),
        (("[imap]", "trust = 3\n[imap]"), "line 1: trust: must be a section"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_that_names_the_key(problems: Problems, change: tuple[str, str], problem: str) -> None:
    found = problems(change)

    assert len(found) == 1
    assert found[0].removeprefix("config.toml")[2:].startswith(problem)
    assert "hush" not in found[0]


def test_an_empty_password_file_is_a_mistake(problems: Problems, folder: Path) -> None:
    (folder / "imap-password").write_text("\n")

    assert problems() == ("config.toml, line 4: imap.password_file: imap-password is empty",)


def test_all_mistakes_come_at_once(problems: Problems) -> None:
    found = problems(
        add("imap", "port = 0\npassword = 'hush'"),
        ('"members.csv"', '"nobody.csv"'),
        ("2014-03-21", '"soon"'),
        environ={"SWC_MAILER_X": "1"},
    )

    keys = ["SWC_MAILER_X", "imap.password", "imap.port", "register.path", "consultation.deadline"]
    assert [key for key, line in zip(keys, found, strict=True) if key in line] == keys


def test_an_empty_file_names_every_required_key(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")

    with pytest.raises(ConfigError) as raised:
        read_config(tmp_path / "config.toml", {})
    assert [problem.split(": ")[1] for problem in raised.value.problems] == [
        "imap.password_file",
        "imap.host",
        "imap.username",
        "smtp.host",
        "smtp.from_address",
        "register.path",
        "consultation.title",
        "consultation.deadline",
        "consultation.pack",
    ]


VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
KEYS = st.sampled_from([place for place, _ in places(Config)])


@given(KEYS, st.text())
def test_no_value_of_the_environment_makes_the_reading_fail_in_another_way(place: tuple[str, ...], value: str) -> None:
    reading = Reading(Path("config.toml"), "", {}, {variable_name(place): value})

    with pytest.raises(ConfigError):
        reading.config()


@given(KEYS, VALUES)
def test_no_value_of_the_file_makes_the_reading_fail_in_another_way(place: tuple[str, ...], value: object) -> None:
    for name in reversed(place):
        value = {name: value}
    assert isinstance(value, dict)
    reading = Reading(Path("config.toml"), "", value, {})

    with pytest.raises(ConfigError):
        reading.config()


# --- the key of the store ----------------------------------------------------------------------------------

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def in_store(lines: str) -> tuple[str, str]:
    return "[smtp]\n", f"[store]\n{lines}\n\n[smtp]\n"


def test_the_stores_keys_come_from_a_file_or_the_environment(read: Read, folder: Path) -> None:
    (folder / "raw-key").write_text(f"{KEY}\n{KEY[::-1][1:]}=\n")
    from_file = in_store('raw_key_file = "raw-key"')

    assert read().store.raw_keys() == ()
    assert read(from_file).store.raw_keys() == (KEY, f"{KEY[::-1][1:]}=")
    assert read(from_file, environ={"SWC_MAILER_STORE__RAW_KEY": KEY}).store.raw_keys() == (KEY,)
    assert folder / "raw-key" in read(from_file).secret_files


@pytest.mark.parametrize("key", ["secret", KEY[:-4], KEY + KEY, f"{KEY} secret"])
def test_what_is_no_key_is_told_and_not_repeated(problems: Problems, folder: Path, key: str) -> None:
    (folder / "raw-key").write_text(key)
    told = problems(environ={"SWC_MAILER_STORE__RAW_KEY": key})
    in_file = problems(in_store('raw_key_file = "raw-key"'))

    assert told == (
        "SWC_MAILER_STORE__RAW_KEY: store.raw_key: must be a key as `openssl rand -base64 32` writes it, or several of them, "
        "the newest first",
    )
    assert len(in_file) == 1
    assert "store.raw_key_file: must be a key" in in_file[0]
    assert key not in in_file[0]


def test_the_stores_key_is_given_one_way(problems: Problems, folder: Path) -> None:
    (folder / "raw-key").write_text(KEY)

    assert "stands beside raw_key_file" in problems(in_store(f'raw_key = "{KEY}"\nraw_key_file = "raw-key"'))[0]


# --- the provider's limits ---------------------------------------------------------------------------------


def test_without_limits_given_only_the_connections_are_limited(read: Read) -> None:
    assert read().smtp.sending_limits == Limits(connections=4)


def test_a_providers_limits_hold_but_for_the_keys_that_are_given(read: Read) -> None:
    (before,) = (line for line in GOOD.splitlines() if line.startswith("from_address"))
    limits = read((before, f'{before}\nlimits = "microsoft365"')).smtp.sending_limits
    given = f'{before}\nlimits = "microsoft365"\nmessages_per_day = 8000\nmessages_per_minute = 0\nmessages_per_connection = 50'

    assert limits == Limits(connections=3, per_minute=30, per_day=10_000)
    assert read((before, given)).smtp.sending_limits == Limits(connections=3, per_connection=50, per_day=8_000)
    assert read((before, f'{before}\nlimits = "google"\nconnections = 2')).smtp.sending_limits == Limits(2, per_day=2_000)


def test_each_provider_whose_limits_are_known_can_be_named() -> None:
    assert get_args(LimitsOf) == ("", *PROVIDERS)


def test_limits_are_counted_for_the_log_in_or_else_for_the_sender(read: Read) -> None:
    login = {"SWC_MAILER_SMTP__USERNAME": "Out@example.org", "SWC_MAILER_SMTP__PASSWORD": "hush"}

    assert read().smtp.mailbox == "swc@example.org@mail.example.org"
    assert read(environ=login).smtp.mailbox == "out@example.org@mail.example.org"


def test_the_account_is_the_one_that_messages_are_noted_with(read: Read) -> None:
    config = read()

    assert config.account == imap_settings(config).account
