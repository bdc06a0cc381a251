"""What an action of the review queue would write, to be looked at before it is carried out as it is.

Nothing is sent here: a reply becomes due, not before the reviewer's time to undo, and the next run sends it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from swc_mailer.answering import Answers, Writer, answers_for
from swc_mailer.commands.reviewer import WAITING, Reviewer, sane
from swc_mailer.core.language import language_of
from swc_mailer.core.model import (
    Closed,
    Decision,
    Delivery,
    DetailsMissing,
    Folder,
    Ignore,
    Language,
    Message,
    Outcome,
    Pack,
    Reason,
    Settled,
)
from swc_mailer.desk_port import StaffDecision
from swc_mailer.errors import CannotAct
from swc_mailer.ports import NewReply

FOLDERS: Mapping[Outcome, Folder] = {kind.outcome: kind.folder for kind in (Ignore, Settled, Closed, DetailsMissing, Pack)}
NOTHING = Answers()
STUCK = ("held", "refused", "unknown")  # states of replies that only a person lets go
# The reasons for which a case waits on account of a reply, by that reply's state: the server's, and the gate's.
BY_REPLY = {
    "held": frozenset({"blocked", "no_reply_address", "limit_reached"}),
    "refused": frozenset({"undeliverable"}),
    "unknown": frozenset({"delivery_unknown"}),
    "sent": frozenset({"undeliverable"}),  # it came back
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What will be written, with a sentence on what that means."""

    decision: StaffDecision
    told: str

    @property
    def reply(self) -> NewReply | None:
        return self.decision.reply

    @property
    def posted(self) -> NewReply | None:
        return self.decision.posted


def proposal_record(proposal: Proposal, *, done: bool) -> dict[str, Any]:
    """The object of `queue approve --json` and its like."""
    decision, reply, posted = proposal.decision, proposal.reply, proposal.posted
    return {
        "id": decision.request_id,
        "action": decision.action,
        "outcome": decision.outcome.value,
        "told": proposal.told,
        "reply": {"to": reply.recipient, "subject": reply.subject} if reply else None,
        "posted": {"to": posted.post_to, "subject": posted.subject} if posted else None,
        "done": done,
    }


def carry_out(reviewer: Reviewer, proposal: Proposal) -> None:
    """Raises ChangedMeanwhile where somebody else was first: then nothing is written."""
    now = reviewer.clock()
    if proposal.reply and proposal.reply.pack:
        reviewer.store.keep_pack(reviewer.means.pack.digest, reviewer.means.pack.block)
    reviewer.store.decide(replace(proposal.decision, not_before=now + reviewer.undo), now=now)


def written(
    reviewer: Reviewer, case: Mapping[str, Any], decision: Decision, *, to: str, by_post: bool = False, added: str = ""
) -> Answers:
    """What goes out for a decision that calls for an answer."""
    message = reviewer.message(case)
    answers = answers_for(
        decision,
        message,
        reviewer.details(case),
        case["id"],
        reviewer.means,
        writer=writer_of(reviewer, case, message, to=to, by_post=by_post),
        now=reviewer.clock(),
        added=added,
    )
    if not answers:
        raise CannotAct(f"Case {case['id']} has no address to answer: name an email address with --to ADDRESS.")
    return answers


def writer_of(
    reviewer: Reviewer, case: Mapping[str, Any], message: Message | None, *, to: str = "", by_post: bool = False
) -> Writer:
    """Whom a case answers: by email to the address that is given, else by post where that is asked for, else as its writer wants
    it. Nobody's email where the case has none: a letter may do without, a mail may not."""
    name, received = case["name"], case["received"]
    language = language_answered(reviewer, case, message)
    if to:
        return Writer(sane(to), wants_post=False, received=received, name=name, language=language)
    if by_post:
        return Writer(None, wants_post=True, received=received, name=name, language=language)
    email = None if case["origin"] == "letter" and not case["sender"] else reviewer.recipient(case, message, to)
    return Writer(email, case["by_post"], received, name, language)


def language_answered(reviewer: Reviewer, case: Mapping[str, Any], message: Message | None) -> Language:
    """In which its writer last wrote; what the store tells is all there is of a message that is no longer kept."""
    before = Language(case["language"])
    return language_of(message, reviewer.details(case), reviewer.parts.words, before=before) if message else before


def goes_to(answers: Answers) -> str:
    """ "ann@example.org", "Ann Example, 12 Station Road, Leeds, LS6 2AB by post", or both."""
    by_post = f"{', '.join(answers.posted.post_to)} by post" if answers.posted else ""
    return " and to ".join(filter(None, (answers.reply.recipient if answers.reply else "", by_post)))


def is_written_to(answers: Answers, told: str) -> str:
    """ "ann@example.org is asked for …", or by post "Ann Example, 12 Station Road, Leeds, LS6 2AB is asked for …, by post."""
    if answers.reply:
        return f"{answers.reply.recipient} {told}."
    return f"{', '.join(answers.posted.post_to if answers.posted else ())} {told}, by post."


def settled(
    reviewer: Reviewer,
    case: Mapping[str, Any],
    action: str,
    outcome: Outcome,
    reason: Reason,
    *,
    answers: Answers = NOTHING,
    seen: int | None,
) -> StaffDecision:
    """The case leaves the queue; replies that were stuck will not be sent beside what goes out now."""
    return StaffDecision(
        request_id=case["id"],
        who=reviewer.who,
        action=action,
        outcome=outcome,
        reasons=[reviewer.reason(reason.code, **reason.facts)],
        folder=FOLDERS[outcome],
        seen=case["version"] if seen is None else seen,
        reply=answers.reply,
        posted=answers.posted,
        cancels=stuck(case),
    )


def stuck(case: Mapping[str, Any], *, but: int | None = None) -> Sequence[int]:
    return [reply["id"] for reply in case["replies"] if reply["state"] in STUCK and reply["id"] != but]


def for_approval(reviewer: Reviewer, case: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The replies that are due and wait for a person (`delivery.hold`)."""
    if not reviewer.config.delivery.hold:
        return ()
    return [reply for reply in case["replies"] if reply["state"] == "due" and not reply["by_staff"]]


# --- a reply that was written before -----------------------------------------------------------------------


def recipient_of(reply: Mapping[str, Any]) -> str:
    """Of a reply of a case, for people."""
    return f"{', '.join(reply['post_to'] or ())} by post" if reply["delivery"] == Delivery.POST else reply["recipient"]


def let_go(reviewer: Reviewer, case: Mapping[str, Any], reply: Mapping[str, Any], *, action: str, seen: int | None) -> Proposal:
    """The reply goes out as it is; other replies of the case that wait do not go beside it."""
    others = [*stuck(case, but=reply["id"]), *(each["id"] for each in for_approval(reviewer, case) if each != reply)]
    decision = about_reply(reviewer, case, reply, action, Reason("resent", {"who": reviewer.who}), seen=seen)
    told = f"The reply goes to {recipient_of(reply)}."
    return Proposal(replace(decision, release=reply["id"], cancels=others), told)


def about_reply(
    reviewer: Reviewer,
    case: Mapping[str, Any],
    reply: Mapping[str, Any],
    action: str,
    reason: Reason,
    *,
    seen: int | None,
) -> StaffDecision:
    """What the reply was for holds again; whatever else the case waits for still waits."""
    decision = settled(reviewer, case, action, outcome_of(reply), reason, seen=seen)
    mended = BY_REPLY.get(reply["state"], frozenset())
    waits_for = case["reasons"] if case["state"] == WAITING else ()
    still = [each for each in waits_for if each["code"] not in mended]
    return replace(decision, still=still, cancels=())


def outcome_of(reply: Mapping[str, Any]) -> Outcome:
    """What a reply was for: a person's own words settle a case."""
    return Outcome(reply["kind"]) if reply["kind"] in list(Outcome) else Outcome.SETTLED
