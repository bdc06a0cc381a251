"""Named places where a test can make the process die, to prove that nothing is lost and nothing is sent twice.

`SWC_MAILER_FAULT=name` or `name#3` (the third time it is passed) kills the process there with SIGKILL: no clean-up, no
`finally`, as when the machine loses power. Without the variable a point costs one comparison.
"""

from __future__ import annotations

import os
import signal
from typing import Final

POINTS: Final = (
    "take_in.before_fetch",
    "take_in.fetched",
    "take_in.decided",
    "take_in.before_commit",
    "take_in.committed",
    "send.before_claim",
    "send.claimed",
    "send.before_data",
    "send.half_of_data",
    "send.after_last_byte",
    "send.answered",
    "send.recorded",
    "file.before_move",
    "file.begun",
    "file.copied",  # only on a server without MOVE
    "file.moved",
    "file.recorded",
)
OF_LABELS: Final = ("files.beside", "files.agreed", "files.placed")  # no run passes them

_WANTED, _, _TIMES = os.environ.get("SWC_MAILER_FAULT", "").partition("#")
_left = int(_TIMES or 1)


def fault_point(name: str) -> None:
    """Die here if the test asks for it."""
    if name == _WANTED:
        _die()


def _die() -> None:
    global _left  # noqa: PLW0603 -- a countdown for the one process that a test kills
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
