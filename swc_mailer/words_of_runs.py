"""What `run` found, in people's words: reports and records in, lines on standard output out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from swc_mailer.commands.run import RunReport
from swc_mailer.core.model import Outcome
from swc_mailer.output import number_of, put_json, put_table, say
from swc_mailer.taking_in import Intakes, Taken

OUTCOMES = {
    Outcome.PACK: "sent the pack",
    Outcome.DETAILS_MISSING: "asked for details",
    Outcome.CLOSED: "told that it has closed",
    Outcome.REVIEW: "for review",
    Outcome.SETTLED: "settled",
    Outcome.IGNORE: "ignored",
}


def say_run(report: RunReport) -> None:
    record = report.record()
    say(f"Took in {number_of(record['fetched'], 'message')}{outcomes_in_words(report.outcomes)}.")
    waiting = f"; {report.replies_waiting:,} wait for the next run" if report.replies_waiting else ""
    say(f"Sent {number_of(report.replies_sent, 'reply', 'replies')}{waiting}. That took {report.seconds:.1f} seconds.")
    if report.failed:
        say(f"{report.failed:,} failed: `swc-mailer status` tells more.")


def did_something(report: RunReport) -> bool:
    """Whether a pass of many is worth a word."""
    return bool(report.outcomes or report.replies_sent or report.failed)


def outcomes_in_words(outcomes: Mapping[Outcome, int]) -> str:
    told = [f"{outcomes[outcome]:,} {words}" for outcome, words in OUTCOMES.items() if outcomes.get(outcome)]
    return f": {', '.join(told)}" if told else ""


def say_dry_run(found: Intakes, *, as_json: bool) -> int:
    """What a run would do with what waits; the exit code."""
    if as_json:
        for taken in found.taken:
            put_json(taken_record(taken))
    elif found.taken:
        headings = ["received", "sender", "subject", "outcome", "why", "reply to"]
        put_table(headings, [list(taken_cells(taken)) for taken in found.taken])
    else:
        say("Nothing new waits in the inbox.")
    return 1 if found.failed else 0


def taken_record(taken: Taken) -> dict[str, Any]:
    return {
        "message_id": taken.message.message_id,
        "received": taken.waiting.received.isoformat(),
        "outcome": taken.decision.outcome.value,
        "reasons": [reason.code for reason in taken.decision.reasons],
        "reply_to": taken.reply.recipient if taken.reply else None,
        "by_post": taken.posted is not None,
    }


def taken_cells(taken: Taken) -> tuple[str, ...]:
    sender = taken.message.from_[0].address if taken.message.from_ else "-"
    why = ", ".join(reason.code for reason in taken.decision.reasons)
    ways = [taken.reply.recipient if taken.reply else "", "by post" if taken.posted else ""]
    reply = " and ".join(filter(None, ways)) or "-"
    received = taken.waiting.received.isoformat(sep=" ", timespec="minutes")
    return received, sender, taken.message.subject, taken.decision.outcome.value, why, reply
