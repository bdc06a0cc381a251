"""What systemd is told, as its socket hears it."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from swc_mailer.adapters.service_manager import ServiceManager


class Heard:
    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.bind(address.replace("@", "\0", 1))
        self.environ = {"NOTIFY_SOCKET": address}

    def all(self) -> list[str]:
        heard = []
        while True:
            try:
                heard.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return heard


@pytest.fixture(params=["path", "abstract"])
def heard(request: pytest.FixtureRequest) -> Iterator[Heard]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a socket's path has at most 108 characters
        heard = Heard(str(Path(folder) / "notify") if request.param == "path" else f"@swc-{os.getpid()}-{id(request)}")
        yield heard
        heard.socket.close()


def test_a_life_is_told(heard: Heard) -> None:
    manager = ServiceManager(heard.environ)
    manager.ready()
    manager.ready()
    manager.status("Waiting")
    manager.status("Waiting")
    manager.status("Trying again:\nit is away")
    manager.stopping()

    assert heard.all() == ["READY=1", "STATUS=Waiting", "STATUS=Trying again: it is away", "STOPPING=1"]


def test_it_is_alive_as_often_as_systemd_asks(heard: Heard) -> None:
    manager = ServiceManager(heard.environ | {"WATCHDOG_USEC": "3600000000"})
    manager.alive()
    manager.alive()

    assert heard.all() == ["WATCHDOG=1"]


@pytest.mark.parametrize("watchdog", [{}, {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"}], ids=["none", "another's"])
def test_nobody_is_told_of_life_who_has_not_asked(heard: Heard, watchdog: dict[str, str]) -> None:
    ServiceManager(heard.environ | watchdog).alive()

    assert heard.all() == []


def test_whoever_does_not_listen_keeps_nobody_waiting(heard: Heard) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as others, suppress(BlockingIOError):
        while True:
            others.sendto(b"STATUS=Hello", heard.socket.getsockname())

    ServiceManager(heard.environ).ready()
    assert "READY=1" not in heard.all()


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere/notify"}], ids=["none", "gone"])
def test_without_a_listener_nothing_happens(environ: dict[str, str]) -> None:
    ServiceManager(environ).ready()
