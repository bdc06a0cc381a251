"""The files for a container: what the image is made from is there, and nothing else can come in; and when it calls itself well.

Docker itself is not needed: the image is not built here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from swc_mailer.adapters.store import open_store
from tests.installation import PROGRAM
from tests.office import open_office

ROOT = Path(__file__).parent.parent
INSTRUCTION = re.compile(r"^(?P<name>[A-Z]+)\s+(?P<rest>.+)$", re.MULTILINE)


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [(found["name"], " ".join(found["rest"].split())) for found in INSTRUCTION.finditer(text)]


def of(name: str) -> list[str]:
    return [rest for found, rest in instructions() if found == name]


def copied() -> list[str]:
    """What comes from this folder."""
    return [source for rest in of("COPY") if not rest.startswith("--from") for source in rest.split()[:-1]]


def test_what_is_copied_is_there_and_let_in_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert [name for name in copied() if not (ROOT / name).exists()] == []
    assert {line[1:] for line in lines if line.startswith("!")} == set(copied())
    assert "*" in lines


def test_the_package_can_be_built_from_what_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert {*wheel["packages"], *wheel["force-include"], project["project"]["readme"]} <= set(copied())
    assert set(re.findall(r"\.\[(.+?)\]", of("RUN")[0])) <= project["project"]["optional-dependencies"].keys()


def test_it_runs_as_nobody_and_as_a_supported_python() -> None:
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    versions = {re.findall(r"^python:([\d.]+)-slim", image)[0] for image in of("FROM")}

    assert of("USER") == ["10001:10001"]
    assert all(f"Programming Language :: Python :: {version}" in classifiers for version in versions)
    assert len(versions) == 1


@pytest.mark.parametrize(("ago", "code"), [(None, 1), (timedelta(minutes=30), 0), (timedelta(minutes=40), 1)])
def test_it_is_well_while_passes_go_well_whatever_waits(tmp_path: Path, ago: timedelta | None, code: int) -> None:
    office = open_office(tmp_path)
    store = open_store(office.url)
    if ago:
        ended = datetime.now(UTC) - ago
        store.run_ended(store.run_started(now=ended), counts={}, error="", now=ended)
        store.run_ended(store.run_started(now=datetime.now(UTC)), counts={}, error="away", now=datetime.now(UTC))
    store.close()
    (check,) = of("HEALTHCHECK")
    script = Path(json.loads(check[check.index("[") :])[1]).name
    environ = os.environ | {"SWC_MAILER_CONFIG": str(office.config), "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
    ran = subprocess.run([sys.executable, ROOT / "docker" / script], env=environ, capture_output=True, text=True)

    assert ran.returncode == code, ran.stdout + ran.stderr
    assert ran.stdout.startswith("last good run: ")
