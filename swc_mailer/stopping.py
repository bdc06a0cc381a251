"""Signals as a question that a command asks between two steps, so that it ends where nothing is half done."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 8  # seconds: a mail server takes a reply in one or two, and whoever stops a service waits for more


@contextmanager
def until_sigterm() -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether SIGTERM has come; puts the earlier handler back at the end."""
    came: list[int] = []
    with handling({signal.SIGTERM: lambda number, _frame: came.append(number)}):
        yield lambda: bool(came)


@contextmanager
def until_told() -> Iterator[Callable[[], bool]]:
    """The same for SIGTERM and Ctrl-C. A second Ctrl-C breaks off what is being done, and so does the end of our patience,
    where a server does not answer: both raise KeyboardInterrupt."""
    came: list[int] = []

    def hear(number: int, _frame: object) -> None:
        if number == signal.SIGINT and number in came:
            raise KeyboardInterrupt
        came.append(number)
        signal.alarm(PATIENCE)

    def break_off(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    with handling({signal.SIGTERM: hear, signal.SIGINT: hear, signal.SIGALRM: break_off}):
        try:
            yield lambda: bool(came)
        finally:
            signal.alarm(0)


@contextmanager
def handling(handlers: dict[signal.Signals, Callable[[int, object], None]]) -> Iterator[None]:
    earlier = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
