"""A mailbox on a server without MOVE: wherever a run dies or its connection breaks while it copies and takes away, each message
lies in one place in the end, and the store knows where."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from tests.servers.dovecot import Dovecot
from tests.torture.length import seeds, tried
from tests.torture.mails import mixed
from tests.torture.ordeal import KILLED, Ordeal
from tests.torture.test_broken_lines import FEW, run_broken

A_DOZEN = mixed(packs=4, missing=4, review=2, ignored=2, again=1)
LACKING = tried([{"MOVE"}], long=[{"MOVE"}, {"MOVE", "UIDPLUS"}])
POINTS = ("file.before_move", "file.begun", "file.copied", "file.moved", "file.recorded")
BREAKS = ("hold up:/UID COPY/", "hold down:/Copy completed/", "hold up:/STORE/", "cut up:/STORE/", "hold up:/EXPUNGE/")


@pytest.fixture(scope="module", params=LACKING, ids=lambda lacks: " ".join(sorted(lacks)))
def dovecot(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    with Dovecot(lacks=request.param) as server:
        yield server


@pytest.mark.parametrize(
    "fault", tried(["file.copied", "file.moved#2"], long=[f"{point}#{times}" for point in POINTS for times in (1, 2, 3)])
)
def test_a_death_while_messages_are_filed(ordeal: Ordeal, fault: str) -> None:
    ordeal.begin(A_DOZEN)

    assert ordeal.run(SWC_MAILER_FAULT=fault).returncode == KILLED

    assert ordeal.well().second_copies == 0


@pytest.mark.parametrize("fault", tried(["hold up:/STORE/"], long=[*BREAKS, *(f"cut up:{at}" for at in range(300, 1900, 80))]))
@pytest.mark.parametrize("times", tried([1], long=[1, 2]))
def test_a_line_that_breaks_while_messages_are_filed(ordeal: Ordeal, fault: str, times: int) -> None:
    ordeal.begin(FEW)

    for _ in range(times):
        run_broken(ordeal, "imap", ordeal.mailbox.server.port, fault)

    assert ordeal.well().second_copies == 0


@pytest.mark.parametrize("seed", seeds(1, long=20))
def test_deaths_and_breaks_by_turns(ordeal: Ordeal, seed: int) -> None:
    chance = Random(seed)
    ordeal.begin(A_DOZEN)

    for _ in range(3):
        ordeal.configure()
        ordeal.run(SWC_MAILER_FAULT=f"{chance.choice(POINTS)}#{chance.choice((1, 2, 3))}")
        run_broken(ordeal, "imap", ordeal.mailbox.server.port, chance.choice(BREAKS), chance.choice(((), (1,))))

    assert ordeal.well().second_copies == 0
