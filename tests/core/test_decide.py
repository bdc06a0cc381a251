"""The rules, one at a time: each test spoils one thing in a good case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from swc_mailer.core.decide import decide, decide_typed_in
from swc_mailer.core.model import (
    Attachment,
    Automatic,
    Case,
    Details,
    DetailsMissing,
    Evidence,
    Field,
    History,
    Intent,
    Mailbox,
    Member,
    Outcome,
    Policy,
    Wish,
    Zone,
)
from swc_mailer.core.register import MemoryRegister
from swc_mailer.core.words import Words
from tests.core.good_case import ANN, HOME, IN_TIME, address, good_case, number

LAST_SECOND = datetime(2014, 3, 21, 23, 59, 59, tzinfo=UTC)

LEN = Member("7654321", "Len Lapsed", ("3 Mill Lane", "Leeds"), "LS6 2AB", "", "lapsed", False)
REGISTER = MemoryRegister((ANN, LEN))


ELSEWHERE = address("7 Mill Lane", "York", postcode="YO1 7HH")
WORDS = (Evidence("text", 0, 5, "words"),)


@pytest.fixture
def case(words: Words, policy: Policy) -> Case:
    return good_case(words, policy, REGISTER)


def with_message(case: Case, **changes: Any) -> Case:
    return replace(case, message=replace(case.message, **changes))


def with_history(case: Case, **changes: Any) -> Case:
    return replace(case, history=replace(case.history, **changes))


def codes(case: Case) -> list[str]:
    return [reason.code for reason in decide(case).reasons]


def test_a_number_and_the_members_own_address_get_the_pack(case: Case) -> None:
    decision = decide(case)

    assert decision.outcome is Outcome.PACK
    assert codes(case) == ["details_match"]


def test_the_last_second_of_the_deadline_still_counts(case: Case) -> None:
    assert decide(with_message(case, received=LAST_SECOND)).outcome is Outcome.PACK
    assert decide(with_message(case, received=LAST_SECOND + timedelta(seconds=1))).outcome is Outcome.CLOSED


def test_a_follow_up_to_a_request_in_time_is_in_time(case: Case) -> None:
    late = with_message(case, received=LAST_SECOND + timedelta(days=2))

    assert decide(with_history(late, earlier_received=IN_TIME)).outcome is Outcome.PACK


def test_a_late_request_is_closed_before_anything_is_asked(case: Case) -> None:
    late = with_message(replace(case, details=Details()), received=LAST_SECOND + timedelta(days=1))

    assert decide(late).outcome is Outcome.CLOSED


def test_a_late_complaint_waits_for_a_person(case: Case) -> None:
    late = with_message(replace(case, intent=Intent(Wish.OTHER)), received=LAST_SECOND + timedelta(days=1))

    assert codes(late) == ["no_request"]


@pytest.mark.parametrize(
    ("details", "missing", "reasons"),
    [
        (Details(), {Field.MEMBERSHIP_NUMBER, Field.POSTAL_ADDRESS}, ["number_missing", "address_missing"]),
        (Details(addresses=(HOME,)), {Field.MEMBERSHIP_NUMBER}, ["number_missing"]),
        (Details(numbers=(number("1234567"),)), {Field.POSTAL_ADDRESS}, ["address_missing"]),
        (
            Details(numbers=(number("1234567"),), addresses=(address("Leeds", postcode="", lacking=("street", "postcode")),)),
            {Field.POSTAL_ADDRESS},
            ["address_incomplete"],
        ),
        (
            Details(numbers=(number("1234567", set_aside="a phone number"),), addresses=(HOME,)),
            {Field.MEMBERSHIP_NUMBER},
            ["number_missing"],
        ),
    ],
    ids=["nothing", "no number", "no address", "half an address", "only a phone number"],
)
def test_what_was_not_given_is_asked_for(case: Case, details: Details, missing: set[Field], reasons: list[str]) -> None:
    decision = decide(replace(case, details=details))

    assert isinstance(decision, DetailsMissing)
    assert decision.missing == missing
    assert [reason.code for reason in decision.reasons] == reasons


@pytest.mark.parametrize("given", ["1234567", "7654321", "9999999"], ids=["known", "lapsed", "unknown"])
def test_the_question_is_the_same_whatever_the_register_says_of_the_number(case: Case, given: str) -> None:
    assert codes(replace(case, details=Details(numbers=(number(given),)))) == ["address_missing"]


@pytest.mark.parametrize(
    ("details", "code"),
    [
        (Details((number("9999999"),), (HOME,)), "number_unknown"),
        (Details((number("1234567"),), (address("9 Elm Street", "York", postcode="YO1 7HH"),)), "address_elsewhere"),
        (Details((number("7654321"),), (address("3 Mill Lane", "Leeds"),)), "not_current"),
        (Details((number("1234567"), number("7654321")), (HOME,)), "several_numbers"),
        (Details((number("1234567"),), (HOME, address("9 Elm Street", "York", postcode="YO1 7HH"))), "several_addresses"),
        (Details((), (), quoted_numbers=(number("1234567", zone=Zone.QUOTED),)), "quoted_only"),
        (Details((), (HOME,), quoted_numbers=(number("1234567", zone=Zone.QUOTED),)), "half_quoted"),
    ],
)
def test_details_that_the_register_or_the_text_does_not_settle_wait_for_a_person(case: Case, details: Details, code: str) -> None:
    assert codes(replace(case, details=details)) == [code]


@pytest.mark.parametrize(
    ("intent", "code"),
    [
        (Intent(Wish.OTHER), "no_request"),
        (Intent(Wish.WITHDRAWAL), "withdrawn"),
        (Intent(Wish.NEVER_ARRIVED), "never_arrived"),
        (Intent(Wish.REQUEST, several_members=WORDS), "several_members"),
        (Intent(Wish.REQUEST, on_behalf=WORDS), "on_behalf"),
        (Intent(Wish.REQUEST, special_format=WORDS), "special_format"),
        (Intent(Wish.REQUEST, needs_a_person=WORDS), "needs_a_person"),
    ],
)
def test_wishes_that_need_a_person(case: Case, intent: Intent, code: str) -> None:
    assert codes(replace(case, intent=intent)) == [code]


def test_wrong_details_tell_more_than_words_that_only_may_need_a_person(case: Case) -> None:
    unlike = replace(case, intent=Intent(Wish.REQUEST, needs_a_person=WORDS))

    assert codes(replace(unlike, details=Details())) == ["number_missing", "address_missing"]
    assert codes(replace(unlike, details=Details((number("9999999"),), (HOME,)))) == ["number_unknown"]


def test_thanks_and_nothing_else_is_settled(case: Case) -> None:
    assert codes(replace(case, intent=Intent(Wish.THANKS), details=Details())) == ["thanks"]


def test_a_sure_machine_is_ignored_whatever_it_holds(case: Case) -> None:
    robot = replace(case, automatic=(Automatic("auto_reply", "Auto-Submitted: auto-replied", "A"),))

    assert decide(robot).outcome is Outcome.IGNORE


def test_a_possible_machine_with_details_waits_for_a_person(case: Case) -> None:
    doubtful = replace(case, automatic=(Automatic("auto_reply", "subject: Out of office", "B"),))

    assert codes(doubtful) == ["looks_automatic"]


def test_a_person_who_asks_and_gives_details_may_be_away(case: Case) -> None:
    away = replace(case, automatic=(Automatic("auto_reply", '"limited access to email"', "B", "body"),))
    asking = replace(away, intent=Intent(Wish.REQUEST, WORDS, asked=True))

    assert decide(asking).outcome is Outcome.PACK
    assert codes(away) == ["looks_automatic"]
    assert codes(replace(asking, details=Details())) == ["looks_automatic"]


def test_a_machine_s_subject_that_repeats_ours_asks_for_nothing(case: Case) -> None:
    ours = (Evidence("subject", 17, 24, "Request"),)
    machine = replace(case, automatic=(Automatic("auto_reply", "Subject: Automatic reply: Request", "B", "subject"),))

    asks = Intent(Wish.REQUEST, WORDS, asked=True)

    assert decide(replace(machine, details=Details(), intent=replace(asks, evidence=ours))).outcome is Outcome.IGNORE
    assert codes(replace(machine, details=Details(), intent=asks)) == ["looks_automatic"]


def test_a_number_beside_a_machine_s_wording_counts_only_where_it_is_called_one(case: Case) -> None:
    ticket = Details(numbers=(number("1234567", labelled=False),))
    worded = replace(case, automatic=(Automatic("auto_reply", '"we have received your email"', "B", "body"),), details=ticket)
    gateway = replace(worded, automatic=(Automatic("list_mail", "List-Unsubscribe: x", "B"),))

    assert codes(worded) == ["auto_reply"]
    assert codes(replace(worded, details=Details(numbers=(number("1234567"),)))) == ["looks_automatic"]
    assert codes(gateway) == ["looks_automatic"]
    assert codes(replace(gateway, details=Details())) == ["looks_automatic"]


def test_a_person_looks_at_what_a_form_s_robot_relays_and_at_no_other_robot_s_mail(case: Case) -> None:
    form = Automatic("other_automatic", "From: noreply@forms.example.net", "A", relay=True)
    words = Automatic("auto_reply", '"do not reply to this email"', "B", "body")
    network = Automatic("list_mail", "Feedback-Id: invite", "B")

    assert codes(replace(case, automatic=(form, words))) == ["looks_automatic"]
    assert codes(replace(case, automatic=(form, network))) == ["other_automatic"]
    assert codes(replace(case, automatic=(form,), details=Details(numbers=(number("1234567"),)))) == ["other_automatic"]


def test_an_address_that_stands_only_below_a_possible_machine_s_words_is_none(case: Case) -> None:
    doubtful = replace(case, automatic=(Automatic("auto_reply", "subject: Out of office", "B"),), intent=Intent(Wish.OTHER))
    signature = Details(addresses=(replace(HOME, zone=Zone.SIGNATURE),))

    assert decide(replace(doubtful, details=signature)).outcome is Outcome.IGNORE
    assert codes(replace(doubtful, details=Details(addresses=(HOME,)))) == ["looks_automatic"]
    earlier = replace(HOME, evidence=replace(HOME.evidence, message=7))
    assert codes(replace(doubtful, details=Details(addresses=(earlier,)))) == ["auto_reply"]


def test_a_possible_machine_with_nothing_to_say_is_ignored(case: Case) -> None:
    doubtful = replace(case, automatic=(Automatic("auto_reply", "subject: Out of office", "B"),), details=Details())

    assert decide(replace(doubtful, intent=Intent(Wish.OTHER))).outcome is Outcome.IGNORE


@pytest.mark.parametrize(
    "sender",
    ["", "ann", "swc@amnesty.org.uk", "mailer-daemon@example.org", "ann@example", "ann b@example.org", "änn@example.org"],
)
def test_nobody_to_answer_waits_for_a_person(case: Case, sender: str) -> None:
    assert codes(with_message(case, from_=(Mailbox("", sender),))) == ["no_reply_address"]


def test_a_web_form_is_answered_at_its_reply_to(case: Case) -> None:
    form = with_message(
        case, from_=(Mailbox("Website", "no-reply@forms.example.org"),), reply_to=(Mailbox("", "ann@example.org"),)
    )

    assert decide(form).outcome is Outcome.PACK


def test_a_failed_dmarc_counts_only_from_the_trusted_server(case: Case, policy: Policy) -> None:
    forged = with_message(case, headers=(("authentication-results", "mx.example.org; spf=fail; dmarc=fail (p=reject)"),))

    assert decide(forged).outcome is Outcome.PACK
    assert codes(replace(forged, policy=replace(policy, authserv_id="mx.example.org"))) == ["authentication_failed"]


@pytest.mark.parametrize(
    ("history", "code"),
    [
        ({"duplicate": True}, "duplicate"),
        ({"answered_by_hand": True}, "answered_by_hand"),
        ({"put_back": True}, "put_back"),
        ({"blocked": True}, "blocked"),
        ({"replies_to_address": 3}, "limit_reached"),
        ({"replies_in_request": 5}, "limit_reached"),
        ({"packs_to_member": 3}, "limit_reached"),
        ({"pack_sent_at": IN_TIME - timedelta(hours=23)}, "asked_again"),
        ({"pack_sent_at": IN_TIME - timedelta(hours=25)}, "details_match"),
    ],
)
def test_what_came_before_counts(case: Case, history: dict[str, Any], code: str) -> None:
    assert codes(with_history(case, **history)) == [code]


def test_the_same_gap_is_asked_for_once(case: Case) -> None:
    asked = with_history(replace(case, details=Details()), asked_for=(frozenset(Field),))

    assert codes(asked) == ["limit_reached"]
    assert codes(replace(asked, details=Details(addresses=(HOME,)))) == ["number_missing"]


def test_the_same_request_from_a_second_device_is_a_duplicate_until_our_question_can_have_been_read(case: Case) -> None:
    once = replace(case, details=Details(addresses=(HOME,)))
    asked = {"asked_for": (frozenset({Field.MEMBERSHIP_NUMBER}),), "asked_at": IN_TIME, "earlier": once.details}

    assert codes(with_history(once, **asked)) == ["duplicate"]
    assert codes(with_history(once, **asked, answers_our_reply=True)) == ["limit_reached"]
    assert codes(with_message(with_history(once, **asked), received=IN_TIME + timedelta(minutes=10))) == ["limit_reached"]
    assert codes(with_history(replace(once, details=Details(addresses=(ELSEWHERE,))), **asked)) == ["limit_reached"]


def test_nobody_is_told_twice_that_it_has_closed(case: Case) -> None:
    late = with_message(case, received=LAST_SECOND + timedelta(days=2))

    assert codes(with_history(late, told_closed=True)) == ["limit_reached"]
    assert codes(with_history(case, told_closed=True)) == ["details_match"]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("signature.asc", "application/pgp-signature"),
        ("smime.p7s", "application/octet-stream"),
        ("winmail.dat", "application/ms-tnef"),
        ("ann.vcf", "text/x-vcard"),
        ("ann.vcf", "application/octet-stream"),
        ("invite.ics", "application/ics"),
        ("invite.ics", "text/calendar"),
        ("image001.png", "image/png"),
        ("image003.jpg", "image/jpeg"),
    ],
)
def test_what_programs_add_to_any_mail_holds_no_details(case: Case, name: str, media_type: str) -> None:
    mail = with_message(replace(case, details=Details()), attachments=(Attachment(name, media_type, 4000),))
    said = replace(mail, intent=Intent(Wish.REQUEST, WORDS, in_attachment=WORDS))

    assert codes(mail) == ["number_missing", "address_missing"]
    assert codes(said) == ["attachment_only"]


@pytest.mark.parametrize(
    ("name", "media_type", "size"),
    [
        ("form.pdf", "application/pdf", 1000),
        ("letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 1000),
        ("IMG_0412.png", "image/png", 70),
        ("image001.jpg", "image/jpeg", 900_000),
        ("", "image/jpeg", 9_000),
        ("details.txt", "text/plain", 200),
        ("scan", "application/octet-stream", 20_000),
    ],
)
def test_a_document_or_a_picture_may_hold_details(case: Case, name: str, media_type: str, size: int) -> None:
    mail = with_message(replace(case, details=Details()), attachments=(Attachment(name, media_type, size),))

    assert codes(mail) == ["attachment_only"]


def test_a_damaged_or_huge_message_waits_for_a_person(case: Case) -> None:
    assert codes(with_message(case, unreadable=True)) == ["unreadable"]
    assert codes(with_message(case, size=30_000_000)) == ["too_large"]


# --- what staff typed in -----------------------------------------------------------------------------------


def test_what_staff_typed_in_is_a_request_whatever_the_message_says(case: Case) -> None:
    strange = replace(
        with_message(case, unreadable=True, size=10**9),
        intent=Intent(Wish.OTHER, on_behalf=WORDS),
        automatic=(Automatic("auto_reply", "Auto-Submitted: auto-replied", "A"),),
        history=History(put_back=True, duplicate=True, replies_to_address=99, numbers_tried=99),
    )

    assert decide(strange).outcome is not Outcome.PACK
    assert decide_typed_in(strange).outcome is Outcome.PACK


def test_what_staff_typed_in_is_still_compared_and_still_too_late(case: Case) -> None:
    nobody = replace(case, details=Details((number("9999999"),), (HOME,)))

    assert [reason.code for reason in decide_typed_in(nobody).reasons] == ["number_unknown"]
    assert decide_typed_in(replace(case, details=Details((number("1234567"),)))).outcome is Outcome.DETAILS_MISSING
    assert decide_typed_in(with_message(case, received=LAST_SECOND + timedelta(1))).outcome is Outcome.CLOSED
    assert decide_typed_in(with_history(case, blocked=True)).outcome is Outcome.REVIEW
