"""A report in people's words: tables on standard output, and the values of the page that can be printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar

from swc_mailer.core.charts import ORDER, Box, day_chart
from swc_mailer.core.dates import MONTHS
from swc_mailer.core.model import Outcome
from swc_mailer.core.report import Report
from swc_mailer.output import number_of, put_table, say

OUTCOMES = {
    Outcome.PACK: "pack",
    Outcome.DETAILS_MISSING: "details missing",
    Outcome.CLOSED: "closed",
    Outcome.REVIEW: "for review",
    Outcome.SETTLED: "settled",
    Outcome.IGNORE: "ignored",
}
REQUESTS = {
    "answered": "answered",
    "asked": "asked for details",
    "waiting": "wait for a person",
    "closed": "told that it has closed",
    "settled": "settled, nothing was due",
    "dismissed": "found to be no request",
}
REPLY_STATES = ("sent", "due", "held", "refused", "unknown", "cancelled")
POST_STATES = ("printed", "due", "cancelled")
UNITS = ((2, "day"), (2 / 24, "hour"), (2 / 24 / 60, "minute"))  # each from two of it on, in days
WHY, WAITED = "Why a person had to look", "How long cases have waited"

Table = tuple[list[str], list[list[str]]]  # headings and rows
Value = TypeVar("Value")


def say_report(report: Report) -> None:
    say(f"Report of {full_moment(report.made)}. {period(report)}")
    if not report.arrivals:
        return
    counted = {
        WHY: (["reason", "messages"], counted_rows(named(report.reasons))),
        WAITED: (["waiting", "cases"], counted_rows(report.waiting.ages)),
    }
    for title, (headings, rows) in {"By day and outcome": day_table(report), **tables(report), **counted}.items():
        if rows:
            say()
            say(title)
            put_table(headings, rows)
    say()
    say(waiting_in_words(report))


def day_table(report: Report) -> Table:
    """Days on which nothing came are left out; the last row is the sum."""
    rows = [outcome_row(day.isoformat(), outcomes) for day, outcomes in report.days.items() if sum(outcomes.values())]
    return ["day", *OUTCOMES.values(), "all"], [*rows, outcome_row("all", report.outcomes)]


def outcome_row(heading: str, outcomes: Mapping[Outcome, int]) -> list[str]:
    numbers = [outcomes.get(outcome, 0) for outcome in OUTCOMES]
    return [heading, *(f"{number:,}" for number in [*numbers, sum(numbers)])]


def tables(report: Report) -> dict[str, Table]:
    """The small tables, under their titles."""
    stand = {words: report.requests[state] for state, words in REQUESTS.items() if state in report.requests}
    return {
        "Packs by delivery": (["delivery", "packs"], counted_rows(report.packs)),
        "Requests as they stand": (["requests", "number"], counted_rows(stand)),
        "Time to answer": (["first reply", "replies", "half within", "90 % within"], list(time_rows(report))),
        "Replies": (["reply", *REPLY_STATES], list(reply_rows(report.replies, REPLY_STATES))),
        "By post": (["letter", *POST_STATES], list(reply_rows(report.posted, POST_STATES))),
    }


def counted_rows(counted: Mapping[str, int]) -> list[list[str]]:
    return [[name, f"{number:,}"] for name, number in counted.items() if number]


def time_rows(report: Report) -> Iterable[list[str]]:
    measured = {
        "all": report.answered,
        "by the program": report.answered_by_program,
        "by a person": report.answered_after_review,
        "until a person settled a case": report.reviews,
    }
    for name, times in measured.items():
        if times.number:
            yield [name, f"{times.number:,}", lasted(times.median), lasted(times.ninety)]


def reply_rows(replies: Mapping[str, Mapping[str, int]], shown: Iterable[str]) -> Iterable[list[str]]:
    for kind, states in named(replies).items():
        yield [kind, *(f"{states.get(state, 0):,}" for state in shown)]


# --- how values read ---------------------------------------------------------------------------------------


def named(counted: Mapping[str, Value]) -> dict[str, Value]:
    """Codes as words: "number_unknown" is "number unknown"."""
    return {code.replace("_", " "): value for code, value in counted.items()}


def waiting_in_words(report: Report) -> str:
    if not report.oldest_waiting:
        return "No case waits for a person."
    wait = number_of(report.waiting.number, "case waits", "cases wait")
    return f"{wait} for a person, the oldest since {full_moment(report.oldest_waiting)}."


def lasted(time: timedelta | None) -> str:
    """In the largest unit of which there are two: "3 days", "119 minutes"."""
    if time is None:
        return "-"
    days = time / timedelta(days=1)
    for least, unit in UNITS:
        if days >= least:
            return number_of(int(days / (least / 2)), unit)
    return number_of(int(time.total_seconds()), "second")


def period(report: Report) -> str:
    if not report.days:
        return "Nothing has been taken in yet."
    first, last = full_date(min(report.days)), full_date(max(report.days))
    days = first if first == last else f"{first} to {last}"
    return f"{number_of(report.arrivals, 'message or letter', 'messages and letters')}, {days}."


def full_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def full_moment(when: datetime) -> str:
    return f"{full_date(when.date())}, {when:%H:%M}"


# --- the page ----------------------------------------------------------------------------------------------


def page_values(report: Report, *, title: str) -> dict[str, object]:
    """What `report.html.j2` shows."""
    return {
        "title": title,
        "made": full_moment(report.made),
        "period": period(report),
        "figures": figures(report),
        "waiting": waiting_in_words(report),
        "chart": day_chart(report.days),
        "legend": {outcome.value: OUTCOMES[outcome] for outcome in ORDER if report.outcomes.get(outcome)},
        "box_in_words": box_in_words,
        "short_date": short_date,
        "bars": {
            "Time to the first answer": (("within", "requests"), report.answered.ages),
            WHY: (("reason", "messages"), named(report.reasons)),
            WAITED: (("waiting", "cases"), report.waiting.ages),
        },
        "tables": tables(report),
        "days": day_table(report),
    }


def figures(report: Report) -> list[tuple[str, str]]:
    """The few numbers that stand at the top."""
    shown = [
        (f"{report.arrivals:,}", "messages and letters"),
        (f"{sum(report.packs.values()):,}", "packs sent"),
        (lasted(report.answered.median), "until half were answered"),
        (f"{report.waiting.number:,}", "cases wait for a person"),
    ]
    undelivered = report.in_state("refused") + report.in_state("unknown")
    return [*shown, (f"{undelivered:,}", "replies refused, or delivery unknown")] if undelivered else shown


def box_in_words(box: Box) -> str:
    column = box.column
    days = short_date(column.first) if column.first == column.last else f"{short_date(column.first)} to {short_date(column.last)}"
    return f"{days}: {column.outcomes[box.outcome]:,} {OUTCOMES[box.outcome]}"


def short_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1][:3]}"
