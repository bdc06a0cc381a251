"""How long a reply waits after it was put off, and how fast replies may follow each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, takewhile

from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.pacing import DAY, GIVE_UP, PROVIDERS, Limits, last_goes, next_place, wait_after, wait_after_break

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


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


def test_a_place_in_the_minute_is_the_next_one_that_is_free() -> None:
    free = [None, NOW - SECOND, NOW, NOW + 2 * SECOND]

    assert [next_place(free_at, now=NOW) for free_at in free] == [NOW, NOW, NOW, NOW + 2 * SECOND]


def test_a_place_taken_by_a_clock_far_ahead_keeps_nobody_waiting() -> None:
    assert next_place(NOW + timedelta(days=300), now=NOW) == NOW


def test_a_minutes_replies_are_spread_evenly() -> None:
    assert (Limits(per_minute=30).gap, Limits().gap) == (2 * SECOND, timedelta())


# --- when the last one goes --------------------------------------------------------------------------------


def in_steps(waiting: int, sent: Sequence[datetime], limits: Limits) -> datetime:
    """The same, by letting them go one by one."""
    gone, goes = list(sent), NOW - limits.gap
    for _ in range(waiting):
        goes = max(goes + limits.gap, NOW)
        if len(gone) >= limits.per_day:
            goes = max(goes, gone[-limits.per_day] + DAY)
        gone.append(goes)
    return goes


def test_where_nothing_waits_nothing_goes() -> None:
    assert last_goes(0, [], Limits(per_minute=30, per_day=10), now=NOW) is None


def test_without_a_limit_all_go_at_once() -> None:
    assert last_goes(1_000_000, [], Limits(), now=NOW) == NOW


def test_a_limit_a_minute_lets_the_last_of_sixty_one_go_in_two_minutes() -> None:
    assert last_goes(61, [], Limits(per_minute=30), now=NOW) == NOW + 2 * MINUTE


def test_a_full_day_lets_the_next_go_when_its_first_is_a_day_old() -> None:
    sent = [NOW - 3 * HOUR, NOW - 2 * HOUR]

    assert last_goes(1, sent, Limits(per_day=2), now=NOW) == NOW + 21 * HOUR
    assert last_goes(2, sent, Limits(per_day=2), now=NOW) == NOW + 22 * HOUR
    assert last_goes(3, sent, Limits(per_day=2), now=NOW) == NOW + 45 * HOUR


@given(
    waiting=st.integers(1, 60),
    hours=st.lists(st.floats(0, 24), max_size=12),
    limits=st.builds(Limits, per_minute=st.sampled_from([0, 1, 30]), per_day=st.integers(1, 9)),
)
def test_the_time_of_the_last_is_that_of_letting_them_go_one_by_one(waiting: int, hours: list[float], limits: Limits) -> None:
    sent = sorted(NOW - hour * HOUR for hour in hours)

    assert last_goes(waiting, sent, limits, now=NOW) == in_steps(waiting, sent, limits)


def test_ten_million_at_ten_thousand_a_day_take_a_thousand_days() -> None:
    goes = last_goes(10_000_000, [], PROVIDERS["microsoft365"], now=NOW)

    assert goes
    assert (goes - NOW).days == 999
