"""A file is written aside and put in its place at once: who reads it finds the old one or the new one, and never a half."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from swc_mailer.errors import ConfigError

FOR_OWNER, FOR_ALL = 0o600, 0o666  # less what the umask takes away
FOR_READERS = 0o644  # whatever the umask: another user's program reads it


def write_whole(path: Path, content: bytes, *, mode: int = FOR_ALL) -> None:
    """Raises ConfigError where it cannot be written; a file that was there is then as it was."""
    beside = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
        with os.fdopen(descriptor, "wb") as file:
            if mode == FOR_READERS:
                os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}): name a file in a folder that is writable.") from error
    finally:
        with suppress(OSError):
            beside.unlink()
