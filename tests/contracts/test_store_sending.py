"""Replies on their way: the only changes of state that there are, and what each means for the request."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.store import SqlStore
from swc_mailer.adapters.store.states import TRANSITIONS, ReplyState
from swc_mailer.core.model import Folder, Outcome
from swc_mailer.desk_port import StaffDecision
from swc_mailer.errors import ChangedMeanwhile, StoreError
from swc_mailer.ports import Store

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def state(store: SqlStore, reply_id: int) -> str:
    with store._reading() as connection:  # the one thing that no port tells of a reply without its case
        return str(connection.exec_driver_sql(f"select state from reply where id = {reply_id}").scalar_one())


def by_staff(store: SqlStore, reply_id: int, **changes: Any) -> StaffDecision:
    """A decision on the case of a reply."""
    with store._reading() as connection:
        case_id = connection.exec_driver_sql(f"select request_id from reply where id = {reply_id}").scalar_one()
    return StaffDecision(case_id, "jo", "act", Outcome.PACK, (), Folder.ANSWERED, **changes)


def first_reasons(store: SqlStore) -> list[str]:
    return [case.reasons[0]["code"] for case in store.queue()]


# --- one reply ---------------------------------------------------------------------------------------------


def test_a_due_reply_carries_all_that_sending_needs(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    (due,) = store.due(now=NOW, limit=10)

    assert (due.message_id, due.recipient, due.kind) == (taken.reply.message_id, "Ann@example.org", "pack")
    assert (due.head, store.pack(due.pack), due.attempts, due.unknown_before) == (b"head", b"PDF", 0, False)


def test_a_reply_is_claimed_once(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()

    assert [store.claim(reply, now=NOW), store.claim(reply, now=NOW)] == [True, False]
    assert store.due(now=NOW, limit=10) == []


def test_a_sent_reply_stays_sent(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    post.send(reply)

    with pytest.raises(StoreError, match="is sent and cannot become refused"):
        store.refused(reply, answer="550", now=NOW)
    with pytest.raises(ChangedMeanwhile):
        store.decide(by_staff(store, reply, cancels=[reply]), now=NOW)
    assert state(store, reply) == "sent"


def test_a_reply_put_off_by_a_clock_far_ahead_does_not_wait_for_years(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    store.claim(reply, now=NOW)
    store.put_off(reply, answer="451 later", next_attempt=NOW + 1000 * 24 * HOUR)

    assert [due.id for due in store.due(now=NOW, limit=10)] == [reply]


def test_a_reply_that_is_put_off_is_due_again_at_its_time(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    store.claim(reply, now=NOW)
    store.put_off(reply, answer="451 later", next_attempt=NOW + HOUR)

    assert store.due(now=NOW, limit=10) == []
    assert [(due.id, due.attempts) for due in store.due(now=NOW + HOUR, limit=10)] == [(reply, 1)]


def test_a_refused_reply_makes_its_request_undeliverable(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    store.claim(reply, now=NOW)
    store.refused(reply, answer="550 no such user", now=NOW)

    assert first_reasons(store) == ["undeliverable"]
    assert store.queue()[0].reasons[0]["facts"] == {"answer": "550 no such user"}
    assert store.counts().failed == 1


def test_what_the_gate_holds_waits_for_a_person_with_the_gates_reason(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    store.hold(reply, code="blocked", sentence="This address is blocked.", now=NOW)

    assert store.due(now=NOW, limit=10) == []
    assert store.queue()[0].reasons == [{"code": "blocked", "text": "This address is blocked.", "facts": {}}]


# --- delivery unknown --------------------------------------------------------------------------------------


def test_a_delivery_unknown_once_is_tried_once_more_in_the_next_run(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    store.claim(reply, now=NOW)
    store.unknown(reply, answer="the connection died", now=NOW)

    assert store.due(now=NOW, limit=10) == []
    assert store.counts().delivery_unknown == 1
    assert store.queue() == []
    assert store.interrupted(now=NOW + HOUR) == 1
    assert [(due.id, due.unknown_before) for due in store.due(now=NOW + HOUR, limit=10)] == [(reply, True)]


def test_a_delivery_unknown_twice_waits_for_a_person(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    for _ in range(2):
        assert store.claim(reply, now=NOW)
        store.unknown(reply, answer="the connection died", now=NOW)
        store.interrupted(now=NOW)

    assert store.due(now=NOW + HOUR, limit=10) == []
    assert first_reasons(store) == ["delivery_unknown"]
    assert store.counts().delivery_unknown == 1


def test_a_run_that_died_while_sending_counts_as_unknown(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    for again in range(2):
        assert [due.unknown_before for due in store.due(now=NOW, limit=10)] == [again == 1]
        store.claim(reply, now=NOW)
        store.interrupted(now=NOW)

    assert first_reasons(store) == ["delivery_unknown"]
    assert store.interrupted(now=NOW) == 0


# --- the gate's facts --------------------------------------------------------------------------------------


def test_the_gate_sees_what_was_sent_before_this_reply(store: SqlStore, post: Any) -> None:
    first = post.take(Outcome.PACK)
    (due,) = store.due(now=NOW, limit=1)
    post.send(due.id, now=NOW)
    again = post.due_reply(request_id=first.request_id)
    store.block("ann@example.org", who="jo", now=NOW)
    store.pause(True, now=NOW)
    facts = store.facts(again, now=NOW + HOUR)

    assert (facts.replies_to_address, facts.replies_in_request, facts.replies_today) == (1, 1, 1)
    assert (facts.pack_sent_at, facts.blocked, facts.paused, facts.by_staff) == (NOW, True, True, False)
    assert store.facts(again, now=NOW + 25 * HOUR).replies_today == 0
    assert store.facts(again, now=NOW + HOUR, in_all=False).replies_today == 0


def test_the_gate_sees_only_packs_that_perhaps_arrived_and_no_time_of_a_wrong_clock(store: SqlStore, post: Any) -> None:
    case = post.take(Outcome.PACK).request_id
    refused, unknown, far_ahead, asks = (
        next(due.id for due in store.due(now=NOW, limit=9)),
        *(post.due_reply(request_id=case) for _ in range(3)),
    )
    store.claim(refused, now=NOW)
    store.refused(refused, answer="550", now=NOW)
    nothing_yet = store.facts(asks, now=NOW).pack_sent_at
    store.claim(unknown, now=NOW)
    store.unknown(unknown, answer="lost", now=NOW - HOUR)
    post.send(far_ahead, now=NOW + 1000 * 24 * HOUR)
    facts = store.facts(asks, now=NOW)

    assert (nothing_yet, facts.pack_sent_at) == (None, NOW - HOUR)
    assert (facts.replies_in_request, facts.replies_to_address, facts.replies_today) == (2, 1, 1)


def test_the_gates_facts_of_a_reply_that_is_not_there_are_an_error(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="no reply 77"):
        store.facts(77, now=NOW)


def test_a_reply_is_asked_about_claimed_and_recorded_in_four_statements(store: SqlStore, post: Any) -> None:
    first, second = post.due_reply(), post.due_reply()
    limits: dict[str, Any] = {"through": "swc@example.org", "per_day": 10}
    store.claim(first, now=NOW, **limits)  # counts what has gone today
    said: list[str] = []
    sqlalchemy.event.listen(store._engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    store.facts(second, now=NOW, in_all=False)
    store.claim(second, now=NOW, **limits)
    store.sent(second, answer="250 ok", now=NOW)
    verbs = [statement.split()[0] for statement in said]

    assert [verb for verb in verbs if verb != "BEGIN"] == ["SELECT", "UPDATE", "UPDATE", "UPDATE"]


def test_pause_and_resume(store: SqlStore) -> None:
    assert not store.paused()
    store.pause(True, now=NOW)
    assert store.paused()
    assert store.counts().paused
    store.pause(False, now=NOW)
    assert not store.paused()


# --- every order of events ---------------------------------------------------------------------------------

EVENTS: dict[str, Callable[[Store, int], object]] = {
    "claim": lambda store, reply: store.claim(reply, now=NOW),
    "sent": lambda store, reply: store.sent(reply, answer="250", now=NOW),
    "refused": lambda store, reply: store.refused(reply, answer="550", now=NOW),
    "put_off": lambda store, reply: store.put_off(reply, answer="451", next_attempt=NOW),
    "unknown": lambda store, reply: store.unknown(reply, answer="?", now=NOW),
    "hold": lambda store, reply: store.hold(reply, code="blocked", sentence="no", now=NOW),
    "interrupted": lambda store, reply: store.interrupted(now=NOW),
}


@given(st.lists(st.sampled_from([*EVENTS, "release", "cancel", "arrived", "undo"]), max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_in_whatever_order_a_reply_goes_only_the_ways_there_are(
    store: SqlStore, post: Any, events: list[str]
) -> None:
    staff: dict[str, Callable[[int], object]] = {
        "release": lambda reply: store.decide(by_staff(store, reply, release=reply), now=NOW),
        "cancel": lambda reply: store.decide(by_staff(store, reply, cancels=[reply]), now=NOW),
        "arrived": lambda reply: store.decide(by_staff(store, reply, arrived=reply), now=NOW),
        "undo": lambda reply: store.undo(by_staff(store, reply).request_id, who="jo", now=NOW),
    }
    reply = post.due_reply()
    before = ReplyState.DUE
    for event in events:
        try:
            staff[event](reply) if event in staff else EVENTS[event](store, reply)
        except (StoreError, ChangedMeanwhile):
            assert state(store, reply) == before
        after = ReplyState(state(store, reply))
        reached = {before} | TRANSITIONS[before] | {last for way in TRANSITIONS[before] for last in TRANSITIONS[way]}
        assert after in reached  # `interrupted` goes two steps: sending, unknown, due
        assert not (before in (ReplyState.SENT, ReplyState.CANCELLED) and after is not before)
        before = after
    store.claim(reply, now=NOW)
    store.interrupted(now=NOW)


# --- two runs at once --------------------------------------------------------------------------------------

CLAIM_ALL = """
import sys
from datetime import UTC, datetime
from swc_mailer.adapters.store import open_store

now = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
store = open_store(sys.argv[1])
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
for reply in store.due(now=now, limit=1000):
    if store.claim(reply.id, now=now):
        print(reply.id)
"""


def test_two_processes_that_claim_at_once_claim_each_reply_once(store: SqlStore, store_url: str, post: Any) -> None:
    replies = [post.due_reply() for _ in range(60)]
    arguments = [sys.executable, "-c", CLAIM_ALL, store_url]
    runs = [subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for run in runs:
        assert run.stdout
        assert run.stdout.readline() == "ready\n"
    for run in runs:
        assert run.stdin
        run.stdin.write("go\n")
        run.stdin.flush()
    claimed = [int(line) for run in runs for line in run.communicate()[0].split()]

    assert sorted(claimed) == replies
    assert [run.returncode for run in runs] == [0, 0]
