"""The run lock: one run at a time, whatever becomes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from swc_mailer.adapters.single_run import single_run
from swc_mailer.errors import ConfigError

HOLD_IT = """
import sys
from pathlib import Path
from swc_mailer.adapters.single_run import single_run

with single_run(Path(sys.argv[1])) as mine:
    print(mine, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.lock"


def test_the_second_of_two_runs_is_told_to_leave(path: Path) -> None:
    with single_run(path) as first, single_run(path) as second:
        assert (first, second) == (True, False)
    with single_run(path) as third:
        assert third


def test_a_run_that_is_killed_gives_the_lock_back(path: Path) -> None:
    run = subprocess.Popen([sys.executable, "-c", HOLD_IT, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout
    assert run.stdin
    assert run.stdout.readline() == "True\n"
    with single_run(path) as mine:
        assert not mine
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdin.close()
    run.stdout.close()

    with single_run(path) as mine:
        assert mine


def test_the_file_says_who_holds_it_and_stays(path: Path) -> None:
    with single_run(path), single_run(path):
        pass

    assert path.read_text().startswith(f"{os.getpid()} since 20")
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_error_inside_gives_the_lock_back(path: Path) -> None:
    with pytest.raises(ZeroDivisionError), single_run(path):
        raise ZeroDivisionError
    with single_run(path) as mine:
        assert mine


def test_a_link_in_its_place_is_not_followed(path: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path.symlink_to(victim)

    with pytest.raises(ConfigError, match="run lock"), single_run(path):
        pass
    assert victim.read_text() == "precious"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"), single_run(tmp_path / "nowhere" / "run.lock"):
        pass
