"""Cases decided again: by corrected details, by today's rules, and by another register."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from swc_mailer.commands.proposals import Proposal, carry_out
from swc_mailer.commands.queue_actions import dismiss
from swc_mailer.commands.queue_desk import take
from swc_mailer.commands.queue_list import ignored_cases
from swc_mailer.commands.queue_redecide import Redecided, correct, redecide
from swc_mailer.commands.queue_replies import undo
from swc_mailer.commands.register_changes import redecide_where_register_changed
from swc_mailer.core.model import Outcome
from swc_mailer.errors import CannotAct
from tests.review import ANN, ASKS, BEA, HOME, LEN, Review, mail

UNKNOWN = mail(f"{ASKS}My membership number is 9999999.\n\n{HOME}\n")
NEW = ANN.replace("1234567", "9999999")
MOVED = mail(f"{ASKS}My membership number is 1234567.\n\n4 Other Street\nLeeds\nLS7 1AA\n")
QUESTION = mail("Why was I not told of this consultation before? I am rather cross.", sender="Cy Example <cy@example.org>")
AWAY = mail("I am away until Monday.", subject="Automatic reply: Consultation", Auto_Submitted="auto-replied")


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


def corrected(review: Review, case_id: str, *, number: str = "", address: str = "") -> Proposal:
    with review.reviewer() as reviewer:
        proposal = correct(reviewer, case_id, number=number, address=address)
        carry_out(reviewer, proposal)
        return proposal


def again(review: Review, *case_ids: str) -> list[Redecided]:
    with review.reviewer() as reviewer:
        return list(redecide(reviewer, case_ids))


def register_changed(review: Review) -> int:
    with review.reviewer("program") as reviewer:
        return redecide_where_register_changed(reviewer.config, reviewer.store, reviewer.parts, clock=reviewer.clock)


# --- corrected ---------------------------------------------------------------------------------------------


def test_a_corrected_number_is_decided_with_the_address_that_was_given(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    proposal = corrected(review, case_id, number="123 4567")

    assert "Number 1234567 is Ann Example, current" in proposal.told
    assert [(due.kind, due.recipient, due.by_staff) for due in review.due()] == [("pack", "ann@example.org", True)]
    with review.reviewer() as reviewer:
        case = reviewer.case(case_id)
        assert (case["membership_number"], case["decisions"][-1]["decided_by"]) == ("1234567", "jo")
        undo(reviewer, case_id)
        assert reviewer.case(case_id)["membership_number"] == "9999999"
    assert review.waiting() == ["number_unknown"]


def test_a_corrected_address_is_decided_with_the_number_that_was_given(review: Review) -> None:
    corrected(review, review.case(MOVED), address="12 Station Road; Leeds; LS6 2AB")

    assert [due.kind for due in review.due()] == ["pack"]


def test_a_correction_that_settles_nothing_leaves_the_case_with_its_new_reason(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    proposal = corrected(review, case_id, number="2222222", address="9 High Street; Leeds; LS6 4EF")

    assert "Len Lapsed, whose membership is lapsed" in proposal.told
    assert (review.waiting(), review.due()) == (["not_current"], [])


def test_what_a_person_typed_in_is_a_request_whatever_the_message_says(review: Review) -> None:
    corrected(review, review.case(QUESTION), number="1234567", address=HOME)

    assert [(due.kind, due.recipient) for due in review.due()] == [("pack", "cy@example.org")]


def test_half_the_details_are_asked_for(review: Review) -> None:
    corrected(review, review.case(QUESTION), number="1234567")

    assert [due.kind for due in review.due()] == ["details_missing"]


def test_what_a_person_typed_in_stands_when_the_case_is_decided_again(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    corrected(review, case_id, number="8888888")
    review.write_register(ANN.replace("1234567", "8888888"))

    assert [done.outcome for done in again(review)] == [Outcome.PACK]
    with review.reviewer() as reviewer:
        assert reviewer.case(case_id)["membership_number"] == "8888888"


def test_a_question_after_a_correction_still_waits_when_the_pack_could_go_out(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    corrected(review, case_id, number="8888888")
    review.take_in(mail("By the way, why was I never told of this before? I am cross.", subject="Another thing"))
    assert review.waiting() == ["no_request"]
    review.write_register(ANN.replace("1234567", "8888888"))
    again(review)

    assert review.waiting() == ["no_request"]


def test_details_after_a_correction_are_decided_with_it(review: Review) -> None:
    case_id = review.case(QUESTION)
    corrected(review, case_id, number="8888888", address="4 Other Street; Leeds; LS7 1AA")
    review.take_in(mail(f"{ASKS}I live here:\n\n{HOME}\n", sender="Cy Example <cy@example.org>", subject="My address"))
    assert review.waiting() == ["number_unknown"]
    review.write_register(ANN.replace("1234567", "8888888"))

    assert [done.outcome for done in again(review)] == [Outcome.PACK]


@pytest.mark.parametrize(
    ("number", "address", "said"),
    [
        ("", "", "Nothing to correct"),
        ("12", "", "12 is no membership number"),
        ("Ann", "", "Ann is no membership number"),
        ("", "12 Station Road", '"12 Station Road" is no full address'),
        ("1234567", ";", "is no full address"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(review: Review, number: str, address: str, said: str) -> None:
    case_id = review.case(UNKNOWN)
    with review.reviewer() as reviewer, pytest.raises(CannotAct, match=said):
        correct(reviewer, case_id, number=number, address=address)


# --- by today's rules --------------------------------------------------------------------------------------


def test_what_the_rules_say_as_before_is_left_alone(review: Review) -> None:
    review.take_in(UNKNOWN, QUESTION)
    with review.store() as store:
        before = [store.case(case.id) for case in store.queue()]
        done = again(review)

        assert [(each.changed, each.outcome) for each in done] == [(False, Outcome.REVIEW)] * 2
        assert [store.case(case.id) for case in store.queue()] == before


def test_todays_rules_may_send_what_waited(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    review.write_register(NEW)
    (done,) = again(review)

    assert (done.case_id, done.outcome, done.changed) == (case_id, Outcome.PACK, True)
    assert [(due.kind, due.by_staff) for due in review.due()] == [("pack", False)]
    assert review.messages() == {"taken_in": 1, "answered": 1, "review": 0, "ignored": 0, "erased": 0}
    with review.reviewer() as reviewer:
        made = reviewer.case(case_id)["decisions"]
    assert [(each["decided_by"], each["outcome"]) for each in made] == [("program", "review"), ("program", "pack")]
    assert made[1]["message"] == made[0]["message"]


def test_deciding_again_twice_sends_once(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    review.write_register(NEW)
    again(review)
    again(review, case_id)

    assert len(review.due()) == 1


def test_a_follow_up_is_decided_with_what_was_given_before(review: Review) -> None:
    review.take_in(mail(f"{ASKS}My membership number is 9999999.\n"))
    (asked,) = review.due()
    review.now += timedelta(hours=1)
    review.case(mail(f"{HOME}\n", subject="Re: Consultation", In_Reply_To=asked.message_id))
    review.write_register(NEW)

    assert [done.outcome for done in again(review)] == [Outcome.PACK]


def test_a_question_still_waits_when_the_pack_goes_out(review: Review) -> None:
    review.case(UNKNOWN)
    review.take_in(mail("By the way, why was I never told of this before? I am cross.", subject="Another thing"))
    assert set(review.waiting()) == {"no_request"}
    review.take_in(mail(f"{ASKS}Once more: my membership number is 9999999.\n\n{HOME}\n", subject="Again"))
    assert review.waiting() == ["number_unknown"]
    review.write_register(NEW)
    (done,) = again(review)

    assert done.outcome is Outcome.PACK
    assert review.waiting() == ["no_request"]
    assert len(review.due()) == 1


def test_a_case_that_waits_for_a_reply_is_left_for_a_person(review: Review) -> None:
    review.take_in(mail(f"{ASKS}My number is 1234567.\n\n{HOME}\n"))
    with review.store() as store:
        (due,) = store.due(now=review.now, limit=10)
        store.claim(due.id, now=review.now)
        store.refused(due.id, answer="550", now=review.now)
    (done,) = again(review)

    assert (done.outcome, done.changed) == (None, False)
    assert "resend" in done.told
    assert review.waiting() == ["undeliverable"]


def test_a_settled_case_is_decided_anew_only_when_it_is_named(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    with review.reviewer() as reviewer:
        carry_out(reviewer, dismiss(reviewer, case_id))
    review.write_register(NEW)

    assert again(review) == []
    assert [done.outcome for done in again(review, case_id)] == [Outcome.PACK]
    assert review.messages()["answered"] == 1


def test_an_answered_case_that_is_named_gets_no_second_answer(review: Review) -> None:
    review.take_in(mail(f"{ASKS}My number is 1234567.\n\n{HOME}\n"), mail(ASKS, sender="dee@example.org"))
    with review.store() as store:
        named = [each.request_id for each in store.taken_in()]
    done = again(review, *named)

    assert [(each.changed, each.told) for each in done] == [(False, "Today's rules say what was decided.")] * 2
    assert sorted(due.kind for due in review.due()) == ["details_missing", "pack"]


def test_what_a_person_took_from_ignored_stays_for_a_person(review: Review) -> None:
    review.take_in(AWAY)
    with review.reviewer() as reviewer:
        take(reviewer, ignored_cases(reviewer)[0].id)
    (done,) = again(review)

    assert done.outcome is Outcome.REVIEW
    assert review.waiting() == ["put_back"]


def test_a_message_that_is_no_longer_kept_is_left_alone(review: Review) -> None:
    review.case(UNKNOWN)
    with review.store() as store, store._writing() as connection:
        connection.exec_driver_sql("update message set raw = null")

    assert [(done.outcome, done.told) for done in again(review)] == [(None, "Its message is no longer kept.")]


def test_a_message_that_failed_is_read_with_its_sender_when_it_can_be(review: Review) -> None:
    failed = mail(f"{ASKS}My number is 1234567.\n\n{HOME}\n")
    review.set_aside(failed)
    assert review.waiting() == ["failed"]
    (done,) = again(review)

    assert done.outcome is Outcome.PACK
    with review.reviewer() as reviewer:
        assert reviewer.case(done.case_id)["sender"] == "ann@example.org"
    assert [due.recipient for due in review.due()] == ["ann@example.org"]


# --- by another register -----------------------------------------------------------------------------------


def test_a_case_that_waits_for_the_registers_sake_is_decided_again_when_it_changes(review: Review) -> None:
    review.case(UNKNOWN)
    assert register_changed(review) == 0
    review.write_register(ANN, NEW)

    assert register_changed(review) == 1
    assert [due.kind for due in review.due()] == ["pack"]
    assert register_changed(review) == 0


def test_the_same_register_written_anew_decides_nothing(review: Review) -> None:
    review.case(UNKNOWN)
    register_changed(review)
    review.write_register(ANN, BEA, LEN)
    with review.reviewer() as reviewer:
        before = reviewer.store.queue()

    assert register_changed(review) == 0
    with review.store() as store:
        assert store.queue() == before


def test_another_accepted_status_counts_as_another_register(review: Review) -> None:
    review.case(mail(f"{ASKS}My number is 2222222.\n\n9 High Street\nLeeds\nLS6 4EF\n\nLen Example\n"))
    register_changed(review)
    config = review.folder / "config.toml"
    config.write_text(config.read_text().replace("[consultation]", 'accepted_statuses = ["current", "lapsed"]\n[consultation]'))

    assert register_changed(review) == 1
    assert [due.kind for due in review.due()] == ["pack"]


def test_what_waits_for_something_else_is_not_touched_by_the_register(review: Review) -> None:
    review.take_in(QUESTION)
    register_changed(review)
    review.write_register(ANN, NEW)

    assert register_changed(review) == 0
    assert review.waiting() == ["no_request"]
