"""Replies that did not arrive, or perhaps did not: sent again, or marked as sent; and what was decided taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from swc_mailer.commands.proposals import STUCK, Proposal, about_reply, let_go, recipient_of, stuck
from swc_mailer.commands.reviewer import Reviewer, sane
from swc_mailer.core.compose import written_again
from swc_mailer.core.model import Delivery, Mailbox, Reason
from swc_mailer.errors import CannotAct
from swc_mailer.ports import NewReply


def resend(reviewer: Reviewer, case_id: str, *, to: str = "", seen: int | None = None) -> Proposal:
    """Send a reply again that was held, refused or perhaps not delivered, as it is; one that came back, or for another address,
    is written anew. What went by post is printed once more: it got lost."""
    case = reviewer.waiting(case_id, seen=seen)
    reply = newest(case, STUCK) or newest(case, ["sent", "printed"])
    if reply is not None and reply["state"] == "printed" and not to:
        return post_again(reviewer, case, reply, seen=seen)
    if reply is None or reply["delivery"] == Delivery.POST or (reply["state"] == "sent" and not to and not came_back(case)):
        raise CannotAct(f"Case {case_id} has no reply that could be sent again: see swc-mailer queue show {case_id}.")
    if reply["state"] != "sent" and not to:
        return let_go(reviewer, case, reply, action="resend", seen=seen)
    again = copy_of(reviewer, case, reply, sane(to or reply["recipient"]))
    decision = about_reply(reviewer, case, reply, "resend", Reason("resent", {"who": reviewer.who}), seen=seen)
    return Proposal(replace(decision, reply=again, cancels=stuck(case)), f"The reply goes to {again.recipient}.")


def post_again(reviewer: Reviewer, case: Mapping[str, Any], reply: Mapping[str, Any], *, seen: int | None) -> Proposal:
    again = NewReply(
        message_id=reviewer.means.new_message_id(case["id"]),
        recipient="",
        subject=reply["subject"],
        kind=reply["kind"],
        head=words_kept(reviewer, case, reply),
        missing=tuple(reply["missing"]),
        delivery=Delivery.POST,
        post_to=tuple(reply["post_to"] or ()),
    )
    decision = about_reply(reviewer, case, reply, "resend", Reason("resent", {"who": reviewer.who}), seen=seen)
    return Proposal(replace(decision, posted=again, cancels=stuck(case)), f"The letter goes to {recipient_of(reply)}.")


def copy_of(reviewer: Reviewer, case: Mapping[str, Any], reply: Mapping[str, Any], to: Mailbox) -> NewReply:
    head = words_kept(reviewer, case, reply)
    message_id = reviewer.means.new_message_id(case["id"])
    return NewReply(
        message_id=message_id,
        recipient=to.address,
        subject=reply["subject"],
        kind=reply["kind"],
        head=written_again(head, recipient=to, message_id=message_id, date=reviewer.clock()),
        pack=reply["pack"] or "",
        missing=tuple(reply["missing"]),
    )


def words_kept(reviewer: Reviewer, case: Mapping[str, Any], reply: Mapping[str, Any]) -> bytes:
    head = reviewer.store.reply_head(reply["id"])
    if head is None:
        raise CannotAct(f"The reply of case {case['id']} is no longer kept: write a new one, as with approve, ask or answer.")
    return head


def mark_sent(reviewer: Reviewer, case_id: str, *, seen: int | None = None) -> Proposal:
    """A person knows that the reply has arrived."""
    case = reviewer.waiting(case_id, seen=seen)
    reply = newest(case, ["unknown"])
    if reply is None:
        raise CannotAct(f"Case {case_id} has no reply whose delivery is unknown: see swc-mailer queue show {case_id}.")
    decision = about_reply(reviewer, case, reply, "mark-sent", Reason("arrived", {"who": reviewer.who}), seen=seen)
    return Proposal(replace(decision, arrived=reply["id"]), f"The reply to {reply['recipient']} counts as sent.")


def undo(reviewer: Reviewer, case_id: str) -> None:
    """The newest decision is taken back, and the case is as it was."""
    reviewer.case(case_id)
    if not reviewer.store.undo(case_id, who=reviewer.who, now=reviewer.clock()):
        raise CannotAct(
            f"The last decision on case {case_id} can no longer be taken back: its reply is on its way, or no person made it."
        )


def newest(case: Mapping[str, Any], states: Sequence[str]) -> Mapping[str, Any] | None:
    return next((reply for reply in reversed(case["replies"]) if reply["state"] in states), None)


def came_back(case: Mapping[str, Any]) -> bool:
    return any(reason["code"] == "undeliverable" for reason in case["reasons"])
