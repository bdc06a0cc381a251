"""The gate: what stops a reply at the moment of sending, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from swc_mailer.core.gate import REFUSALS, Facts, Then, refusal
from swc_mailer.core.model import Limits

GOOD = Facts(recipient="ann@example.org", kind="pack", own_addresses=frozenset({"swc@example.org"}))
LIMITED = Limits(replies_per_day=3, replies_per_request=5, replies_total_per_day=100)


def code_of(facts: Facts) -> str:
    answer = refusal(facts)
    return answer.code if answer else ""


def test_an_ordinary_reply_passes() -> None:
    assert refusal(GOOD) is None


@pytest.mark.parametrize(
    ("spoilt", "code", "then"),
    [
        ({"paused": True}, "paused", Then.STOP),
        ({"blocked": True}, "blocked", Then.REVIEW),
        ({"recipient": "SWC@Example.org"}, "no_reply_address", Then.REVIEW),
        ({"recipient": "not an address"}, "no_reply_address", Then.REVIEW),
        ({"pack_just_sent": True}, "limit_reached", Then.REVIEW),
        ({"replies_to_address": 3, "limits": LIMITED}, "limit_reached", Then.REVIEW),
        ({"replies_in_request": 5, "limits": LIMITED}, "limit_reached", Then.REVIEW),
        ({"replies_today": 100, "limits": LIMITED}, "total_limit", Then.STOP),
        ({"hold": True}, "hold", Then.WAIT),
    ],
)
def test_each_refusal_has_a_code_a_sentence_and_a_consequence(spoilt: dict[str, object], code: str, then: Then) -> None:
    answer = refusal(replace(GOOD, **spoilt))  # type: ignore[arg-type] # one table for all fields

    assert answer
    assert (answer.code, answer.then) == (code, then)
    assert answer.sentence.endswith(".")


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "ann",
        "ann@",
        "@example.org",
        "ann@example",
        "ann@example.org, bob@example.org",
        "ann@example.org\r\nRCPT TO:<bob@example.org>",
        "ann@example.org\n",
        "<ann@example.org>",
        "ann example@example.org",
        "zoë@example.org",
        "ann@exämple.org",
        "ann@[192.0.2.1]",
        '"ann example"@example.org',
        "mailer-daemon@example.org",
        "no-reply@example.org",
        "owner-list@example.org",
        "a" * 250 + "@example.org",
    ],
)
def test_a_recipient_that_is_not_one_sane_address_of_a_person_is_refused(recipient: str) -> None:
    assert code_of(replace(GOOD, recipient=recipient)) == "no_reply_address"


@pytest.mark.parametrize("recipient", ["o'brien+swc@example.org", "Ann.Example@mail.example.co.uk", "a_b-c@example.org"])
def test_everyday_addresses_pass(recipient: str) -> None:
    assert refusal(replace(GOOD, recipient=recipient)) is None


def test_a_reply_that_staff_asked_for_passes_the_limits_the_hold_and_the_second_pack() -> None:
    facts = replace(
        GOOD, by_staff=True, hold=True, pack_just_sent=True, replies_to_address=9, replies_in_request=9, limits=LIMITED
    )

    assert refusal(facts) is None
    assert refusal(replace(facts, recipient="postmaster@family.example.org")) is None


@pytest.mark.parametrize("spoilt", [{"blocked": True}, {"paused": True}, {"recipient": "swc@example.org"}, {"recipient": "x"}])
def test_not_even_staff_send_what_must_never_go(spoilt: dict[str, object]) -> None:
    assert refusal(replace(GOOD, by_staff=True, **spoilt)) is not None  # type: ignore[arg-type] # as above


def test_one_reply_below_a_limit_passes_and_nought_means_no_limit() -> None:
    counted = replace(GOOD, replies_to_address=2, replies_in_request=4, replies_today=99, limits=LIMITED)
    unlimited = replace(counted, limits=Limits(0, 0, 0), replies_to_address=999, replies_in_request=999, replies_today=999)

    assert refusal(counted) is None
    assert refusal(unlimited) is None


def test_another_kind_of_reply_may_follow_a_pack() -> None:
    assert refusal(replace(GOOD, kind="closed", pack_just_sent=True)) is None


def test_the_refusals_are_tried_in_the_written_order() -> None:
    everything = Facts("swc@example.org", "pack", paused=True, blocked=True, hold=True, own_addresses=GOOD.own_addresses)

    assert code_of(everything) == "paused"
    assert code_of(replace(everything, paused=False)) == "blocked"
    assert REFUSALS[-1].__name__ == "hold"
