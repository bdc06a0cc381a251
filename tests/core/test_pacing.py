"""How long a reply waits after it was put off, and how fast replies may follow each other."""

from __future__ import annotations

from datetime import timedelta
from itertools import count, takewhile

from swc_mailer.core.pacing import GIVE_UP, Pace, wait_after, wait_after_break


def test_the_waits_grow_and_end_within_two_days() -> None:
    waits = list(takewhile(lambda wait: wait is not None, map(wait_after, count(1))))

    assert [wait.total_seconds() / 60 for wait in waits[:5] if wait] == [5, 15, 60, 240, 240]
    assert timedelta(days=1, hours=20) < sum((wait for wait in waits if wait), timedelta()) <= GIVE_UP


def test_after_the_last_wait_there_is_none_however_often_it_failed() -> None:
    assert wait_after(1000) is None


def test_a_broken_connection_costs_no_wait_the_first_times_and_is_not_tried_for_ever() -> None:
    assert [wait_after_break(failures) for failures in (1, 2, 3)] == [timedelta()] * 3
    assert wait_after_break(4) == timedelta(minutes=5)
    assert wait_after_break(1000) is None


def test_messages_are_spread_evenly_over_the_minute() -> None:
    pace = Pace(30)

    assert [pace.delay(now) for now in (100.0, 100.0, 101.0, 200.0)] == [0, 2, 3, 0]


def test_without_a_limit_nothing_waits() -> None:
    pace = Pace(0)

    assert [pace.delay(100.0) for _ in range(3)] == [0, 0, 0]
