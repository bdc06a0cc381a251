"""A process beside this one: forked, so that it has all that this one has read, with a pipe between the two.

It ends when this one does, and finishes what it has in hand. The run lock is held until both have ended, for it comes with the
fork.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from swc_mailer import logs

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

CHECK_SECONDS = 0.1
SECONDS_TO_END = 1.0


def can_fork() -> bool:
    """It is not safe beside threads, nor with the libraries of other systems."""
    return sys.platform == "linux" and threading.active_count() == 1


def has_two_cores() -> bool:
    return len(os.sched_getaffinity(0)) > 1


class Ended(Exception):
    """The other process is gone; how it ended."""


class Beside:
    """`work` is given the other end of the pipe."""

    def __init__(self, name: str, work: Callable[[Connection], None]) -> None:
        from multiprocessing import get_context  # only now, for most runs find little to do

        context = get_context("fork")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=at_work, args=(work, there, self._pipe), name=name, daemon=True)
        gc.freeze()  # what is there now is no garbage: looking at it would copy it into the other process
        self._process.start()
        there.close()

    def tell(self, value: object) -> None:
        """Raises Ended."""
        try:
            self._pipe.send(value)
        except OSError as error:
            raise self._ended() from error

    def hear(self, meanwhile: Callable[[], object] = lambda: None) -> Any:
        """What it sends next; `meanwhile` is called a few times a second. Raises Ended."""
        try:
            while not self._pipe.poll(CHECK_SECONDS):
                meanwhile()
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise self._ended() from error

    def _ended(self) -> Ended:
        self._process.join(SECONDS_TO_END)
        code = self._process.exitcode or 0
        return Ended(f"signal {-code}" if code < 0 else f"exit code {code}")

    def close(self) -> None:
        """End it at once, whatever it does."""
        self._pipe.close()
        self._process.kill()
        self._process.join()
        gc.unfreeze()  # a watch goes on for weeks


def at_work(work: Callable[[Connection], None], pipe: Connection, other_end: Connection) -> None:
    other_end.close()  # or the death of the other process would not be noticed
    try:
        work(pipe)
    except (EOFError, BrokenPipeError):
        return  # there is nobody left to work for
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:  # noqa: BLE001 -- told by its kind alone, for its text may hold a member's words
        logs.error("helper_failed", error=type(error).__name__)
        raise SystemExit(1) from None
