"""Several workers on one PostgreSQL, killed at random, each on a machine of its own: at named points and at moments of chance.
Nobody is forgotten and nobody is answered twice."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from swc_mailer import faults
from tests.contracts.conftest import postgresql as postgresql
from tests.servers.smtp import SmtpServer, Taken
from tests.torture.length import LONG, seeds, tried
from tests.torture.mails import mixed
from tests.torture.ordeal import KILLED, Ordeal
from tests.web.rig import eventually

POINTS = [point for point in faults.POINTS if point != "file.copied"]  # passed in test_without_move alone
MAILS = mixed(packs=20, missing=20, review=2, ignored=2, again=1)
CONNECTIONS = 2  # of each
ENDS = {0, 1, 75, KILLED}


class TakesItsTime(SmtpServer):
    """So that there is something to do for every worker."""

    def keep(self, message: Taken) -> None:
        time.sleep(0.1)
        super().keep(message)


@pytest.fixture
def shared(ordeal: Ordeal, postgresql: Callable[[], str]) -> Iterator[Ordeal]:
    """An ordeal whose replies are due, for its first run has died."""
    with TakesItsTime() as smtp:
        ordeal.charity.smtp = smtp
        ordeal.begin(MAILS, store={"url": postgresql()}, smtp={"connections": CONNECTIONS})
        assert ordeal.run(SWC_MAILER_FAULT="take_in.committed").returncode == KILLED
        yield ordeal


def machines(ordeal: Ordeal, folder: Path, number: int) -> list[Ordeal]:
    """The same installation in several folders: so each has a lock file of its own."""
    found = [ordeal]
    for name in range(1, number):
        shutil.copytree(ordeal.charity.folder, folder / f"machine{name}")
        found.append(replace(ordeal, charity=replace(ordeal.charity, folder=folder / f"machine{name}")))
    return found


def killed_at_random(workers: Sequence[Ordeal], chance: Random) -> int:
    """All begin at once; some die at a point, the others at a moment after the first reply is out, unless they have ended before.
    How many were killed."""
    out = len(workers[0].charity.smtp.taken)
    begun = [worker.start(**fault_by(chance)) for worker in workers]
    while len(workers[0].charity.smtp.taken) == out and any(process.poll() is None for process in begun):
        time.sleep(0.02)
    for process in begun:
        killed_after(process, chance.uniform(0, 1))
    assert {process.returncode for process in begun} <= ENDS
    return sum(process.returncode == KILLED for process in begun)


def fault_by(chance: Random) -> dict[str, str]:
    return {"SWC_MAILER_FAULT": f"{chance.choice(POINTS)}#{chance.choice((1, 1, 2, 5))}"} if chance.random() < 0.5 else {}


def killed_after(process: subprocess.Popen[str], seconds: float) -> None:
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


class WaitsForAnother(SmtpServer):
    """Keeps the first machine waiting until another one sends as well."""

    def __init__(self, connections: int) -> None:
        super().__init__()
        self._of_the_first = connections

    def keep(self, message: Taken) -> None:
        super().keep(message)
        eventually(lambda: self.connections > self._of_the_first)


def test_what_one_has_not_in_hand_the_others_send(
    ordeal: Ordeal, postgresql: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with WaitsForAnother(connections=1) as smtp:
        ordeal.charity.smtp = smtp
        ordeal.begin(mixed(packs=8, missing=8), store={"url": postgresql()}, smtp={"connections": 1})
        workers = machines(ordeal, tmp_path_factory.mktemp("others"), 2)

        processes = [workers[0].start()]
        eventually(lambda: smtp.taken)
        processes.append(workers[1].start())
        ended(processes)

        assert len({copy.connection for copy in smtp.taken}) == 2
        assert ordeal.well().second_copies == 0


def ended(processes: Sequence[subprocess.Popen[str]]) -> None:
    for process in processes:
        _, said = process.communicate(timeout=110)
        assert process.returncode in (0, KILLED), said


@pytest.mark.parametrize("number", tried([4], long=[2, 4]))
@pytest.mark.parametrize("seed", seeds(1, long=40))
def test_workers_that_are_killed_at_random_answer_each_request_once(
    shared: Ordeal, tmp_path_factory: pytest.TempPathFactory, number: int, seed: int
) -> None:
    chance = Random(f"{seed} {number}")
    workers = machines(shared, tmp_path_factory.mktemp("others"), number)

    for _ in range(3 if LONG else 1):
        shared.deaths += killed_at_random(workers, chance)

    shared.well()


@pytest.mark.parametrize(
    "fault", tried(["send.after_last_byte#2"], long=[f"{point}#{times}" for point in POINTS for times in (1, 3)])
)
@pytest.mark.parametrize("number", tried([2], long=[2, 4]))
def test_where_one_dies_at_any_point_the_others_go_on(
    shared: Ordeal, tmp_path_factory: pytest.TempPathFactory, fault: str, number: int
) -> None:
    first, *others = machines(shared, tmp_path_factory.mktemp("others"), number)

    processes = [first.start(SWC_MAILER_FAULT=fault), *(other.start() for other in others)]
    ended(processes)
    shared.deaths += processes[0].returncode == KILLED

    assert shared.well().second_copies <= CONNECTIONS  # what was under way
