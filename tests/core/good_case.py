"""A case in which nothing is wrong, and its pieces: a test spoils one thing in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from swc_mailer.core.model import (
    Address,
    Case,
    Details,
    Evidence,
    History,
    Intent,
    Mailbox,
    Member,
    Message,
    Number,
    Policy,
    Register,
    Wish,
    Zone,
)
from swc_mailer.core.words import Words

IN_TIME = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
ANN = Member("1234567", "Ann Example", ("12 Station Road", "Leeds"), "LS6 2AB", "ann@example.org", "current", True)


def number(value: str, **changes: Any) -> Number:
    return replace(Number(value, Evidence("text", 0, len(value), value), Zone.OWN, labelled=True), **changes)


def address(*lines: str, postcode: str = "LS6 2AB", **changes: Any) -> Address:
    text = "\n".join((*lines, postcode))
    return replace(Address(lines, postcode, "", Evidence("text", 0, len(text), text), Zone.OWN), **changes)


HOME = address("12 Station Road", "Leeds")


def good_case(words: Words, policy: Policy, register: Register) -> Case:
    """A request in time with a current member's number and address."""
    message = Message(
        received=IN_TIME,
        size=1000,
        headers=(("from", "Ann Example <ann@example.org>"),),
        message_id="<1@example.org>",
        subject="Consultation",
        from_=(Mailbox("Ann Example", "ann@example.org"),),
        reply_to=(),
        references=(),
        parts=(),
        attachments=(),
        structure=(),
    )
    return Case(
        message=message,
        automatic=(),
        details=Details(numbers=(number(ANN.number),), addresses=(HOME,)),
        intent=Intent(Wish.REQUEST),
        register=register,
        history=History(),
        policy=policy,
        words=words,
    )
