"""The review queue a page at a time, and the way from one case to the next: for pages, where a list may be long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from swc_mailer.commands.reviewer import WAITING, Reviewer
from swc_mailer.desk_port import Chosen, Neighbours, QueuePage
from swc_mailer.ports import PROGRAM


def chosen_cases(reviewer: Reviewer, *, reason: str, text: str, offset: int, limit: int) -> QueuePage:
    """Cases that wait, the oldest first; where every reply needs approval (`delivery.hold`), those that wait for it too."""
    return reviewer.store.queue_page(chosen(reviewer, reason, text), offset=offset, limit=limit)


def neighbours(reviewer: Reviewer, case_id: str, *, reason: str, text: str) -> Neighbours:
    return reviewer.store.neighbours(case_id, chosen(reviewer, reason, text))


def chosen(reviewer: Reviewer, reason: str, text: str) -> Chosen:
    return Chosen(reason, text, unapproved=reviewer.config.delivery.hold)


# --- what was done a moment ago ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """A decision by staff. `not_before` is the time at which its reply goes out, while that is still to come."""

    case_id: str
    subject: str
    sender: str
    told: str
    not_before: datetime | None
    can_be_undone: bool


def newest_decision(reviewer: Reviewer, case_id: str) -> Done | None:
    """None where there is no such case any more, or no person decided it last."""
    case = reviewer.store.case(case_id) if case_id else None
    if case is None or not case["decisions"] or case["decisions"][-1]["decided_by"] == PROGRAM:
        return None
    last = case["decisions"][-1]
    reply = reply_of(case, last)
    waits = reply is not None and reply["state"] == "due"
    return Done(
        case_id=case_id,
        subject=case["subject"],
        sender=case["sender"],
        told=" ".join(reason["text"] for reason in last["reasons"]),
        not_before=reply["not_before"] if reply and waits and reply["not_before"] > reviewer.clock() else None,
        can_be_undone=(reply is None or waits) and case["state"] != WAITING,
    )


def reply_of(case: Mapping[str, Any], decision: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The reply that a decision of staff made or let go: the newest one that is theirs and no older than it."""
    theirs = [reply for reply in case["replies"] if reply["by_staff"] and reply["not_before"] >= decision["decided_at"]]
    return theirs[-1] if theirs else None
