"""The store as a whole: filing, what staff do, counts that add up, settings and runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from swc_mailer.adapters.store import SqlStore, open_store
from swc_mailer.core.model import Details, Folder, Outcome
from swc_mailer.errors import StoreError
from swc_mailer.ports import PROGRAM, Desk, NewLetter, NewReply, StaffDecision

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def approval(request_id: str, **changes: Any) -> StaffDecision:
    reply = NewReply("<approved@us.example.org>", "ann@example.org", "Re: it", "pack", b"head")
    values: dict[str, Any] = {
        "request_id": request_id,
        "who": "jo",
        "action": "approve",
        "outcome": Outcome.PACK,
        "reasons": [{"code": "details_match", "text": "", "facts": {}}],
        "folder": Folder.ANSWERED,
        "reply": reply,
        "not_before": NOW + timedelta(seconds=10),
        "membership_number": "0123456",
    }
    return StaffDecision(**values | changes)


# --- filing ------------------------------------------------------------------------------------------------


def test_messages_are_filed_where_their_decision_says_and_once(store: SqlStore, post: Any) -> None:
    for outcome in (Outcome.PACK, Outcome.REVIEW, Outcome.IGNORE):
        post.take(outcome)
    waiting = store.to_file(limit=10)

    assert [message.folder for message in waiting] == [Folder.ANSWERED, Folder.REVIEW, Folder.IGNORED]
    assert store.counts().unfiled == 3
    store.filed([message.id for message in waiting], now=NOW)
    assert store.to_file(limit=10) == []
    assert store.counts().unfiled == 0


def test_the_counts_add_up(store: SqlStore, post: Any) -> None:
    for outcome in Outcome:
        post.take(outcome)
    messages = store.counts().messages

    assert messages == {"taken_in": 6, "answered": 4, "review": 1, "ignored": 1, "erased": 0}


# --- what staff do -----------------------------------------------------------------------------------------


def test_a_staff_decision_settles_the_case_and_moves_its_messages(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    store.filed([message.id for message in store.to_file(limit=10)], now=NOW)
    store.decide(approval(taken.request_id), now=NOW)

    assert store.queue() == []
    assert store.due(now=NOW, limit=10) == []
    (due,) = store.due(now=NOW + HOUR, limit=10)
    assert due.by_staff
    (move,) = store.to_move(limit=10)
    assert (move.message_id, move.lies_in, move.folder) == (taken.message.message_id, Folder.REVIEW, Folder.ANSWERED)
    store.filed([move.id], now=NOW)
    assert store.to_move(limit=10) == []
    case = store.case(taken.request_id)
    assert case
    assert [(made["decided_by"], made["outcome"]) for made in case["decisions"]] == [("program", "review"), ("jo", "pack")]
    with store.intake() as intake:
        assert intake.packs_to("123456")[0] == 1


def test_a_decision_can_be_undone_until_its_reply_is_due(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW, codes=["number_unknown"])
    store.decide(approval(taken.request_id), now=NOW)

    assert store.undo(taken.request_id, who="jo", now=NOW)
    assert [case.reasons[0]["code"] for case in store.queue()] == ["number_unknown"]
    assert store.due(now=NOW + HOUR, limit=10) == []
    assert store.counts().messages["review"] == 1
    assert not store.undo(taken.request_id, who="jo", now=NOW)


def test_a_decision_whose_reply_is_due_cannot_be_undone(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    store.decide(approval(taken.request_id), now=NOW)

    assert not store.undo(taken.request_id, who="jo", now=NOW + HOUR)
    assert len(store.due(now=NOW + HOUR, limit=10)) == 1


def test_dismissed_messages_belong_in_ignored(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    store.decide(approval(taken.request_id, outcome=Outcome.IGNORE, folder=Folder.IGNORED, reply=None), now=NOW)

    assert store.counts().messages["ignored"] == 1
    case = store.case(taken.request_id)
    assert case
    assert case["state"] == "dismissed"


def test_the_rules_deciding_anew_are_no_person(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW, codes=["number_unknown"])
    store.decide(approval(taken.request_id, who=PROGRAM, not_before=None, rules_version="2"), now=NOW)

    assert [due.by_staff for due in store.due(now=NOW, limit=10)] == [False]
    case = store.case(taken.request_id)
    assert case
    assert [made["rules_version"] for made in case["decisions"]] == ["1", "2"]


def test_a_letter_is_a_request_without_a_message(store: SqlStore) -> None:
    letter = NewLetter("abcd2345", "Ann Example", "", "Letter of 8 February 2014", NOW - 48 * HOUR, Details())
    reasons = [{"code": "number_unknown", "text": "", "facts": {}}]
    store.letter(letter, approval("abcd2345", outcome=Outcome.REVIEW, reasons=reasons, reply=None, waits=True), now=NOW)
    (waiting,) = store.queue()

    assert (waiting.id, waiting.subject, waiting.received) == ("abcd2345", "Letter of 8 February 2014", NOW - 48 * HOUR)
    assert (waiting.message_id, waiting.membership_number) == ("", "0123456")
    assert store.counts().messages["taken_in"] == 0


def test_a_decision_on_no_case_says_so(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="no case nothere"):
        store.decide(approval("nothere"), now=NOW)


def test_a_refused_reply_can_be_sent_again_and_leaves_the_queue(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    store.claim(reply, now=NOW)
    store.refused(reply, answer="550", now=NOW)
    store.release(reply, who="jo", not_before=NOW, now=NOW)

    assert store.queue() == []
    assert [(due.id, due.by_staff) for due in store.due(now=NOW, limit=10)] == [(reply, True)]


def test_a_reply_that_is_being_sent_is_neither_released_nor_cancelled(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    store.claim(reply, now=NOW)

    with pytest.raises(StoreError, match="is sending"):
        store.release(reply, who="jo", not_before=NOW, now=NOW)
    assert not store.cancel(reply, who="jo", now=NOW)


def test_an_unknown_reply_can_be_marked_as_sent(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    for _ in range(2):
        store.claim(reply, now=NOW)
        store.interrupted(now=NOW)
    store.mark_sent(reply, who="jo", now=NOW)

    assert store.queue() == []
    assert store.counts().delivery_unknown == 0


def test_two_cases_of_one_person_become_one(store: SqlStore, post: Any) -> None:
    first, second = post.take(Outcome.REVIEW), post.take(Outcome.REVIEW)
    store.note(second.request_id, who="jo", text="the same person", now=NOW)
    store.merge(second.request_id, first.request_id, who="jo", now=NOW)

    assert store.case(second.request_id) is None
    case = store.case(first.request_id)
    assert case
    assert [len(case[part]) for part in ("messages", "decisions", "notes")] == [2, 2, 1]
    with pytest.raises(StoreError, match="itself"):
        store.merge(first.request_id, first.request_id, who="jo", now=NOW)


def test_blocking_twice_is_blocking(store: SqlStore) -> None:
    desk: Desk = store
    for _ in range(2):
        desk.block("A@example.org", who="jo", now=NOW)

    assert desk.blocked() == ["a@example.org"]
    assert desk.unblock("A@example.org", who="jo", now=NOW)
    assert not desk.unblock("A@example.org", who="jo", now=NOW)


def test_accounts(store: SqlStore) -> None:
    store.add_staff("jo", password_hash="hash", role="reviewer", now=NOW)
    with pytest.raises(StoreError, match="already"):
        store.add_staff("jo", password_hash="other", role="admin", now=NOW)

    assert store.set_password("jo", password_hash="new")
    assert [(account["name"], account["password_hash"]) for account in store.staff()] == [("jo", "new")]
    assert store.remove_staff("jo")
    assert not store.remove_staff("jo")
    assert not store.set_password("jo", password_hash="new")


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
