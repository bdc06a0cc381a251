"""`queue list`: what waits, oldest first, and what was ignored, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from swc_mailer.commands.queue_pages import chosen_cases
from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.ports import WaitingCase

ALL = 1_000_000_000


def waiting_cases(reviewer: Reviewer, *, reason: str = "", text: str = "") -> list[WaitingCase]:
    """Every case that waits for a person, also for approval of its reply; with this first reason, and holding these words."""
    return list(chosen_cases(reviewer, reason=reason, text=text, offset=0, limit=ALL).cases)


def ignored_cases(reviewer: Reviewer, *, reason: str = "", text: str = "") -> list[WaitingCase]:
    """What was ignored or dismissed, chosen in the same way; `take` puts it into the queue."""
    words = text.casefold().split()
    return [case for case in reviewer.store.ignored() if reason in ("", first_reason(case)) and holds(case, words)]


def holds(case: WaitingCase, words: Iterable[str]) -> bool:
    shown = f"{case.id}\n{case.sender}\n{case.subject}".casefold()
    return all(word in shown for word in words)


def first_reason(case: WaitingCase) -> str:
    """The code of the reason that lists show; "" of what has none left."""
    return next((reason["code"] for reason in case.reasons), "")


def reasons_counted(cases: Iterable[WaitingCase]) -> list[tuple[str, int]]:
    """How many cases wait for each first reason, the commonest first."""
    return Counter(map(first_reason, cases)).most_common()


def case_record(case: WaitingCase) -> Mapping[str, Any]:
    """The object of `queue list --json`."""
    return {
        "id": case.id,
        "reason": first_reason(case),
        "reasons": reason_texts(case.reasons),
        "sender": case.sender,
        "subject": case.subject,
        "received": case.received.isoformat(),
        "message_id": case.message_id,
        "membership_number": case.membership_number,
        "postcode": case.postcode,
    }


def reason_texts(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [{"code": reason["code"], "text": reason["text"]} for reason in reasons]
