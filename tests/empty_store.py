"""An SQLite store with its tables and nothing in it, as a file: made once by the program, then copied for each test."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from swc_mailer.adapters.store import upgrade_store


def put_empty_store(path: Path) -> str:
    """Its URL."""
    path.touch(0o600)
    path.write_bytes(empty_store())
    return f"sqlite:///{path}"


@cache
def empty_store() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        upgrade_store(f"sqlite:///{path}")
        return path.read_bytes()
