"""The unit files that `init` writes are ones that systemd takes, and that leave little open."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from swc_mailer.commands.init import UNITS, init
from swc_mailer.commands.systemd_units import Place, unit_files
from swc_mailer.stopping import PATIENCE

EXPOSED = "20"  # of 100, by systemd's own count: a web server in its default unit has 96


@pytest.fixture(params=["plain", '50% off, "it\'s" $HOME'])
def units(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder: Path = tmp_path / request.param
    folder.mkdir()
    init(folder / "config.toml")
    return folder / UNITS


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"SYSTEMD_PAGER": "cat", "SYSTEMD_COLORS": "0"}
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, env=environment)


def test_systemd_takes_them_as_they_are(units: Path) -> None:
    files = sorted(map(str, units.iterdir()))

    ran = analyze("verify", "--man=no", *files)

    assert [Path(file).name for file in files] == [
        "swc-mailer-purge.service",
        "swc-mailer-purge.timer",
        "swc-mailer-watch.service",
        "swc-mailer.service",
        "swc-mailer.timer",
    ]
    assert (ran.returncode, ran.stderr) == (0, "")


def test_what_systemd_does_not_understand_is_found(units: Path) -> None:
    """The test above sees mistakes."""
    watch = units / "swc-mailer-watch.service"
    watch.write_text(watch.read_text().replace("ProtectSystem=strict", "ProtectSystem=perhaps"))

    assert "perhaps" in analyze("verify", "--man=no", str(watch)).stderr


def test_they_leave_little_open(units: Path) -> None:
    for service in units.glob("*.service"):
        ran = analyze("security", "--offline=true", f"--threshold={EXPOSED}", str(service))

        assert ran.returncode == 0, ran.stdout


def test_a_service_is_stopped_in_its_own_time() -> None:
    """systemd waits longer than the program does for a mail server."""
    text = unit_files(Place("/usr/bin/swc-mailer", Path("/srv/swc/config.toml"), "swc"))["swc-mailer-watch.service"]
    stop = re.search(r"^TimeoutStopSec=(\d+)s$", text, re.MULTILINE)

    assert stop
    assert int(stop[1]) > 2 * PATIENCE
    assert "\nUser=swc\n" in text
    assert "\nExecStart=/usr/bin/swc-mailer watch --config /srv/swc/config.toml\n" in text
