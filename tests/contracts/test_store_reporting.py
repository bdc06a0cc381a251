"""What a report counts, on both databases: arrivals, answers, cases that wait and that people have settled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from swc_mailer.adapters.store import SqlStore
from swc_mailer.core.model import Details, Folder, Outcome
from swc_mailer.core.report import Arrival, FirstAnswer
from swc_mailer.desk_port import NewLetter, StaffDecision
from tests.contracts.conftest import posted

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
ARRIVED = NOW - timedelta(minutes=5)
HOUR = timedelta(hours=1)
LETTER = NewLetter("letter01", "Cy Example", "", "Letter of 3 February 2014", NOW - 24 * HOUR, Details())


def staff_decision(request_id: str, outcome: Outcome, **more: Any) -> StaffDecision:
    reasons: list[dict[str, Any]] = [{"code": outcome.value, "text": "", "facts": {}}]
    return StaffDecision(request_id, "jo", "settle", outcome, reasons, Folder.ANSWERED, **more)


def test_an_empty_store_has_nothing_to_report(store: SqlStore) -> None:
    facts = store.report_facts()

    assert (facts.arrivals, facts.requests, facts.answers, facts.replies, facts.reviews) == ([], {}, [], {}, [])


def test_every_message_counts_once_with_the_last_decision_of_the_rules(store: SqlStore, post: Any) -> None:
    post.take(Outcome.IGNORE, codes=["bounce"])
    waits = post.take(Outcome.REVIEW, codes=["number_unknown", "on_behalf"])
    message = store.taken_in()[1].id
    anew = staff_decision(waits.request_id, Outcome.PACK, program=True, message=message)
    store.decide(anew, now=NOW + HOUR)
    post.take(Outcome.REVIEW, codes=["no_request"])
    facts = store.report_facts()

    assert facts.arrivals == [
        Arrival(ARRIVED, Outcome.IGNORE, ("bounce",)),
        Arrival(ARRIVED, Outcome.PACK, ("pack",)),
        Arrival(ARRIVED, Outcome.REVIEW, ("no_request",)),
    ]
    assert facts.requests == {"answered": 1, "waiting": 1}
    assert facts.waiting_since == [ARRIVED]
    assert facts.reviews == []  # the rules settled it, not a person


def test_a_letter_counts_by_its_first_decision_and_is_answered_when_its_pack_is_printed(store: SqlStore) -> None:
    store.letter(LETTER, staff_decision(LETTER.request_id, Outcome.PACK, program=True, posted=posted()), now=NOW)
    waits = store.report_facts()
    store.printed([store.to_print(approved_only=False, now=NOW)[0].id], batch="one", who="jo", now=NOW + HOUR)
    facts = store.report_facts()

    assert facts.arrivals == [Arrival(LETTER.received, Outcome.PACK, ("pack",))]
    assert (waits.posted, waits.answers) == ({("pack", "due"): 1}, [])
    assert (facts.posted, facts.replies) == ({("pack", "printed"): 1}, {})
    assert facts.answers == [FirstAnswer(LETTER.received, NOW + HOUR, by_staff=False)]


def test_the_first_reply_that_was_sent_answers_a_request(store: SqlStore, post: Any) -> None:
    reply = post.due_reply(Outcome.DETAILS_MISSING)
    post.due_reply(Outcome.CLOSED)
    post.send(reply, now=NOW + HOUR)
    case = store.taken_in()[0].request_id
    post.send(post.due_reply(Outcome.PACK, request_id=case), now=NOW + 2 * HOUR)
    facts = store.report_facts()

    assert facts.answers == [FirstAnswer(ARRIVED, NOW + HOUR, by_staff=False)]
    assert facts.replies == {("details_missing", "sent"): 1, ("closed", "due"): 1, ("pack", "sent"): 1}
    assert facts.posted == {}


def test_a_review_lasts_until_a_person_decides(store: SqlStore, post: Any) -> None:
    waits = post.take(Outcome.REVIEW)
    store.decide(staff_decision(waits.request_id, Outcome.SETTLED), now=NOW + HOUR)
    answered = post.take(Outcome.REVIEW)
    post.take(Outcome.PACK, request_id=answered.request_id, now=NOW + HOUR)  # they wrote again, and the rules settled it
    facts = store.report_facts()

    assert facts.reviews == [HOUR]


def test_a_reply_that_a_person_asked_for_is_told_from_the_programs(store: SqlStore, post: Any) -> None:
    waits = post.take(Outcome.REVIEW)
    reply = post.reply(post.message(), Outcome.PACK)
    store.decide(staff_decision(waits.request_id, Outcome.PACK, reply=reply), now=NOW + HOUR)
    post.send(store.due(now=NOW + HOUR, limit=1)[0].id, now=NOW + HOUR)

    assert store.report_facts().answers == [FirstAnswer(ARRIVED, NOW + HOUR, by_staff=True)]


def test_erasing_somebody_leaves_the_report_as_it_was(store: SqlStore, post: Any) -> None:
    post.send(post.due_reply(Outcome.PACK))
    post.take(Outcome.IGNORE)
    before = store.report_facts()
    store.erase(email="ann@example.org", who="jo", now=NOW)
    after = store.report_facts()

    assert (after.arrivals, after.answers, after.replies) == (before.arrivals, before.answers, before.replies)
