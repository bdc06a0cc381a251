"""`queue show`: one case, with what was understood, what the register says, and what most likely settles it."""

from __future__ import annotations

import email
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message as EmailPart
from typing import Any

from swc_mailer.commands.members import member_record
from swc_mailer.commands.proposals import Proposal, for_approval
from swc_mailer.commands.queue_list import reason_texts
from swc_mailer.commands.reviewer import WAITING, Reviewer
from swc_mailer.core.candidates import Candidate, candidates, matching_member
from swc_mailer.core.model import Delivery, Details, Field, Message, Verdict

# What settles a case that waits for this reason, whatever its details.
BY_REASON = {
    "withdrawn": "settle",
    "blocked": "settle",
    "no_request": "answer",
    "special_format": "answer",
    "needs_a_person": "answer",
    "several_members": "answer",
    "on_behalf": "answer",
    "not_current": "answer",
    "address_elsewhere": "answer",
    "undeliverable": "resend",
    "delivery_unknown": "resend",
    "hold": "approve",
}
TO_ASK = {
    "number_unknown": frozenset({Field.MEMBERSHIP_NUMBER}),
    "several_numbers": frozenset({Field.MEMBERSHIP_NUMBER}),
    "several_addresses": frozenset({Field.POSTAL_ADDRESS}),
}


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message of a case. `message` is None where its bytes are no longer kept."""

    row: Mapping[str, Any]  # as Store.case tells it
    message: Message | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The action that most likely settles a case: its name as a command, and what it needs."""

    action: str
    number: str = ""
    missing: frozenset[Field] = frozenset()


@dataclass(frozen=True, slots=True)
class ShownCase:
    """All that a person needs to decide a case."""

    case: Mapping[str, Any]
    details: Details
    messages: Sequence[ShownMessage]
    candidates: Sequence[Candidate]
    suggestion: Suggestion | None


def show(reviewer: Reviewer, case_id: str) -> ShownCase:
    """StoreError where there is no such case."""
    case = reviewer.case(case_id)
    details, parts = reviewer.details(case), reviewer.parts
    return ShownCase(
        case=case,
        details=details,
        messages=[ShownMessage(row, reviewer.message_of(row)) for row in case["messages"]],
        candidates=candidates(details, case["sender"], parts.register, parts.words),
        suggestion=suggestion(reviewer, case, details),
    )


def suggestion(reviewer: Reviewer, case: Mapping[str, Any], details: Details) -> Suggestion | None:
    """None where the case does not wait, or nothing is likelier than the rest."""
    if for_approval(reviewer, case):
        return Suggestion("approve")
    codes = [reason["code"] for reason in case["reasons"]] if case["state"] == WAITING else []
    if not codes:
        return None
    if codes[0] in BY_REASON:
        return Suggestion(BY_REASON[codes[0]])
    member = matching_member(details, reviewer.parts.register, reviewer.parts.words)
    if member:
        return Suggestion("approve", number=member.number)
    gaps = TO_ASK.get(codes[0]) or details.missing
    return Suggestion("ask", missing=gaps) if gaps else None


def is_waiting(reviewer: Reviewer, shown: ShownCase) -> bool:
    """Whether a person is to act on it."""
    return shown.case["state"] == WAITING or bool(for_approval(reviewer, shown.case))


def preview(reviewer: Reviewer, proposal: Proposal) -> str:
    """The words of the reply that a proposal sends; "" where it sends none."""
    new = proposal.reply or proposal.posted
    if new:
        return reply_text(new.head, new.delivery)
    release = proposal.decision.release
    let_go = [reply for reply in reviewer.case(proposal.decision.request_id)["replies"] if reply["id"] == release]
    return next((text for _, text in with_words(reviewer, let_go)), "")


def reply_text(head: bytes, delivery: str = Delivery.EMAIL) -> str:
    """A reply's words as its reader sees them."""
    if delivery == Delivery.POST:
        return head.decode()
    parsed = email.message_from_bytes(head)  # by the old policy: the new one takes every header to pieces
    bodies = (part for part in parsed.walk() if part.get_content_type() == "text/plain")
    return next(("\n".join(decoded(part).splitlines()) for part in bodies), "")


def decoded(part: EmailPart) -> str:
    text = part.get_payload(decode=True)
    assert isinstance(text, bytes)
    return text.decode(part.get_content_charset("utf-8"))


def replies_shown(reviewer: Reviewer, case: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str]]:
    """Every reply of a case with its words; none of those that are no longer kept."""
    return with_words(reviewer, case["replies"])


def with_words(reviewer: Reviewer, replies: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], str]]:
    heads = [(reply, reviewer.store.reply_head(reply["id"])) for reply in replies]
    return [(reply, reply_text(head, reply["delivery"]) if head else "") for reply, head in heads]


def show_record(shown: ShownCase) -> dict[str, Any]:
    """The object of `queue show --json`."""
    case = shown.case
    return {
        "id": case["id"],
        "state": case["state"],
        "version": case["version"],
        "reasons": reason_texts(case["reasons"]),
        "sender": case["sender"],
        "name": case["name"],
        "subject": case["subject"],
        "origin": case["origin"],
        "by_post": case["by_post"],
        "language": case["language"],
        "received": case["received"].isoformat(),
        "membership_number": case["membership_number"],
        "postcode": case["postcode"],
        "details": case["details"],
        "messages": [message_record(each) for each in shown.messages],
        "replies": [reply_record(reply) for reply in case["replies"]],
        "decisions": [decision_record(made) for made in case["decisions"]],
        "notes": [note_record(note) for note in case["notes"]],
        "scans": [scan["name"] for scan in case["scans"]],
        "candidates": [candidate_record(each) for each in shown.candidates],
        "suggestion": suggestion_record(shown.suggestion) if shown.suggestion else None,
    }


def message_record(shown: ShownMessage) -> dict[str, Any]:
    row, message = shown.row, shown.message
    return {
        "message_id": row["message_id"],
        "sender": row["sender"],
        "subject": row["subject"],
        "received": row["received"].isoformat(),
        "outcome": row["outcome"],
        "text": own_text(message) if message else None,
        "attachments": [attachment.name for attachment in message.attachments] if message else [],
    }


def own_text(message: Message) -> str:
    """The message's text as a person would read it, quoted words and all."""
    part = message.part("text")
    return part.text if part else ""


def reply_record(reply: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: reply[name].isoformat() if reply[name] else None for name in ("not_before", "sent_at")}
    shown = ("kind", "delivery", "recipient", "post_to", "subject", "state", "answer", "batch", "printed_by")
    return {name: reply[name] for name in shown} | times


def decision_record(made: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "outcome": made["outcome"],
        "reasons": reason_texts(made["reasons"]),
        "decided_by": made["decided_by"],
        "decided_at": made["decided_at"].isoformat(),
    }


def note_record(note: Mapping[str, Any]) -> dict[str, Any]:
    return {"text": note["text"], "written_by": note["written_by"], "written_at": note["written_at"].isoformat()}


def candidate_record(candidate: Candidate) -> dict[str, Any]:
    return member_record(candidate.member) | {
        "found_by": candidate.found_by,
        "matches": candidate.match.verdict is Verdict.MATCH,
        "agrees": list(candidate.match.agrees),
        "differs": list(candidate.match.differs),
    }


def suggestion_record(suggestion: Suggestion) -> dict[str, Any]:
    missing = [field.value for field in Field if field in suggestion.missing]
    return {"action": suggestion.action, "number": suggestion.number or None, "missing": missing}
