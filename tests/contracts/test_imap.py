"""The mailbox on a real Dovecot, with and without MOVE and UIDPLUS, with and without a prefix before folder names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from swc_mailer.adapters.imap import BATCH, LARGEST_HEADER
from swc_mailer.core.model import Folder
from swc_mailer.errors import ConfigError
from swc_mailer.ports import Fetched
from tests.contracts.mailboxes import KINDS, WHEN, Account, mail, message_id, name_of
from tests.servers.dovecot import Dovecot

NO_LIMIT = 10**9


@pytest.fixture(scope="module", params=KINDS, ids=lambda make: make.__name__)
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    with request.param() as dovecot:
        yield dovecot


@pytest.fixture
def account(server: Dovecot) -> Account:
    return Account(server)


def names(fetched: Iterator[Fetched]) -> list[str]:
    return [name_of(one.raw) for one in fetched]


# --- what waits --------------------------------------------------------------------------------------------


def test_every_message_is_listed_in_the_order_of_arrival_whatever_its_flags(account: Account) -> None:
    account.deliver("new")
    account.deliver("read", flags={"seen"})
    account.deliver("starred", flags={"flagged", "seen"})

    with account.mailbox() as mailbox:
        waiting = list(mailbox.waiting())

        assert names(mailbox.fetch(waiting, max_bytes=NO_LIMIT)) == ["new", "read", "starred"]
    assert [message.location.uid for message in waiting] == [1, 2, 3]
    assert {message.location.folder for message in waiting} == {"INBOX"}
    assert {message.location.account for message in waiting} == {mailbox.account} == {f"{account.name}@127.0.0.1"}


def test_those_that_are_known_are_left_out(account: Account) -> None:
    account.deliver("first", "second", "third")

    with account.mailbox() as mailbox:
        first, second, third = (message.location for message in mailbox.waiting())
        renumbered = replace(third, uidvalidity=third.uidvalidity + 1)

        assert [message.location for message in mailbox.waiting(but={second, renumbered})] == [first, third]


def test_only_a_message_that_was_answered_from_the_inbox_counts_as_answered(account: Account) -> None:
    account.deliver("first")
    account.deliver("by hand", flags={"answered", "seen"})

    with account.mailbox() as mailbox:
        assert [message.answered for message in mailbox.waiting()] == [False, True]


@pytest.mark.parametrize(
    "when",
    [
        datetime(2014, 3, 21, 23, 59, 59, tzinfo=UTC),
        datetime(2014, 3, 30, 2, 30, tzinfo=timezone(timedelta(hours=1))),
        datetime(1999, 12, 31, 23, 59, tzinfo=UTC),
    ],
    ids=str,
)
def test_the_time_is_the_servers_and_aware(account: Account, when: datetime) -> None:
    account.server.deliver(account.name, mail("x"), when)

    with account.mailbox() as mailbox:
        (message,) = list(mailbox.waiting())

    assert message.received == when
    assert message.received.utcoffset() == timedelta(0)


def test_an_empty_inbox_has_nothing_that_waits(account: Account) -> None:
    with account.mailbox() as mailbox:
        assert list(mailbox.waiting()) == []
        assert list(mailbox.fetch([], max_bytes=NO_LIMIT)) == []
        assert mailbox.file([], Folder.REVIEW) == {}


# --- fetching ----------------------------------------------------------------------------------------------


def test_bytes_come_as_they_are_and_nothing_is_marked_as_read(account: Account) -> None:
    raw = b'Subject: caf\xe9\r\nX-Odd: {5}\r\n\r\n.\r\n)\r\n* BYE\r\n\xff\xfe "quoted" \\ [brackets] (\r\nno line end'
    account.server.deliver(account.name, raw)

    with account.mailbox() as mailbox:
        (fetched,) = mailbox.fetch(mailbox.waiting(), max_bytes=NO_LIMIT)

    assert fetched.raw == raw
    assert (fetched.whole, fetched.error, fetched.waiting.size) == (True, "", len(raw))
    assert [kept.flags for kept in account.server.messages(account.name)["INBOX"]] == [frozenset()]


def test_many_more_messages_than_a_batch_are_fetched_and_filed(account: Account) -> None:
    expected = [f"m{number}" for number in range(2 * BATCH + 1)]
    account.deliver(*expected)

    with account.mailbox() as mailbox:
        fetched = list(mailbox.fetch(mailbox.waiting(), max_bytes=NO_LIMIT))  # the later ones are asked for meanwhile
        filed = mailbox.file([one.waiting.location for one in fetched], Folder.ANSWERED)

    assert [name_of(one.raw) for one in fetched] == expected
    assert list(filed.values()) == [True] * len(expected)
    assert account.holds()["swc/Answered"] == sorted(expected)


def test_of_a_message_too_large_only_the_header_comes(account: Account) -> None:
    account.deliver("before")
    account.server.deliver(account.name, mail("large", size=50_000), WHEN)
    account.deliver("after")

    with account.mailbox() as mailbox:
        before, large, after = mailbox.fetch(mailbox.waiting(), max_bytes=10_000)

    assert (before.whole, large.whole, after.whole) == (True, False, True)
    assert large.raw == mail("large").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert large.waiting.size >= 50_000


def test_a_header_without_end_is_cut(account: Account) -> None:
    account.server.deliver(account.name, b"Subject: endless\r\n" + b"X-More: and more\r\n" * 50_000, WHEN)

    with account.mailbox() as mailbox:
        (fetched,) = mailbox.fetch(mailbox.waiting(), max_bytes=10_000)

    assert len(fetched.raw) == LARGEST_HEADER
    assert name_of(fetched.raw) == "endless"


def test_messages_that_vanish_before_they_are_fetched_are_left_out(account: Account) -> None:
    account.deliver("a", "b", "c", "d")

    with account.mailbox() as mailbox:
        waiting = list(mailbox.waiting())
        account.delete(2, 4)

        assert names(mailbox.fetch(waiting, max_bytes=NO_LIMIT)) == ["a", "c"]


def test_messages_that_vanish_while_others_are_fetched_are_left_out(account: Account) -> None:
    large = 6_000_000  # two of them are more than a batch holds
    for name in ("a", "b", "c"):
        account.server.deliver(account.name, mail(name, size=large), WHEN)

    with account.mailbox() as mailbox:
        fetching = mailbox.fetch(mailbox.waiting(), max_bytes=NO_LIMIT)
        first = name_of(next(fetching).raw)
        account.delete(2)

        assert [first, *names(fetching)] == ["a", "c"]


def test_a_message_whose_file_goes_missing_under_the_server_is_left_out(account: Account) -> None:
    account.deliver("a", "b", "c")

    with account.mailbox() as mailbox:
        waiting = list(mailbox.waiting())
        files = sorted(file for name in ("new", "cur") for file in (account.server.maildir(account.name) / name).iterdir())
        files[1].unlink()

        assert names(mailbox.fetch(waiting, max_bytes=NO_LIMIT)) == ["a", "c"]


@pytest.mark.parametrize("damage", ["unreadable", "wrong size"])
def test_a_damaged_message_comes_with_its_error_and_never_stops_the_others(account: Account, damage: str) -> None:
    account.deliver("a", "b")
    file = account.server.deliver(account.name, mail("damaged"), WHEN)
    # Dovecot breaks the connection off on either.
    file.chmod(0o000) if damage == "unreadable" else file.rename(f"{file},S=20")
    account.deliver("d", "e")

    with account.mailbox() as mailbox:
        waiting = list(mailbox.waiting())
        fetched = list(mailbox.fetch(waiting, max_bytes=NO_LIMIT))

    assert [message.location.uid for message in waiting] == [1, 2, 3, 4, 5]
    assert [name_of(one.raw) for one in fetched] == ["a", "b", "", "d", "e"]
    assert [bool(one.error) for one in fetched] == [False, False, True, False, False]
    assert (fetched[2].raw, fetched[2].whole) == (b"", False)


def test_after_the_inbox_was_numbered_anew_the_old_places_mean_nothing(account: Account) -> None:
    account.deliver("a", "b")
    with account.mailbox() as mailbox:
        old = list(mailbox.waiting())
    account.server.renumber(account.name)

    with account.mailbox() as mailbox:
        filed = mailbox.file([message.location for message in old], Folder.ANSWERED)

        assert list(filed.values()) == [False, False]
        assert list(mailbox.fetch(old, max_bytes=NO_LIMIT)) == []
        assert [message.location.uid for message in mailbox.waiting()] == [1, 2]
    assert account.holds()["INBOX"] == ["a", "b"]


# --- folders -----------------------------------------------------------------------------------------------


def test_folders_are_made_with_the_servers_prefix_and_separator_and_shown(account: Account) -> None:
    with account.mailbox():
        pass

    wanted = [account.server_name(name) for name in ("swc/Answered", "swc/Ignored", "swc/Review")]
    with account.person() as person:
        listed = [person.lsub('""', name)[1] for name in wanted]
    assert set(wanted) <= set(account.server.messages(account.name))
    assert all(lines != [None] for lines in listed)


def test_folders_that_are_there_are_used_as_they_are(account: Account) -> None:
    with account.person() as person:
        person.create(account.server_name("swc/Review"))

    with account.mailbox() as mailbox:
        mailbox.prepare()

        assert mailbox.counts() == {"inbox": 0, "answered": 0, "review": 0, "ignored": 0}


def test_folders_may_have_names_of_other_scripts_and_of_the_servers_own_form(account: Account) -> None:
    account.deliver("a")
    own_form = account.server_name("Büro/Ja & Nein")

    with account.mailbox(answered=own_form, review="Büro/Prüfen") as mailbox:
        mailbox.file([message.location for message in mailbox.waiting()], Folder.ANSWERED)

        assert mailbox.counts()["answered"] == 1


def test_a_folder_that_cannot_be_made_is_named_with_its_key(account: Account) -> None:
    wanted = pytest.raises(ConfigError, match=r"imap\.review: .* does not make the folder .*make it in a mail program")

    with wanted, account.mailbox(review="swc//Review"):
        pass


def test_an_inbox_that_is_not_there_is_named_with_its_key(account: Account) -> None:
    wanted = pytest.raises(
        ConfigError, match=r"imap\.folder: .*Requests cannot be opened on 127\.0\.0\.1:\d+ .*correct imap\.folder"
    )

    with wanted, account.mailbox(folder="Requests"):
        pass


def test_an_inbox_that_may_not_be_written_is_said_before_any_mail_is_touched(account: Account) -> None:
    account.deliver("a")
    for name in ("cur", "new"):
        (account.server.maildir(account.name) / name).chmod(0o500)

    with pytest.raises(ConfigError, match="may not move messages out of INBOX"), account.mailbox():
        pass


def test_another_folder_than_the_inbox_can_be_read(account: Account) -> None:
    with account.person() as person:
        person.create(account.server_name("Requests/2014"))
        person.append(account.server_name("Requests/2014"), "", "", mail("a"))

    with account.mailbox(folder="Requests/2014") as mailbox:
        waiting = list(mailbox.waiting())
        filed = mailbox.file([message.location for message in waiting], Folder.REVIEW)

    assert list(filed.values()) == [True]
    assert account.holds()["swc/Review"] == ["a"]


# --- the Sent folder ---------------------------------------------------------------------------------------


def test_the_folder_that_the_server_marks_as_sent_is_searched(account: Account) -> None:
    with account.person() as person:
        person.append(account.server_name("Sent"), "", "", mail("reply"))

    with account.mailbox() as mailbox:
        assert mailbox.was_sent(message_id("reply")) is True
        assert mailbox.was_sent(message_id("other")) is False


def test_the_folder_that_is_configured_as_sent_is_searched(account: Account) -> None:
    with account.person() as person:
        person.create(account.server_name("Gone/Out"))
        person.append(account.server_name("Gone/Out"), "", "", mail("reply"))

    with account.mailbox(sent="Gone/Out") as mailbox:
        assert mailbox.was_sent(message_id("reply")) is True


def test_without_the_folder_nothing_is_known_of_what_was_sent(account: Account) -> None:
    with account.mailbox(sent="Nowhere") as mailbox:
        assert mailbox.was_sent(message_id("reply")) is None
