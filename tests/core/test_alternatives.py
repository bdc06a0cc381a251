"""What would have changed an outcome: each case is good but for one thing, and that thing is named with what would come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from swc_mailer.core.alternatives import OTHERWISE, alternatives
from swc_mailer.core.decide import RULES, by_register
from swc_mailer.core.model import (
    Attachment,
    Automatic,
    Case,
    Evidence,
    History,
    Member,
    Policy,
    Wish,
    Zone,
)
from swc_mailer.core.register import MemoryRegister
from swc_mailer.core.words import Words
from tests.core.good_case import ANN, HOME, address, good_case, number

TOO_LATE = datetime(2014, 3, 22, 0, 0, tzinfo=UTC)
LEN = Member("7654321", "A Example", ("3 Mill Lane", "Leeds"), "LS7 1AA", "", "lapsed", False)
REGISTER = MemoryRegister((ANN, LEN))

LATE = "Received on 22 March 2014 at 00:00 or later"
ANNS_NUMBER = "With number 1234567 (Ann Example, at this address)"
ANNS_HOME = "With the address of 1234567 in the register (12 Station Road, Leeds, LS6 2AB)"


ELSEWHERE = address("3 Mill Lane", "Leeds", postcode="LS7 1AA")
SAID = (Evidence("text", 0, 10, "for my mum"),)


@pytest.fixture
def case(words: Words, policy: Policy) -> Case:
    return good_case(words, policy, REGISTER)


def told(case: Case) -> list[tuple[str, str]]:
    return [(each.what, " ".join(reason.code for reason in each.decision.reasons)) for each in alternatives(case)]


Spoil = Callable[[Case], Case]


def message(**changes: Any) -> Spoil:
    return lambda case: replace(case, message=replace(case.message, **changes))


def intent(**changes: Any) -> Spoil:
    return lambda case: replace(case, intent=replace(case.intent, **changes))


def details(**changes: Any) -> Spoil:
    return lambda case: replace(case, details=replace(case.details, **changes))


def forged(case: Case) -> Case:
    results = ("authentication-results", "mx.example.org; dmarc=fail")
    return replace(message(headers=(results,))(case), policy=replace(case.policy, authserv_id="mx.example.org"))


def only_attached(case: Case) -> Case:
    attached = message(attachments=(Attachment("letter.pdf", "application/pdf", 900),))(case)
    return intent(in_attachment=SAID)(details(numbers=(), addresses=())(attached))


REPAIRED = number("1234567", repair='read "l234567" as "1234567"')
SPOILT: list[tuple[str, Spoil, list[tuple[str, str]]]] = [
    (
        "a sign of a machine",
        lambda case: replace(case, automatic=(Automatic("auto_reply", "Auto-Submitted: auto-replied", "A"),)),
        [('Without the sign "Auto-Submitted: auto-replied"', "details_match")],
    ),
    (
        "several signs of a machine",
        lambda case: replace(case, automatic=(Automatic("bounce", "one", "A"), Automatic("bounce", "two", "B"))),
        [("Without these 2 signs of a machine", "details_match")],
    ),
    ("a thank-you", intent(wish=Wish.THANKS), [("Had it been read as a request for the pack", "details_match")]),
    ("a question", intent(wish=Wish.OTHER), [("Had it been read as a request for the pack", "details_match")]),
    ("a forged sender", forged, [("Had the mail server confirmed the sender", "details_match")]),
    ("a large message", message(size=99_000_000), [("Had larger messages been allowed", "details_match")]),
    ("a damaged message", message(unreadable=True), [("By what could be read of it", "details_match")]),
    ("nobody to answer", message(from_=()), [("Had it come from one address of a person", "details_match")]),
    ("past the deadline", message(received=TOO_LATE), [("Received by 21 March 2014 at 23:59", "details_match")]),
    ("several members", intent(several_members=SAID), [('Without "for my mum"', "details_match")]),
    ("on behalf", intent(on_behalf=SAID), [('Without "for my mum"', "details_match")]),
    ("a wish for a person", intent(special_format=SAID), [('Without "for my mum"', "details_match")]),
    ("words that may need a person", intent(needs_a_person=SAID), [('Without "for my mum"', "details_match")]),
    ("only attached", only_attached, [("Without the attachment", "number_missing address_missing")]),
    (
        "a quoted number",
        details(numbers=(), quoted_numbers=(number("1234567", zone=Zone.QUOTED),)),
        [("Had the quoted words been the writer's own", "details_match"), (ANNS_NUMBER, "details_match")],
    ),
    ("no number", details(numbers=()), [(ANNS_NUMBER, "details_match")]),
    ("no address", details(addresses=()), [(ANNS_HOME, "details_match")]),
    ("no details", details(numbers=(), addresses=()), []),
    (
        "a member's number that was set aside",
        details(numbers=(number("1234567", set_aside="the old number"),)),
        [(ANNS_NUMBER, "details_match"), ("Had 1234567 counted too", "details_match")],
    ),
    (
        "two numbers",
        details(numbers=(number("1234567"), number("5555555"))),
        [("If 1234567 alone counts", "details_match"), ("If 5555555 alone counts", "number_unknown")],
    ),
    (
        "two addresses",
        details(addresses=(HOME, ELSEWHERE)),
        [
            ('If "12 Station Road, Leeds, LS6 2AB" alone counts', "details_match"),
            ('If "3 Mill Lane, Leeds, LS7 1AA" alone counts', "address_elsewhere"),
        ],
    ),
    ("an unknown number", details(numbers=(number("5555555"),)), [(ANNS_NUMBER, "details_match")]),
    (
        "another address",
        details(addresses=(address("9 High Street", "Derby", postcode="DE1 1AA"),)),
        [(ANNS_HOME, "details_match")],
    ),
    (
        "a lapsed member",
        details(numbers=(number("7654321"),), addresses=(ELSEWHERE,)),
        [("Had the membership been current", "details_match")],
    ),
    ("a good request", lambda case: case, [(LATE, "after_deadline")]),
    (
        "a repaired number",
        details(numbers=(REPAIRED,)),
        [('Had we not read "l234567" as "1234567"', "number_missing"), (LATE, "after_deadline")],
    ),
    (
        "a repaired postcode",
        details(addresses=(replace(HOME, repair='read "LS6 2A8" as "LS6 2AB"'),)),
        [('Had we not read "LS6 2A8" as "LS6 2AB"', "address_incomplete"), (LATE, "after_deadline")],
    ),
    (
        "another address that was set aside",
        details(addresses=(HOME, replace(ELSEWHERE, set_aside="the old address"))),
        [('Had "3 Mill Lane, Leeds, LS7 1AA" counted too', "several_addresses"), (LATE, "after_deadline")],
    ),
]


@pytest.mark.parametrize(("spoil", "expected"), [each[1:] for each in SPOILT], ids=[each[0] for each in SPOILT])
def test_what_would_have_changed_the_outcome_is_what_the_rule_looked_at(
    case: Case, spoil: Spoil, expected: list[tuple[str, str]]
) -> None:
    assert told(spoil(case)) == expected


def test_a_phone_number_is_not_tried_as_a_membership_number(case: Case) -> None:
    phone = number("01632960123", set_aside="a phone number")

    assert told(details(numbers=(number("1234567"), phone))(case)) == [(LATE, "after_deadline")]


def test_a_rule_about_what_came_before_names_nothing_in_the_message(case: Case) -> None:
    assert told(replace(case, history=History(duplicate=True))) == []


def test_every_rule_that_has_alternatives_exists() -> None:
    assert OTHERWISE.keys() <= {rule.__name__ for rule in (*RULES, by_register)}
