"""Whom a reply goes to, and who it was that wrote."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from swc_mailer.core.model import Mailbox, Message, Policy
from swc_mailer.core.reply_address import reply_address, writer

ANN, BEN = Mailbox("Ann Example", "ann@example.org"), Mailbox("", "ben@example.org")
ROBOT, OURS = Mailbox("Web form", "no-reply@forms.example.com"), Mailbox("", "SWC@amnesty.org.uk")


def message(from_: list[Mailbox], reply_to: list[Mailbox], to: str = "swc@amnesty.org.uk") -> Message:
    return Message(
        received=datetime(2014, 2, 10, 9, 15, tzinfo=UTC),
        size=1000,
        headers=(("to", to),),
        message_id="<1@example.org>",
        subject="Consultation",
        from_=tuple(from_),
        reply_to=tuple(reply_to),
        references=(),
        parts=(),
        attachments=(),
        structure=(),
    )


# From, Reply-To, who is answered, and who wrote
CASES = [
    ("a person", [ANN], [], ANN, ANN),
    ("a person who wants the answer elsewhere", [ANN], [BEN], BEN, ANN),
    ("a web form", [ROBOT], [ANN], ANN, ANN),
    ("our own web form", [OURS], [ANN], ANN, ANN),
    ("two to answer", [ANN], [ANN, BEN], ANN, ANN),
    ("a robot to answer", [ANN], [ROBOT], ANN, ANN),
    ("ourselves to answer", [ANN], [OURS], ANN, ANN),
    ("no sane address to answer", [ANN], [Mailbox("", '"a b"@example.org')], ANN, ANN),
    ("a robot", [ROBOT], [], None, ROBOT),
    ("two people", [ANN, BEN], [], None, ANN),
    ("nobody", [Mailbox("", "")], [], None, None),
]


@pytest.mark.parametrize(
    ("from_", "reply_to", "answered", "wrote"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_who_is_answered_and_who_wrote(
    policy: Policy, from_: list[Mailbox], reply_to: list[Mailbox], answered: Mailbox | None, wrote: Mailbox | None
) -> None:
    assert reply_address(message(from_, reply_to), policy) == answered
    assert writer(message(from_, reply_to)) == wrote
