"""What changes a case without settling it: taken into the queue, merged, annotated; and addresses that are never answered."""

from __future__ import annotations

from dataclasses import replace

from swc_mailer.answering import reading_of
from swc_mailer.assemble import new_id
from swc_mailer.commands.reviewer import WAITING, Reviewer, deciding_row, sane
from swc_mailer.core.details import merge as merge_details
from swc_mailer.core.model import Delivery, Details, Folder, Outcome, Review
from swc_mailer.core.record import given_number, registered_postcode
from swc_mailer.desk_port import StaffDecision, Understood, ignored_message
from swc_mailer.errors import CannotAct
from swc_mailer.ports import StoredMessage


def take(reviewer: Reviewer, shown_id: str) -> str:
    """An ignored message, or a case that does not wait, comes into the queue; the id of its case. What was to be printed for it
    is not printed."""
    message_id = ignored_message(shown_id)
    if message_id is None:
        return take_case(reviewer, shown_id)
    stored = reviewer.store.stored(message_id)
    if stored is None:
        raise CannotAct(f"There is no message {shown_id}: see swc-mailer queue list --ignored.")
    case_id = stored.request_id or new_id()
    understood = None if stored.request_id else understood_of(read_stored(reviewer, stored))
    reviewer.store.take(message_id, taken(reviewer, case_id, message_id, understood), now=reviewer.clock())
    return case_id


def take_case(reviewer: Reviewer, case_id: str) -> str:
    case = reviewer.case(case_id)
    if case["state"] == WAITING:
        raise CannotAct(f"Case {case_id} waits already: see swc-mailer queue show {case_id}.")
    row = deciding_row(case)
    made = taken(reviewer, case_id, row["id"] if row else None, None)
    unprinted = [reply["id"] for reply in case["replies"] if reply["delivery"] == Delivery.POST and reply["state"] == "due"]
    reviewer.store.decide(replace(made, seen=case["version"], cancels=unprinted), now=reviewer.clock())
    return case_id


def taken(reviewer: Reviewer, case_id: str, message: int | None, understood: Understood | None) -> StaffDecision:
    return StaffDecision(
        request_id=case_id,
        who=reviewer.who,
        action="take",
        outcome=Outcome.REVIEW,
        reasons=[reviewer.reason("taken", who=reviewer.who)],
        folder=Folder.REVIEW,
        understood=understood,
        message=message,
    )


def read_stored(reviewer: Reviewer, stored: StoredMessage) -> Details:
    """What an ignored message gives; nothing where it is no longer kept."""
    raw = reviewer.store.raw(stored.id)
    if raw is None:
        return Details()
    reading = reading_of(raw, received=stored.received, size=stored.size, whole=stored.whole, means=reviewer.means)
    return reading.details


def understood_of(details: Details) -> Understood:
    """With the number and postcode that lists show, where they are settled."""
    undecided = Review(())
    return Understood(details, given_number(undecided, details), registered_postcode(undecided, details))


def merge(reviewer: Reviewer, case_id: str, into: str) -> None:
    """Everything of one case belongs to the other from now on, which waits if one of them did."""
    cases = sorted((reviewer.case(into), reviewer.case(case_id)), key=lambda case: case["received"])
    if case_id == into:
        raise CannotAct(f"Case {into} cannot be merged with itself: name two cases.")
    earlier, later = (reviewer.details(case) for case in cases)
    details = merge_details(earlier, later)
    reviewer.store.merge(case_id, into, understood_of(details), who=reviewer.who, now=reviewer.clock())


def note(reviewer: Reviewer, case_id: str, text: str) -> None:
    """A note for colleagues."""
    if not text.strip():
        raise CannotAct("The note is empty: write it behind the case's id.")
    reviewer.store.note(case_id, who=reviewer.who, text=text.strip(), now=reviewer.clock())


# --- addresses that are never answered ---------------------------------------------------------------------


def block(reviewer: Reviewer, address: str) -> None:
    """Never answer this address: its mail waits for a person."""
    reviewer.store.block(sane(address).address, who=reviewer.who, now=reviewer.clock())


def unblock(reviewer: Reviewer, address: str) -> None:
    if not reviewer.store.unblock(address, who=reviewer.who, now=reviewer.clock()):
        raise CannotAct(f"{address} is not on the list of addresses that are never answered: see swc-mailer queue block.")


def blocked(reviewer: Reviewer) -> list[str]:
    return reviewer.store.blocked()
