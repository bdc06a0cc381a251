"""Signals as a question that a command asks between two steps, so that it ends where nothing is half done."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def until_told(*signals: signal.Signals) -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether one of the signals has come; puts the earlier handlers back at the end. The second
    Ctrl-C breaks off whatever is being done."""
    came: list[int] = []

    def hear(number: int, _frame: object) -> None:
        if number == signal.SIGINT and number in came:
            raise KeyboardInterrupt
        came.append(number)

    earlier = {number: signal.signal(number, hear) for number in signals}
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


@contextmanager
def until_sigterm() -> Iterator[Callable[[], bool]]:
    with until_told(signal.SIGTERM) as stopping:
        yield stopping
