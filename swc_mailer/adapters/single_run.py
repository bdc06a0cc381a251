"""The run lock: of two runs on one machine the second leaves. A death, of whatever kind, gives the lock back."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from swc_mailer.errors import ConfigError


@contextmanager
def single_run(path: Path) -> Iterator[bool]:
    """Whether this process is the only run; the lock is held until the end of the block.

    The file holds the pid and the time of its start, for people. It is never removed: one who waits on the removed file and
    one who makes it anew would both hold a lock.
    """
    descriptor = open_lock(path)
    try:
        mine = lock(descriptor)
        if mine:
            sign(descriptor)
        yield mine
    finally:
        os.close(descriptor)


def open_lock(path: Path) -> int:
    """O_NOFOLLOW: a link that somebody put there must not make us write elsewhere. Not inherited by a child: it would keep the
    lock after our death."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigError(f"The run lock {path} cannot be opened ({error.strerror}): its folder must be writable.") from error


def lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sign(descriptor: int) -> None:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()} since {started}\n".encode(), 0)
