"""What the forms of a case do. After each the person comes to the next case that waits, and is told what was done."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from starlette.responses import Response

from swc_mailer.commands import queue_desk, queue_replies
from swc_mailer.commands.proposals import Proposal, carry_out
from swc_mailer.commands.queue_pages import chosen_cases, neighbours
from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.commands.staff import Role
from swc_mailer.core.model import Folder
from swc_mailer.errors import CannotAct
from swc_mailer.web.case_page import shown_case
from swc_mailer.web.queue_page import Filter
from swc_mailer.web.visit import Visit
from swc_mailer.web.ways import WAYS, Entered
from swc_mailer.web.words import in_words

CHANGED = "Somebody changed this case while you wrote: look at it again before you go on."


def act(visit: Visit) -> Response:
    """One of the ways that write a decision, or its preview."""
    way = WAYS.get(visit.request.path_params["action"])
    if way is None or way.propose is None:
        return visit.told("Not found", "There is no such action.", status=HTTPStatus.NOT_FOUND)
    entered = Entered(visit.form)
    with visit.reviewer() as reviewer:
        if visit.given("preview"):
            changed = reviewer.case(visit.case_id)["version"] != entered.seen
            return shown_case(visit, reviewer, action=way.action, entered=entered, problem=CHANGED if changed else "")
        try:
            proposal = way.propose(reviewer, visit.case_id, entered)
            carry_out(reviewer, proposal)
        except CannotAct as error:
            return not_done(visit, reviewer, error, action=way.action, entered=entered)
        visit.site.lookers.leaves(visit.case_id, visit.who)
        return visit.go_to(path_after(visit, reviewer, proposal))


def not_done(visit: Visit, reviewer: Reviewer, error: CannotAct, *, action: str = "", entered: Entered | None = None) -> Response:
    """The case as it is now, with what the person had entered, and why nothing was done."""
    problem = in_words(error)
    return shown_case(visit, reviewer, action=action, entered=entered, problem=problem, status=HTTPStatus.CONFLICT)


def path_after(visit: Visit, reviewer: Reviewer, proposal: Proposal) -> str:
    """The next case of those that the person works through; the same one where it goes on waiting."""
    chosen, case_id = Filter.of(visit), visit.case_id
    if proposal.decision.folder is Folder.REVIEW or proposal.decision.still:
        return f"/queue/{case_id}{chosen.query(done=case_id)}"
    later = neighbours(reviewer, case_id, reason=chosen.reason, text=chosen.text).after
    first = chosen_cases(reviewer, reason=chosen.reason, text=chosen.text, offset=0, limit=1).cases
    following = later or next((case.id for case in first), "")
    return f"/queue/{following}{chosen.query(done=case_id)}" if following else f"/queue?done={case_id}"


# --- what writes no decision -------------------------------------------------------------------------------


def tried(does: Callable[[Visit, Reviewer], str], *, action: str = "") -> Callable[[Visit], Response]:
    """A handler that does something and goes to the path that it gives, or shows the case with why it was not done."""

    def handler(visit: Visit) -> Response:
        with visit.reviewer() as reviewer:
            try:
                return visit.go_to(does(visit, reviewer))
            except CannotAct as error:
                return not_done(visit, reviewer, error, action=action, entered=Entered(visit.form))

    return handler


def undone(visit: Visit, reviewer: Reviewer) -> str:
    queue_replies.undo(reviewer, visit.case_id)
    return f"/queue/{visit.case_id}{Filter.of(visit).query(undone='yes')}"


def noted(visit: Visit, reviewer: Reviewer) -> str:
    queue_desk.note(reviewer, visit.case_id, visit.given("note"))
    return f"/queue/{visit.case_id}{Filter.of(visit).query()}#notes"


def merged(visit: Visit, reviewer: Reviewer) -> str:
    into = visit.given("other") or visit.given("into")
    queue_desk.merge(reviewer, visit.case_id, into)
    return f"/queue/{into}{Filter.of(visit).query(merged=visit.case_id)}"


def blocked(visit: Visit, reviewer: Reviewer) -> str:
    queue_desk.block(reviewer, visit.given("address"))
    return f"/queue/{visit.case_id}{Filter.of(visit).query(blocked=visit.given('address'))}"


def taken(visit: Visit, reviewer: Reviewer) -> str:
    return f"/queue/{queue_desk.take(reviewer, visit.case_id)}"


# --- addresses that are never answered ---------------------------------------------------------------------


def blocked_page(visit: Visit) -> Response:
    with visit.reviewer() as reviewer:
        return visit.page("blocked.html", {"addresses": queue_desk.blocked(reviewer), "again": visit.asked("again")})


def unblock(visit: Visit) -> Response:
    """An administrator's: it makes the program answer again."""
    if visit.account is None or visit.account.role is not Role.ADMIN:
        why = "Only an administrator may have an address answered again."
        return visit.told("Not for reviewers", why, status=HTTPStatus.FORBIDDEN)
    with visit.reviewer() as reviewer:
        queue_desk.unblock(reviewer, visit.given("address"))
    return visit.go_to("/queue/blocked?again=yes")
