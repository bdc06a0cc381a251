"""Letters that are typed in: decided by the rules, kept as cases, answered by post or by email."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from swc_mailer.commands.letter import TypedLetter, decide, keep, letter_record, read_scan
from swc_mailer.commands.queue_actions import answer, approve, ask
from swc_mailer.commands.queue_desk import take
from swc_mailer.commands.queue_redecide import correct, redecide
from swc_mailer.commands.queue_replies import resend
from swc_mailer.core.model import Field
from swc_mailer.errors import ChangedMeanwhile
from tests.review import ANN, ASKS, BEA, HOME, Review, do, mail, refusal

PLACE = "12 Station Road; Leeds; LS6 2AB"
WHOLE = TypedLetter("2014-02-03", number="1234567", address=PLACE, name="A. Example")
LABEL = ["Ann Example", "12 Station Road", "Leeds", "LS6 2AB"]
UNKNOWN = TypedLetter("2014-02-03", number="9999999", address="1 High Street; Leeds; LS1 1AA", name="Cy Example")


@pytest.fixture
def review(tmp_path: Path) -> Review:
    return Review(tmp_path)


def typed_in(review: Review, typed: TypedLetter = WHOLE, **changes: Any) -> dict[str, Any]:
    """The object of `letter --json`; the letter is kept."""
    with review.reviewer() as reviewer:
        decided = decide(reviewer, replace(typed, **changes))
        keep(reviewer, decided)
        return letter_record(decided)


def to_print(review: Review) -> list[list[str]]:
    with review.store() as store:
        return [list(item.post_to) for item in store.to_print(approved_only=False, now=review.now)]


def letters_of(review: Review, case_id: str) -> list[tuple[str, str, str]]:
    with review.store() as store:
        case = store.case(case_id)
    assert case
    return [(reply["kind"], reply["delivery"], reply["state"]) for reply in case["replies"]]


# --- decided by the rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "missing", "label"),
    [
        ({"number": ""}, ["membership_number"], ["A. Example", "12 Station Road", "Leeds", "LS6 2AB"]),
        ({"address": ""}, ["postal_address"], LABEL),
        ({"address": "12 Station Road; Leeds"}, ["postal_address"], LABEL),
    ],
    ids=["number", "address", "postcode"],
)
def test_what_a_letter_does_not_give_is_asked_for_by_post(
    review: Review, changes: dict[str, Any], missing: list[str], label: list[str]
) -> None:
    made = typed_in(review, **changes)

    assert (made["outcome"], made["missing"], made["post_to"]) == ("details_missing", missing, label)
    assert to_print(review) == [label]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "9999999"}, "number_unknown"),
        ({"number": "7654321"}, "address_elsewhere"),
        ({"number": "2222222", "address": "9 High Street; Leeds; LS6 4EF"}, "not_current"),
        ({"number": "9999999", "address": ""}, "no_postal_address"),
        ({"number": "", "address": ""}, "no_postal_address"),
        ({"wish": "in large print"}, "special_format"),
    ],
)
def test_what_no_rule_settles_waits_for_a_person(review: Review, changes: dict[str, Any], code: str) -> None:
    made = typed_in(review, **changes)

    assert (made["outcome"], made["reasons"][0]["code"], made["post_to"]) == ("review", code, None)
    assert review.waiting() == [code]


@pytest.mark.parametrize(("day", "outcome"), [("21/3/2014", "pack"), ("22 March 2014", "closed")])
def test_the_day_of_receipt_decides_whether_it_is_in_time(review: Review, day: str, outcome: str) -> None:
    review.now = datetime(2014, 4, 1, tzinfo=UTC)

    assert typed_in(review, received=day)["outcome"] == outcome


def test_the_same_letter_typed_in_twice_is_answered_once(review: Review) -> None:
    first = typed_in(review)
    review.now += timedelta(minutes=1)
    again = typed_in(review)

    assert (first["outcome"], again["outcome"], len(to_print(review))) == ("pack", "settled", 1)


def test_a_form_sent_twice_at_once_is_one_letter(review: Review) -> None:
    form = replace(WHOLE, form_id="abcd2345")
    with review.reviewer() as reviewer:
        first, second = decide(reviewer, form), decide(reviewer, form)
        keep(reviewer, first)
        with pytest.raises(ChangedMeanwhile, match="kept already"):
            keep(reviewer, second)

    assert to_print(review) == [LABEL]


def test_a_letter_after_a_pack_by_email_is_settled_too(review: Review) -> None:
    review.take_in(mail(f"{ASKS}My membership number is 1234567.\n\n{HOME}\n"))

    review.now += timedelta(minutes=1)
    assert typed_in(review, received="2014-02-10")["outcome"] == "settled"


def test_a_letter_of_somebody_never_to_be_answered_waits(review: Review) -> None:
    with review.store() as store:
        store.block("ann@example.org", who="jo", now=review.now)

    assert typed_in(review, email="Ann@Example.org")["reasons"][0]["code"] == "blocked"


# --- by which way ------------------------------------------------------------------------------------------


def test_a_letter_with_an_email_address_is_answered_there(review: Review) -> None:
    made = typed_in(review, email="ann@example.org")

    assert (made["reply_to"], made["post_to"]) == ("ann@example.org", None)
    assert [due.recipient for due in review.due()] == ["ann@example.org"]


@pytest.mark.parametrize(("mode", "by_post"), [("email", True), ("both", False)])
def test_by_both_ways_where_that_is_asked_for_or_configured(review: Review, mode: str, by_post: bool) -> None:
    review.configure("[delivery]", f'mode = "{mode}"')
    made = typed_in(review, email="ann@example.org", by_post=by_post)

    assert (made["reply_to"], made["post_to"]) == ("ann@example.org", LABEL)
    assert letters_of(review, made["id"]) == [("pack", "email", "due"), ("pack", "post", "due")]


def test_a_mail_that_asks_for_post_gets_it_at_the_registers_address(review: Review) -> None:
    review.take_in(mail(f"{ASKS}Please post it to me.\n\nMy membership number is 1234567.\n\n12 Station Rd\nLS6 2AB\n"))

    assert to_print(review) == [LABEL]
    assert [due.kind for due in review.due()] == ["pack"]


def test_a_wish_for_post_holds_when_the_details_follow(review: Review) -> None:
    review.take_in(mail(f"{ASKS}Please send them by post.\n\n{HOME}\n"))
    assert ([due.kind for due in review.due()], to_print(review)) == (["details_missing"], [])
    review.take_in(mail("My membership number is 1234567.\n", subject="Re: Consultation"))

    assert to_print(review) == [LABEL]


def test_by_post_alone_a_mail_that_only_asks_gets_no_email_but_a_question_does(review: Review) -> None:
    review.configure("[delivery]", 'mode = "post"')
    review.take_in(
        mail(f"{ASKS}My membership number is 1234567.\n\n{HOME}\n"),
        mail(f"{ASKS}3 Mill Lane\nLeeds\nLS6 3DG\n", sender="bea@example.org"),
    )

    assert to_print(review) == [LABEL]
    assert [(due.recipient, due.kind) for due in review.due()] == [("bea@example.org", "details_missing")]


# --- what was typed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"received": "31/2/2014"}, '"31/2/2014" is no date of receipt'),
        ({"received": "2014-02-11"}, "2014-02-11 is yet to come"),
        ({"number": "12a"}, "12a is no membership number"),
        ({"email": "ann at home"}, "ann at home is no address"),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend(review: Review, changes: dict[str, Any], said: str) -> None:
    assert said in refusal(review, lambda reviewer: decide(reviewer, replace(WHOLE, **changes)))


@pytest.mark.parametrize(("name", "said"), [("nowhere.pdf", "No such file"), ("members.csv", "is no scan that can be shown")])
def test_what_is_no_scan_is_refused(review: Review, name: str, said: str) -> None:
    assert said in refusal(review, lambda _: read_scan(review.folder / name))


# --- afterwards --------------------------------------------------------------------------------------------


def test_what_waited_goes_when_the_register_has_the_number(review: Review) -> None:
    made = typed_in(review, UNKNOWN)
    review.write_register(ANN, BEA, "9999999,Cy Example,1 High Street,,Leeds,,LS1 1AA,,current\n")
    with review.reviewer() as reviewer:
        (done,) = redecide(reviewer)

    assert (done.case_id, done.outcome) == (made["id"], "pack")
    assert to_print(review) == [["Cy Example", "1 High Street", "Leeds", "LS1 1AA"]]


def test_a_wish_that_needs_a_person_still_does_when_it_is_decided_again(review: Review) -> None:
    typed_in(review, wish="in large print")
    with review.reviewer() as reviewer:
        (done,) = redecide(reviewer)

    assert (done.changed, done.told) == (False, 'A wish that needs a person: "in large print".')


def test_staff_correct_ask_approve_and_answer_by_post(review: Review) -> None:
    ids = [typed_in(review, UNKNOWN)["id"] for _ in range(4)]
    told = [
        do(review, lambda reviewer, case: ask(reviewer, case, missing=frozenset({Field.MEMBERSHIP_NUMBER})), ids[0]).told,
        do(review, lambda reviewer, case: approve(reviewer, case, number="1234567"), ids[1]).told,
        do(review, lambda reviewer, case: answer(reviewer, case, text="Dear Cy,\n\nplease ring us."), ids[2]).told,
        do(review, lambda reviewer, case: correct(reviewer, case, number="7654321", address="3 Mill Lane; LS6 3DG"), ids[3]).told,
    ]

    assert told[0] == "Cy Example, 1 High Street, Leeds, LS1 1AA is asked for the membership number, by post."
    assert told[1].startswith("The pack goes to Ann Example, 12 Station Road, Leeds, LS6 2AB by post, for Ann Example (1234567")
    assert told[2] == "The answer goes to Cy Example, 1 High Street, Leeds, LS1 1AA by post."
    assert "Bea Example" in told[3]
    assert len(to_print(review)) == 4


def test_a_mails_case_is_answered_by_post_where_staff_say_so(review: Review) -> None:
    case_id = review.case(mail(f"{ASKS}My membership number is 9999999.\n\n{HOME}\n"))
    do(review, lambda reviewer, case: approve(reviewer, case, number="1234567", by_post=True), case_id)

    assert (to_print(review), review.due()) == ([LABEL], [])


def test_a_letter_taken_back_is_not_printed_and_one_that_got_lost_is_printed_again(review: Review) -> None:
    taken, lost = typed_in(review)["id"], typed_in(review, number="7654321", address="3 Mill Lane; Leeds; LS6 3DG")["id"]
    with review.store() as store:
        store.printed(
            [item.id for item in store.to_print(approved_only=False, now=review.now)][1:], batch="b", who="jo", now=review.now
        )
    with review.reviewer() as reviewer:
        take(reviewer, taken)
        take(reviewer, lost)
    do(review, resend, lost)

    assert letters_of(review, taken) == [("pack", "post", "cancelled")]
    assert letters_of(review, lost) == [("pack", "post", "printed"), ("pack", "post", "due")]
    assert to_print(review) == [["Bea Example", "3 Mill Lane", "Leeds", "LS6 3DG"]]
