"""Runs that overlap: ticks of cron on one machine, and two machines on one PostgreSQL. Each request is answered once."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from swc_mailer.adapters.store import open_store
from tests.contracts.conftest import postgresql as postgresql
from tests.servers.dovecot import free_ports
from tests.servers.faultproxy import FaultProxy
from tests.torture.length import LONG, tried
from tests.torture.mails import mixed
from tests.torture.ordeal import KILLED, Ordeal
from tests.web.rig import STAFF, add_staff, eventually, serving

MANY = mixed(packs=250, missing=250) if LONG else mixed(packs=20, missing=20)


def ended(processes: Sequence[subprocess.Popen[str]]) -> None:
    for process in processes:
        _, said = process.communicate(timeout=110)
        assert process.returncode == 0, said


@pytest.mark.parametrize("processes", tried([4], long=[2, 4]))
def test_runs_that_overlap_answer_each_request_once(ordeal: Ordeal, processes: int) -> None:
    ordeal.begin(MANY)

    for _ in range(2):
        ended([ordeal.start() for _ in range(processes)])

    assert ordeal.well().second_copies == 0


def test_runs_beside_the_review_pages_answer_each_request_once(ordeal: Ordeal) -> None:
    """A run has died with replies that are due: the pages send those, and runs begin meanwhile."""
    (port,) = free_ports(1)
    ordeal.begin(MANY, serve={"port": port})
    assert ordeal.run(SWC_MAILER_FAULT="take_in.committed").returncode == KILLED
    name, password = next(iter(STAFF.items()))
    add_staff(ordeal.charity, name, password)

    with serving(ordeal.charity):
        eventually(lambda: ordeal.charity.smtp.taken)
        for _ in range(2):
            ended([ordeal.start() for _ in range(2)])

    assert ordeal.well().second_copies == 0


def other_machine(ordeal: Ordeal, folder: Path) -> Ordeal:
    """The same configuration in a folder of its own, with a lock file of its own."""
    shutil.copytree(ordeal.charity.folder, folder)
    return replace(ordeal, charity=replace(ordeal.charity, folder=folder))


def test_two_machines_on_one_postgresql_answer_each_request_once(
    ordeal: Ordeal, postgresql: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ordeal.begin(MANY, store={"url": postgresql()})
    machines = [ordeal, other_machine(ordeal, tmp_path_factory.mktemp("other") / "machine")]

    for _ in range(2):
        ended([machine.start() for machine in machines * 2])

    assert ordeal.well().second_copies == 0


def test_a_machine_leaves_the_mail_alone_while_another_is_at_work(ordeal: Ordeal, postgresql: Callable[[], str]) -> None:
    ordeal.begin(mixed(packs=1, missing=0), store={"url": postgresql()})
    other = open_store(ordeal.config.store.url, account=ordeal.config.account)
    with other.run_lock() as at_work, FaultProxy(ordeal.mailbox.server.port) as looked_at:
        assert at_work
        ordeal.configure(imap={"port": looked_at.port})
        ran = ordeal.run()
        assert (ran.returncode, ran.stdout, looked_at.connections) == (0, "", 0)
    other.close()

    assert ordeal.well().requests == 1
