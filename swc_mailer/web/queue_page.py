"""/queue and /queue/ignored: what waits, oldest first, and what was ignored, newest first; a page of each at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from swc_mailer.commands.queue_list import ignored_cases, reasons_counted
from swc_mailer.commands.queue_pages import chosen_cases, newest_decision
from swc_mailer.web.visit import Visit

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """What the person looks for; kept in every link, so that the next case is the next of these."""

    reason: str = ""
    text: str = ""

    @classmethod
    def of(cls, visit: Visit) -> Filter:
        return cls(visit.asked("reason"), visit.asked("text"))

    def query(self, **more: object) -> str:
        """ "?reason=…&text=…"; "" where nothing was chosen."""
        chosen = {"reason": self.reason, "text": self.text, **more}
        encoded = urlencode({name: value for name, value in chosen.items() if value not in ("", None)})
        return f"?{encoded}" if encoded else ""


def queue_page(visit: Visit) -> Response:
    chosen = Filter.of(visit)
    number = page_number(visit)
    with visit.reviewer() as reviewer:
        page = chosen_cases(reviewer, reason=chosen.reason, text=chosen.text, offset=(number - 1) * ON_A_PAGE, limit=ON_A_PAGE)
        values = {"cases": page.cases, "by_reason": page.by_reason, "done": newest_decision(reviewer, visit.asked("done"))}
    return visit.page("queue.html", {**values, **turning(chosen, number, page.fitting), **deadline(visit)})


def ignored_page(visit: Visit) -> Response:
    chosen = Filter.of(visit)
    number = page_number(visit)
    with visit.reviewer() as reviewer:
        everything = ignored_cases(reviewer, text=chosen.text)
        found = ignored_cases(reviewer, reason=chosen.reason, text=chosen.text) if chosen.reason else everything
    cases = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    values = {"cases": cases, "by_reason": dict(reasons_counted(everything)), "done": None}
    return visit.page("ignored.html", {**values, **turning(chosen, number, len(found))})


def page_number(visit: Visit) -> int:
    asked = visit.asked("page")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1


def turning(chosen: Filter, number: int, fitting: int) -> Mapping[str, Any]:
    """Where in the whole list this page stands, and the ways to the pages before and after it."""
    first = (number - 1) * ON_A_PAGE + 1
    last = min(number * ON_A_PAGE, fitting)
    return {
        "chosen": chosen,
        "first": first,
        "last": last,
        "fitting": fitting,
        "before": chosen.query(page=number - 1 if number > 2 else "") or "?" if number > 1 else "",
        "after": chosen.query(page=number + 1) if last < fitting else "",
    }


def deadline(visit: Visit) -> Mapping[str, Any]:
    """When the consultation closes, and whether it has."""
    policy = visit.site.config.policy()
    days = (policy.deadline - datetime.now(UTC).astimezone(policy.timezone).date()).days
    return {"deadline": policy.deadline, "days_left": days}
