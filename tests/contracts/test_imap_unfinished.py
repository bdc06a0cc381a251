"""Moves that were broken off, on a real Dovecot with and without MOVE: what was copied is not copied again, and nothing is taken
away that does not lie in the other folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from swc_mailer.adapters.imap import ImapMailbox
from swc_mailer.core.model import Folder
from swc_mailer.errors import Unreachable
from swc_mailer.ports import Begun, Fetched, Location, ToFile, ToMove
from tests.contracts.mailboxes import WHEN, Account, bare, mail, message_id, name_of, without_move
from tests.servers.dovecot import Dovecot
from tests.servers.faultproxy import FaultProxy

NAMES = ["a", "b", "c"]


@pytest.fixture(scope="module", params=[without_move, bare], ids=lambda make: make.__name__)
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    with request.param() as dovecot:
        yield dovecot


@pytest.fixture
def account(server: Dovecot) -> Account:
    return Account(server)


@dataclass
class Moves:
    """What a run has written down of the moves that it begins."""

    begun: list[Begun] = field(default_factory=list)

    def begin(self, mailbox: ImapMailbox, fetched: Sequence[Fetched], folder: Folder = Folder.ANSWERED) -> list[Location]:
        since = mailbox.next_place(folder)
        for number, one in enumerate(fetched, len(self.begun)):
            message = ToFile(number, one.waiting.location, folder)
            self.begun.append(Begun(message, since, one.digest, one.waiting.size, one.whole))
        return [one.waiting.location for one in fetched]

    def names_done(self, mailbox: ImapMailbox) -> list[bool]:
        done = mailbox.finish(self.begun)
        return [done[move.message.id] for move in self.begun]


def waiting(mailbox: ImapMailbox, *, max_bytes: int = 10**6) -> list[Fetched]:
    return list(mailbox.fetch(mailbox.waiting(), max_bytes=max_bytes))


def broken_off(account: Account, fault: str, *, max_bytes: int = 10**6) -> Moves:
    """All that waits is moved over a connection that breaks."""
    moves = Moves()
    with FaultProxy(account.server.port, fault) as proxy, account.mailbox(port=proxy.port) as mailbox:
        locations = moves.begin(mailbox, waiting(mailbox, max_bytes=max_bytes))
        with pytest.raises(Unreachable):
            mailbox.file(locations, Folder.ANSWERED)
    return moves


@pytest.mark.parametrize("fault", ["hold down:/Copy completed/", "hold up:/STORE/", "cut up:/STORE/", "hold up:/EXPUNGE/"])
def test_what_was_copied_before_the_connection_broke_is_not_copied_again(account: Account, fault: str) -> None:
    account.deliver(*NAMES)
    moves = broken_off(account, fault)

    with account.mailbox() as mailbox:
        assert moves.names_done(mailbox) == [True] * 3
        assert list(mailbox.waiting()) == []
    assert account.holds()["swc/Answered"] == NAMES


def test_what_was_not_copied_lies_where_it_lay(account: Account) -> None:
    account.deliver(*NAMES)
    moves = broken_off(account, "hold up:/UID COPY/")

    with account.mailbox() as mailbox:
        assert moves.names_done(mailbox) == [False] * 3
        assert len(list(mailbox.waiting())) == 3
    assert (account.holds()["INBOX"], account.holds()["swc/Answered"]) == (NAMES, [])


def test_the_same_message_that_lay_there_before_is_no_copy(account: Account) -> None:
    account.deliver("a")
    with account.mailbox() as mailbox:
        mailbox.file([one.location for one in mailbox.waiting()], Folder.ANSWERED)
    account.deliver("a")
    moves = broken_off(account, "hold up:/UID COPY/")

    with account.mailbox() as mailbox:
        assert moves.names_done(mailbox) == [False]
        assert len(list(mailbox.waiting())) == 1


def test_of_two_that_are_the_same_the_copy_is_that_of_the_one_that_is_gone(account: Account) -> None:
    account.deliver("a", "a")
    moves = Moves()
    with account.mailbox() as mailbox:
        first, _ = moves.begin(mailbox, waiting(mailbox))
        mailbox.file([first], Folder.ANSWERED)

        assert moves.names_done(mailbox) == [True, False]
        assert len(list(mailbox.waiting())) == 1


def test_of_two_that_are_the_same_and_copied_each_is_taken_away(account: Account) -> None:
    account.deliver("a", "a")
    moves = broken_off(account, "hold up:/STORE/")

    with account.mailbox() as mailbox:
        assert moves.names_done(mailbox) == [True, True]
        assert list(mailbox.waiting()) == []
    assert account.holds()["swc/Answered"] == ["a", "a"]


def test_another_message_of_the_same_id_size_and_time_is_no_copy(account: Account) -> None:
    first, second = mail("a"), mail("a").replace(b"a line of text", b"another  line!")
    account.server.deliver(account.name, first, WHEN)
    account.server.deliver(account.name, second, WHEN)
    moves = Moves()
    with account.mailbox() as mailbox:
        one, _ = moves.begin(mailbox, waiting(mailbox))
        mailbox.file([one], Folder.ANSWERED)

        assert len(first) == len(second)
        assert moves.names_done(mailbox) == [True, False]
        assert [one.raw for one in waiting(mailbox)] == [second]


def test_what_a_person_moved_meanwhile_counts_as_moved(account: Account) -> None:
    account.deliver(*NAMES)
    moves = broken_off(account, "hold up:/UID COPY/")
    account.delete(2)

    with account.mailbox() as mailbox:
        assert moves.names_done(mailbox) == [False, True, False]


def test_in_a_folder_that_was_made_anew_there_is_no_copy(account: Account) -> None:
    account.deliver(*NAMES)
    moves = broken_off(account, "hold up:/STORE/")
    with account.person() as person:
        person.delete(account.server_name("swc/Answered"))

    with account.mailbox() as mailbox:
        assert moves.names_done(mailbox) == [False] * 3


def test_in_a_folder_that_was_numbered_anew_all_of_it_is_looked_through(account: Account) -> None:
    account.deliver(*NAMES)
    moves = broken_off(account, "hold up:/STORE/")
    moves.begun = [replace(move, since=replace(move.since, uidvalidity=1, uid=9)) for move in moves.begun]

    with account.mailbox() as mailbox:
        assert moves.names_done(mailbox) == [True] * 3


def test_a_message_that_was_too_large_to_fetch_is_known_by_its_header(account: Account) -> None:
    account.server.deliver(account.name, mail("large", size=50_000), WHEN)
    moves = broken_off(account, "hold up:/STORE/", max_bytes=1_000)

    with account.mailbox() as mailbox:
        assert [move.whole for move in moves.begun] == [False]
        assert moves.names_done(mailbox) == [True]
        assert list(mailbox.waiting()) == []


def test_nothing_is_done_for_another_account(account: Account) -> None:
    account.deliver("a")
    moves = broken_off(account, "hold up:/STORE/")
    other = Account(account.server)
    other.deliver("a")

    with other.mailbox() as mailbox:
        assert moves.names_done(mailbox) == [True]
        assert len(list(mailbox.waiting())) == 1


# --- from one of our folders to another --------------------------------------------------------------------


def settled(account: Account, name: str, one: Fetched, since: Location) -> Begun:
    who = f"{account.name}@127.0.0.1"
    moved = ToMove(1, message_id(name) if name else "", one.waiting.size, WHEN, who, Folder.REVIEW, Folder.ANSWERED)
    return Begun(moved, since, one.digest, one.waiting.size, one.whole)


@pytest.mark.parametrize("known_by", ["b", ""], ids=["its Message-ID", "its size and time"])
@pytest.mark.parametrize("fault", ["hold up:/UID COPY/", "hold up:/STORE/"])
def test_a_settled_message_whose_move_was_broken_off(account: Account, fault: str, known_by: str) -> None:
    account.deliver("aa", "b", "cccc")
    with account.mailbox() as mailbox:
        fetched = {name_of(one.raw): one for one in waiting(mailbox)}
        mailbox.file([one.waiting.location for one in fetched.values()], Folder.REVIEW)
    with FaultProxy(account.server.port, fault) as proxy, account.mailbox(port=proxy.port) as mailbox:
        move = settled(account, known_by, fetched["b"], mailbox.next_place(Folder.ANSWERED))
        assert isinstance(move.message, ToMove)
        with pytest.raises(Unreachable):
            mailbox.refile([move.message])

    with account.mailbox() as mailbox:
        copied = "STORE" in fault
        assert mailbox.finish([move]) == {1: copied}
        assert mailbox.refile([move.message]) == {1: not copied}
        assert mailbox.counts() == {"inbox": 0, "answered": 1, "review": 2, "ignored": 0}
    assert account.holds()["swc/Answered"] == ["b"]


def test_another_message_of_the_same_id_stays_in_its_folder(account: Account) -> None:
    first, second = mail("a"), mail("a", size=900)
    for raw in (first, second):
        account.server.deliver(account.name, raw, WHEN)
    with account.mailbox() as mailbox:
        one, other = waiting(mailbox)
        mailbox.file([one.waiting.location, other.waiting.location], Folder.REVIEW)
        since = mailbox.next_place(Folder.ANSWERED)
        with account.person(account.server_name("swc/Review")) as person:
            person.uid("COPY", "1", account.server_name("swc/Answered"))

        assert mailbox.finish([settled(account, "a", one, since)]) == {1: True}
    kept = account.server.messages(account.name)[account.server_name("swc/Review")]
    assert [one.raw for one in kept if "deleted" not in one.flags] == [second]
