"""Connecting and logging in: every way that there is, and what each failure says to whom."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import trustme

from swc_mailer.adapters.imap import ImapSettings, open_mailbox
from swc_mailer.errors import ConfigError, LoginRefused, SwcMailerError, Unreachable
from tests.contracts.mailboxes import Account
from tests.servers.dovecot import HOST, PASSWORD, Dovecot
from tests.servers.faultproxy import FaultProxy
from tests.servers.odd_imap import OddImap
from tests.servers.smtp import SmtpServer

ODD_PASSWORD = 'pa"ss\\ £ word €'
TIMEOUT = 0.5


@pytest.fixture(scope="module")
def server(authority: trustme.CA) -> Iterator[Dovecot]:
    with Dovecot(authority=authority, accounts={"odd": ODD_PASSWORD}) as dovecot:
        yield dovecot


@pytest.fixture
def account(server: Dovecot) -> Account:
    return Account(server)


def log_in(settings: ImapSettings) -> None:
    with closing(open_mailbox(settings)) as mailbox:
        assert list(mailbox.waiting()) == []


def error_of(settings: ImapSettings) -> SwcMailerError:
    with pytest.raises(SwcMailerError) as caught:
        log_in(settings)
    assert settings.password not in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


def odd(server: OddImap, **changes: Any) -> ImapSettings:
    chosen = {"username": "swc@example.org", "port": server.port, "security": "none", "password": "secret-word"}
    return ImapSettings(HOST, **{**chosen, "timeout_seconds": TIMEOUT, **changes})


# --- the ways in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
@pytest.mark.parametrize("host", [HOST, "localhost"])
def test_each_security_logs_in_and_finds_what_the_server_can_do_only_then(
    account: Account, ca_file: Path, security: str, host: str
) -> None:
    port = account.server.tls_port if security == "tls" else account.server.port

    with account.mailbox(host=host, port=port, security=security, ca_file=ca_file) as mailbox:
        assert list(mailbox.waiting()) == []


@pytest.mark.parametrize("security", ["tls", "none"])
def test_a_password_of_any_characters_logs_in(server: Dovecot, ca_file: Path, security: str) -> None:
    port = server.tls_port if security == "tls" else server.port

    log_in(ImapSettings(HOST, "odd", port, security, ODD_PASSWORD, ca_file=ca_file, timeout_seconds=5))


def test_where_the_server_has_only_login_the_user_name_is_quoted() -> None:
    with OddImap({"CAPABILITY": "* CAPABILITY IMAP4rev1 MOVE\n{tag} OK done"}) as server:
        log_in(odd(server, username='EXAMPLE\\swc "one"', password='pa"ss'))

    assert r'LOGIN "EXAMPLE\\swc \"one\"" "pa\"ss"' in server.commands


@pytest.mark.parametrize("password", ["£", "a\r\nx LOGOUT", "a\x00b"])
def test_what_login_cannot_carry_is_said_and_not_sent(password: str) -> None:
    with OddImap({"CAPABILITY": "* CAPABILITY IMAP4rev1\n{tag} OK done"}) as server:
        error = error_of(odd(server, password=password))

    assert isinstance(error, ConfigError)
    assert "imap.password" in str(error)
    assert not any(command.startswith(("LOGIN", "x ")) for command in server.commands)


@pytest.mark.parametrize(
    ("offers", "says"),
    [
        ("AUTH=XOAUTH2 AUTH=PLAIN", "user=swc@example.org\x01auth=Bearer token-1\x01\x01"),
        ("AUTH=OAUTHBEARER AUTH=XOAUTH2", "user=swc@example.org\x01auth=Bearer token-1\x01\x01"),
        ("AUTH=OAUTHBEARER", "n,a=swc@example.org,\x01auth=Bearer token-1\x01\x01"),
    ],
)
def test_a_token_logs_in_by_the_way_that_the_server_offers(offers: str, says: str) -> None:
    with OddImap({"CAPABILITY": f"* CAPABILITY IMAP4rev1 MOVE {offers}\n{{tag}} OK done"}) as server:
        log_in(odd(server, password="", access_token=lambda: "token-1"))

    sent = server.commands[server.commands.index(next(c for c in server.commands if c.startswith("AUTHENTICATE"))) + 1]
    assert base64.b64decode(sent).decode() == says


def test_the_token_is_asked_for_anew_at_each_connection() -> None:
    tokens = iter(["token-1", "token-2"])
    answers = {"CAPABILITY": "* CAPABILITY IMAP4rev1 MOVE AUTH=XOAUTH2\n{tag} OK done"}
    with (
        OddImap(answers) as server,
        FaultProxy(server.port) as proxy,
        closing(open_mailbox(odd(server, port=proxy.port, password="", access_token=lambda: next(tokens)))) as mailbox,
    ):
        proxy.drop()
        list(mailbox.waiting())

    sent = [base64.b64decode(command) for command in server.commands if len(command) > 40 and " " not in command]
    assert [b"token-1" in sent[0], b"token-2" in sent[1]] == [True, True]


# --- refused -----------------------------------------------------------------------------------------------


def test_a_wrong_password_is_a_refused_log_in(account: Account) -> None:
    error = error_of(account.settings(password="not-the-password"))

    assert isinstance(error, LoginRefused)
    assert f"127.0.0.1:{account.server.port} refused the log-in of {account.name}" in str(error)
    assert "correct imap.username or imap.password" in str(error)


@pytest.mark.parametrize("way", ["AUTHENTICATE", "LOGIN"])
def test_a_refusal_says_the_servers_words_and_no_others(way: str) -> None:
    offers = " AUTH=PLAIN" if way == "AUTHENTICATE" else ""
    refusal = "{tag} NO [AUTHENTICATIONFAILED] Ask for an app password"
    answers = {
        "CAPABILITY": f"* CAPABILITY IMAP4rev1{offers}\n{{tag}} OK done",
        f"{way} .*": f"+ \n{refusal}" if offers else refusal,
    }
    with OddImap(answers) as server:
        error = error_of(odd(server))

    assert isinstance(error, LoginRefused)
    assert "([AUTHENTICATIONFAILED] Ask for an app password)" in str(error)


def test_a_refused_token_asks_for_a_new_one() -> None:
    answers = {
        "CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\n{tag} OK done",
        "AUTHENTICATE .*": "+ \n{tag} NO [AUTHENTICATIONFAILED] expired",
    }
    with OddImap(answers) as server:
        error = error_of(odd(server, password="unused", access_token=lambda: "token-1"))

    assert isinstance(error, LoginRefused)
    assert "(Add-MailboxPermission)" not in str(error)
    assert "the token lets nobody in here" in str(error)
    assert "token-1" not in str(error)


@pytest.mark.parametrize(
    ("says", "mend"),
    [
        ("NO [AUTHENTICATIONFAILED] IMAP access is disabled for your domain.", "IMAP is switched off"),
        ("NO [ALERT] Your account is not enabled for IMAP use.", "IMAP is switched off"),
        ("NO AUTHENTICATE failed.", "its right to this mailbox"),
    ],
)
def test_what_a_server_says_to_a_token_is_told_with_its_mend(says: str, mend: str) -> None:
    answers = {"CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\n{tag} OK done", "AUTHENTICATE .*": f"+ \n{{tag}} {says}"}
    with OddImap(answers) as server:
        error = error_of(odd(server, password="unused", access_token=lambda: "token-1"))

    assert isinstance(error, LoginRefused)
    assert mend in str(error)


def test_a_token_without_a_right_to_the_mailbox_is_a_refused_log_in_though_it_was_taken() -> None:
    """Exchange takes any token of the tenant, and minds when the mailbox is opened."""
    answers = {
        "CAPABILITY": "* CAPABILITY IMAP4rev1 MOVE AUTH=XOAUTH2\n{tag} OK done",
        "(SELECT|EXAMINE) .*": "{tag} BAD User is authenticated but not connected.",
    }
    with OddImap(answers) as server:
        error = error_of(odd(server, password="unused", access_token=lambda: "token-1"))

    assert isinstance(error, LoginRefused)
    assert "Add-MailboxPermission" in str(error)


@pytest.mark.parametrize("code", ["UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"])
def test_a_server_that_has_trouble_of_its_own_refuses_nobody(code: str) -> None:
    with OddImap({"AUTHENTICATE .*": f"+ \n{{tag}} NO [{code}] not now"}) as server:
        error = error_of(odd(server))

    assert isinstance(error, Unreachable)
    assert "takes no log-ins now" in str(error)


def test_a_greeting_that_says_goodbye_is_no_refusal() -> None:
    with OddImap({"greeting": "* BYE too many connections"}) as server:
        error = error_of(odd(server))

    assert isinstance(error, Unreachable)
    assert "too many connections" in str(error)


@pytest.mark.parametrize(
    ("capabilities", "token", "wanted"),
    [
        ("LOGINDISABLED", "", 'set security = "tls" or "starttls"'),
        ("AUTH=PLAIN", "token-1", "offers no log-in by token here: give imap.password in its place"),
    ],
)
def test_a_way_that_the_server_does_not_offer_is_not_tried(capabilities: str, token: str, wanted: str) -> None:
    with OddImap({"CAPABILITY": f"* CAPABILITY IMAP4rev1 {capabilities}\n{{tag}} OK done"}) as server:
        error = error_of(odd(server, access_token=(lambda: token) if token else None))

    assert isinstance(error, ConfigError)
    assert wanted in str(error)
    assert not any(command.startswith(("LOGIN", "AUTHENTICATE")) for command in server.commands)


# --- certificates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("trusted", ["nobody's CA", "another CA"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    account: Account, tmp_path: Path, security: str, trusted: str
) -> None:
    other = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    port = account.server.tls_port if security == "tls" else account.server.port

    error = error_of(account.settings(port=port, security=security, ca_file=other if trusted == "another CA" else None))

    assert isinstance(error, ConfigError)
    assert str(error).startswith("imap.ca_file: the certificate of 127.0.0.1")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_for_another_name_is_not_trusted(authority: trustme.CA, ca_file: Path, security: str) -> None:
    with Dovecot(authority=authority, certified=["mail.example.org"]) as server:
        port = server.tls_port if security == "tls" else server.port
        error = error_of(Account(server).settings(port=port, security=security, ca_file=ca_file))

    assert isinstance(error, ConfigError)
    assert "or correct imap.host" in str(error)


def test_a_ca_file_that_is_missing_is_named_with_its_key(account: Account, tmp_path: Path) -> None:
    error = error_of(account.settings(security="tls", ca_file=tmp_path / "ca.pem"))

    assert isinstance(error, ConfigError)
    assert "imap.ca_file" in str(error)


def test_a_server_without_starttls_gets_no_password() -> None:
    with OddImap() as server:
        error = error_of(odd(server, security="starttls"))

    assert isinstance(error, ConfigError)
    assert "offers no STARTTLS" in str(error)
    assert not any(command.startswith(("LOGIN", "AUTHENTICATE")) for command in server.commands)


# --- unreachable -------------------------------------------------------------------------------------------


def test_an_unknown_host_is_named() -> None:
    error = error_of(ImapSettings("mail.invalid", "swc", password=PASSWORD, security="none", timeout_seconds=5))

    assert isinstance(error, Unreachable)
    assert "imap.host: mail.invalid is not known here" in str(error)


def test_a_port_where_nobody_listens_is_named() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]

    error = error_of(ImapSettings(HOST, "swc", port, "none", PASSWORD, timeout_seconds=5))

    assert isinstance(error, Unreachable)
    assert (
        str(error) == f"127.0.0.1:{port} could not be reached (Connection refused): check imap.host and imap.port if it stays so"
    )


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_a_server_that_says_nothing_is_given_up(ca_file: Path, security: str) -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        error = error_of(ImapSettings(HOST, "swc", port, security, PASSWORD, ca_file=ca_file, timeout_seconds=TIMEOUT))

    assert isinstance(error, Unreachable)
    assert "did not answer within 0.5 seconds: check imap.host, imap.port and imap.security" in str(error)


def test_tls_against_a_plain_port_names_the_setting(account: Account, ca_file: Path) -> None:
    error = error_of(account.settings(security="tls", ca_file=ca_file))

    assert isinstance(error, ConfigError)
    assert 'try security = "starttls"' in str(error)


def test_a_server_that_is_none_of_imap_is_said_to_be_none() -> None:
    with SmtpServer() as server:
        error = error_of(ImapSettings(HOST, "swc", server.port, "none", PASSWORD, timeout_seconds=5))

    assert isinstance(error, ConfigError)
    assert "does not speak IMAP" in str(error)


@pytest.mark.parametrize("fault", ["cut up:/AUTHENTICATE/", "stall up:/AUTHENTICATE/", "cut down:30", "cut down:0"])
def test_a_connection_that_breaks_before_the_end_of_the_log_in_is_no_refusal(account: Account, fault: str) -> None:
    with FaultProxy(account.server.port, fault) as proxy:
        error = error_of(account.settings(port=proxy.port, timeout_seconds=TIMEOUT))

    assert isinstance(error, Unreachable)


# --- saying goodbye ----------------------------------------------------------------------------------------


def test_closing_never_fails_whatever_became_of_the_connection(account: Account) -> None:
    with FaultProxy(account.server.port) as proxy:
        dropped = open_mailbox(account.settings(port=proxy.port))
        proxy.drop()
        dropped.close()
        dropped.close()


def test_a_server_that_does_not_answer_to_goodbye_is_left(account: Account) -> None:
    with FaultProxy(account.server.port, "stall up:/LOGOUT/") as proxy:
        open_mailbox(account.settings(port=proxy.port, timeout_seconds=TIMEOUT)).close()
