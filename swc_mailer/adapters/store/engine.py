"""The only file that knows SQLite from PostgreSQL: connections, transactions, what their errors mean, and locks."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from swc_mailer.errors import ConfigError, StoreError, SwcMailerError, Unreachable

BUSY_SECONDS = 30  # how long a writer waits for another: the web page beside a run
WORKERS = 0x5343_574D  # the class of the advisory locks of workers: any number that nothing else on the database uses
# A machine that vanished without a word holds its locks for a minute, not for the two hours that systems wait by themselves.
NOTICE_DEATHS = "set tcp_keepalives_idle = 20; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 4"

SQLITE_MENDS = (
    ("disk is full", "The disk that holds {store} is full: make room, then run again."),
    ("readonly database", "{store} cannot be written: give this user the right to write it and its folder."),
    ("unable to open", "{store} cannot be opened: its folder must exist, and this user must be allowed to write there."),
    ("locked", "{store} is in use by another program for too long: stop that program, then run again."),
    ("not a database", "{store} is no store of swc-mailer: name another file in [store] url, or restore a backup."),
    ("malformed", "{store} is damaged: put a backup back with swc-mailer restore."),
    ("disk I/O error", "{store} cannot be read or written (disk error): check the disk, then run again."),
)
POSTGRESQL_MENDS = {
    "53100": "The disk of the PostgreSQL server is full: make room there, then run again.",
    "25006": "The PostgreSQL server allows no writing (a standby?): name the primary in [store] url.",
    "42501": "The PostgreSQL user may not use the tables of {store}: grant it the right.",
    "55P03": "{store} is locked by another program: stop that program, then run again.",
}
POSTGRESQL_LOGIN = ("authentication failed", "does not exist", "no password supplied", "no pg_hba.conf entry")


def make_engine(url: str) -> Engine:
    """An engine for an absolute SQLAlchemy URL; connects to nothing yet."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return sqlite_engine(url)
        if parsed.get_backend_name() == "postgresql":
            return create_engine(
                parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args={"connect_timeout": 10}
            )
    except ModuleNotFoundError as error:
        raise ConfigError(
            "[store] url names PostgreSQL, but its driver is not installed: pip install 'psycopg[binary]'."
        ) from error
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise ConfigError("[store] url is no URL of a store; write sqlite:///FILE or postgresql+psycopg://…") from error
    raise ConfigError(f"[store] url begins with {parsed.drivername}; write sqlite:///FILE or postgresql+psycopg://…")


def sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins no transaction of its own; begin_sqlite does
    # secure_delete: what is erased is overwritten, not only taken off the list of what is there
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: one that began as a reader could fail half-way, whatever the timeout."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def is_embedded(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def sqlite_file(engine: Engine) -> Path | None:
    """The store's file; None for PostgreSQL, and for SQLite in memory or by a URI of its own (file:…?mode=ro)."""
    name = engine.url.database
    return Path(name) if is_embedded(engine) and name and not name.startswith((":memory:", "file:")) else None


def file_url(path: Path) -> str:
    """The URL of an embedded store."""
    return f"sqlite:///{path}"


def is_missing(engine: Engine) -> bool:
    """Whether it is an SQLite file that is not there: connecting would make it."""
    path = sqlite_file(engine)
    return path is not None and not path.exists()


def make_file(engine: Engine) -> None:
    """An empty file that its owner alone can read; SQLite gives its -wal and -shm the same mode."""
    path = sqlite_file(engine)
    assert path is not None
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreError(f"{path} cannot be made ({error.strerror}): its folder must exist and be writable.") from error


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: all of it, or nothing."""
    with errors_in_words(engine), engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that reads, all of one moment."""
    with errors_in_words(engine), engine.connect() as connection, connection.begin():
        yield connection


def forget(engine: Engine) -> None:
    """Leave nothing of what was erased in SQLite's log beside the store. Another program that reads meanwhile keeps the log: then
    it goes with the next checkpoint. PostgreSQL does the like by itself (autovacuum)."""
    if is_embedded(engine):
        with errors_in_words(engine), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def errors_in_words(engine: Engine) -> Iterator[None]:
    """The databases' errors as ours. One that blames the values themselves (IntegrityError, DataError …) passes as it is."""
    try:
        yield
    except DBAPIError as error:
        meaning = in_words(error, engine)
        if meaning is None:
            raise
        raise meaning from error


def in_words(error: BaseException | None, engine: Engine) -> SwcMailerError | None:
    """What an error means, or the one that it came from: after a full disk, undoing the rest fails as well."""
    while error is not None:
        if isinstance(error, SwcMailerError):
            return error
        if isinstance(error, DBAPIError):
            meaning = sqlite_meaning(error, engine) if is_embedded(engine) else postgresql_meaning(error, engine)
            if meaning:
                return meaning
        error = error.__context__
    return None


def sqlite_meaning(error: DBAPIError, engine: Engine) -> StoreError | None:
    said = str(error.orig)
    for sign, mend in SQLITE_MENDS:
        if sign in said:
            return StoreError(mend.format(store=engine.url.database))
    return None


def postgresql_meaning(error: DBAPIError, engine: Engine) -> SwcMailerError | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    store = engine.url.render_as_string(hide_password=True)
    if state in POSTGRESQL_MENDS:
        return StoreError(POSTGRESQL_MENDS[state].format(store=store))
    if not (error.connection_invalidated or (state is None and type(error.orig).__name__ == "OperationalError")):
        return None
    said = str(error.orig).strip().splitlines()[0]
    if any(sign in said for sign in POSTGRESQL_LOGIN):
        return ConfigError(f"PostgreSQL refuses [store] url {store}: {said}")
    return Unreachable(f"The store {store} cannot be reached: {said}")


# --- who else is at work -----------------------------------------------------------------------------------
# An embedded store is used by one run at a time, and the lock file beside it says which. On PostgreSQL locks belong to a
# connection, and end with it, of whatever death.


@contextmanager
def locking(engine: Engine) -> Iterator[Connection]:
    """A connection of its own for locks."""
    with errors_in_words(engine), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(NOTICE_DEATHS)
        yield connection


@contextmanager
def advisory_lock(engine: Engine, name: str) -> Iterator[bool]:
    """Whether nobody else holds the lock of this name, on whatever machine; always True on SQLite."""
    if is_embedded(engine):
        yield True
        return
    with locking(engine) as connection:
        mine = bool(connection.execute(text("select pg_try_advisory_lock(:key)"), key_of(name)).scalar_one())
        try:
            yield mine
        finally:
            if mine:
                connection.execute(text("select pg_advisory_unlock(:key)"), key_of(name))


@contextmanager
def worker_lock(engine: Engine) -> Iterator[int]:
    """A number by which others know for how long this worker is at work (`LIVING`); 0 on SQLite, where there are no others."""
    if is_embedded(engine):
        yield 0
        return
    with locking(engine) as connection:
        key = {"workers": WORKERS, "worker": 1 + secrets.randbelow(2**31 - 1)}
        connection.execute(text("select pg_advisory_lock(:workers, :worker)"), key)
        try:
            yield key["worker"]
        finally:
            connection.execute(text("select pg_advisory_unlock(:workers, :worker)"), key)


LIVING = text(
    "select objid::bigint from pg_locks where locktype = 'advisory' and granted and objsubid = 2 "
    "and classid::bigint = :workers and database = (select oid from pg_database where datname = current_database())"
)


def living(connection: Connection) -> set[int]:
    """The workers that are at work at this moment, this one among them; none on SQLite."""
    return set() if is_embedded(connection.engine) else set(connection.execute(LIVING, {"workers": WORKERS}).scalars())


def one_after_another(connection: Connection, name: str) -> None:
    """On PostgreSQL, wait until no other transaction has said the same, to its end. On SQLite a writer is alone anyway."""
    if not is_embedded(connection.engine):
        connection.execute(text("select pg_advisory_xact_lock(:key)"), key_of(name))


def key_of(name: str) -> dict[str, int]:
    return {"key": int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)}
