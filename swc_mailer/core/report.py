"""What happened, counted: `Facts` as the store tells them go in, one `Report` comes out.

Days are those of the consultation's time zone. Nothing here names a person, so a report outlives erasure and retention.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from swc_mailer.core.model import Outcome

DAY = timedelta(days=1)
AGES: tuple[tuple[str, timedelta], ...] = (  # how long something took: its name, and up to when it counts there
    ("under 5 minutes", timedelta(minutes=5)),
    ("under 1 hour", timedelta(hours=1)),
    ("under 1 day", DAY),
    ("1 to 3 days", 3 * DAY),
    ("3 to 7 days", 7 * DAY),
    ("over 7 days", timedelta.max),
)


# --- what the store tells ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that was taken in, or a letter, with what the rules decided of it last."""

    received: datetime
    outcome: Outcome
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The first reply of a request that was sent, or printed for the post, acknowledgements aside."""

    received: datetime  # when the request came
    sent: datetime
    by_staff: bool  # a person asked for it, or approved it


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a report is made of."""

    arrivals: Sequence[Arrival]
    requests: Mapping[str, int]  # by how they stand
    answers: Sequence[FirstAnswer]
    replies: Mapping[tuple[str, str], int]  # by email, by kind and state
    posted: Mapping[tuple[str, str], int]  # by post, likewise
    waiting_since: Sequence[datetime]  # of the cases that wait
    reviews: Sequence[timedelta]  # how long each case that staff have settled had waited for them


# --- the report --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: how often, half of the times within `median`, nine in ten within `ninety`."""

    number: int
    median: timedelta | None  # None where there was nothing to measure
    ninety: timedelta | None
    ages: Mapping[str, int]  # by the names of AGES

    def record(self) -> dict[str, Any]:
        return {"number": self.number, "median_seconds": seconds(self.median), "ninety_percent_seconds": seconds(self.ninety)}


@dataclass(frozen=True, slots=True)
class Report:
    """What `report` shows; every day from the first to the last is in `days`, also one on which nothing came."""

    made: datetime
    days: Mapping[date, Mapping[Outcome, int]]
    outcomes: Mapping[Outcome, int]
    requests: Mapping[str, int]
    answered: Times
    answered_by_program: Times
    answered_after_review: Times
    waiting: Times
    oldest_waiting: datetime | None
    reviews: Times
    reasons: Mapping[str, int]  # codes of messages that a person had to look at, the commonest first
    replies: Mapping[str, Mapping[str, int]]  # kind -> state -> number
    posted: Mapping[str, Mapping[str, int]]  # what goes by post, likewise
    packs: Mapping[str, int]  # sent or printed, by delivery

    @property
    def arrivals(self) -> int:
        return sum(self.outcomes.values())

    def in_state(self, state: str) -> int:
        """How many replies of whatever kind are "refused", "unknown" …"""
        return sum(states.get(state, 0) for states in self.replies.values())

    def record(self) -> dict[str, Any]:
        """The object of `report --json`."""
        return {
            "made": self.made.isoformat(),
            "messages": self.arrivals,
            "outcomes": by_value(self.outcomes),
            "days": [{"day": day.isoformat(), **by_value(outcomes)} for day, outcomes in self.days.items()],
            "requests": dict(self.requests),
            "time_to_answer": {
                "all": self.answered.record(),
                "program": self.answered_by_program.record(),
                "after_review": self.answered_after_review.record(),
            },
            "queue": {
                "waiting": self.waiting.number,
                "oldest_waiting": self.oldest_waiting.isoformat() if self.oldest_waiting else None,
                "ages": dict(self.waiting.ages),
                "settled_by_staff": self.reviews.record(),
            },
            "review_reasons": dict(self.reasons),
            "replies": {kind: dict(states) for kind, states in self.replies.items()},
            "posted": {kind: dict(states) for kind, states in self.posted.items()},
            "packs": dict(self.packs),
        }


def by_value(outcomes: Mapping[Outcome, int]) -> dict[str, int]:
    return {outcome.value: outcomes.get(outcome, 0) for outcome in Outcome}


def seconds(time: timedelta | None) -> float | None:
    return None if time is None else round(time.total_seconds(), 1)


def make_report(facts: Facts, *, timezone: ZoneInfo, now: datetime) -> Report:
    return Report(
        made=now.astimezone(timezone),
        days=count_days(facts.arrivals, timezone),
        outcomes=Counter(arrival.outcome for arrival in facts.arrivals),
        requests=facts.requests,
        answered=answer_times(facts.answers, lambda _: True),
        answered_by_program=answer_times(facts.answers, lambda answer: not answer.by_staff),
        answered_after_review=answer_times(facts.answers, lambda answer: answer.by_staff),
        waiting=times(now - since for since in facts.waiting_since),
        oldest_waiting=min((since.astimezone(timezone) for since in facts.waiting_since), default=None),
        reviews=times(facts.reviews),
        reasons=count_reasons(facts.arrivals),
        replies=count_replies(facts.replies),
        posted=count_replies(facts.posted),
        packs={"email": facts.replies.get(("pack", "sent"), 0), "post": facts.posted.get(("pack", "printed"), 0)},
    )


def count_days(arrivals: Iterable[Arrival], timezone: ZoneInfo) -> dict[date, Mapping[Outcome, int]]:
    days: dict[date, Counter[Outcome]] = {}
    for arrival in arrivals:
        day = arrival.received.astimezone(timezone).date()
        days.setdefault(day, Counter())[arrival.outcome] += 1
    return {day: days.get(day, Counter()) for day in every_day(min(days), max(days))} if days else {}


def every_day(first: date, last: date) -> Iterable[date]:
    return (first + number * DAY for number in range((last - first).days + 1))


def answer_times(answers: Iterable[FirstAnswer], counts: Callable[[FirstAnswer], bool]) -> Times:
    return times(answer.sent - answer.received for answer in answers if counts(answer))


def times(found: Iterable[timedelta]) -> Times:
    ordered = sorted(max(time, timedelta()) for time in found)  # a server's clock may be ahead of ours
    if not ordered:
        return Times(0, None, None, {})
    return Times(len(ordered), within(ordered, 50), within(ordered, 90), count_ages(ordered))


def within(ordered: Sequence[timedelta], percent: int) -> timedelta:
    """The shortest time within which so many percent were done."""
    return ordered[(len(ordered) * percent + 99) // 100 - 1]


def count_ages(found: Iterable[timedelta]) -> dict[str, int]:
    counted = Counter(next(name for name, most in AGES if time < most) for time in found)
    return {name: counted[name] for name, _ in AGES}


def count_reasons(arrivals: Iterable[Arrival]) -> dict[str, int]:
    counted = Counter(code for arrival in arrivals if arrival.outcome is Outcome.REVIEW for code in arrival.codes)
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def count_replies(counted: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    replies: dict[str, dict[str, int]] = {}
    for (kind, state), number in sorted(counted.items()):
        replies.setdefault(kind, {})[state] = number
    return replies
