"""Letters that are typed in, in people's words: what was decided and why, lines on standard output out."""

from __future__ import annotations

from swc_mailer.commands.letter import DecidedLetter
from swc_mailer.core.model import Member
from swc_mailer.core.record import as_heading
from swc_mailer.output import one_line, put_table, say


def say_letter(decided: DecidedLetter, *, kept: bool) -> None:
    say(one_line(f"{as_heading(decided.decision.outcome)}: {decided.told}"))
    if decided.answers.posted:
        say("It waits to be printed: swc-mailer labels.")
    if kept:
        say(f"Kept as case {decided.letter.request_id}.")


def say_members(members: tuple[Member, ...]) -> None:
    if members:
        rows = [[m.number, m.name, ", ".join([*m.address, m.postcode]), m.status or "current"] for m in members]
        put_table(["number", "name", "address", "status"], rows)
    else:
        say("Nobody in the register fits.")
