"""kill -9 at every named point and at moments of chance: nobody is forgotten and nobody is answered twice."""

from __future__ import annotations

import pytest

from swc_mailer.faults import POINTS
from tests.torture.mails import mixed
from tests.torture.ordeal import KILLED, Ordeal

A_DOZEN = mixed(packs=4, missing=4, review=2, ignored=2, again=1)
# Here the server has the whole reply, and no answer of it is recorded: the only places where a second copy can arise.
BETWEEN = ("send.after_last_byte", "send.answered")


@pytest.mark.parametrize("point", POINTS)
def test_a_death_at_any_point_costs_no_request_and_answers_none_twice(ordeal: Ordeal, point: str) -> None:
    ordeal.begin(A_DOZEN, smtp={"connections": 1})

    assert ordeal.run(SWC_MAILER_FAULT=point).returncode == KILLED
    ordeal.settle()

    found = ordeal.count()
    assert (found.problems, found.lost, found.twice) == ((), 0, 0)
    assert found.second_copies <= (1 if point in BETWEEN else 0)
