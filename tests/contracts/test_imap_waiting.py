"""Waiting for new mail on real servers, and on one that says odd things: what comes is heard, and a dead line is replaced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from swc_mailer.adapters.imap_waiting import ImapListener
from swc_mailer.errors import LoginRefused, Unreachable
from tests.contracts.mailboxes import Account
from tests.servers.dovecot import Dovecot
from tests.servers.faultproxy import FaultProxy
from tests.servers.odd_imap import OddImap

LONG = 20.0  # seconds to wait for what comes
SHORT = 0.02  # for what has come already, or does not come
IDLES = {r"CAPABILITY": "* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN\n{tag} OK done"}


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with Dovecot() as dovecot:
        yield dovecot


@pytest.fixture
def account(server: Dovecot) -> Account:
    return Account(server)


@contextmanager
def listening(account: Account, **changes: Any) -> Iterator[ImapListener]:
    with closing(ImapListener(lambda: account.settings(**changes))) as listener:
        listener.listen()
        yield listener


def test_new_mail_is_heard_once(account: Account) -> None:
    with listening(account) as listener:
        account.deliver("one")

        assert listener.heard(LONG)
        assert not listener.heard(SHORT)


def test_mail_that_comes_between_two_calls_is_heard(account: Account) -> None:
    with listening(account) as listener:
        account.deliver("one")
        with account.mailbox() as mailbox:
            assert len(list(mailbox.waiting())) == 1

        assert listener.heard(LONG)


def test_what_is_not_new_mail_wakes_nobody(account: Account) -> None:
    account.deliver("one", "two")
    with listening(account) as listener:
        account.delete(1)

        assert not listener.heard(SHORT)
        assert listener.listening


def test_listening_anew_goes_on_over_the_same_connection(account: Account) -> None:
    with FaultProxy(account.server.port) as proxy, listening(account, port=proxy.port) as listener:
        listener.listen()
        account.deliver("one")

        assert listener.heard(LONG)
        assert proxy.connections == 1


def test_the_end_of_the_connection_is_heard_and_mended(account: Account) -> None:
    with FaultProxy(account.server.port) as proxy, listening(account, port=proxy.port) as listener:
        proxy.drop()
        assert listener.heard(LONG)
        listener.listen()
        account.deliver("one")

        assert listener.heard(LONG)
        assert proxy.connections == 2


def test_a_line_that_died_without_a_sign_is_replaced(account: Account) -> None:
    with (
        FaultProxy(account.server.port, "stall down:/idling/", only={1}) as proxy,
        listening(account, port=proxy.port, timeout_seconds=0.5) as listener,
    ):
        account.deliver("one")
        assert not listener.heard(SHORT)
        listener.listen()
        account.deliver("two")

        assert listener.heard(LONG)


def test_a_server_without_idle_is_logged_in_to_once() -> None:
    with (
        Dovecot(lacks={"IDLE"}) as server,
        FaultProxy(server.port) as proxy,
        listening(Account(server), port=proxy.port) as listener,
    ):
        listener.listen()

        assert not listener.listening
        assert not listener.heard(SHORT)
        assert proxy.connections == 1


def odd_account(odd: OddImap) -> ImapListener:
    account = Account(Dovecot())
    return ImapListener(lambda: account.settings(port=odd.port))


class TellsEarly(OddImap):
    """The second time."""

    def answer(self, command: str) -> str:
        if command != "IDLE":
            return super().answer(command)
        return "* 1 EXISTS\n+ idling" if self.commands.count("IDLE") == 2 else "+ idling\n{tag} OK done"


def test_a_server_that_tells_of_mail_before_it_agrees_to_idle_is_connected_to_anew() -> None:
    """imapclient takes such an answer for a mistake."""
    with TellsEarly(IDLES) as odd, closing(odd_account(odd)) as listener:
        listener.listen()
        listener.listen()

        assert listener.listening
        assert odd.commands.count("IDLE") == 3


def test_a_server_that_has_idle_and_refuses_it_is_no_use_for_waiting() -> None:
    with OddImap(IDLES | {"IDLE": "{tag} NO not now"}) as odd, closing(odd_account(odd)) as listener:
        with pytest.raises(Unreachable, match="refused what was asked"):
            listener.listen()
        assert not listener.listening


def test_a_refused_log_in_and_a_server_that_is_away_are_told_apart(server: Dovecot) -> None:
    with closing(ImapListener(lambda: Account(server).settings(password="wrong"))) as listener, pytest.raises(LoginRefused):
        listener.listen()
    with closing(ImapListener(lambda: Account(server).settings(port=1))) as listener, pytest.raises(Unreachable):
        listener.listen()
