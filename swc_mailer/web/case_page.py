"""/queue/ID: everything that a person needs to decide a case, and what each action would do before it is done."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from swc_mailer.commands.proposals import Proposal
from swc_mailer.commands.queue_files import files_of, found_in, ignored_message_of, letter_text, scans_of
from swc_mailer.commands.queue_list import ignored_cases
from swc_mailer.commands.queue_pages import chosen_cases, neighbours, newest_decision
from swc_mailer.commands.queue_show import ShownCase, ShownMessage, is_waiting, preview, replies_shown, show
from swc_mailer.commands.reviewer import WAITING, Reviewer, deciding_row
from swc_mailer.core.attached import AttachedFile, picture_type
from swc_mailer.core.marks import Piece, pieces
from swc_mailer.core.model import Field
from swc_mailer.desk_port import ignored_message
from swc_mailer.errors import CannotAct
from swc_mailer.ports import WaitingCase
from swc_mailer.web.queue_page import Filter
from swc_mailer.web.starting import entered_at_first
from swc_mailer.web.visit import Visit
from swc_mailer.web.ways import LET_GO, WAYS, Entered, Way
from swc_mailer.web.words import in_words

ABOUT_REPLIES = {"resend": ("held", "refused", "unknown"), "mark-sent": ("unknown",)}  # the states of replies that it is about
MOST_LIKE = 6
SHOWN_HEADERS = ("from", "reply-to", "to", "cc", "date", "subject", "message-id", "authentication-results", "return-path")


@dataclass(frozen=True, slots=True)
class ShownFile:
    """An attachment on the page."""

    number: int
    file: AttachedFile
    picture: bool
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A message on the page."""

    shown: ShownMessage
    texts: Sequence[tuple[str, Sequence[Piece]]]  # by the part's name
    headers: Sequence[tuple[str, str]]
    files: Sequence[ShownFile]


@dataclass(frozen=True, slots=True)
class Act:
    """The action that is looked at: what was entered, and what it would do, or why it cannot be done as it stands."""

    way: Way
    entered: Entered
    proposal: Proposal | None
    preview: str
    problem: str


def case_page(visit: Visit) -> Response:
    ignored = ignored_message(visit.case_id)
    with visit.reviewer() as reviewer:
        if ignored is not None:
            return ignored_mail(visit, reviewer, ignored)
        return shown_case(visit, reviewer, action=visit.asked("do"))


def shown_case(
    visit: Visit,
    reviewer: Reviewer,
    *,
    action: str = "",
    entered: Entered | None = None,
    problem: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    """The page of the visit's case, with one action open; `problem` is why the one that was tried was not done."""
    shown = show(reviewer, visit.case_id)
    with reviewer.having(shown.case):
        values = values_of(visit, reviewer, shown, action=action, entered=entered, problem=problem)
    return visit.page("case.html", values, status=status)


def values_of(
    visit: Visit, reviewer: Reviewer, shown: ShownCase, *, action: str, entered: Entered | None, problem: str
) -> Mapping[str, Any]:
    waits = is_waiting(reviewer, shown)
    ways = usable_ways(shown) if waits else []
    return {
        "shown": shown,
        "case": shown.case,
        "waits": waits,
        "mails": [mail_of(reviewer, each, shown.case["id"]) for each in shown.messages],
        "chief": deciding_row(shown.case),
        "replies": replies_shown(reviewer, shown.case),
        "scans": [(file, bool(picture_type(file.content))) for file in scans_of(reviewer, visit.case_id)],
        "ways": ways,
        "act": act_of(visit, reviewer, shown, ways, action, entered),
        "found": found_members(visit, reviewer),
        "like_it": others_like(reviewer, shown.case) if action == "merge" else (),
        "fields": list(Field),
        "problem": problem,
        "done": newest_decision(reviewer, visit.asked("done")),
        "told": told(visit),
        "others": visit.site.lookers.looks(visit.case_id, visit.who, now=time.monotonic()) if waits else [],
        **around(visit, reviewer),
    }


def ignored_mail(visit: Visit, reviewer: Reviewer, number: int) -> Response:
    """A message that is no case, and can be made one."""
    listed = next((each for each in ignored_cases(reviewer) if each.id == visit.case_id), None)
    if listed is None:
        return visit.told("Not found", "There is no such ignored mail, or no longer.", status=HTTPStatus.NOT_FOUND)
    shown = ShownMessage({"id": number}, ignored_message_of(reviewer, number))
    return visit.page("ignored_mail.html", {"listed": listed, "mail": mail_of(reviewer, shown)})


def told(visit: Visit) -> str:
    """What the person did a moment ago that was no decision."""
    if visit.asked("undone"):
        return "Taken back: the case is as it was, and nothing was sent."
    if visit.asked("merged"):
        return "The other case belongs to this one now."
    return f"{visit.asked('blocked')} is never answered from now on." if visit.asked("blocked") else ""


def around(visit: Visit, reviewer: Reviewer) -> Mapping[str, Any]:
    """Where the case stands in what the person works through."""
    chosen = Filter.of(visit)
    place = neighbours(reviewer, visit.case_id, reason=chosen.reason, text=chosen.text)
    return {"chosen": chosen, "query": chosen.query(), "around": place}


# --- its mails ---------------------------------------------------------------------------------------------


def mail_of(reviewer: Reviewer, shown: ShownMessage, case_id: str = "") -> Mail:
    """Files are shown of a case's messages alone."""
    message = shown.message
    if message is None:
        return Mail(shown, (), (), ())
    details = found_in(reviewer, message)
    texts = [(part.name, pieces(part, details)) for part in message.parts if part.name != "subject" and part.text.strip()]
    headers = [(name, value) for name, value in message.headers if name in SHOWN_HEADERS]
    files = files_of(reviewer, case_id, shown.row["id"]) if case_id and message.attachments else ()
    return Mail(shown, texts, headers, [shown_file(number, file) for number, file in enumerate(files)])


def shown_file(number: int, file: AttachedFile) -> ShownFile:
    return ShownFile(number, file, picture=bool(picture_type(file.content)), text=letter_text(file))


# --- what to do --------------------------------------------------------------------------------------------


def usable_ways(shown: ShownCase) -> list[Way]:
    """Those that this case allows, the likeliest first."""
    if shown.case["state"] != WAITING:  # only its reply waits, for approval
        return [LET_GO, WAYS["settle"]]
    states = {reply["state"] for reply in shown.case["replies"]}
    returned = any(reason["code"] == "undeliverable" for reason in shown.case["reasons"])
    usable = [way for way in WAYS.values() if allowed(way.action, states, returned=returned)]
    likeliest = shown.suggestion.action if shown.suggestion else ""
    return sorted(usable, key=lambda way: way.action != likeliest)


def allowed(action: str, states: set[str], *, returned: bool) -> bool:
    needed = ABOUT_REPLIES.get(action)
    return needed is None or not states.isdisjoint(needed) or (action == "resend" and returned)


def act_of(
    visit: Visit, reviewer: Reviewer, shown: ShownCase, ways: Sequence[Way], action: str, entered: Entered | None
) -> Act | None:
    """The action that was asked for, else the likeliest."""
    way = next((way for way in ways if way.action == action), next(iter(ways), None))
    if way is None:
        return None
    if entered is None:
        entered = entered_at_first(reviewer, shown, way.action, visit.request.query_params)
    if way.propose is None:
        return Act(way, entered, None, "", "")
    try:
        proposal = way.propose(reviewer, shown.case["id"], Entered({**entered.fields, "seen": []}))
    except CannotAct as error:
        return Act(way, entered, None, "", in_words(error))
    return Act(way, entered, proposal, preview(reviewer, proposal), "")


def others_like(reviewer: Reviewer, case: Mapping[str, Any]) -> Sequence[WaitingCase]:
    """Other cases of the same sender that wait: most likely to be merged with."""
    if not case["sender"]:
        return ()
    found = chosen_cases(reviewer, reason="", text=case["sender"], offset=0, limit=MOST_LIKE)
    return [each for each in found.cases if each.id != case["id"]]


def found_members(visit: Visit, reviewer: Reviewer) -> Mapping[str, Any]:
    """What the register has for words that the person looks up."""
    words = visit.asked("find")
    return {"words": words, "members": reviewer.parts.register.search(words) if words else ()}
