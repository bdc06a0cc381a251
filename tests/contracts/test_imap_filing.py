"""Filing on a real Dovecot, with and without MOVE and UIDPLUS, and on one that is full: each message goes to one place, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from swc_mailer.core.model import Folder
from swc_mailer.errors import Unreachable
from swc_mailer.ports import ToMove
from tests.contracts.mailboxes import KINDS, WHEN, Account, bare, mail, message_id
from tests.servers.dovecot import Dovecot


@pytest.fixture(scope="module", params=KINDS, ids=lambda make: make.__name__)
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    with request.param() as dovecot:
        yield dovecot


@pytest.fixture(scope="module")
def bare_server() -> Iterator[Dovecot]:
    with bare() as dovecot:
        yield dovecot


@pytest.fixture
def account(server: Dovecot) -> Account:
    return Account(server)


# --- filing ------------------------------------------------------------------------------------------------


def test_messages_are_filed_where_they_belong_and_the_result_is_true_once(account: Account) -> None:
    account.deliver("a", "b", "c", "d")

    with account.mailbox() as mailbox:
        a, b, c, d = (message.location for message in mailbox.waiting())

        assert mailbox.file([a, b], Folder.ANSWERED) == {a: True, b: True}
        assert mailbox.file([c], Folder.IGNORED) == {c: True}
        assert mailbox.file([a, d], Folder.REVIEW) == {a: False, d: True}
        assert list(mailbox.waiting()) == []
        assert mailbox.counts() == {"inbox": 0, "answered": 2, "review": 1, "ignored": 1}
    assert dict(account.holds()) | {"Sent": []} == {
        "INBOX": [],
        "swc/Answered": ["a", "b"],
        "swc/Ignored": ["c"],
        "swc/Review": ["d"],
        "Sent": [],
    }


def test_a_message_that_a_person_moved_meanwhile_is_no_longer_there(account: Account) -> None:
    account.deliver("a", "b")

    with account.mailbox() as mailbox:
        a, b = (message.location for message in mailbox.waiting())
        account.delete(1)

        assert mailbox.file([a, b], Folder.ANSWERED) == {a: False, b: True}


def test_another_session_sees_nothing_left_to_file(account: Account) -> None:
    account.deliver("a", "b")
    with account.mailbox() as mailbox:
        locations = [message.location for message in mailbox.waiting()]
        mailbox.file(locations, Folder.ANSWERED)

    with account.mailbox() as mailbox:
        assert list(mailbox.waiting()) == []
        assert set(mailbox.file(locations, Folder.ANSWERED).values()) == {False}
    assert account.holds()["swc/Answered"] == ["a", "b"]


def test_the_places_of_another_account_or_folder_are_left_alone(account: Account) -> None:
    account.deliver("a")
    other = Account(account.server)
    other.deliver("x")
    with other.mailbox() as mailbox:
        (elsewhere,) = (message.location for message in mailbox.waiting())

    with account.mailbox() as mailbox:
        assert mailbox.file([elsewhere], Folder.ANSWERED) == {elsewhere: False}
    assert account.holds()["INBOX"] == ["a"]


def test_a_folder_that_was_deleted_meanwhile_is_made_again(account: Account) -> None:
    account.deliver("a", "b")

    with account.mailbox() as mailbox:
        with account.person() as person:
            person.delete(account.server_name("swc/Answered"))
        filed = mailbox.file([message.location for message in mailbox.waiting()], Folder.ANSWERED)

    assert list(filed.values()) == [True, True]
    assert account.holds()["swc/Answered"] == ["a", "b"]


def test_what_other_people_marked_as_deleted_is_not_expunged(account: Account) -> None:
    account.deliver("theirs", flags={"deleted", "seen"})
    account.deliver("a", "b")

    with account.mailbox() as mailbox:
        locations = [message.location for message in mailbox.waiting() if message.location.uid != 1]
        filed = mailbox.file(locations, Folder.ANSWERED)
    with account.mailbox() as mailbox:
        again = mailbox.file(locations, Folder.ANSWERED)
        left = [message.location.uid for message in mailbox.waiting()]

    assert (list(filed.values()), list(again.values())) == ([True, True], [False, False])
    assert "theirs" in account.holds()["INBOX"]
    assert account.holds()["swc/Answered"] == ["a", "b"]
    assert 2 not in left
    assert 3 not in left


def test_where_only_expunge_of_all_is_possible_it_waits_until_all_are_ours(bare_server: Dovecot) -> None:
    account = Account(bare_server)
    account.deliver("theirs", flags={"deleted"})
    account.deliver("a", "b")

    with account.mailbox() as mailbox:
        a, b = (message.location for message in mailbox.waiting())
        mailbox.file([a], Folder.ANSWERED)
        held = account.holds()["INBOX"]
        account.delete(1)
        mailbox.file([b], Folder.ANSWERED)

    assert held == ["a", "b", "theirs"]
    assert account.holds()["INBOX"] == []


# --- filing anew -------------------------------------------------------------------------------------------


def settled(account: Account, name: str, **changes: Any) -> ToMove:
    """A message of the review folder whose case was settled."""
    message = ToMove(1, message_id(name), 0, WHEN, f"{account.name}@127.0.0.1", Folder.REVIEW, Folder.ANSWERED)
    return replace(message, **changes)


def test_messages_go_from_one_of_our_folders_to_another_by_their_message_ids(account: Account) -> None:
    account.deliver("a", "b", "c", "d")

    with account.mailbox() as mailbox:
        mailbox.file([message.location for message in mailbox.waiting()], Folder.REVIEW)
        moved = mailbox.refile(
            [
                settled(account, "a", id=1),
                settled(account, "c", id=2, folder=Folder.IGNORED),
                settled(account, "d", id=3, lies_in=Folder.IGNORED),
                settled(account, "x", id=4),
                replace(settled(account, "b", id=5), account="other@127.0.0.1"),
            ]
        )

    assert moved == {1: True, 2: True, 3: False, 4: False, 5: False}
    held = account.holds()
    assert (held["swc/Answered"], held["swc/Ignored"], held["swc/Review"]) == (["a"], ["c"], ["b", "d"])


def test_a_message_without_an_id_is_known_by_its_size_and_time(account: Account) -> None:
    later = WHEN + timedelta(hours=1)
    for name, when in (("one", WHEN), ("two", later), ("longer", later)):
        account.server.deliver(account.name, f"Subject: {name}\r\n\r\nhello\r\n".encode(), when)

    with account.mailbox() as mailbox:
        waiting = list(mailbox.waiting())
        mailbox.file([message.location for message in waiting], Folder.REVIEW)
        moved = mailbox.refile([settled(account, "", message_id="", size=waiting[1].size, received=later)])

    assert moved == {1: True}
    assert account.holds()["swc/Answered"] == ["two"]


@pytest.mark.parametrize("hostile", ["a", "<a\r\nx LOGOUT>", "<zoë@example.org>", '<"@example.org>', "<(@example.org>", "<\\>"])
def test_a_message_id_of_no_usual_form_finds_nothing(account: Account, hostile: str) -> None:
    account.deliver("a")

    with account.mailbox() as mailbox:
        mailbox.file([message.location for message in mailbox.waiting()], Folder.REVIEW)

        assert mailbox.refile([settled(account, "", message_id=hostile)]) == {1: False}
        assert mailbox.counts()["review"] == 1


def test_from_a_folder_that_is_gone_nothing_is_moved(account: Account) -> None:
    with account.mailbox() as mailbox:
        with account.person() as person:
            person.delete(account.server_name("swc/Review"))

        assert mailbox.refile([settled(account, "a")]) == {1: False}
        assert mailbox.counts()["review"] == 0


# --- a full mailbox ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[{"MOVE"}, {"MOVE", "UIDPLUS"}], ids=["with UIDPLUS", "bare"])
def small_server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    with Dovecot(lacks=request.param, quota=100_000) as dovecot:
        yield dovecot


def test_a_full_mailbox_is_said_and_nothing_is_lost(small_server: Dovecot) -> None:
    account = Account(small_server)
    for name in ("a", "b"):
        small_server.deliver(account.name, mail(name, size=60_000), WHEN)

    with account.mailbox() as mailbox:
        locations = [message.location for message in mailbox.waiting()]
        with pytest.raises(Unreachable, match=rf"mailbox of {account.name}@127\.0\.0\.1 is full.*make room"):
            mailbox.file(locations, Folder.ANSWERED)

        assert len(list(mailbox.waiting())) == 2
    assert account.holds()["INBOX"] == ["a", "b"]
    assert account.holds()["swc/Answered"] == []


def test_where_room_is_left_for_a_few_copies_at_a_time_all_are_filed(small_server: Dovecot) -> None:
    account = Account(small_server)
    for name in "abcdef":
        small_server.deliver(account.name, mail(name, size=12_000), WHEN)

    with account.mailbox() as mailbox:
        filed = mailbox.file([message.location for message in mailbox.waiting()], Folder.ANSWERED)

    assert list(filed.values()) == [True] * 6
    assert account.holds()["swc/Answered"] == list("abcdef")
    assert account.holds()["INBOX"] == []
