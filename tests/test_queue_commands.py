"""The actions of the review queue, on a real store: what each writes, and what it refuses in one sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from swc_mailer.commands.proposals import Proposal, carry_out
from swc_mailer.commands.queue_actions import answer, approve, ask, close, dismiss, settle
from swc_mailer.commands.queue_desk import block, blocked, merge, note, take, unblock
from swc_mailer.commands.queue_list import case_record, ignored_cases, waiting_cases
from swc_mailer.commands.queue_replies import undo
from swc_mailer.commands.queue_show import reply_text, show, show_record
from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.core.model import Field
from swc_mailer.errors import ChangedMeanwhile, StoreError
from tests.review import ANN, ASKS, HOME, IN_TIME, LEN, Act, Review, do, mail, refusal

NUMBER, ADDRESS = Field.MEMBERSHIP_NUMBER, Field.POSTAL_ADDRESS
UNKNOWN = mail(f"{ASKS}My membership number is 9999999.\n\n{HOME}\n")
QUESTION = mail("Why was I not told of this consultation before? I am rather cross.", sender="Cy Example <cy@example.org>")
AWAY = mail("I am away until Monday.", subject="Automatic reply: Consultation", Auto_Submitted="auto-replied")

ACTIONS: dict[str, Act] = {
    "approve": lambda reviewer, case_id: approve(reviewer, case_id, number="1234567"),
    "ask": lambda reviewer, case_id: ask(reviewer, case_id, missing=frozenset({NUMBER})),
    "close": close,
    "answer": lambda reviewer, case_id: answer(reviewer, case_id, text="Hello."),
    "dismiss": dismiss,
    "settle": settle,
}


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


# --- what every action does --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "sends", "outcome", "code", "folder"),
    [
        ("approve", "pack", "pack", "approved", "answered"),
        ("ask", "details_missing", "details_missing", "asked", "answered"),
        ("close", "closed", "closed", "closed_by_staff", "answered"),
        ("answer", "answer", "settled", "answered", "answered"),
        ("dismiss", None, "ignore", "dismissed", "ignored"),
        ("settle", None, "settled", "settled_by_staff", "answered"),
    ],
)
def test_an_action_settles_the_case_and_says_by_whom(
    review: Review, action: str, sends: str | None, outcome: str, code: str, folder: str
) -> None:
    case_id = review.case(UNKNOWN)
    do(review, ACTIONS[action], case_id)

    assert review.waiting() == []
    assert [(due.kind, due.recipient, due.by_staff) for due in review.due()] == (
        [(sends, "ann@example.org", True)] if sends else []
    )
    assert review.messages()[folder] == 1
    with review.reviewer() as reviewer:
        made = reviewer.case(case_id)["decisions"][-1]
    assert (made["outcome"], made["reasons"][0]["code"], made["decided_by"]) == (outcome, code, "jo")
    assert "jo" in made["reasons"][0]["text"]


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_can_be_undone_and_the_case_waits_as_before(review: Review, action: str) -> None:
    case_id = review.case(UNKNOWN)
    do(review, ACTIONS[action], case_id)
    with review.reviewer("kim") as reviewer:
        undo(reviewer, case_id)

    assert review.waiting() == ["number_unknown"]
    assert review.due() == []
    assert review.messages()["review"] == 1
    assert "can no longer be taken back" in refusal(review, lambda reviewer: undo(reviewer, case_id))


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_on_a_settled_case_says_who_settled_it_and_how_to_have_it_back(review: Review, action: str) -> None:
    case_id = review.case(UNKNOWN)
    do(review, ACTIONS["settle"], case_id)

    said = refusal(review, lambda reviewer: ACTIONS[action](reviewer, case_id))
    assert said == (
        f"Case {case_id} does not wait: it is settled (by jo). `swc-mailer queue take {case_id}` puts it back into the queue."
    )


@pytest.mark.parametrize("action", ACTIONS)
def test_the_second_of_two_people_is_told_and_nothing_goes_out_twice(review: Review, action: str) -> None:
    case_id = review.case(UNKNOWN)
    with review.reviewer("kim") as kim:
        seen = kim.case(case_id)["version"]
        late = ACTIONS[action](kim, case_id)
        do(review, ACTIONS["approve"], case_id)
        with pytest.raises(ChangedMeanwhile, match=r"by jo \(approve\)"):
            carry_out(kim, late)
        assert kim.case(case_id)["version"] > seen

    assert [due.kind for due in review.due()] == ["pack"]


def test_a_person_who_looked_before_a_change_is_told_even_when_she_acts_after_it(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    with review.reviewer("kim") as kim:
        seen = kim.case(case_id)["version"]
        do(review, ACTIONS["settle"], case_id)
        late = approve(kim, case_id, number="1234567", seen=seen)
        with pytest.raises(ChangedMeanwhile, match=r"by jo \(settle\)"):
            carry_out(kim, late)

    assert review.due() == []


def test_a_reply_waits_for_the_time_to_undo(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    do(review, ACTIONS["approve"], case_id, undo=10)

    assert review.due() == []
    review.now += timedelta(seconds=10)
    assert [due.kind for due in review.due()] == ["pack"]


def test_what_is_proposed_changes_nothing(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    with review.reviewer() as reviewer:
        for action in ACTIONS.values():
            assert action(reviewer, case_id).told

    assert review.waiting() == ["number_unknown"]
    assert review.due() == []


def test_no_such_case_is_one_sentence(review: Review) -> None:
    with review.reviewer() as reviewer, pytest.raises(StoreError, match="There is no case nothere: see swc-mailer queue list"):
        settle(reviewer, "nothere")


# --- approve -----------------------------------------------------------------------------------------------


def test_a_number_is_needed_unless_the_details_fit_exactly_one_member(review: Review) -> None:
    unknown = review.case(UNKNOWN)

    assert "say which with --number N" in refusal(review, lambda reviewer: approve(reviewer, unknown))


def test_the_member_whom_the_details_fit_needs_no_number(review: Review) -> None:
    case_id = review.case(mail(f"{ASKS}My number is 1234567. Could I have it in large print?\n\n{HOME}\n"))
    proposal = do(review, approve, case_id)

    assert proposal.told == "The pack goes to ann@example.org, for Ann Example (1234567, current)."
    with review.reviewer() as reviewer:
        assert reviewer.case(case_id)["membership_number"] == "1234567"
        assert reviewer.store.packs_before("1234567", at=review.now + timedelta(1))[0] == 1


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("9999999", "Number 9999999 is not in the register: look the member up with swc-mailer members find."),
        ("123", "Number 123 is not in the register: look the member up with swc-mailer members find."),
        ("333333", "Number 333333 may be 0333333 or 00333333: give it with its zeros."),
    ],
)
def test_a_number_that_names_nobody_or_two_is_refused(review: Review, number: str, said: str) -> None:
    review.write_register(ANN, ANN.replace("1234567", "0333333"), ANN.replace("1234567", "00333333"))
    case_id = review.case(UNKNOWN)

    assert refusal(review, lambda reviewer: approve(reviewer, case_id, number=number)) == said


def test_a_lapsed_member_can_be_approved_and_is_named_so(review: Review) -> None:
    proposal = do(review, lambda reviewer, case_id: approve(reviewer, case_id, number="2222222"), review.case(UNKNOWN))

    assert proposal.told.endswith("for Len Lapsed (2222222, lapsed).")
    assert LEN.startswith("2222222")


def test_a_case_with_nobody_to_answer_needs_an_address(review: Review) -> None:
    case_id = review.case(mail(f"{ASKS}1234567\n\n{HOME}\n", sender="noreply@shop.example.com"))

    assert "name one with --to ADDRESS" in refusal(review, lambda reviewer: approve(reviewer, case_id))
    assert "is no address that mail can be sent to" in refusal(
        review, lambda reviewer: approve(reviewer, case_id, to="ann at example")
    )
    do(review, lambda reviewer, case_id: approve(reviewer, case_id, to="ann@example.org"), case_id)
    assert [due.recipient for due in review.due()] == ["ann@example.org"]


# --- ask and answer ----------------------------------------------------------------------------------------


def test_what_is_asked_for_is_chosen_and_a_sentence_added(review: Review) -> None:
    def both(reviewer: Reviewer, case_id: str) -> Proposal:
        return ask(reviewer, case_id, missing=frozenset(Field), sentence="Is it Mrs A. Example?")

    proposal = do(review, both, review.case(UNKNOWN))
    assert proposal.reply
    text = reply_text(proposal.reply.head)

    assert proposal.told == "ann@example.org is asked for the membership number and the postal address."
    assert "Is it Mrs A. Example?" in text
    assert "your membership number" in text
    assert "your full postal address" in text
    assert proposal.reply.missing == ("membership_number", "postal_address")


def test_an_answer_is_in_the_writers_thread_under_her_subject(review: Review) -> None:
    case_id = review.case(QUESTION)
    proposal = do(review, lambda reviewer, case_id: answer(reviewer, case_id, text="Dear Cy,\n\nwe are sorry."), case_id)
    assert proposal.reply

    assert proposal.reply.subject == "Re: Consultation"
    assert reply_text(proposal.reply.head).startswith("Dear Cy,\n\nwe are sorry.")
    assert b"In-Reply-To: <" in proposal.reply.head
    assert "The answer is empty" in refusal(review, lambda reviewer: answer(reviewer, review.case(UNKNOWN), text=" \n"))


# --- taken, dismissed, merged ------------------------------------------------------------------------------


def test_an_ignored_message_comes_into_the_queue_with_its_details(review: Review) -> None:
    review.take_in(AWAY)
    with review.reviewer() as reviewer:
        (ignored,) = ignored_cases(reviewer)
        case_id = take(reviewer, ignored.id)

        assert ignored_cases(reviewer) == []
        assert [(case.id, case.sender) for case in waiting_cases(reviewer)] == [(case_id, "ann@example.org")]
        assert reviewer.case(case_id)["reasons"][0]["text"] == "jo took this into the queue."
    assert review.messages()["review"] == 1
    assert "see swc-mailer queue list --ignored" in refusal(review, lambda reviewer: take(reviewer, ignored.id))
    assert "see swc-mailer queue list --ignored" in refusal(review, lambda reviewer: take(reviewer, "i999"))


def test_a_dismissed_case_can_be_taken_back(review: Review) -> None:
    case_id = review.case(QUESTION)
    do(review, dismiss, case_id)
    with review.reviewer() as reviewer:
        assert [case.id for case in ignored_cases(reviewer)] == [case_id]
        assert take(reviewer, case_id) == case_id

    assert review.messages()["review"] == 1
    assert "waits already" in refusal(review, lambda reviewer: take(reviewer, case_id))


def test_two_cases_become_one_with_the_details_of_both(review: Review) -> None:
    review.take_in(mail(f"{ASKS}My membership number is 1234567.\n\n3 Mill Lane\nLeeds\nLS6 3DG\n"))
    review.take_in(mail(f"{ASKS}{HOME}\n", sender="noreply@shop.example.com"), received=IN_TIME + timedelta(hours=1))
    with review.reviewer() as reviewer:
        one, two = [case.id for case in waiting_cases(reviewer)]
        merge(reviewer, two, one)
        (case,) = waiting_cases(reviewer)

        assert (case.id, case.membership_number, case.postcode) == (one, "1234567", "LS6 2AB")
        assert len(reviewer.case(one)["messages"]) == 2
        assert approve(reviewer, one, to="ann@example.org").told.endswith("for Ann Example (1234567, current).")
    assert "cannot be merged with itself" in refusal(review, lambda reviewer: merge(reviewer, one, one))


# --- notes, addresses, one case ----------------------------------------------------------------------------


def test_a_note_stands_with_its_case_and_an_empty_one_is_refused(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    with review.reviewer() as reviewer:
        note(reviewer, case_id, "Telephoned.\n")
        record = show_record(show(reviewer, case_id))

    assert [(each["text"], each["written_by"]) for each in record["notes"]] == [("Telephoned.", "jo")]
    assert review.waiting() == ["number_unknown"]
    assert "The note is empty" in refusal(review, lambda reviewer: note(reviewer, case_id, " "))


def test_an_address_on_the_list_is_not_answered(review: Review) -> None:
    with review.reviewer() as reviewer:
        block(reviewer, "Ann@example.org")
        assert blocked(reviewer) == ["ann@example.org"]
    review.take_in(mail(f"{ASKS}My number is 1234567.\n\n{HOME}\n"))
    assert (review.due(), review.waiting()) == ([], ["blocked"])
    with review.reviewer() as reviewer:
        unblock(reviewer, "ann@example.org")
        assert blocked(reviewer) == []

    assert "not on the list" in refusal(review, lambda reviewer: unblock(reviewer, "ann@example.org"))
    assert "no address" in refusal(review, lambda reviewer: block(reviewer, "everybody"))


def test_a_case_shows_its_text_what_was_understood_and_the_likeliest_member(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    with review.reviewer() as reviewer:
        record = show_record(show(reviewer, case_id))

    assert (record["id"], record["state"], record["postcode"]) == (case_id, "waiting", "LS6 2AB")
    assert "please send me the consultation documents" in record["messages"][0]["text"]
    assert [(each["membership_number"], each["matches"]) for each in record["candidates"]] == [("1234567", True)]
    assert record["suggestion"] == {"action": "ask", "number": None, "missing": ["membership_number"]}


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (f"{ASKS}My number is 1234567. Could I have it in large print?\n\n{HOME}\n", "answer"),
        (f"{ASKS}My numbers are 1234567 and 7654321.\n\n{HOME}\n", "approve"),
        ("Why was I not told of this consultation before?", "answer"),
    ],
)
def test_the_likeliest_action_is_suggested(review: Review, text: str, action: str) -> None:
    case_id = review.case(mail(text))
    with review.reviewer() as reviewer:
        suggestion = show(reviewer, case_id).suggestion

    assert suggestion
    assert suggestion.action == action


def test_lists_can_be_searched_and_tell_all_that_scripts_need(review: Review) -> None:
    review.take_in(UNKNOWN, QUESTION)
    with review.reviewer() as reviewer:
        (found,) = waiting_cases(reviewer, text="CY@example")
        assert waiting_cases(reviewer, reason="no_request") == [found]
        assert waiting_cases(reviewer, text="nobody") == []
        (record,) = map(case_record, waiting_cases(reviewer, reason="number_unknown"))

    assert record == {
        "id": record["id"],
        "reason": "number_unknown",
        "reasons": [{"code": "number_unknown", "text": "Number 9999999 is not in the register."}],
        "sender": "ann@example.org",
        "subject": "Consultation",
        "received": IN_TIME.isoformat(),
        "message_id": record["message_id"],
        "membership_number": "9999999",
        "postcode": "LS6 2AB",
    }


def test_a_case_whose_message_is_no_longer_kept_can_still_be_settled(review: Review) -> None:
    case_id = review.case(UNKNOWN)
    with review.store() as store, store._writing() as connection:  # as retention would, were the case not waiting
        connection.exec_driver_sql("update message set raw = null")
    with review.reviewer() as reviewer:
        assert show_record(show(reviewer, case_id))["messages"][0]["text"] is None
        proposal = approve(reviewer, case_id, number="1234567", to="ann@example.org")
        carry_out(reviewer, replace(proposal, told=""))

    assert [due.kind for due in review.due()] == ["pack"]
