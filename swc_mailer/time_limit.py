"""A limit on what the decision of one message may take, so that a pattern that never ends does not hold the run lock for ever.

The time is the processor's: neither a slow server nor a busy machine, nor one that slept, uses it up. A signal ends the step,
for nothing else reaches into a regular expression that is being matched; so the limit holds in the main thread alone, where runs
are.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from swc_mailer.stopping import handling

SECONDS = 10.0  # the largest mails and the worst take less than one
AGAIN = 1.0  # seconds, after which a step that took the end for an error of its own is ended again


class TookTooLong(Exception):
    """The message is at fault, or a pattern that was tried on it."""


@contextmanager
def deciding() -> Iterator[None]:
    """While one message is decided. Raises TookTooLong."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with handling({signal.SIGPROF: end}):
        signal.setitimer(signal.ITIMER_PROF, SECONDS, AGAIN)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)


def end(_number: int, _frame: object) -> None:
    raise TookTooLong(f"it took more than {SECONDS:g} seconds of the processor's time to decide it")
