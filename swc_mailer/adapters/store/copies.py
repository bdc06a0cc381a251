"""Copies of an embedded store: made while it is in use, and put back in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine

from swc_mailer.adapters.store.engine import BUSY_SECONDS, sqlite_file
from swc_mailer.adapters.store.versions import HEAD
from swc_mailer.errors import StoreError

NOT_EMBEDDED = "A PostgreSQL store is copied with pg_dump, and put back with pg_restore."
IN_USE_SECONDS = 2  # how long to wait for another program to let go of the store
LOG_FILES = ("-wal", "-shm")


def copy_out(engine: Engine, target: Path) -> None:
    """A whole and consistent copy of the store at `target`, while others go on using it."""
    source = sqlite_file(engine)
    if source is None:
        raise StoreError(NOT_EMBEDDED)
    try:
        with copied_beside(source, target) as copy:
            copy.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"The store could not be copied to {target}: {error}. Nothing was changed there.") from error


@contextmanager
def copied_beside(source: Path, target: Path) -> Iterator[Path]:
    """A copy in the folder of `target`, for its owner alone; gone at the end unless it was put somewhere."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        copy_pages(source, beside)
        yield beside
    finally:
        for ending in ("", *LOG_FILES):
            with suppress(OSError):
                beside.with_name(beside.name + ending).unlink()


def copy_pages(source: Path, target: Path) -> None:
    """The source is opened only to be read: one that is not there is not made."""
    name = f"file:{quote(str(source.absolute()))}?mode=ro"
    with (
        closing(sqlite3.connect(name, timeout=BUSY_SECONDS, uri=True)) as origin,
        closing(sqlite3.connect(target)) as copy,
    ):
        origin.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole in itself
    sync(target)


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- put back ----------------------------------------------------------------------------------------------


@contextmanager
def copy_to_put_back(source: Path, store: Path) -> Iterator[Path]:
    """A copy of `source` beside the store, proved to be a store that this version can use."""
    if store.exists() and source.exists() and source.samefile(store):
        raise StoreError(f"{source} is the store itself: name the file that swc-mailer backup wrote.")
    try:
        source.open("rb").close()
        with copied_beside(source, store) as copy:
            prove(copy, source)
            yield copy
    except sqlite3.OperationalError as error:
        raise StoreError(f"{source} cannot be copied beside {store} ({error}): nothing was changed.") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{source} is no store, or is damaged ({error}): name another file that swc-mailer backup wrote."
        ) from error
    except OSError as error:
        raise StoreError(f"{source} cannot be put back ({error.strerror}): nothing was changed.") from error


def prove(copy: Path, source: Path) -> None:
    """Raises StoreError where it is no store, damaged, or of a newer version; sqlite3.DatabaseError where it is no database."""
    with closing(sqlite3.connect(copy)) as connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
        if not {"alembic_version", "message", "request", "reply"} <= tables:
            raise StoreError(f"{source} is no store of swc-mailer: name the file that swc-mailer backup wrote.")
        (version,) = connection.execute("select version_num from alembic_version").fetchone()
        if version > HEAD:
            raise StoreError(f"{source} is of a newer swc-mailer (schema {version}, here {HEAD}): install that one first.")
        (found,) = connection.execute("pragma integrity_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)


def put_in_place(copy: Path, store: Path, aside: Path | None) -> None:
    """The copy becomes the store; what was there before is kept at `aside`. At every moment one of the two is in place."""
    close_log(copy)
    if aside:
        close_log(store)
        keep(store, aside)
    copy.replace(store)
    sync(store.parent)


def close_log(store: Path) -> None:
    """SQLite's log becomes part of the file. That is refused while another program has the store open."""
    try:
        with closing(sqlite3.connect(store, timeout=IN_USE_SECONDS, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise StoreError(f"{store} is in use: stop swc-mailer serve and whatever else uses it, then restore.") from error
        # It is damaged, which is why it is replaced: it is kept as it is, with its log.


def keep(store: Path, aside: Path) -> None:
    try:
        os.link(store, aside)
    except OSError:  # a file system without links
        shutil.copy2(store, aside)
    for ending in LOG_FILES:
        with suppress(FileNotFoundError):
            store.with_name(store.name + ending).replace(aside.with_name(aside.name + ending))
