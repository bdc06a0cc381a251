"""One process and the processes that it starts: the time they took, the processor's time, and the memory they held together."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from typing import Any

LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Ran:
    """By itself, without its servers. Memory that processes share counts once."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str

    def figures(self, mails: int) -> dict[str, Any]:
        return {
            "per_second": round(mails / self.seconds),
            "cpu": round(self.cpu_seconds / self.seconds, 2),  # of one core: more than 1 with several processes
            "cpu_ms": round(1000 * self.cpu_seconds / mails, 2),
            "peak_mb": round(self.peak_mb),
        }


def timed(command: Sequence[str], folder: Path) -> Ran:
    """Run it to its end; raises where it fails."""
    begun = perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    assert process.stdout
    memory = Memory(process.pid)
    with process.stdout:
        output = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = memory.end() or used.ru_maxrss / 1024  # of one that was never looked at; it counts this process too, before the exec
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {output}")
    return Ran(seconds, used.ru_utime + used.ru_stime, peak, output)


def bench_module(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"bench.{name}", *map(str, arguments)]


class Memory:
    """Looks at what a process and its children hold, a few times a second."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0.0
        self._over = Event()
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> float:
        """The most that was seen, in MB."""
        self._over.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            self._peak = max(self._peak, sum(map(proportional_mb, [self._pid, *children(self._pid)])))


def children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def proportional_mb(pid: int) -> float:
    """Of pages that several processes share, each one's part."""
    with suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return 0.0
