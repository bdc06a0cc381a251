"""SIGTERM as a question that a command asks between two steps, so that it ends where nothing is half done."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def until_sigterm() -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether SIGTERM has come; puts the earlier handler back at the end."""
    came: list[int] = []
    earlier = signal.signal(signal.SIGTERM, lambda number, _frame: came.append(number))
    try:
        yield lambda: bool(came)
    finally:
        signal.signal(signal.SIGTERM, earlier)
