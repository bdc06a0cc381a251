"""Reports from facts: days of the right zone, times as people understand them, and nothing that is not counted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.model import Outcome
from swc_mailer.core.report import Arrival, Facts, FirstAnswer, Report, make_report

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2014, 4, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING = Facts(arrivals=(), requests={}, answers=(), replies={}, waiting_since=(), reviews=(), posted={})


def report(**facts: object) -> Report:
    return make_report(replace(NOTHING, **facts), timezone=LONDON, now=NOW)  # type: ignore[arg-type]  # fields by name


def arrival(received: datetime, outcome: Outcome = Outcome.PACK, *codes: str) -> Arrival:
    return Arrival(received, outcome, codes)


def test_a_day_is_one_of_the_consultations_zone() -> None:
    winter, summer = datetime(2014, 3, 29, 23, 30, tzinfo=UTC), datetime(2014, 3, 30, 23, 30, tzinfo=UTC)

    assert list(report(arrivals=[arrival(winter), arrival(summer)]).days) == [
        date(2014, 3, 29),
        date(2014, 3, 30),  # nothing came; the clocks went forward
        date(2014, 3, 31),
    ]


def test_the_days_add_up_to_the_outcomes() -> None:
    found = report(arrivals=[arrival(NOW - number * HOUR, outcome) for number in range(50) for outcome in Outcome])

    assert found.outcomes == dict.fromkeys(Outcome, 50)
    for outcome in Outcome:
        assert sum(day[outcome] for day in found.days.values()) == 50


@pytest.mark.parametrize(
    ("hours", "half", "nine_in_ten"),
    [
        ([3], 3, 3),
        ([1, 2], 1, 2),
        ([5, 1, 3], 3, 5),
        (list(range(1, 11)), 5, 9),
        (list(range(1, 12)), 6, 10),
    ],
    ids=str,
)
def test_half_and_nine_in_ten_were_answered_within(hours: list[int], half: int, nine_in_ten: int) -> None:
    answered = report(answers=[FirstAnswer(NOW, NOW + hour * HOUR, by_staff=False) for hour in hours]).answered

    assert (answered.number, answered.median, answered.ninety) == (len(hours), half * HOUR, nine_in_ten * HOUR)


def test_answers_of_the_program_and_of_people_are_told_apart() -> None:
    found = report(answers=[FirstAnswer(NOW, NOW + HOUR, by_staff=False), FirstAnswer(NOW, NOW + DAY, by_staff=True)])

    assert (found.answered.number, found.answered_by_program.median, found.answered_after_review.median) == (2, HOUR, DAY)


def test_a_mail_server_whose_clock_is_ahead_makes_no_negative_times() -> None:
    assert report(answers=[FirstAnswer(NOW + HOUR, NOW, by_staff=False)]).answered.median == timedelta()


def test_cases_are_counted_by_how_long_they_wait() -> None:
    waits = report(waiting_since=[NOW - wait for wait in (timedelta(), HOUR, DAY, 3 * DAY, 30 * DAY)])

    assert waits.waiting.ages == {
        "under 5 minutes": 1,
        "under 1 hour": 0,
        "under 1 day": 1,
        "1 to 3 days": 1,
        "3 to 7 days": 1,
        "over 7 days": 1,
    }
    assert waits.oldest_waiting == NOW - 30 * DAY


def test_only_messages_for_review_have_reasons_for_it_and_the_commonest_comes_first() -> None:
    found = report(
        arrivals=[
            arrival(NOW, Outcome.REVIEW, "no_request"),
            arrival(NOW, Outcome.REVIEW, "several_numbers", "on_behalf"),
            arrival(NOW, Outcome.REVIEW, "on_behalf"),
            arrival(NOW, Outcome.PACK, "details_match"),
        ]
    )

    assert list(found.reasons.items()) == [("on_behalf", 2), ("no_request", 1), ("several_numbers", 1)]


def test_packs_are_counted_by_delivery_and_only_when_they_went() -> None:
    replies = {("pack", "sent"): 7, ("pack", "due"): 2, ("closed", "sent"): 1, ("pack", "refused"): 3, ("answer", "refused"): 1}
    found = report(replies=replies, posted={("pack", "printed"): 4, ("pack", "due"): 2})

    assert found.packs == {"email": 7, "post": 4}
    assert found.in_state("refused") == 4


def test_a_report_of_nothing_is_a_report() -> None:
    record = report().record()

    assert (record["days"], record["time_to_answer"]["all"]["median_seconds"], record["queue"]["waiting"]) == ([], None, 0)


moments = st.integers(-5_000_000, 100_000).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(st.lists(st.builds(Arrival, moments, st.sampled_from(Outcome), st.just(()))), st.lists(moments))
def test_whatever_happened_is_json_and_adds_up(arrivals: list[Arrival], waiting: list[datetime]) -> None:
    found = report(arrivals=arrivals, waiting_since=waiting)

    json.dumps(found.record())
    assert sum(sum(day.values()) for day in found.days.values()) == found.arrivals == len(arrivals)
    assert sum(found.waiting.ages.values()) == len(waiting)
