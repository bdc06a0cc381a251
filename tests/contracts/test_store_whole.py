"""The store as a whole: filing, counts that add up, the past, settings and runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from swc_mailer.adapters.store import SqlStore, open_store
from swc_mailer.core.model import Folder, Outcome
from swc_mailer.errors import StoreError
from swc_mailer.ports import Location

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANSWERED = Location("swc@mail.example.org", "answered", 3, 17)  # the next place in that folder


# --- filing ------------------------------------------------------------------------------------------------


def test_messages_are_filed_where_their_decision_says_and_once(store: SqlStore, post: Any) -> None:
    for outcome in (Outcome.PACK, Outcome.REVIEW, Outcome.IGNORE):
        post.take(outcome)
    waiting = store.to_file(limit=10)

    assert [message.folder for message in waiting] == [Folder.ANSWERED, Folder.REVIEW, Folder.IGNORED]
    assert store.counts().unfiled == 3
    post.file()
    assert store.to_file(limit=10) == []
    assert store.counts().unfiled == 0


def test_a_move_that_was_begun_is_told_until_it_is_ended(store: SqlStore, post: Any) -> None:
    taken = [post.take(Outcome.PACK) for _ in range(3)]
    waiting = store.to_file(limit=10)
    store.moving([message.id for message in waiting[:2]], Folder.ANSWERED, since=ANSWERED)
    begun = store.begun()

    assert [(move.message, move.since, move.digest) for move in begun] == [
        (message, ANSWERED, one.digest) for message, one in zip(waiting[:2], taken, strict=False)
    ]
    assert [(move.size, move.whole) for move in begun] == [(len(one.fetched.raw), True) for one in taken[:2]]
    assert store.to_file(limit=10) == waiting
    store.filed([begun[0].message.id], Folder.ANSWERED, now=NOW)
    store.not_moved([begun[1].message.id])
    assert (store.begun(), store.to_file(limit=10)) == ([], waiting[1:])


def test_a_message_that_staff_settle_while_it_is_moved_lies_where_it_was_moved_to(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW, codes=["number_unknown"])
    (message,) = store.to_file(limit=1)
    store.moving([message.id], Folder.REVIEW, since=replace(ANSWERED, folder="review"))
    post.take(Outcome.PACK, request_id=taken.request_id, number="0123456")

    assert [move.message.folder for move in store.begun()] == [Folder.REVIEW]
    store.filed([message.id], Folder.REVIEW, now=NOW)
    (move,) = store.to_move(limit=10)
    assert (move.id, move.lies_in, move.folder) == (message.id, Folder.REVIEW, Folder.ANSWERED)
    store.moving([move.id], Folder.ANSWERED, since=ANSWERED)
    assert [begun.message for begun in store.begun()] == [move]


def test_a_move_that_was_begun_stays_so_where_the_inbox_is_numbered_anew(store: SqlStore, post: Any) -> None:
    taken, renumbered = post.take(Outcome.PACK), post.location(uidvalidity=8)
    (message,) = store.to_file(limit=1)
    store.moving([message.id], Folder.ANSWERED, since=ANSWERED)
    with store.intake() as intake:
        assert intake.already_taken(taken.digest, renumbered)

    assert [move.message for move in store.begun()] == [replace(message, location=renumbered)]


def test_an_erased_message_that_was_being_moved_is_still_told(store: SqlStore, post: Any) -> None:
    post.take(Outcome.IGNORE, post.message())
    (message,) = store.to_file(limit=1)
    store.moving([message.id], Folder.IGNORED, since=replace(ANSWERED, folder="ignored"))
    store.erase(email="ann@example.org", who="jo", now=NOW)

    assert store.counts().messages["erased"] == 1
    assert [move.message for move in store.begun()] == [message]


def test_the_counts_add_up(store: SqlStore, post: Any) -> None:
    for outcome in Outcome:
        post.take(outcome)
    messages = store.counts().messages

    assert messages == {"taken_in": 6, "answered": 4, "review": 1, "ignored": 1, "erased": 0}


# --- the past ----------------------------------------------------------------------------------------------


def test_the_history_of_a_message_that_was_taken_in_is_that_of_its_time(store: SqlStore, post: Any) -> None:
    first = post.take(Outcome.DETAILS_MISSING)
    post.send(store.due(now=NOW, limit=1)[0].id)
    again = post.take(Outcome.PACK, request_id=first.request_id, now=NOW + HOUR)
    stored = store.taken_in()

    assert [(each.outcome, each.request_id) for each in stored] == [
        (Outcome.DETAILS_MISSING, first.request_id),
        (Outcome.PACK, first.request_id),
    ]
    then = store.history_again(again.message, stored[1].id, at=NOW + HOUR)
    assert (then.replies_in_request, len(then.asked_for), then.pack_sent_at, then.duplicate) == (1, 1, None, False)
    now = store.history_again(again.message, stored[1].id, at=NOW + 2 * HOUR)
    assert (now.replies_in_request, now.pack_sent_at) == (2, NOW + HOUR)


def test_a_second_copy_is_a_duplicate_then_as_now(store: SqlStore, post: Any) -> None:
    first = post.take(Outcome.PACK)
    post.take(Outcome.SETTLED, first.message, request_id=first.request_id, codes=["duplicate"])
    one, two = store.taken_in()

    assert not store.history_again(first.message, one.id, at=one.taken_at).duplicate
    assert store.history_again(first.message, two.id, at=two.taken_at).duplicate


def test_packs_of_a_time_before_are_counted(store: SqlStore, post: Any) -> None:
    post.take(Outcome.PACK, number="0123456")

    assert store.packs_before("123456", at=NOW)[0] == 0
    assert store.packs_before("123456", at=NOW + HOUR)[0] == 1


def test_the_store_says_how_many_messages_should_lie_where(store: SqlStore, post: Any) -> None:
    for outcome in (Outcome.PACK, Outcome.IGNORE, Outcome.REVIEW):
        post.take(outcome)
    post.file(limit=2)

    lying = store.lying("swc@mail.example.org")
    assert lying == {"inbox": 1, "answered": 1, "review": 0, "ignored": 1, "copies": 0}
    assert sum(store.lying("other@mail.example.org").values()) == 0


def test_a_message_put_back_from_ignored_no_longer_lies_there(store: SqlStore, post: Any) -> None:
    ignored = post.take(Outcome.IGNORE)
    post.file(limit=1)
    post.take(Outcome.REVIEW, ignored.message, raw=ignored.fetched.raw, codes=["put_back"])

    assert store.lying("swc@mail.example.org") == {"inbox": 1, "answered": 0, "review": 0, "ignored": 0, "copies": 0}
    assert store.to_move(limit=10) == []


# --- settings, packs, runs ---------------------------------------------------------------------------------


def test_a_secret_is_made_once_and_differs_by_name(store: SqlStore) -> None:
    key = store.secret("message-id")

    assert len(key) == 32
    assert store.secret("message-id") == key
    assert store.secret("session") != key


def test_a_pack_is_kept_once(store: SqlStore) -> None:
    for _ in range(2):
        store.keep_pack("digest", b"block")

    assert store.pack("digest") == b"block"
    with pytest.raises(StoreError, match="no pack"):
        store.pack("other")


def test_runs_are_recorded_and_only_those_without_an_error_are_good(store: SqlStore) -> None:
    good = store.run_started(now=NOW)
    store.run_ended(good, counts={"fetched": 1}, error="", now=NOW + HOUR)
    bad = store.run_started(now=NOW + 2 * HOUR)
    store.run_ended(bad, counts={}, error="The server cannot be reached.", now=NOW + 3 * HOUR)
    counts = store.counts()

    assert (counts.last_run, counts.last_good_run) == (NOW + 2 * HOUR, NOW + HOUR)


def test_a_run_that_has_not_ended_has_died_whatever_became_of_those_before_it(store: SqlStore) -> None:
    told = [store.last_run_died()]
    store.run_started(now=NOW)
    told.append(store.last_run_died())
    store.run_ended(store.run_started(now=NOW), counts={}, error="The server cannot be reached.", now=NOW)
    told.append(store.last_run_died())

    assert told == [False, True, False]


def test_an_empty_store_counts_nothing(store: SqlStore) -> None:
    counts = store.counts()

    assert (counts.waiting, counts.replies_due, counts.failed, counts.oldest_waiting, counts.last_run) == (0, 0, 0, None, None)
    assert store.case("nothere") is None
    assert store.raw(1) is None


def test_one_run_at_a_time_holds_the_lock_of_a_shared_store(store: SqlStore, store_url: str) -> None:
    other = open_store(store_url)
    with store.run_lock() as mine, other.run_lock() as theirs:
        embedded = store_url.startswith("sqlite")

        assert (mine, theirs) == (True, embedded)  # an embedded store has its lock file instead
    with other.run_lock() as theirs:
        assert theirs
    other.close()
