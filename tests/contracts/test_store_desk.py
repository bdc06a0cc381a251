"""What staff do to the store: decisions, replies sent again, cases taken in hand, merged and put back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from swc_mailer.adapters.store import SqlStore
from swc_mailer.core.model import Details, Folder, Outcome
from swc_mailer.desk_port import Desk, NewLetter, StaffDecision, Understood, ignored_message
from swc_mailer.errors import ChangedMeanwhile, StoreError
from swc_mailer.ports import PROGRAM, NewReply

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
        "understood": understood("0123456"),
    }
    return StaffDecision(**values | changes)


def understood(number: str) -> Understood:
    return Understood(Details(), number, None)


def test_a_staff_decision_settles_the_case_and_moves_its_messages(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    post.file()
    store.decide(approval(taken.request_id), now=NOW)

    assert store.queue() == []
    assert store.due(now=NOW, limit=10) == []
    (due,) = store.due(now=NOW + HOUR, limit=10)
    assert due.by_staff
    (move,) = store.to_move(limit=10)
    assert (move.message_id, move.lies_in, move.folder) == (taken.message.message_id, Folder.REVIEW, Folder.ANSWERED)
    store.filed([move.id], move.folder, now=NOW)
    assert store.to_move(limit=10) == []
    case = store.case(taken.request_id)
    assert case
    assert [(made["decided_by"], made["outcome"]) for made in case["decisions"]] == [("program", "review"), ("jo", "pack")]
    with store.intake() as intake:
        assert intake.packs_to("123456", now=NOW)[0] == 1


@pytest.mark.parametrize("later", [timedelta(days=3), timedelta(0), -timedelta(minutes=30)])
def test_a_decision_after_all_was_in_place_moves_its_messages(later: timedelta, store: SqlStore, post: Any) -> None:
    """Also one that was made a little before, and written down only now."""
    taken = post.take(Outcome.REVIEW)
    post.file()
    store.all_in_place(now=NOW)
    store.decide(approval(taken.request_id), now=NOW + later)

    assert [move.folder for move in store.to_move(limit=10)] == [Folder.ANSWERED]


def test_what_was_decided_long_before_all_was_in_place_is_not_looked_through_again(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    post.file()
    store.decide(approval(taken.request_id), now=NOW)
    store.all_in_place(now=NOW + 3 * HOUR)

    assert store.to_move(limit=10) == []


def test_a_decision_can_be_undone_until_its_reply_is_due(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW, codes=["number_unknown"])
    store.decide(approval(taken.request_id), now=NOW)

    assert store.undo(taken.request_id, who="jo", now=NOW)
    assert [case.reasons[0]["code"] for case in store.queue()] == ["number_unknown"]
    assert store.due(now=NOW + HOUR, limit=10) == []
    assert store.counts().messages["review"] == 1
    assert not store.undo(taken.request_id, who="jo", now=NOW)


def test_a_decision_whose_reply_is_on_its_way_cannot_be_undone(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    store.decide(approval(taken.request_id), now=NOW)
    (due,) = store.due(now=NOW + HOUR, limit=10)
    store.claim(due.id, now=NOW + HOUR)

    assert not store.undo(taken.request_id, who="jo", now=NOW + HOUR)
    assert store.queue() == []


def test_undo_puts_all_back_as_it_stood(store: SqlStore, post: Any) -> None:
    first = post.take(Outcome.DETAILS_MISSING)
    post.take(Outcome.REVIEW, request_id=first.request_id, codes=["number_unknown"])
    before = store.case(first.request_id)
    store.decide(approval(first.request_id, understood=understood("7654321")), now=NOW)
    store.undo(first.request_id, who="kim", now=NOW)
    after = store.case(first.request_id)

    assert before
    assert after
    for part in ("state", "reasons", "waiting_since", "details", "membership_number", "messages"):
        assert after[part] == before[part]
    assert [made["decided_by"] for made in after["decisions"]] == ["program", "program", "jo", "kim"]


def test_what_the_program_decided_is_not_undone(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    store.decide(approval(taken.request_id, who=PROGRAM, program=True), now=NOW)

    assert not store.undo(taken.request_id, who="jo", now=NOW)


def test_a_case_can_go_on_waiting_for_another_reason(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW, codes=["number_unknown", "no_request"])
    still = [{"code": "no_request", "text": "", "facts": {}}]
    store.decide(approval(taken.request_id, still=still, not_before=None), now=NOW)

    assert [reason["code"] for reason in store.queue()[0].reasons] == ["no_request"]
    assert len(store.due(now=NOW, limit=10)) == 1


def test_dismissed_messages_belong_in_ignored(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    store.decide(approval(taken.request_id, outcome=Outcome.IGNORE, folder=Folder.IGNORED, reply=None), now=NOW)

    assert store.counts().messages["ignored"] == 1
    case = store.case(taken.request_id)
    assert case
    assert case["state"] == "dismissed"


def test_the_rules_deciding_anew_are_no_person(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW, codes=["number_unknown"])
    store.decide(approval(taken.request_id, program=True, not_before=None, rules_version="2"), now=NOW)

    assert [due.by_staff for due in store.due(now=NOW, limit=10)] == [False]
    case = store.case(taken.request_id)
    assert case
    assert [made["rules_version"] for made in case["decisions"]] == ["1", "2"]


def test_a_letter_is_a_request_without_a_message(store: SqlStore) -> None:
    letter = NewLetter("abcd2345", "Ann Example", "", "Letter of 8 February 2014", NOW - 48 * HOUR, Details())
    reasons = [{"code": "number_unknown", "text": "", "facts": {}}]
    store.letter(letter, approval("abcd2345", outcome=Outcome.REVIEW, reasons=reasons, reply=None, folder=Folder.REVIEW), now=NOW)
    (waiting,) = store.queue()

    assert (waiting.id, waiting.subject, waiting.received) == ("abcd2345", "Letter of 8 February 2014", NOW - 48 * HOUR)
    assert (waiting.sender, waiting.message_id, waiting.membership_number) == ("Ann Example", "", "0123456")
    assert store.counts().messages["taken_in"] == 0


def test_a_decision_on_no_case_says_so(store: SqlStore) -> None:
    with pytest.raises(StoreError, match="no case nothere"):
        store.decide(approval("nothere"), now=NOW)


def refused_reply(store: SqlStore, post: Any) -> tuple[str, int]:
    """The case and the reply."""
    reply: int = post.due_reply()
    store.claim(reply, now=NOW)
    store.refused(reply, answer="550", now=NOW)
    return store.queue()[0].id, reply


def sending_again(request_id: str, reply: int, **changes: Any) -> StaffDecision:
    again: dict[str, Any] = {"action": "resend", "reply": None, "understood": None, "release": reply, "not_before": NOW}
    return approval(request_id, **again | changes)


def test_a_refused_reply_can_be_sent_again_and_leaves_the_queue(store: SqlStore, post: Any) -> None:
    case_id, reply = refused_reply(store, post)
    store.decide(sending_again(case_id, reply), now=NOW)

    assert store.queue() == []
    assert [(due.id, due.by_staff) for due in store.due(now=NOW, limit=10)] == [(reply, True)]


def test_a_reply_that_is_sent_again_can_be_taken_back(store: SqlStore, post: Any) -> None:
    case_id, reply = refused_reply(store, post)
    store.decide(sending_again(case_id, reply), now=NOW)

    assert store.undo(case_id, who="jo", now=NOW)
    assert store.due(now=NOW + HOUR, limit=10) == []
    assert [case.reasons[0]["code"] for case in store.queue()] == ["undeliverable"]
    store.decide(sending_again(case_id, reply), now=NOW)
    assert len(store.due(now=NOW, limit=10)) == 1


def test_a_reply_that_waits_for_approval_is_listed_until_a_person_lets_it_go(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    (due,) = store.due(now=NOW, limit=10)
    (waiting,) = store.for_approval()

    assert (waiting.id, waiting.reasons[0]["code"]) == (taken.request_id, "hold")
    store.decide(sending_again(taken.request_id, due.id), now=NOW)
    assert store.for_approval() == []
    assert store.undo(taken.request_id, who="jo", now=NOW)
    assert [case.id for case in store.for_approval()] == [taken.request_id]
    assert store.due(now=NOW, limit=10) == [due]


def test_a_reply_on_its_way_undoes_the_decision_that_would_stop_it(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    (due,) = store.due(now=NOW, limit=10)
    store.claim(due.id, now=NOW)
    changes: list[dict[str, Any]] = [{"cancels": [due.id]}, {"release": due.id}, {"arrived": due.id}]
    for change in changes:
        with pytest.raises(ChangedMeanwhile, match="was changed"):
            store.decide(approval(taken.request_id, **change | {"reply": None}), now=NOW)

    case = store.case(taken.request_id)
    assert case
    assert len(case["decisions"]) == 1


def test_an_unknown_reply_can_be_marked_as_sent(store: SqlStore, post: Any) -> None:
    reply = post.due_reply()
    for _ in range(2):
        store.claim(reply, now=NOW)
        store.interrupted(now=NOW)
    (waiting,) = store.queue()
    store.decide(approval(waiting.id, action="mark-sent", reply=None, arrived=reply), now=NOW)

    assert store.queue() == []
    assert store.counts().delivery_unknown == 0


def test_the_second_of_two_people_is_told_who_was_first(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    seen = version(store, taken.request_id)
    store.decide(approval(taken.request_id, seen=seen), now=NOW)
    with pytest.raises(ChangedMeanwhile, match=r"was changed by jo \(approve\)"):
        store.decide(approval(taken.request_id, who="kim", seen=seen, reply=None), now=NOW)

    assert len(store.due(now=NOW + HOUR, limit=10)) == 1
    case = store.case(taken.request_id)
    assert case
    assert [made["decided_by"] for made in case["decisions"]] == ["program", "jo"]


def test_every_change_of_a_case_shows_in_its_version(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    seen = version(store, taken.request_id)
    post.take(Outcome.REVIEW, request_id=taken.request_id, codes=["no_request"])

    assert version(store, taken.request_id) > seen


def version(store: SqlStore, case_id: str) -> int:
    case = store.case(case_id)
    assert case
    seen: int = case["version"]
    return seen


def test_two_cases_of_one_person_become_one(store: SqlStore, post: Any) -> None:
    first = post.take(Outcome.REVIEW, codes=["number_unknown"])
    second = post.take(Outcome.REVIEW, codes=["no_request"])
    store.note(second.request_id, who="jo", text="the same person", now=NOW)
    store.merge(second.request_id, first.request_id, understood("0123456"), who="jo", now=NOW)

    assert store.case(second.request_id) is None
    case = store.case(first.request_id)
    assert case
    assert [len(case[part]) for part in ("messages", "decisions", "notes")] == [2, 2, 1]
    assert case["latest_message"] == max(message["id"] for message in case["messages"])
    assert {reason["code"] for reason in case["reasons"]} == {"no_request", "number_unknown"}
    assert [(each.id, each.membership_number) for each in store.queue()] == [(first.request_id, "0123456")]
    with pytest.raises(StoreError, match="itself"):
        store.merge(first.request_id, first.request_id, understood("0123456"), who="jo", now=NOW)


def test_a_case_that_waits_goes_on_waiting_in_the_one_it_comes_to(store: SqlStore, post: Any) -> None:
    done, waits = post.take(Outcome.PACK), post.take(Outcome.REVIEW, codes=["no_request"])
    store.merge(waits.request_id, done.request_id, understood("0123456"), who="jo", now=NOW)

    assert [(each.id, each.reasons[0]["code"]) for each in store.queue()] == [(done.request_id, "no_request")]
    assert not store.undo(done.request_id, who="jo", now=NOW)


# --- what was ignored --------------------------------------------------------------------------------------


def into_the_queue(request_id: str) -> StaffDecision:
    reasons = [{"code": "taken", "text": "", "facts": {}}]
    return StaffDecision(request_id, "jo", "take", Outcome.REVIEW, reasons, Folder.REVIEW)


def test_what_was_ignored_is_listed_newest_first_and_can_be_taken_into_the_queue(store: SqlStore, post: Any) -> None:
    post.take(Outcome.IGNORE, post.message(subject="Away"), codes=["auto_reply"])
    post.take(Outcome.IGNORE, post.message(subject="News"), codes=["list_mail"])
    listed = store.ignored()

    assert [(each.subject, each.reasons[0]["code"]) for each in listed] == [
        ("News", "list_mail"),
        ("Away", "auto_reply"),
    ]
    message = ignored_message(listed[1].id)
    assert message
    store.take(message, into_the_queue("abcd2345"), now=NOW)
    assert [(each.id, each.subject, each.received) for each in store.queue()] == [("abcd2345", "Away", listed[1].received)]
    assert [each.subject for each in store.ignored()] == ["News"]
    assert store.counts().messages["review"] == 1
    with pytest.raises(ChangedMeanwhile, match="not ignored"):
        store.take(message, into_the_queue("abcd2345"), now=NOW)


def test_what_was_dismissed_is_listed_as_its_case_and_can_be_put_back(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.REVIEW)
    dismissed = [{"code": "dismissed", "text": "", "facts": {}}]
    made = approval(taken.request_id, outcome=Outcome.IGNORE, reasons=dismissed, folder=Folder.IGNORED, reply=None)
    store.decide(made, now=NOW)

    assert [(each.id, each.reasons) for each in store.ignored()] == [(taken.request_id, dismissed)]
    store.decide(into_the_queue(taken.request_id), now=NOW)
    assert store.ignored() == []
    assert store.counts().messages["review"] == 1


def test_a_bounce_stays_ignored_when_its_case_is_settled(store: SqlStore, post: Any) -> None:
    taken = post.take(Outcome.PACK)
    raw = b"Subject: returned\r\n\r\n" + taken.reply.message_id.encode()
    post.take(Outcome.IGNORE, codes=["bounce"], raw=raw)
    store.decide(approval(taken.request_id, reply=None), now=NOW)

    assert store.counts().messages == {"taken_in": 2, "answered": 1, "review": 0, "ignored": 1, "erased": 0}
    (listed,) = store.ignored()
    message = ignored_message(listed.id)
    assert message
    store.take(message, into_the_queue(taken.request_id), now=NOW)
    assert [each.id for each in store.queue()] == [taken.request_id]


@pytest.mark.parametrize("shown", ["i", "12", "abcd2345", "i1x", "i" + "9" * 20, ""])
def test_only_what_the_list_shows_names_an_ignored_message(shown: str) -> None:
    assert ignored_message(shown) is None


def test_a_message_that_could_not_be_read_gets_its_sender_when_it_can(store: SqlStore, post: Any) -> None:
    fetched = post.fetched(b"raw")
    for _ in range(3):
        with store.intake() as intake:
            intake.set_aside(fetched, "digest", error="KeyError", now=NOW)
    (case,) = store.queue()
    message = (store.case(case.id) or {})["latest_message"]
    store.read_anew(message, post.message(subject="At last"), now=NOW)

    assert [(each.sender, each.subject) for each in store.queue()] == [("ann@example.org", "At last")]


# --- addresses and accounts --------------------------------------------------------------------------------


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
