"""The installed `watch` beside a test, told apart by what it tells systemd: whether it waits, looks, or tries again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.e2e.charity import Charity
from tests.installation import PROGRAM

SECONDS = 30.0
IDLES = "STATUS=Waiting for new mail"
LOOKS = "STATUS=Looking into the inbox"
NAMES = count(1)
Found = TypeVar("Found")


class Watching:
    """`states`: everything that it has told, in order."""

    def __init__(self, charity: Charity, **environment: str) -> None:
        self.charity = charity
        self._environment = environment
        self._states: list[str] = []
        self._told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)

    def __enter__(self) -> Watching:
        name = f"swc-watch-{os.getpid()}-{next(NAMES)}"
        self._told.bind(f"\0{name}")  # no path: a temporary folder's may be too long for a socket
        with self._file("out").open("wb") as out, self._file("err").open("wb") as err:
            self.process = subprocess.Popen(
                [PROGRAM, "watch", "--json", "--log-format", "json"],
                cwd=self.charity.folder,
                env=os.environ | {"NOTIFY_SOCKET": f"@{name}", "PYTHONFAULTHANDLER": "1"} | self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._told.close()

    def _file(self, name: str) -> Path:
        return self.charity.folder / f"watch.{name}"

    # --- what it does --------------------------------------------------------------------------------------

    def until(self, found: Callable[[], Found]) -> Found:
        """What is found, as soon as it is."""
        end = time.monotonic() + SECONDS
        while not (result := found()):
            _ = self.states  # read, lest it waits for us
            assert self.process.poll() is None, self.said
            if time.monotonic() > end:
                self.end(signal.SIGABRT)  # it says where it stands
                pytest.fail(f"{self.states}\n{self.said}")
            time.sleep(0.01)
        return result

    def until_it_idles(self) -> None:
        self.until(lambda: [state for state in self.states if state.startswith("STATUS=")][-1:] == [IDLES])

    def end(self, told: signal.Signals = signal.SIGTERM) -> int:
        """The exit code, once it was told to stop."""
        self.process.send_signal(told)
        return self.process.wait(SECONDS)

    # --- what it says --------------------------------------------------------------------------------------

    @property
    def states(self) -> list[str]:
        while True:
            try:
                self._states.append(self._told.recv(4096).decode())
            except BlockingIOError:
                return self._states

    @property
    def said(self) -> str:
        return self._file("err").read_text()

    @property
    def events(self) -> list[str]:
        """The log lines, by what happened."""
        return [json.loads(line)["event"] for line in self.said.splitlines()]

    @property
    def passes(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._file("out").read_text().splitlines()]

    @property
    def memory(self) -> int:
        """Bytes that it holds."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
