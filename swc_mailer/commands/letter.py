"""`letter`: a request that came by post is typed in, decided by the rules, and kept as a request like any other.

The date of receipt stands for the moment at which a mail is taken in: the day counts, and no hour of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from swc_mailer.answering import Answers
from swc_mailer.assemble import new_id
from swc_mailer.commands.proposals import NOTHING, goes_to
from swc_mailer.commands.queue_list import reason_texts
from swc_mailer.commands.queue_redecide import answered, letter_reading, with_history
from swc_mailer.commands.reviewer import WAITING, Reviewer, sane
from swc_mailer.core.attached import is_pdf, picture_type
from swc_mailer.core.dates import MONTHS
from swc_mailer.core.decide import decide_letter
from swc_mailer.core.model import Details, Language
from swc_mailer.core.typed_in import lines_of, typed_day, typed_number, typed_place
from swc_mailer.desk_port import NewLetter, Scan, StaffDecision
from swc_mailer.errors import CannotAct

FORM_ID = re.compile(r"[2-9a-hjkmnp-z]{8}")
LARGEST_SCAN = 20 * 1024 * 1024  # bytes: some pages at a good resolution


@dataclass(frozen=True, slots=True)
class TypedLetter:
    """A letter as a person typed it in; "" is what it does not give."""

    received: str
    number: str = ""
    address: str = ""
    name: str = ""
    email: str = ""
    by_post: bool = False  # wants the documents by post, though it gives an email address
    wish: str = ""  # what it asks for besides the pack, as large print
    scan: Scan | None = None
    form_id: str = ""  # of a form that must not be kept twice, however often it is sent; "": any id


@dataclass(frozen=True, slots=True)
class DecidedLetter:
    """What will be kept, or was, with a sentence on what that means."""

    letter: NewLetter
    decision: StaffDecision
    told: str

    @property
    def answers(self) -> Answers:
        return Answers(self.decision.reply, self.decision.posted)


def decide(reviewer: Reviewer, typed: TypedLetter) -> DecidedLetter:
    """Writes nothing. Raises CannotAct, with every problem in one sentence, where what was typed cannot be."""
    received = day_of_receipt(reviewer, typed.received)
    letter = new_letter(reviewer, typed, received)
    case = as_case(letter)
    reading = letter_reading(case, letter.details, wish=typed.wish.strip())
    decided = with_history(reviewer, reading, None, at=reviewer.clock())
    made = answered(reviewer, case, decided, decide_letter(decided), "letter")
    return DecidedLetter(letter, replace(made, seen=None), told(made))


def keep(reviewer: Reviewer, decided: DecidedLetter) -> None:
    """As `decide` gave it: the letter, its decision and what goes out for it, together. Raises ChangedMeanwhile where its form
    was kept already."""
    now = reviewer.clock()
    if decided.answers.reply and decided.answers.reply.pack:
        reviewer.store.keep_pack(reviewer.means.pack.digest, reviewer.means.pack.block)
    reviewer.store.letter(decided.letter, replace(decided.decision, not_before=now + reviewer.undo), now=now)


def told(made: StaffDecision) -> str:
    """ "Number 1234567 is Ann Example …. It goes to Ann Example, 12 Station Road, Leeds, LS6 2AB by post." """
    why = " ".join(reason["text"] for reason in made.reasons)
    answers = Answers(made.reply, made.posted)
    what = "The pack" if made.outcome == "pack" else "The answer"
    return why if answers == NOTHING else f"{why} {what} goes to {goes_to(answers)}."


# --- what was typed ----------------------------------------------------------------------------------------


def new_letter(reviewer: Reviewer, typed: TypedLetter, received: date) -> NewLetter:
    if typed.form_id and not FORM_ID.fullmatch(typed.form_id):
        raise CannotAct("This form is none of these pages: load the page again, and type the letter in once more.")
    start = datetime.combine(received, time(), tzinfo=reviewer.policy.timezone)
    return NewLetter(
        request_id=typed.form_id or reviewer.means.new_id(),
        name=" ".join(typed.name.split()),
        email=sane(typed.email.strip()).address if typed.email.strip() else "",
        subject=f"Letter of {received.day} {MONTHS[received.month - 1]} {received.year}",
        received=start,
        details=details_of(reviewer, typed),
        by_post=typed.by_post,
        scan=typed.scan,
    )


def new_form_id() -> str:
    """It becomes the id of the letter's case."""
    return new_id()


def day_of_receipt(reviewer: Reviewer, text: str) -> date:
    day = typed_day(text)
    if day is None:
        raise CannotAct(f'"{text}" is no date of receipt: write it as 2014-03-03 or 3/3/2014.')
    if day > reviewer.clock().astimezone(reviewer.policy.timezone).date():
        raise CannotAct(f"{day.isoformat()} is yet to come: give the day on which the letter was received.")
    return day


def details_of(reviewer: Reviewer, typed: TypedLetter) -> Details:
    pattern = reviewer.policy.number_pattern
    written = typed.number.strip()
    number = typed_number(written, pattern) if written else None
    if written and number is None:
        raise CannotAct(
            f"{written} is no membership number (form {pattern}): correct it, or leave it empty, and it will be asked for."
        )
    place = typed_place("\n".join(lines_of(typed.address)))
    return Details((number,) if number else (), (place,) if place else ())


def read_scan(path: Path) -> Scan:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CannotAct(f"--scan {path}: {error.strerror}.") from error
    return scan_of(path.name, content)


def scan_of(name: str, content: bytes) -> Scan:
    """By what it is, whatever it is called."""
    kind = "application/pdf" if is_pdf(content) else picture_type(content)
    if not kind:
        raise CannotAct(f"{name} is no scan that can be shown: save it as PDF, JPEG or PNG.")
    if len(content) > LARGEST_SCAN:
        raise CannotAct(f"{name} is larger than {LARGEST_SCAN // 1024 // 1024} MB: scan it in a lower resolution.")
    return Scan(name, kind, content)


def as_case(letter: NewLetter) -> Mapping[str, Any]:
    """What the rules ask of a case, of one that is not kept yet."""
    return {
        "id": letter.request_id,
        "state": WAITING,
        "origin": "letter",
        "name": letter.name,
        "sender": letter.email.lower(),
        "subject": letter.subject,
        "received": letter.received,
        "by_post": letter.by_post,
        "language": Language.ENGLISH.value,
        "reasons": (),
        "messages": (),
        "decisions": (),
        "latest_message": None,
        "version": 0,
    }


# --- for programs ------------------------------------------------------------------------------------------


def letter_record(decided: DecidedLetter) -> dict[str, Any]:
    """The object of `letter --json`."""
    letter, made = decided.letter, decided.decision
    assert made.understood
    return {
        "id": letter.request_id,
        "received": letter.received.date().isoformat(),
        "outcome": made.outcome.value,
        "reasons": reason_texts(made.reasons),
        "membership_number": made.understood.membership_number,
        "postcode": made.understood.postcode,
        "missing": list((made.reply or made.posted).missing) if decided.answers else [],  # type: ignore[union-attr]
        "reply_to": made.reply.recipient if made.reply else None,
        "post_to": list(made.posted.post_to) if made.posted else None,
    }
