"""/letter: letters that came by post are typed in, one after the other; after each the form is empty again, and what was decided
stands above it.

Nothing needs a script; static/letter.js looks the register up while one types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.responses import Response

from swc_mailer.commands.letter import TypedLetter, decide, keep, new_form_id, scan_of
from swc_mailer.commands.proposals import recipient_of
from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.core.model import Member
from swc_mailer.core.typed_in import typed_day
from swc_mailer.errors import CannotAct, ChangedMeanwhile
from swc_mailer.web.guard import WITH_SCRIPT
from swc_mailer.web.visit import Visit
from swc_mailer.web.words import in_words

MOST_MEMBERS = 8
FIELDS = ("received", "number", "name", "address", "email", "by_post", "wish")


@dataclass(frozen=True, slots=True)
class Kept:
    """The letter that was typed in last."""

    case_id: str
    subject: str
    outcome: str
    told: str


@dataclass(frozen=True, slots=True)
class FoundMember:
    """A member with the way to take the details over into the form: with the number, and without."""

    member: Member
    lines: str
    whole: str
    without_number: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the look-up gave; `words` is what was looked for."""

    words: str = ""
    members: tuple[FoundMember, ...] = ()


def letter_page(visit: Visit) -> Response:
    entered = {name: visit.asked(name) for name in FIELDS}
    entered["received"] = entered["received"] if typed_day(entered["received"]) else today(visit).isoformat()
    with visit.reviewer() as reviewer:
        found, kept = found_members(visit, reviewer), kept_letter(reviewer, visit.asked("done"))
    return shown_form(visit, entered, found=found, kept=kept)


def members(visit: Visit) -> Response:
    """The list alone, for the script."""
    with visit.reviewer() as reviewer:
        found = found_members(visit, reviewer)
    return visit.page("letter_members.html", {"found": found})


def take_letter(visit: Visit) -> Response:
    entered = {name: visit.given(name) for name in FIELDS}
    with visit.reviewer() as reviewer:
        try:
            decided = decide(reviewer, typed(visit, entered))
            keep(reviewer, decided)
        except ChangedMeanwhile:
            pass  # the form was sent twice, and the first one is kept
        except CannotAct as error:
            return shown_form(visit, entered, problem=in_words(error), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    query = urlencode({"received": entered["received"], "done": visit.given("form_id")})
    return visit.go_to(f"/letter?{query}")


def typed(visit: Visit, entered: Mapping[str, str]) -> TypedLetter:
    sent = visit.files.get("scan")
    return TypedLetter(
        received=entered["received"],
        number=entered["number"],
        address=entered["address"],
        name=entered["name"],
        email=entered["email"],
        by_post=bool(entered["by_post"]),
        wish=entered["wish"],
        scan=scan_of(sent.name, sent.content) if sent else None,
        form_id=visit.given("form_id"),
    )


def shown_form(
    visit: Visit,
    entered: Mapping[str, str],
    *,
    found: Found | None = None,
    kept: Kept | None = None,
    problem: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    values = {
        "entered": entered,
        "form_id": new_form_id(),
        "found": found or Found(),
        "kept": kept,
        "problem": problem,
        "latest": today(visit).isoformat(),
        "filled": bool(entered["number"] or entered["address"]),
    }
    response = visit.page("letter.html", values, status=status)
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response


def today(visit: Visit) -> date:
    return datetime.now(UTC).astimezone(visit.site.config.policy().timezone).date()


def found_members(visit: Visit, reviewer: Reviewer) -> Found:
    words = visit.asked("find")
    found = reviewer.parts.register.search(words, limit=MOST_MEMBERS) if words else ()
    return Found(words, tuple(found_member(member, visit.asked("received")) for member in found))


def found_member(member: Member, received: str) -> FoundMember:
    lines = "\n".join(filter(None, (*member.address, member.postcode)))
    fields = {"received": received, "name": member.name, "address": lines}
    return FoundMember(
        member,
        lines,
        whole=f"/letter?{urlencode(fields | {'number': member.number})}",
        without_number=f"/letter?{urlencode(fields)}",
    )


def kept_letter(reviewer: Reviewer, case_id: str) -> Kept | None:
    case = reviewer.store.case(case_id) if case_id else None
    if case is None or case["origin"] != "letter":
        return None
    told = [reason["text"] for reason in case["reasons"]]
    told += [f"An answer goes to {recipient_of(reply)}." for reply in case["replies"]]
    return Kept(case_id, case["subject"], case["decisions"][-1]["outcome"], " ".join(told))
