"""A store that cannot be used, for whatever cause: one clear line, no mail touched or nothing half done, and after the mend all
goes on."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from swc_mailer.adapters.store.engine import BUSY_SECONDS
from tests.torture.length import tried
from tests.torture.mails import mixed
from tests.torture.ordeal import Ordeal

FEW = mixed(packs=3, missing=3, review=1, ignored=1)
LARGEST = 600_000  # bytes that a file may have; the store needs less
LIMITS = tried(
    [0, 100_000, 250_000, 300_000],
    long=[*range(0, 40_000, 4_096), *range(40_000, LARGEST, 6_000)],
)
KEEP_LOCKED = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin exclusive")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
"""
# Root may write everything, unless it lays that right down.
AS_A_USER = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override") if os.geteuid() == 0 else ()


def one_line(said: str, *words: str) -> bool:
    (line,) = said.splitlines()
    return line.startswith("swc-mailer: ") and all(word in line for word in words)


def untouched(ordeal: Ordeal) -> bool:
    return len(ordeal.mailbox.folders()["inbox"]) == len(ordeal.mails) and not ordeal.charity.smtp.taken


@pytest.mark.parametrize("limit", LIMITS)
def test_a_disk_that_is_full_at_any_moment(ordeal: Ordeal, limit: int) -> None:
    """No file may grow beyond a size: the store meets that in making itself, in taking in, in sending or in filing."""
    ordeal.begin(FEW, smtp={"connections": 1})

    ran = ordeal.run("prlimit", f"--fsize={limit}")

    assert (ran.returncode == 0 and not ran.stderr) or (ran.returncode in (1, 2) and one_line(ran.stderr)), ran.stderr
    assert ordeal.well().second_copies <= 1


def store_of(ordeal: Ordeal) -> Path:
    """The store's file, made by a run that has found nothing."""
    assert ordeal.run().returncode == 0
    path = ordeal.config.store_path
    assert path
    return path


def test_a_store_that_may_not_be_written(ordeal: Ordeal) -> None:
    ordeal.begin([])
    path = store_of(ordeal)
    ordeal.deliver(FEW)
    path.chmod(0o400)

    ran = ordeal.run(*AS_A_USER)

    assert (ran.returncode, one_line(ran.stderr, str(path), "cannot be written")) == (1, True), ran.stderr
    assert untouched(ordeal)
    path.chmod(0o600)
    assert ordeal.well().second_copies == 0


def test_a_damaged_store_is_put_back_from_its_backup(ordeal: Ordeal) -> None:
    ordeal.begin([])
    path = store_of(ordeal)
    assert ordeal.charity.program("backup", "store.backup").returncode == 0
    ordeal.deliver(FEW)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))

    ran = ordeal.run()

    assert (ran.returncode, one_line(ran.stderr, str(path), "restore")) == (1, True), ran.stderr
    assert untouched(ordeal)
    restored = ordeal.charity.program("restore", "store.backup")
    assert restored.returncode == 0, restored.stderr
    assert ordeal.well().second_copies == 0


def test_a_store_of_a_newer_version(ordeal: Ordeal) -> None:
    ordeal.begin([])
    path = store_of(ordeal)
    ordeal.deliver(FEW)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        (version,) = connection.execute("select version_num from alembic_version").fetchone()
        connection.execute("update alembic_version set version_num = '9999'")
        ran = ordeal.run()
        connection.execute("update alembic_version set version_num = ?", [version])

    assert (ran.returncode, one_line(ran.stderr, "9999", "newer")) == (1, True), ran.stderr
    assert untouched(ordeal)
    assert ordeal.well().second_copies == 0


@pytest.mark.parametrize("seconds", tried([2], long=[2, BUSY_SECONDS + 10]))
def test_a_store_that_another_program_keeps_locked(ordeal: Ordeal, seconds: int) -> None:
    """A run waits for a while, and goes on where that was enough."""
    ordeal.begin([])
    path = store_of(ordeal)
    ordeal.deliver(FEW)
    keeper = subprocess.Popen([sys.executable, "-c", KEEP_LOCKED, path, str(seconds)], stdout=subprocess.PIPE)
    with keeper:
        assert keeper.stdout
        assert keeper.stdout.readline()
        ran = ordeal.run()

    if seconds > BUSY_SECONDS:
        assert (ran.returncode, one_line(ran.stderr, str(path), "in use")) == (1, True), ran.stderr
        assert untouched(ordeal)
    else:
        assert (ran.returncode, ran.stderr) == (0, "")
    assert ordeal.well().second_copies == 0


def test_a_tiny_disk_that_is_full(ordeal: Ordeal, tmp_path: Path) -> None:
    """A real one, where this user may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(disk)], capture_output=True).returncode:
        return
    try:
        ordeal.begin(FEW, store={"url": f"sqlite:///{disk}/store.db"})
        ran = ordeal.run()
        assert (ran.returncode, one_line(ran.stderr, "full")) == (1, True), ran.stderr
        subprocess.run(["mount", "-o", "remount,size=10m", str(disk)], check=True)
        ordeal.well()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
