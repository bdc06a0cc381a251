"""Several workers on one store: who has what in hand, what a death leaves, and limits that hold for all of them together."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from swc_mailer.adapters.store import SqlStore, open_store
from swc_mailer.core.model import Outcome
from swc_mailer.errors import Unreachable
from tests.web.rig import eventually

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
OURS = "swc@mail.example.org"  # through which replies go


def take_up(store: SqlStore, worker: int, *, after: int = 0, limit: int = 10) -> list[int]:
    return [reply.id for reply in store.take_up(worker, after=after, now=NOW, limit=limit)]


def claim(store: SqlStore, reply: int, *, now: datetime = NOW, worker: int = 0, through: str = OURS, per_day: int = 0) -> bool:
    return store.claim(reply, now=now, worker=worker, through=through, per_day=per_day)


# --- one worker, on either database ------------------------------------------------------------------------


def test_a_worker_takes_up_what_is_due_in_its_order_and_each_once(store: SqlStore, post: Any) -> None:
    replies = [post.due_reply() for _ in range(5)]
    with store.worker() as worker:
        first = take_up(store, worker, limit=3)
        second = take_up(store, worker, after=first[-1], limit=3)

        assert (first, second) == (replies[:3], replies[3:])
        assert take_up(store, worker, after=second[-1]) == []


def test_what_was_taken_up_and_not_sent_is_free_when_the_worker_has_ended(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    with store.worker() as worker:
        assert take_up(store, worker) == [reply]
    with store.worker() as worker:
        assert take_up(store, worker) == [reply]


def test_each_place_in_the_minute_is_given_once_whoever_asks(store: SqlStore, store_url: str) -> None:
    other = open_store(store_url)
    places = [each.take_place(OURS, gap=2 * SECOND, now=NOW) for each in (store, other, store)]
    later = other.take_place(OURS, gap=2 * SECOND, now=NOW + HOUR)
    other.close()

    assert [place - NOW for place in places] == [timedelta(), 2 * SECOND, 4 * SECOND]
    assert later == NOW + HOUR
    assert store.take_place("another", gap=2 * SECOND, now=NOW) == NOW


def test_a_days_number_goes_in_any_24_hours_and_the_next_when_the_first_is_a_day_old(store: SqlStore, post: Any) -> None:
    first, second, third = (post.due_reply() for _ in range(3))

    assert [claim(store, reply, per_day=2, now=NOW + hours * HOUR) for reply, hours in ((first, 0), (second, 9))] == [True, True]
    assert not claim(store, third, per_day=2, now=NOW + 23 * HOUR)
    assert not store.has_room(OURS, per_day=2, now=NOW + 23 * HOUR)
    assert store.gone(OURS, now=NOW + 23 * HOUR) == [NOW, NOW + 9 * HOUR]
    assert claim(store, third, per_day=2, now=NOW + 24 * HOUR)


def test_a_days_number_is_each_mailboxs_own(store: SqlStore, post: Any) -> None:
    first, second = post.due_reply(), post.due_reply()

    assert claim(store, first, per_day=1)
    assert not claim(store, second, per_day=1)
    assert claim(store, second, per_day=1, through="another")


def test_a_reply_that_was_put_off_counts_once_and_one_that_is_being_sent_counts(store: SqlStore, post: Any) -> None:
    first, second = post.due_reply(), post.due_reply()
    for _ in range(2):
        assert claim(store, first, per_day=2)
        store.put_off(first, answer="451", next_attempt=NOW)

    assert claim(store, second, per_day=2)
    assert not claim(store, first, per_day=2)


def test_a_days_number_that_is_changed_holds_at_once(store: SqlStore, post: Any) -> None:
    replies = [post.due_reply() for _ in range(4)]

    assert [claim(store, reply, per_day=5) for reply in replies[:2]] == [True, True]
    assert not claim(store, replies[2], per_day=2)
    assert [claim(store, reply, per_day=3) for reply in replies[2:]] == [True, False]


def claim_all(store: SqlStore, replies: list[int], *, per_day: int, claimed: list[int]) -> None:
    claimed += [reply for reply in replies if claim(store, reply, per_day=per_day)]


def test_workers_that_claim_at_once_do_not_exceed_the_days_number(store: SqlStore, store_url: str, post: Any) -> None:
    replies, claimed = [post.due_reply() for _ in range(24)], list[int]()
    stores = [open_store(store_url) for _ in range(4)]
    threads = [
        Thread(target=claim_all, args=(each, replies[number::4]), kwargs={"per_day": 10, "claimed": claimed})
        for number, each in enumerate(stores)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in stores:
        each.close()

    assert len(claimed) == 10


# --- inboxes of their own ----------------------------------------------------------------------------------


@pytest.fixture
def inboxes(store_url: str) -> Iterator[Callable[[str], SqlStore]]:
    """The store, opened by a run on this account's inbox."""
    with ExitStack() as stack:

        def opened(account: str) -> SqlStore:
            store = open_store(store_url, account=account)
            stack.callback(store.close)
            return store

        yield opened


def test_a_run_files_and_finishes_what_lies_in_its_own_inbox_alone(post: Any, inboxes: Callable[[str], SqlStore]) -> None:
    for account in ("swc@one.example.org", "swc@two.example.org"):
        post.take(Outcome.PACK, location=post.location(account=account))
    one = inboxes("swc@one.example.org")
    (message,) = one.to_file(limit=10)
    assert one.known() == {message.location}
    one.moving([message.id], message.folder, since=message.location)

    assert message.location.account == "swc@one.example.org"
    assert [begun.message.id for begun in one.begun()] == [message.id]
    assert inboxes("swc@two.example.org").begun() == []
    assert len(inboxes("").to_file(limit=10)) == 2


def test_the_death_of_a_run_is_that_of_its_own_inbox(inboxes: Callable[[str], SqlStore]) -> None:
    one, two = inboxes("swc@one.example.org"), inboxes("swc@two.example.org")
    one.run_started(now=NOW)

    assert (one.last_run_died(), two.last_run_died()) == (True, False)


def test_runs_on_two_inboxes_do_not_wait_for_each_other(inboxes: Callable[[str], SqlStore]) -> None:
    one, two = inboxes("swc@one.example.org"), inboxes("swc@two.example.org")
    with one.run_lock() as first, two.run_lock() as second:
        assert (first, second) == (True, True)


# --- several workers, which only PostgreSQL has ------------------------------------------------------------


SHARED = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


@SHARED
def test_two_workers_have_different_replies_in_hand(store_url: str, store: SqlStore, post: Any) -> None:
    replies = [post.due_reply() for _ in range(6)]
    other = open_store(store_url)
    with store.worker() as first, other.worker() as second:
        mine = take_up(store, first, limit=4)
        theirs = take_up(other, second, limit=4)
        assert (mine, theirs) == (replies[:4], replies[4:])
    with other.worker() as third:
        assert take_up(other, third) == replies
    other.close()


@SHARED
def test_what_one_is_just_taking_up_the_other_passes_over_without_waiting(store_url: str, store: SqlStore, post: Any) -> None:
    replies = [post.due_reply() for _ in range(2)]
    other = open_store(store_url)
    with other._writing() as busy, store.worker() as worker:
        busy.exec_driver_sql(f"select id from reply where id = {replies[0]} for update")

        assert take_up(store, worker) == replies[1:]
    other.close()


@SHARED
def test_what_a_worker_that_is_alive_is_sending_is_not_taken_for_interrupted(store_url: str, store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    other = open_store(store_url)
    with store.worker() as worker:
        assert claim(store, reply, worker=worker)
        assert other.interrupted(now=NOW) == 0
        store.sent(reply, answer="250", now=NOW)
    assert other.interrupted(now=NOW) == 0
    other.close()


@SHARED
def test_what_an_ended_worker_left_behind_is_due_once_more(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    with store.worker() as worker:
        assert claim(store, reply, worker=worker)

    assert store.interrupted(now=NOW) == 1


CLAIM_AND_WAIT = """
import sys
from datetime import UTC, datetime
from swc_mailer.adapters.store import open_store

now = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
store = open_store(sys.argv[1])
with store.worker() as worker:
    reply, *_ = store.take_up(worker, after=0, now=now, limit=3)
    print(store.claim(reply.id, now=now, worker=worker), flush=True)
    sys.stdin.readline()
"""


@SHARED
def test_a_worker_that_is_killed_leaves_what_it_was_sending_to_be_sent_once_more_and_the_rest_due(
    store_url: str, store: SqlStore, post: Any
) -> None:
    replies = [post.due_reply() for _ in range(3)]
    process = subprocess.Popen(
        [sys.executable, "-c", CLAIM_AND_WAIT, store_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "True\n"
    with store.worker() as worker:
        assert (store.interrupted(now=NOW), take_up(store, worker)) == (0, [])
        process.kill()
        process.communicate()
        eventually(lambda: store.interrupted(now=NOW))  # the server notices the end of a connection a moment later

        again = store.take_up(worker, after=0, now=NOW, limit=10)
    assert [(reply.id, reply.unknown_before) for reply in again] == [(id_, id_ == replies[0]) for id_ in replies]


@SHARED
def test_a_worker_whom_the_server_takes_for_dead_takes_up_nothing_more(store: SqlStore, post: Any) -> None:
    post.due_reply()
    with suppress(Unreachable), store.worker() as worker:  # its end is told to the connection that has ended before
        with store._writing() as connection:
            ended = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = %s"
            connection.exec_driver_sql(ended, (worker,))

        with pytest.raises(Unreachable, match="ended the connection"):
            take_up(store, worker)


@SHARED
def test_what_two_inboxes_take_in_is_decided_one_after_the_other(store: SqlStore, store_url: str) -> None:
    order, other = list[str](), open_store(store_url)

    def take_in() -> None:
        with other.intake():
            order.append("second")

    with store.intake():
        thread = Thread(target=take_in)
        thread.start()
        eventually(lambda: someone_waits(store))
        order.append("first")
    thread.join()
    other.close()

    assert order == ["first", "second"]


def someone_waits(store: SqlStore) -> bool:
    with store._reading() as connection:
        return bool(connection.exec_driver_sql("select count(*) from pg_locks where not granted").scalar_one())
