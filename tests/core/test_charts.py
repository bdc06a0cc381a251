"""The chart of a report: everything counted is drawn, in the picture, at its size."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.charts import BOTTOM, HEIGHT, MOST_DAYS, TOP, WIDTH, day_chart
from swc_mailer.core.model import Outcome

FIRST = date(2014, 2, 3)  # a Monday


def counted(*numbers: int) -> dict[date, Mapping[Outcome, int]]:
    return {FIRST + timedelta(days=day): {Outcome.PACK: number} for day, number in enumerate(numbers)}


@pytest.mark.parametrize(
    ("highest", "scale"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (23, [0, 5, 10, 15, 20, 25]),
        (101, [0, 50, 100, 150]),
        (1_000_000, [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]),
    ],
)
def test_the_scale_has_round_numbers_and_reaches_the_highest(highest: int, scale: list[int]) -> None:
    assert [mark.value for mark in day_chart(counted(highest)).scale] == scale


def test_a_column_is_as_high_as_its_number_and_outcomes_stand_on_each_other() -> None:
    chart = day_chart({FIRST: {Outcome.REVIEW: 1, Outcome.PACK: 3}, FIRST + timedelta(days=1): {Outcome.IGNORE: 4}})
    pack, review, ignore = chart.boxes

    assert pack.height == pytest.approx(3 * review.height, abs=0.1)
    assert pack.y == pytest.approx(review.y + review.height, abs=0.1)
    assert ignore.y == review.y
    assert pack.x == review.x
    assert ignore.x == pytest.approx(pack.x + (WIDTH - chart.left) / 2, abs=0.1)


def test_days_without_mail_have_their_place_and_no_box() -> None:
    chart = day_chart(counted(1, 0, 1))

    assert [box.column.first.day for box in chart.boxes] == [3, 5]
    assert len(chart.days) == 3


def test_many_days_are_shown_by_weeks_from_monday() -> None:
    chart = day_chart(counted(*[1] * (MOST_DAYS + 1)))

    assert chart.weekly
    assert {box.column.first.weekday() for box in chart.boxes} == {0}
    assert [box.column.height for box in chart.boxes] == [7] * 13 + [2]
    assert len(chart.days) <= 10


def test_a_chart_of_nothing_has_axes() -> None:
    chart = day_chart({})

    assert (chart.boxes, chart.days, [mark.value for mark in chart.scale]) == ([], [], [0, 1])


outcomes = st.dictionaries(st.sampled_from(Outcome), st.integers(0, 100_000))


@given(st.lists(outcomes, max_size=200))
def test_nothing_leaves_the_picture_and_nothing_is_left_out(days: list[dict[Outcome, int]]) -> None:
    chart = day_chart({FIRST + timedelta(days=number): found for number, found in enumerate(days)})

    drawn = sum(box.column.outcomes[box.outcome] for box in chart.boxes)
    assert drawn == sum(sum(found.values()) for found in days)
    for box in chart.boxes:
        assert chart.left <= box.x < box.x + box.width <= WIDTH
        assert TOP - 0.1 <= box.y <= box.y + box.height <= HEIGHT - BOTTOM + 0.1
