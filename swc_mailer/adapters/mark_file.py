"""Remembers outside the store that the store cannot be used: a file whose time is when that was told, empty while it lasts.

An empty file can be made, and its time set, on a disk that is full.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from swc_mailer.errors import StoreError

OVER = "over\n"


def read_mark(path: Path) -> tuple[datetime, bool] | None:
    """When it was told, and whether it lasts; None where it never was."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC), not path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error


def write_mark(path: Path, *, told: datetime, lasts: bool) -> None:
    try:
        path.write_text("" if lasts else OVER, encoding="ascii")
        os.utime(path, (told.timestamp(), told.timestamp()))
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
