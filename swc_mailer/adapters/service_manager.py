"""What systemd wants to know of a service of Type=notify: states in, a datagram to its socket out (sd_notify(3)).

By hand, as that page suggests: it is one `sendto`, and no package for it does less than that page's own example.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic

PINGS = 4  # in the time after which systemd takes the program for dead
PATIENCE = 1.0  # seconds, where nobody reads what was told before: mail is answered all the same


class ServiceManager:
    """Says nothing where nobody has asked to be told."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._socket = environ.get("NOTIFY_SOCKET", "")
        for_us = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._ping_every = int(environ.get("WATCHDOG_USEC", 0)) / 1_000_000 / PINGS if for_us else 0
        self._ping_at = 0.0
        self._is_ready = False
        self._status = ""

    def ready(self) -> None:
        if not self._is_ready:
            self._is_ready = True
            self._tell("READY=1")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def status(self, sentence: str) -> None:
        """What `systemctl status` shows."""
        if sentence != self._status:
            self._status = sentence
            self._tell(f"STATUS={sentence}")

    def alive(self) -> None:
        """To be called wherever work has gone on."""
        if self._ping_every and monotonic() >= self._ping_at:
            self._ping_at = monotonic() + self._ping_every
            self._tell("WATCHDOG=1")

    def _tell(self, state: str) -> None:
        if not self._socket:
            return
        address = "\0" + self._socket[1:] if self._socket.startswith("@") else self._socket
        # As sd_notify(3) has it, a failure is not the program's: it works as well where nobody listens any more.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.settimeout(PATIENCE)
            told.sendto(" ".join(state.splitlines()).encode(), address)
