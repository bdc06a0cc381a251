"""Opening the store, what goes wrong with it said in one sentence, and what a death in the middle leaves."""

from __future__ import annotations

import ast
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from swc_mailer.adapters.store import SqlStore, open_store, upgrade_store, versions
from swc_mailer.adapters.store.engine import make_engine, writing
from swc_mailer.adapters.store.schema import metadata
from swc_mailer.core.model import Outcome
from swc_mailer.errors import ConfigError, StoreError, Unreachable
from swc_mailer.ports import Location

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


def problem(url: str) -> str:
    with pytest.raises(StoreError) as raised:
        open_store(url).close()
    return str(raised.value)


# --- versions ----------------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_of_the_schema(store_url: str) -> None:
    engine = make_engine(store_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()

    assert differences == []


def test_head_is_the_newest_migration() -> None:
    newest = max((versions.MIGRATIONS / "versions").glob("*.py"))

    assert newest.name.split("_")[0] == versions.HEAD


EARLIER = sorted(path.name.split("_")[0] for path in (versions.MIGRATIONS / "versions").glob("*.py"))[:-1]


def with_a_message_that_waits(url: str, version: str) -> None:
    """The tables of an earlier version; a message was taken in and not yet filed."""
    config = Config(attributes={"connection": None})
    config.set_main_option("script_location", str(versions.MIGRATIONS))
    engine = make_engine(url)
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.exec_driver_sql(
            "insert into message (id, digest, copy, message_id, sender, name, subject, received, taken_at, size, whole, outcome,"
            " file_in) values (1, 'd', 0, '<a@example.org>', 'ann@example.org', 'Ann', 'It', '2014-02-10 09:15:00',"
            " '2014-02-10 09:16:00', 9, true, 'ignore', 'ignored')"
        )
        connection.exec_driver_sql(
            "insert into place (message, account, folder, uidvalidity, uid) values (1, 'a', 'INBOX', 7, 1)"
        )
    engine.dispose()


@pytest.mark.parametrize("version", EARLIER)
def test_a_store_of_an_earlier_version_is_brought_to_this_one_with_all_that_it_holds(url: str, version: str) -> None:
    with_a_message_that_waits(url, version)

    with closing(open_store(url)) as store:
        assert [message.location for message in store.to_file(limit=10)] == [Location("a", "INBOX", 7, 1)]
        assert (store.counts().messages["ignored"], store.begun()) == (1, [])


def test_a_postgresql_of_an_earlier_version_is_left_as_it_is_until_upgrade(postgresql: Callable[[str], str]) -> None:
    url = postgresql("template1")
    with_a_message_that_waits(url, EARLIER[0])

    assert f"has schema {EARLIER[0]}, this program needs {versions.HEAD}" in problem(url)
    upgrade_store(url)
    with closing(open_store(url)) as store:
        assert len(store.to_file(limit=10)) == 1


def test_an_embedded_store_makes_itself(url: str) -> None:
    store = open_store(url)

    assert store.counts().messages["taken_in"] == 0
    store.close()


def test_postgresql_is_made_by_upgrade_alone(postgresql: Callable[[str], str]) -> None:
    url = postgresql("template1")

    assert "run swc-mailer upgrade" in problem(url)
    upgrade_store(url)
    upgrade_store(url)
    open_store(url).close()


def test_a_store_that_is_only_looked_at_is_not_made(url: str, path: Path) -> None:
    store = open_store(url, upgrade=False)

    assert store.counts().messages["taken_in"] == 0
    assert not path.exists()
    store.close()


def test_a_store_of_a_newer_version_is_left_alone(store_url: str) -> None:
    engine = make_engine(store_url)
    with writing(engine) as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    engine.dispose()

    assert "newer swc-mailer" in problem(store_url)


def test_an_interrupted_upgrade_leaves_nothing_half_done(url: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(versions, "migrate", lambda connection: (connection.exec_driver_sql("create table message (a)"), 1 / 0))
        with pytest.raises(ZeroDivisionError):
            open_store(url)

    open_store(url).close()
    assert path.exists()


def test_an_existing_store_is_opened_without_alembic(url: str) -> None:
    open_store(url).close()
    code = f"import sys; from swc_mailer.adapters.store import open_store; open_store({url!r}); print('alembic' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


# --- what goes wrong ---------------------------------------------------------------------------------------


def test_a_file_that_is_no_database(url: str, path: Path) -> None:
    path.write_bytes(b"number;name\n" * 1000)

    assert "is no store of swc-mailer" in problem(url)
    assert path.read_bytes().startswith(b"number;name")


def test_a_database_of_another_program(url: str, path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table message (a)")
    connection.close()

    assert "another program" in problem(url)


def test_a_damaged_store(url: str, path: Path) -> None:
    open_store(url).close()
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)

    with pytest.raises(StoreError, match=r"damaged|no store"):
        open_store(url).counts()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "its folder must exist" in problem(f"sqlite:///{tmp_path}/nowhere/store.db")


@pytest.mark.parametrize("url", ["mysql://x/y", "store.db", "sqlit:///x", ""])
def test_a_url_of_no_store_names_the_key(url: str) -> None:
    with pytest.raises(ConfigError, match=r"\[store\] url"):
        open_store(url)


def test_a_postgresql_that_is_not_there_is_tried_again_later() -> None:
    with pytest.raises(Unreachable, match="cannot be reached"):
        open_store("postgresql+psycopg://user:secret@127.0.0.1:1/none")


def test_the_password_is_not_told(postgresql: Callable[[], str]) -> None:
    engine = create_engine(postgresql())
    missing = engine.url.set(database="none", password="hush").render_as_string(hide_password=False)
    engine.dispose()
    with pytest.raises(ConfigError, match="does not exist") as raised:
        open_store(missing)

    assert "hush" not in str(raised.value)


def test_a_read_only_store_can_be_read_and_says_so_when_written(url: str, path: Path) -> None:
    open_store(url).close()
    store = open_store(f"sqlite:///file:{path}?mode=ro&uri=true", upgrade=False)

    assert store.counts().waiting == 0
    with pytest.raises(StoreError, match="cannot be written"):
        store.run_started(now=NOW)
    store.close()


def test_a_store_that_another_program_keeps_locked(store: SqlStore, store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not store_url.startswith("sqlite"):
        return  # PostgreSQL's writers do not lock each other out
    monkeypatch.setattr("swc_mailer.adapters.store.engine.BUSY_SECONDS", 0.05)
    other = open_store(store_url)
    with store.intake(), pytest.raises(StoreError, match="in use by another program"):
        other.run_started(now=NOW)
    other.close()


def test_a_full_disk_loses_the_batch_whole_and_says_so(store: SqlStore, store_url: str, post: Any) -> None:
    if not store_url.startswith("sqlite"):
        return  # the server's disk is not ours to fill
    kept = post.take(Outcome.PACK)
    fits = post.taken(Outcome.PACK)
    too_large = post.taken(Outcome.PACK, raw=os.urandom(3_000_000))
    with full_disk(store), pytest.raises(StoreError, match="full"):
        take_in(store, fits, too_large)

    assert store.counts().messages["taken_in"] == 1
    assert store.case(kept.request_id)
    take_in(store, too_large)
    assert store.counts().messages["taken_in"] == 2


def take_in(store: SqlStore, *messages: Any) -> None:
    with store.intake() as intake:
        for taken in messages:
            intake.remember(taken, now=NOW)


class full_disk:  # noqa: N801 -- used as a context manager
    """SQLite may add no page to the store meanwhile."""

    def __init__(self, store: SqlStore) -> None:
        self._engine = store._engine

    def __enter__(self) -> None:
        self._limit(100)

    def __exit__(self, *_: object) -> None:
        self._limit(1_000_000)

    def _limit(self, pages: int) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(f"pragma max_page_count = {pages}")


WRITE_UNTIL_FULL = """
import signal, sys
from datetime import UTC, datetime
from swc_mailer.adapters.store import open_store
from swc_mailer.errors import StoreError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = open_store(sys.argv[1])
try:
    for number in range(1000):
        store.keep_pack(str(number), bytes(10_000))
except StoreError as error:
    print(error)
"""


def test_a_file_that_may_not_grow_says_so_and_stays_whole(url: str) -> None:
    open_store(url).close()
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))  # noqa: E731
    done = subprocess.run([sys.executable, "-c", WRITE_UNTIL_FULL, url], capture_output=True, text=True, preexec_fn=limit)

    assert "the store" in done.stdout.lower() or "disk" in done.stdout, done.stderr
    store = open_store(url)
    assert store.pack("0") == bytes(10_000)
    store.close()


# --- a death in the middle ---------------------------------------------------------------------------------

DIE_IN_A_TRANSACTION = """
import os, signal, sys
from datetime import UTC, datetime
from swc_mailer.adapters.store import open_store
from swc_mailer.ports import Fetched, Location, Waiting

now = datetime(2014, 2, 10, tzinfo=UTC)
store = open_store(sys.argv[1])
with store.intake() as intake:
    for uid in range(3):
        location = Location("a", "INBOX", 1, uid)
        for _ in range(3):
            intake.set_aside(Fetched(Waiting(location, 1, now, False), b"x"), str(uid), error="e", now=now)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_in_a_transaction_leaves_nothing_of_it(store: SqlStore, store_url: str, post: Any) -> None:
    post.take(Outcome.PACK)
    died = subprocess.run([sys.executable, "-c", DIE_IN_A_TRANSACTION, store_url])

    assert died.returncode == -signal.SIGKILL
    assert store.counts().messages["taken_in"] == 1
    assert store.queue() == []
    post.take(Outcome.PACK)
    assert store.counts().messages["taken_in"] == 2


# --- copies, and who may read ------------------------------------------------------------------------------


def test_only_the_owner_may_read_the_store(url: str, path: Path) -> None:
    store = open_store(url)
    store.run_started(now=NOW)
    files = [path, path.with_name("store.db-wal"), path.with_name("store.db-shm")]

    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3
    store.close()


def test_a_backup_is_whole_while_the_store_is_in_use(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    store.keep_pack("digest", b"block")
    with store.intake():
        store.backup(tmp_path / "copy.db")
    copy = open_store(f"sqlite:///{tmp_path}/copy.db")

    assert copy.pack("digest") == b"block"
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.glob(".*")) == []
    copy.close()
    store.close()


def test_a_backup_that_fails_says_so(url: str, tmp_path: Path, postgresql: Callable[[], str]) -> None:
    store, other = open_store(url), open_store(postgresql())
    with pytest.raises(StoreError, match="could not be copied"):
        store.backup(tmp_path / "nowhere" / "copy.db")
    with pytest.raises(StoreError, match="pg_dump"):
        other.backup(tmp_path / "copy.db")
    store.close()
    other.close()


def test_only_one_file_knows_one_database_from_another() -> None:
    folder = Path(versions.__file__).parent
    naming = {
        file.name
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ("sqlite", "postgresql")
    }

    assert naming == {"engine.py"}
