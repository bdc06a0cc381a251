"""Replies that did not arrive, or that wait for a person's word: sent again, marked as sent, or let go."""

from __future__ import annotations

from pathlib import Path

import pytest

from swc_mailer.commands.queue_actions import approve, settle
from swc_mailer.commands.queue_list import case_record, waiting_cases
from swc_mailer.commands.queue_replies import mark_sent, resend
from tests.review import ASKS, HOME, Review, do, mail, refusal

UNKNOWN = mail(f"{ASKS}My membership number is 9999999.\n\n{HOME}\n")


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


# --- replies that did not arrive ---------------------------------------------------------------------------


def refused_case(review: Review) -> str:
    review.take_in(mail(f"{ASKS}My number is 1234567.\n\n{HOME}\n"))
    with review.store() as store:
        (due,) = store.due(now=review.now, limit=10)
        store.claim(due.id, now=review.now)
        store.refused(due.id, answer="550 no such user", now=review.now)
        (case,) = store.queue()
    return case.id


def test_a_refused_reply_is_sent_again_as_it_is(review: Review) -> None:
    case_id = refused_case(review)
    proposal = do(review, resend, case_id)

    assert proposal.reply is None
    assert [(due.recipient, due.by_staff) for due in review.due()] == [("ann@example.org", True)]
    assert review.waiting() == []


def test_a_reply_for_another_address_is_a_new_one_and_the_old_one_never_goes(review: Review) -> None:
    case_id = refused_case(review)
    do(review, lambda reviewer, case_id: resend(reviewer, case_id, to="ann.new@example.org"), case_id)
    (due,) = review.due()

    assert due.recipient == "ann.new@example.org"
    assert b"To: <ann.new@example.org>\r\n" in due.head
    assert due.message_id.encode() in due.head
    assert due.pack
    with review.reviewer() as reviewer:
        assert [reply["state"] for reply in reviewer.case(case_id)["replies"]] == ["cancelled", "due"]


def test_a_reply_that_came_back_is_sent_anew(review: Review) -> None:
    review.take_in(mail(f"{ASKS}My number is 1234567.\n\n{HOME}\n"))
    with review.store() as store:
        (due,) = store.due(now=review.now, limit=10)
        store.claim(due.id, now=review.now)
        store.sent(due.id, answer="250 ok", now=review.now)
    bounce = mail(f"Your message could not be delivered.\n\nMessage-ID: {due.message_id}\n", sender="MAILER-DAEMON@example.org")
    case_id = review.case(bounce.replace(b"Subject: Consultation", b"Subject: Undelivered Mail Returned to Sender"))
    do(review, resend, case_id)

    assert [again.recipient for again in review.due()] == ["ann@example.org"]
    assert review.waiting() == []


def test_an_approval_takes_the_place_of_a_refused_reply(review: Review) -> None:
    case_id = refused_case(review)
    do(review, approve, case_id)

    assert [due.kind for due in review.due()] == ["pack"]
    with review.reviewer() as reviewer:
        assert [reply["state"] for reply in reviewer.case(case_id)["replies"]] == ["cancelled", "due"]


def test_a_reply_whose_delivery_is_unknown_is_marked_as_sent(review: Review) -> None:
    review.take_in(mail(f"{ASKS}My number is 1234567.\n\n{HOME}\n"))
    with review.store() as store:
        for _ in range(2):
            (due,) = store.due(now=review.now, limit=10)
            store.claim(due.id, now=review.now)
            store.interrupted(now=review.now)
        (case,) = store.queue()
    do(review, mark_sent, case.id)

    assert (review.waiting(), review.due()) == ([], [])
    assert "does not wait" in refusal(review, lambda reviewer: mark_sent(reviewer, case.id))


def test_a_case_without_a_reply_has_none_to_send_again(review: Review) -> None:
    case_id = review.case(UNKNOWN)

    assert "no reply that could be sent again" in refusal(review, lambda reviewer: resend(reviewer, case_id))
    assert "no reply whose delivery is unknown" in refusal(review, lambda reviewer: mark_sent(reviewer, case_id))


# --- a trial run -------------------------------------------------------------------------------------------


def test_where_every_reply_is_held_a_person_lets_it_go_or_not(review: Review) -> None:
    review.configure("[delivery]", "hold = true")
    review.take_in(mail(f"{ASKS}My number is 1234567.\n\n{HOME}\n"))
    review.take_in(mail(f"{ASKS}My number is 7654321.\n\n3 Mill Lane\nLeeds\nLS6 3DG\n", sender="bea@example.org"))
    with review.reviewer() as reviewer:
        one, two = waiting_cases(reviewer)
        assert [case_record(case)["reason"] for case in (one, two)] == ["hold", "hold"]
    do(review, approve, one.id)
    do(review, settle, two.id)

    assert [(due.recipient, due.by_staff) for due in review.due()] == [(one.sender, True)]
    with review.reviewer() as reviewer:
        assert waiting_cases(reviewer) == []
