"""kill -9 at every named point and at moments of chance: nobody is forgotten and nobody is answered twice."""

from __future__ import annotations

from random import Random

import pytest

from swc_mailer import faults
from tests.torture.length import seeds, tried
from tests.torture.mails import mixed
from tests.torture.ordeal import KILLED, Ordeal, Tally

POINTS = [point for point in faults.POINTS if point != "file.copied"]  # passed in test_without_move alone
A_DOZEN = mixed(packs=4, missing=4, review=2, ignored=2, again=1)
# Here the server has the whole reply, and no answer of it is recorded: the only places where a second copy can arise.
BETWEEN = ("send.after_last_byte", "send.answered")
IN_HAND = {"take_in.fetched", "take_in.decided", "take_in.before_commit"}  # here messages were read, and nothing is kept of them
OFTEN_PASSED = [point for point in POINTS if point.startswith("send.") or point in ("take_in.fetched", "take_in.decided")]


@pytest.mark.parametrize(
    "fault", tried(POINTS, long=[*POINTS, *(f"{point}#{times}" for point in OFTEN_PASSED for times in (2, 3, 5, 8))])
)
def test_a_death_at_any_point_costs_no_request_and_answers_none_twice(ordeal: Ordeal, fault: str) -> None:
    ordeal.begin(A_DOZEN, smtp={"connections": 1})

    assert ordeal.run(SWC_MAILER_FAULT=fault).returncode == KILLED

    assert ordeal.well().second_copies <= (1 if fault.startswith(BETWEEN) else 0)


@pytest.mark.parametrize("seed", seeds(2, long=100))
def test_a_death_at_any_moment_costs_no_request_and_answers_none_twice(ordeal: Ordeal, seed: int) -> None:
    chance = Random(seed)
    ordeal.begin(A_DOZEN)

    for _ in range(2):
        ordeal.killed_after(chance.uniform(0.1, 1.2))

    ordeal.well()


@pytest.mark.parametrize("seed", seeds(1, long=30))
def test_a_mailbox_lives_through_many_deaths_while_mail_comes_in(ordeal: Ordeal, seed: int) -> None:
    """Over four connections, with two new mails before each death."""
    chance, deaths = Random(seed), 6
    newcomers = mixed(packs=deaths, missing=deaths)
    ordeal.begin(mixed(packs=0, missing=0, review=2, ignored=2))

    for number, point in enumerate(points_by_chance(chance, deaths)):
        ordeal.deliver(newcomers[2 * number : 2 * number + 2])
        ordeal.run(SWC_MAILER_FAULT=f"{point}#{chance.choice((1, 1, 2))}")

    ordeal.well()


def points_by_chance(chance: Random, deaths: int) -> list[str]:
    """No two that come over the same messages: each run knows that the last one died, and would set these aside at its third try
    (test_poison.py)."""
    points: list[str] = []
    while len(points) < deaths:
        last = next((point for point in reversed(points) if point != "take_in.before_fetch"), "")
        points.append(chance.choice([point for point in POINTS if last not in IN_HAND or point not in IN_HAND]))
    return points


def test_a_reply_whose_delivery_is_unknown_twice_is_sent_no_third_time_and_waits_for_a_person(ordeal: Ordeal) -> None:
    ordeal.begin(mixed(packs=1, missing=0))

    for _ in range(2):
        assert ordeal.run(SWC_MAILER_FAULT="send.answered").returncode == KILLED

    assert ordeal.well() == Tally(trials=1, deaths=2, requests=1, second_copies=1, delivery_unknown=1)
    assert ordeal.waiting() == {"delivery_unknown": 1}
