"""A file is written aside and put in its place at once: who reads it finds the old one or the new one, and never a half."""

from __future__ import annotations

import errno
import glob
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from swc_mailer.errors import ConfigError
from swc_mailer.faults import fault_point

FOR_OWNER, FOR_ALL = 0o600, 0o666  # less what the umask takes away
FOR_READERS = 0o644  # whatever the umask: another user's program reads it


def write_whole(path: Path, content: bytes, *, mode: int = FOR_ALL) -> None:
    """Raises ConfigError where it cannot be written; a file that was there is then as it was."""
    beside = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        with writable(path):
            write_new(beside, content, mode=mode)
            beside.replace(path)
    finally:
        with suppress(OSError):
            beside.unlink()


def write_new(path: Path, content: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(descriptor, "wb") as file:
        if mode == FOR_READERS:
            os.fchmod(descriptor, mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}): name a file in a folder that is writable.") from error


def make_room(path: Path) -> None:
    """What a process that died left beside this place holds what is nobody else's business."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        left.unlink()


@contextmanager
def put_in_place(files: Mapping[Path, bytes]) -> Iterator[None]:
    """All of them lie written beside their places when the block begins, and are put there when it ends: where one cannot be
    written, or the block fails, none is. Readable by their owner alone. One process at a time. Raises ConfigError."""
    beside = {path: path.parent / f".{path.name}.{os.getpid()}.tmp" for path in files}
    try:
        for path, content in files.items():
            with writable(path):
                make_room(path)
                write_new(beside[path], content, mode=FOR_OWNER)
        fault_point("files.beside")
        yield
        fault_point("files.agreed")
        for path in files:
            with writable(path):
                beside[path].replace(path)
        fault_point("files.placed")
    finally:
        for path in beside.values():
            with suppress(OSError):
                path.unlink()
