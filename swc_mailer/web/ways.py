"""What a person can do with a case: for each way its words, its key, and how what she entered becomes a proposal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from swc_mailer.commands import queue_actions, queue_redecide, queue_replies
from swc_mailer.commands.proposals import Proposal
from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.core.model import Field
from swc_mailer.errors import CannotAct


@dataclass(frozen=True, slots=True)
class Entered:
    """The fields of an action's form, from a form sent, or as they stand at first."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        return next(iter(self.fields.get(name, ())), "").strip()

    def many(self, name: str) -> Sequence[str]:
        return self.fields.get(name, ())

    @property
    def by_post(self) -> bool:
        return bool(self.one("by_post"))

    @property
    def seen(self) -> int | None:
        """The version of the case that the person saw."""
        seen = self.one("seen")
        return int(seen) if seen.isdecimal() and len(seen) < 10 else None


Propose = Callable[[Reviewer, str, Entered], Proposal]


@dataclass(frozen=True, slots=True)
class Way:
    """One action: its name in addresses and commands, its words on the page, its access key."""

    action: str
    label: str
    key: str
    button: str
    says: str
    propose: Propose | None = None  # None: it writes no decision


def approve(reviewer: Reviewer, case_id: str, entered: Entered) -> Proposal:
    number, to = entered.one("number"), entered.one("to")
    return queue_actions.approve(reviewer, case_id, number=number, to=to, by_post=entered.by_post, seen=entered.seen)


def ask(reviewer: Reviewer, case_id: str, entered: Entered) -> Proposal:
    missing = frozenset(each for each in Field if each.value in entered.many("missing"))
    if not missing:
        raise CannotAct("Choose what is missing.")
    sentence, to = entered.one("sentence"), entered.one("to")
    return queue_actions.ask(
        reviewer, case_id, missing=missing, sentence=sentence, to=to, by_post=entered.by_post, seen=entered.seen
    )


def close(reviewer: Reviewer, case_id: str, entered: Entered) -> Proposal:
    return queue_actions.close(reviewer, case_id, to=entered.one("to"), by_post=entered.by_post, seen=entered.seen)


def answer(reviewer: Reviewer, case_id: str, entered: Entered) -> Proposal:
    text = entered.one("text").replace("\r\n", "\n")
    if not text:
        raise CannotAct("Write the answer first.")
    subject, to = entered.one("subject"), entered.one("to")
    return queue_actions.answer(reviewer, case_id, text=text, subject=subject, to=to, by_post=entered.by_post, seen=entered.seen)


def dismiss(reviewer: Reviewer, case_id: str, entered: Entered) -> Proposal:
    return queue_actions.dismiss(reviewer, case_id, seen=entered.seen)


def settle(reviewer: Reviewer, case_id: str, entered: Entered) -> Proposal:
    return queue_actions.settle(reviewer, case_id, seen=entered.seen)


def correct(reviewer: Reviewer, case_id: str, entered: Entered) -> Proposal:
    number, address, to = entered.one("number"), entered.one("address"), entered.one("to")
    if not number and not address:
        raise CannotAct("Enter the number, the address, or both.")
    return queue_redecide.correct(reviewer, case_id, number=number, address=address, to=to, seen=entered.seen)


def resend(reviewer: Reviewer, case_id: str, entered: Entered) -> Proposal:
    return queue_replies.resend(reviewer, case_id, to=entered.one("to"), seen=entered.seen)


def mark_sent(reviewer: Reviewer, case_id: str, entered: Entered) -> Proposal:
    return queue_replies.mark_sent(reviewer, case_id, seen=entered.seen)


WAYS: Mapping[str, Way] = {
    way.action: way
    for way in (
        Way("approve", "Send the pack", "a", "Send the pack", "The pack goes to the sender, for the member you choose.", approve),
        Way("ask", "Ask for what is missing", "s", "Ask", "The sender is asked for what you choose.", ask),
        Way("answer", "Write an answer", "w", "Send the answer", "Your own words, in the consultation's letter.", answer),
        Way("correct", "Correct the details", "e", "Decide by these", "The rules decide again, by what you enter.", correct),
        Way("close", "Say that it has closed", "c", "Send", "The sender is told that the consultation has closed.", close),
        Way("dismiss", "Not a request", "d", "File it away", "Nothing is sent; the mail goes to Ignored.", dismiss),
        Way("settle", "Settled elsewhere", "t", "Settle it", "Nothing is sent; the mail goes to Answered.", settle),
        Way("resend", "Send the reply again", "r", "Send it again", "The reply goes out once more, as it was.", resend),
        Way("mark-sent", "It has arrived", "v", "Mark as sent", "Nothing is sent; the reply counts as sent.", mark_sent),
        Way("merge", "Merge with another", "m", "Merge", "Everything of this case becomes part of the other one."),
        Way("block", "Never answer", "b", "Never answer", "Mail from this address waits for a person, and is never answered."),
    )
}  # fmt: skip

# In a trial run (`delivery.hold`) a reply is written, and waits for somebody to read it.
LET_GO = Way("approve", "Let the reply go", "a", "Send it", "The reply goes out as it stands here.", approve)
