"""Connections that break anywhere, between a mailbox and a real Dovecot: nothing is lost, and a second try ends the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime

import pytest

from swc_mailer.adapters.imap import ImapMailbox, ImapSettings, open_mailbox
from swc_mailer.core.model import Folder
from swc_mailer.errors import Unreachable
from swc_mailer.ports import Fetched
from tests.contracts.mailboxes import WHEN, Account, mail, message_id, name_of
from tests.servers.dovecot import Dovecot
from tests.servers.faultproxy import FaultProxy
from tests.servers.odd_imap import OddImap

NAMES = [f"m{number}" for number in range(6)]
SIZE = 2_000
LARGE = 100_000  # more than the proxy reads at once
TIMEOUT = 0.5
WHOLE_WAY = 20_000  # bytes that the server says in all, and a little more


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with Dovecot() as dovecot:
        yield dovecot


@pytest.fixture(scope="module")
def bare_server() -> Iterator[Dovecot]:
    with Dovecot(lacks={"MOVE", "UIDPLUS"}) as dovecot:
        yield dovecot


def with_mail(server: Dovecot, *, size: int = SIZE) -> Account:
    account = Account(server)
    for name in NAMES:
        server.deliver(account.name, mail(name, size=size), WHEN)
    return account


def fetch_all(mailbox: ImapMailbox, *, size: int = SIZE) -> list[Fetched]:
    fetched = list(mailbox.fetch(mailbox.waiting(), max_bytes=10**9))
    assert all(one.error or one.raw == mail(name_of(one.raw), size=size) for one in fetched)
    return fetched


def take_all(mailbox: ImapMailbox, *, size: int = SIZE) -> list[str]:
    """Everything that waits, fetched and filed."""
    fetched = fetch_all(mailbox, size=size)
    mailbox.file([one.waiting.location for one in fetched], Folder.ANSWERED)
    return [name_of(one.raw) for one in fetched]


def take_all_through(account: Account, fault: str, *, only: tuple[int, ...] = ()) -> bool:
    """Whether it was done; the only other end is Unreachable."""
    with (
        FaultProxy(account.server.port, fault, only) as proxy,
        suppress(Unreachable),
        account.mailbox(port=proxy.port, timeout_seconds=TIMEOUT) as mailbox,
    ):
        take_all(mailbox)
        return True
    return False


# --- a sweep -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("only", [(1,), ()], ids=["the first connection", "every connection"])
@pytest.mark.parametrize("side", ["up", "down"])
def test_wherever_the_connection_is_cut_each_message_is_filed_once_in_the_end(
    server: Dovecot, side: str, only: tuple[int, ...]
) -> None:
    step = WHOLE_WAY // 25 if side == "down" else 40
    for limit in range(1, 25 * step, step):
        account = with_mail(server)
        take_all_through(account, f"cut {side}:{limit}", only=only)
        with account.mailbox() as mailbox:
            take_all(mailbox)

        assert (limit, account.holds()["swc/Answered"], account.holds()["INBOX"]) == (limit, NAMES, [])


def test_what_is_cut_while_copying_is_never_lost(bare_server: Dovecot) -> None:
    for limit in range(1, 25 * 40, 40):
        account = with_mail(bare_server)
        take_all_through(account, f"cut up:{limit}", only=(1,))
        with account.mailbox() as mailbox:
            take_all(mailbox)

            assert (limit, list(mailbox.waiting())) == (limit, [])
        assert (limit, set(account.holds()["swc/Answered"])) == (limit, set(NAMES))


# --- reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["cut", "hold", "stall"])
def test_a_connection_lost_in_the_middle_of_a_message_is_replaced_and_the_rest_fetched(server: Dovecot, kind: str) -> None:
    account = with_mail(server, size=LARGE)
    with (
        FaultProxy(server.port, rf"{kind} down:/Subject: m3\r\n/", {1}) as proxy,
        account.mailbox(port=proxy.port, timeout_seconds=2 * TIMEOUT) as mailbox,
    ):
        fetched = fetch_all(mailbox, size=LARGE)

        assert [name_of(one.raw) for one in fetched] == NAMES
        assert (proxy.broken, proxy.connections) == ([1], 2)


def test_a_message_at_which_every_connection_breaks_is_set_apart_from_the_others(server: Dovecot) -> None:
    account = with_mail(server, size=LARGE)
    with FaultProxy(server.port, r"cut down:/Subject: m3\r\n/") as proxy, account.mailbox(port=proxy.port) as mailbox:
        fetched = fetch_all(mailbox, size=LARGE)

    assert [name_of(one.raw) for one in fetched] == ["m0", "m1", "m2", "", "m4", "m5"]
    assert [bool(one.error) for one in fetched] == [False, False, False, True, False, False]


def test_where_every_message_breaks_the_connection_it_is_the_server_that_cannot_be_reached(server: Dovecot) -> None:
    account = with_mail(server, size=LARGE)
    with (
        FaultProxy(server.port, "cut down:/Subject: /") as proxy,
        account.mailbox(port=proxy.port) as mailbox,
        pytest.raises(Unreachable, match="broke the connection off"),
    ):
        fetch_all(mailbox, size=LARGE)


def test_a_server_that_falls_silent_at_every_message_is_given_up(server: Dovecot) -> None:
    account = with_mail(server, size=LARGE)
    with (
        FaultProxy(server.port, "stall down:/Subject: /") as proxy,
        account.mailbox(port=proxy.port, timeout_seconds=TIMEOUT) as mailbox,
        pytest.raises(Unreachable, match=r"did not answer within 0\.5 seconds"),
    ):
        fetch_all(mailbox, size=LARGE)


# --- between two operations --------------------------------------------------------------------------------


def test_a_connection_that_died_meanwhile_is_replaced_at_the_next_operation(server: Dovecot) -> None:
    account = with_mail(server)
    with FaultProxy(server.port) as proxy, account.mailbox(port=proxy.port) as mailbox:
        waiting = list(mailbox.waiting())
        proxy.drop()

        assert mailbox.was_sent(message_id("m0")) is False
        proxy.drop()
        assert set(mailbox.file([message.location for message in waiting], Folder.REVIEW).values()) == {True}
        proxy.drop()
        assert mailbox.counts()["review"] == len(NAMES)
        assert proxy.connections == 4


def test_after_it_could_not_be_reached_a_mailbox_can_be_used_again(server: Dovecot) -> None:
    account = with_mail(server)
    with (
        FaultProxy(server.port, "hold up:/UID FETCH/", {1, 2, 3, 4}) as proxy,
        account.mailbox(port=proxy.port) as mailbox,
    ):
        with pytest.raises(Unreachable):
            list(mailbox.waiting())

        assert take_all(mailbox) == NAMES


# --- filing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["cut up:/UID MOVE/", "hold up:/UID MOVE/", "stall up:/UID MOVE/", "hold down:/EXPUNGE/"])
def test_a_move_whose_answer_never_comes_is_unreachable_and_filed_once(server: Dovecot, fault: str) -> None:
    account = with_mail(server)

    assert not take_all_through(account, fault)
    with account.mailbox() as mailbox:
        take_all(mailbox)
    assert (account.holds()["swc/Answered"], account.holds()["INBOX"]) == (NAMES, [])


@pytest.mark.parametrize("fault", ["cut up:/STORE/", "hold up:/EXPUNGE/", "cut up:/EXPUNGE/"])
def test_a_copy_that_was_not_taken_away_counts_as_filed_once_it_is_marked(bare_server: Dovecot, fault: str) -> None:
    account = with_mail(bare_server)

    assert not take_all_through(account, fault)
    with account.mailbox() as mailbox:
        take_all(mailbox)

        assert list(mailbox.waiting()) == []
    assert account.holds()["swc/Answered"] == NAMES


# --- what no ordinary server says --------------------------------------------------------------------------

ONE_MESSAGE = {
    "CAPABILITY": "* CAPABILITY IMAP4rev1 MOVE AUTH=PLAIN\n{tag} OK done",
    "(SELECT|EXAMINE) .*": "* 1 EXISTS\n* OK [UIDVALIDITY 7] valid\n{tag} OK done",
    "UID SEARCH ANSWERED": "* SEARCH\n{tag} OK done",
    "UID SEARCH .*": "* SEARCH 5\n{tag} OK done",
}


@contextmanager
def odd_mailbox(answers: Mapping[str, str]) -> Iterator[tuple[ImapMailbox, list[str]]]:
    """A mailbox, and the commands that the server hears."""
    with OddImap({**ONE_MESSAGE, **answers}) as server:
        settings = ImapSettings("127.0.0.1", "swc", server.port, "none", "secret", timeout_seconds=TIMEOUT)
        with closing(open_mailbox(settings)) as mailbox:
            yield mailbox, server.commands


@pytest.mark.parametrize("date", ["NIL", '"yesterday"', '"99-Feb-2014 09:15:00 +0000"', '"10-Feb-2014 09:15:00 +9999"'])
def test_a_time_that_cannot_be_read_is_taken_for_now(date: str) -> None:
    with odd_mailbox({"UID FETCH .*": f"* 1 FETCH (UID 5 RFC822.SIZE 100 INTERNALDATE {date})\n{{tag}} OK done"}) as (mailbox, _):
        before = datetime.now(UTC)
        (message,) = list(mailbox.waiting())

    assert before <= message.received <= datetime.now(UTC)


def test_flags_that_are_told_unasked_are_not_taken_for_this_messages() -> None:
    told = "* 5 FETCH (FLAGS (\\Answered))\n* 1 FETCH (UID 5 RFC822.SIZE 100)\n* 5 FETCH (FLAGS (\\Answered))\n{tag} OK done"
    with odd_mailbox({"UID FETCH .*": told}) as (mailbox, _):
        (message,) = list(mailbox.waiting())

    assert not message.answered


@pytest.mark.parametrize(
    "answer",
    [
        "{tag} NO [SERVERBUG] cannot read it",
        "{tag} BAD what?",
        "{tag} OK done",
        "* 1 FETCH (UID 5 BODY[] NIL)\n{tag} OK done",
        "* 1 FETCH (UID 5 BODY[\n{tag} OK done",
        "* 1 FETCH UID 5\n{tag} OK done",
        "* BYE I am leaving",
        "what is this",
    ],
)
def test_whatever_a_server_says_instead_of_a_message_is_kept_as_its_error(answer: str) -> None:
    answers = {
        r"UID FETCH 5 \(RFC822.SIZE INTERNALDATE\)": "* 1 FETCH (UID 5 RFC822.SIZE 9)\n{tag} OK done",
        "UID FETCH .*": answer,
    }
    with odd_mailbox(answers) as (mailbox, _):
        (fetched,) = mailbox.fetch(mailbox.waiting(), max_bytes=1000)

    assert (fetched.raw, fetched.whole) == (b"", False)
    assert fetched.error


def test_a_move_that_is_refused_for_want_of_room_says_so() -> None:
    answers = {
        "UID FETCH .*": "* 1 FETCH (UID 5 RFC822.SIZE 100)\n{tag} OK done",
        "UID MOVE .*": "{tag} NO [OVERQUOTA] no room",
    }
    with odd_mailbox(answers) as (mailbox, _), pytest.raises(Unreachable, match=r"The mailbox of swc@127\.0\.0\.1 is full"):
        mailbox.file([message.location for message in mailbox.waiting()], Folder.ANSWERED)


def test_without_namespaces_the_separator_is_asked_for() -> None:
    answers = {"LIST .*": '* LIST (\\Noselect) "." ""\n{tag} OK done', "STATUS .*": "{tag} NO no such folder"}
    with odd_mailbox(answers) as (mailbox, commands):
        mailbox.prepare()

    assert [command for command in commands if command.startswith("CREATE")] == [
        'CREATE "swc.Answered"',
        'CREATE "swc.Review"',
        'CREATE "swc.Ignored"',
    ]


def test_a_namespace_with_extensions_is_no_reason_to_stop() -> None:
    answers = {
        "CAPABILITY": "* CAPABILITY IMAP4rev1 MOVE NAMESPACE AUTH=PLAIN\n{tag} OK done",
        "NAMESPACE": '* NAMESPACE (("" "/" "X-PARAM" ("FLAG1" "FLAG2"))) NIL NIL\n{tag} OK done',
        "STATUS .*": "* STATUS x (MESSAGES 4)\n{tag} OK done",
    }
    with odd_mailbox(answers) as (mailbox, _):
        assert mailbox.counts() == {"inbox": 1, "answered": 4, "review": 4, "ignored": 4}
