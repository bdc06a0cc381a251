"""Cases decided again by today's rules: after a correction, when the register changed, or when a person asks for it.

Messages are read again from their bytes; what staff typed in stands as they typed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from swc_mailer.adapters.store.states import MENDED_BY_DETAILS
from swc_mailer.answering import answers_for, case_of, reading_of
from swc_mailer.commands.proposals import STUCK, Proposal, carry_out, writer_of
from swc_mailer.commands.reviewer import WAITING, Reviewer, deciding_row
from swc_mailer.core.decide import decide, decide_letter, decide_typed_in
from swc_mailer.core.delivery import nowhere_to_post
from swc_mailer.core.details import merge
from swc_mailer.core.follow_up import NOT_BELIEVED
from swc_mailer.core.model import (
    Case,
    Decision,
    Details,
    Evidence,
    History,
    Ignore,
    Intent,
    Mailbox,
    Message,
    Outcome,
    Review,
    Settled,
    Wish,
)
from swc_mailer.core.reading import Reading
from swc_mailer.core.record import evidence_records, given_number, reason_records, registered_postcode, said_in
from swc_mailer.core.typed_in import PART, has_typed_in, typed_address, typed_number
from swc_mailer.desk_port import StaffDecision, Understood
from swc_mailer.errors import CannotAct, ChangedMeanwhile, SwcMailerError
from swc_mailer.ports import PROGRAM
from swc_mailer.time_limit import deciding

FOR_A_REPLY = frozenset({"undeliverable", "delivery_unknown"})

Row = Mapping[str, Any]  # as Store.case tells it


@dataclass(frozen=True, slots=True)
class Redecided:
    """What became of one case. `outcome` is None where it was not decided, and `told` says why."""

    case_id: str
    outcome: Outcome | None
    changed: bool
    told: str

    def record(self) -> dict[str, Any]:
        """The object of `queue redecide --json`."""
        outcome = self.outcome.value if self.outcome else None
        return {"id": self.case_id, "outcome": outcome, "changed": self.changed, "text": self.told}


# --- corrected by a person ---------------------------------------------------------------------------------


def correct(
    reviewer: Reviewer, case_id: str, *, number: str = "", address: str = "", to: str = "", seen: int | None = None
) -> Proposal:
    """The details as typed in, the other half as it was, and what the rules say of them."""
    case = reviewer.waiting(case_id, seen=seen)
    details = corrected(reviewer, reviewer.details(case), number=number, address=address)
    row = deciding_row(case)
    reading = read_again(reviewer, case, row)
    if reading is None:
        raise CannotAct(f"The message of case {case_id} is no longer kept: send the pack with approve --number, or answer it.")
    decided = with_history(reviewer, replace(reading, details=details), row, at=reviewer.clock())
    made = answered(reviewer, case, decided, decide_typed_in(decided), "correct", to=to)
    told = f"Case {case_id}: {' '.join(reason['text'] for reason in made.reasons)}"
    return Proposal(replace(made, program=False, seen=case["version"] if seen is None else seen), told)


def corrected(reviewer: Reviewer, details: Details, *, number: str, address: str) -> Details:
    if not number and not address:
        raise CannotAct('Nothing to correct: give --number N, --address "LINE; LINE; POSTCODE", or both.')
    pattern = reviewer.policy.number_pattern
    typed, place = typed_number(number, pattern), typed_address(address)
    if number and typed is None:
        raise CannotAct(f"{number} is no membership number: it has not the form of [register] number_pattern, {pattern}.")
    if address and place is None:
        raise CannotAct(f'"{address}" is no full address: write it as "LINE; LINE; POSTCODE", overseas with the country last.')
    return Details((typed,) if typed else details.numbers, (place,) if place else details.addresses)


# --- by today's rules --------------------------------------------------------------------------------------


def redecide(reviewer: Reviewer, case_ids: Sequence[str] = ()) -> Iterator[Redecided]:
    """The cases named, whether they wait or not; without names all that wait. One that fails does not stop the others."""
    for case_id in case_ids or [waiting.id for waiting in reviewer.store.queue()]:
        _ = reviewer.means  # what takes long to open is no message's fault
        try:
            with deciding():
                done = redecide_one(reviewer, case_id)
            yield done
        except ChangedMeanwhile as error:
            yield Redecided(case_id, None, False, str(error))
        except SwcMailerError:
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is this one message's
            yield Redecided(case_id, None, False, f"The program failed on it ({type(error).__name__}); it waits as before.")


def redecide_one(reviewer: Reviewer, case_id: str) -> Redecided:
    case = with_names(reviewer, reviewer.case(case_id))
    row = deciding_row(case)
    reading = read_again(reviewer, case, row)
    if reading is None:
        return Redecided(case_id, None, False, "Its message is no longer kept.")
    if FOR_A_REPLY & codes_of(case["reasons"]) or any(reply["state"] in STUCK for reply in case["replies"]):
        return Redecided(case_id, None, False, "It waits for a reply's sake: use resend, mark-sent or settle.")
    if case["state"] != WAITING and row and as_before(reviewer, case, reading, row):
        return Redecided(case_id, None, False, "Today's rules say what was decided.")
    decided, decision = decided_anew(reviewer, case, reading, row, at=reviewer.clock())
    if isinstance(decision, Ignore) and len(case["messages"]) > 1:
        return Redecided(case_id, None, False, "Its last message is a machine's by today's rules; the case is for a person.")
    made = answered(reviewer, case, decided, decision, "redecide")
    told = " ".join(reason["text"] for reason in made.reasons)
    if nothing_new(case, made):
        return Redecided(case_id, made.outcome, False, told)
    carry_out(reviewer, Proposal(made, told))
    return Redecided(case_id, made.outcome, True, told)


def as_before(reviewer: Reviewer, case: Row, reading: Reading, row: Row) -> bool:
    """Whether the rules say of the message, in its own time, what was decided last."""
    _, then = decided_anew(reviewer, case, reading, row, at=row["taken_at"])
    return bool(then.outcome == case["decisions"][-1]["outcome"])


def nothing_new(case: Row, made: StaffDecision) -> bool:
    if case["state"] != WAITING:
        return made.outcome in (Outcome.IGNORE, Outcome.SETTLED)
    said = [(reason["code"], reason["text"]) for reason in (*made.reasons, *made.still)]
    return made.outcome is Outcome.REVIEW and said == [(reason["code"], reason["text"]) for reason in case["reasons"]]


def decided_anew(reviewer: Reviewer, case: Row, reading: Reading, row: Row | None, *, at: datetime) -> tuple[Case, Decision]:
    stored = reviewer.details(case)
    if row is None or (has_typed_in(stored) and was_corrected(case, row)):
        typed = with_history(reviewer, replace(reading, details=stored), row, at=at)
        return typed, decide_typed_in(typed) if row else decide_letter(typed)
    earlier = stored if has_typed_in(stored) else given_before(reviewer, case, row)
    decided = with_history(reviewer, reading, row, at=at, earlier=earlier)
    return decided, decide(decided)


def was_corrected(case: Row, row: Row) -> bool:
    """Whether a person corrected the details after this message, and not before it: a later one may say something else."""
    by_staff = [made for made in case["decisions"] if made["message"] == row["id"] and made["decided_by"] != PROGRAM]
    return any(piece["part"] == PART for made in by_staff for piece in made["evidence"])


# --- a case as it is now -----------------------------------------------------------------------------------


def read_again(reviewer: Reviewer, case: Row, row: Row | None) -> Reading | None:
    """The message that the case is decided by; of a letter what stands for it. None where its bytes are gone."""
    if row is None:
        return letter(case) if case["origin"] == "letter" else None
    raw = reviewer.store.raw(row["id"])
    if raw is None:
        return None
    return reading_of(raw, received=row["received"], size=row["size"], whole=row["whole"], means=reviewer.means)


def letter(case: Row) -> Reading:
    """With what it asks for besides the pack, as its own decision has it."""
    first = case["decisions"][0]["reasons"] if case["decisions"] else ()
    wish = next((reason["facts"]["evidence"] for reason in first if reason["code"] == "special_format"), "")
    return letter_reading(case, Details(), wish=wish)


def letter_reading(case: Row, details: Details, *, wish: str) -> Reading:
    """What stands for the message of a letter; `wish` is what it asks for besides the pack."""
    asked = (Evidence(PART, 0, len(wish), wish.strip('"')),) if wish else ()
    sender = (Mailbox(case["name"], case["sender"]),) if case["sender"] else ()
    message = Message(case["received"], 0, (), "", case["subject"], sender, (), (), (), (), ())
    return Reading(message, (), details, Intent(Wish.REQUEST, special_format=asked))


def with_history(reviewer: Reviewer, reading: Reading, row: Row | None, *, at: datetime, earlier: Details | None = None) -> Case:
    history = reviewer.store.history_again(reading.message, row["id"], at=at) if row else history_of_letter(reviewer, reading)
    packs_to = partial(reviewer.store.packs_before, at=at)
    return case_of(reading, replace(history, earlier=earlier), packs_to, reviewer.means)


def history_of_letter(reviewer: Reviewer, reading: Reading) -> History:
    """Nobody can be made to send letters in a loop: only that its writer is never to be answered bears on it."""
    blocked = set(reviewer.store.blocked()) if reading.message.from_ else set()
    return History(blocked=any(sender.address.lower() in blocked for sender in reading.message.from_))


def given_before(reviewer: Reviewer, case: Row, row: Row) -> Details | None:
    """What the request's earlier messages give, read again; None where it is the first."""
    given: Details | None = None
    for earlier in case["messages"]:
        if (
            earlier["id"] < row["id"]
            and earlier["outcome"] != Outcome.IGNORE.value
            and not (given and may_be_forged(case, earlier))
        ):
            reading = read_again(reviewer, case, earlier)
            if reading:
                details = said_in(reading.details, earlier["id"])
                given = merge(given, details) if given else details
    return given


def may_be_forged(case: Row, row: Row) -> bool:
    decided = [made for made in case["decisions"] if made["message"] == row["id"]]
    return any(NOT_BELIEVED & codes_of(made["reasons"]) for made in decided)


def with_names(reviewer: Reviewer, case: Row) -> Row:
    """A message that could not be read when it was taken in has no sender and no subject yet."""
    row = deciding_row(case)
    if row is None or not row["error"] or row["sender"]:
        return case
    reading = read_again(reviewer, case, row)
    if reading is None:
        return case
    reviewer.store.read_anew(row["id"], reading.message, now=reviewer.clock())
    return reviewer.case(case["id"])


# --- what is written ---------------------------------------------------------------------------------------


def made_of(reviewer: Reviewer, case: Row, decided: Case, decision: Decision, action: str) -> StaffDecision:
    row = deciding_row(case)
    reasons = reason_records(decision, reviewer.means.words)
    return StaffDecision(
        request_id=case["id"],
        who=reviewer.who,
        action=action,
        outcome=decision.outcome,
        reasons=reasons,
        folder=decision.folder,
        seen=case["version"],
        understood=Understood(
            decided.details, given_number(decision, decided.details), registered_postcode(decision, decided.details)
        ),
        still=waits_besides(case, row) if action == "redecide" else (),
        message=row["id"] if row else None,
        evidence=evidence_records(decided.details),
        rules_version=reviewer.means.rules_version,
        program=True,
    )


def waits_besides(case: Row, row: Row | None) -> list[Mapping[str, Any]]:
    """The reasons that other messages gave, and that better details do not mend."""
    if case["state"] != WAITING:
        return []
    of_this = [made["reasons"] for made in case["decisions"] if made["message"] == (row["id"] if row else None)]
    settled_anew = MENDED_BY_DETAILS | {code for reasons in of_this for code in codes_of(reasons)}
    return [reason for reason in case["reasons"] if reason["code"] not in settled_anew]


def answered(reviewer: Reviewer, case: Row, decided: Case, decision: Decision, action: str, *, to: str = "") -> StaffDecision:
    """With what goes out for it; a letter that cannot be answered waits for a person."""
    if isinstance(decision, Ignore | Settled | Review):
        return made_of(reviewer, case, decided, decision, action)
    message = None if case["origin"] == "letter" else decided.message
    writer = writer_of(reviewer, case, message, to=to)
    answers = answers_for(decision, message, decided.details, case["id"], reviewer.means, writer=writer, now=reviewer.clock())
    made = made_of(reviewer, case, decided, decision if answers else nowhere_to_post(), action)
    return replace(made, reply=answers.reply, posted=answers.posted)


def codes_of(reasons: Sequence[Mapping[str, Any]]) -> set[str]:
    return {reason["code"] for reason in reasons}
