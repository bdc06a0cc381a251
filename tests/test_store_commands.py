"""`backup`, `restore` and `upgrade` as processes of their own: the right store or a sentence, and nothing half done."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from swc_mailer.adapters.store import open_store
from swc_mailer.core.model import Mailbox, Outcome
from tests.contracts.conftest import postgresql  # noqa: F401 -- a fixture
from tests.office import Office, open_office

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
BOB = Mailbox("Bob Other", "bob@example.org")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path)


@pytest.fixture
def copied(office: Office) -> Office:
    """A store with a case that waits, and its backup in copy.db."""
    with office.post() as post:
        post.take(Outcome.REVIEW)
    office.program("backup", "copy.db")
    return office


def queue(office: Office) -> list[str]:
    return [line.split()[0] for line in office.program("queue", "list", "--json").stdout.splitlines()]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def kept(office: Office) -> list[Path]:
    return sorted(office.folder.glob("store.db.replaced-*"))


# --- what is put back --------------------------------------------------------------------------------------


def test_a_backup_is_put_back_and_the_store_that_it_replaces_is_kept(copied: Office) -> None:
    with copied.post() as post:
        post.take(Outcome.REVIEW, post.message(from_=(BOB,)))
    said = copied.program("restore", "copy.db").stdout

    assert len(queue(copied)) == 1
    assert mode(copied.store_file) == 0o600
    (aside,) = kept(copied)
    assert mode(aside) == 0o600
    assert str(aside) in said
    assert "1 message taken in since" in said
    assert "swc/Review" in said
    with closing(open_store(f"sqlite:///{aside}")) as replaced:
        assert len(replaced.queue()) == 2
    assert (copied.folder / "copy.db").exists()
    assert list(copied.folder.glob(".*")) == []


def test_a_store_is_put_back_where_there_is_none(copied: Office) -> None:
    copied.store_file.unlink()
    said = copied.program("restore", "copy.db").stdout

    assert len(queue(copied)) == 1
    assert "replaces" not in said
    assert kept(copied) == []


def test_two_replaced_stores_do_not_replace_each_other(copied: Office) -> None:
    for _ in range(3):
        copied.program("restore", "copy.db", "--quiet")

    assert len(kept(copied)) == 3


def test_a_damaged_store_is_replaced_and_kept_and_its_log_does_not_spoil_the_new_one(copied: Office) -> None:
    copied.store_file.write_bytes(b"Dear Sir")
    copied.store_file.with_name("store.db-wal").write_bytes(b"log")
    said = copied.program("restore", "copy.db").stdout

    assert len(queue(copied)) == 1
    assert kept(copied)[0].read_bytes() == b"Dear Sir"
    assert "must be erased again" in said


# --- nothing twice -----------------------------------------------------------------------------------------


def test_a_reply_that_may_have_been_sent_since_waits_for_a_person(office: Office) -> None:
    with office.post() as post:
        sent, waits = post.due_reply(Outcome.PACK), post.due_reply(Outcome.PACK, message=post.message(from_=(BOB,)))
        being_sent = post.due_reply(Outcome.PACK)
        post.store.claim(being_sent, now=NOW)
    office.program("backup", "copy.db")
    with office.post() as post:
        post.send(sent)
        post.store.sent(being_sent, answer="250 ok", now=NOW)
    said = office.program("restore", "copy.db").stdout

    assert "2 replies may have been sent since" in said
    with office.post() as post:
        assert [reply.id for reply in post.store.due(now=NOW + HOUR, limit=9)] == [waits]  # the replaced store knew of it
    listed = office.program("queue", "list", "--json").stdout
    assert listed.count('"reason": "delivery_unknown"') == 2


def test_without_the_replaced_store_every_reply_that_was_due_waits_for_a_person(office: Office) -> None:
    with office.post() as post:
        post.due_reply(Outcome.PACK)
    office.program("backup", "copy.db")
    office.store_file.unlink()

    assert "1 reply may have been sent since" in office.program("restore", "copy.db").stdout


def test_replies_that_only_the_replaced_store_was_to_send_are_told(copied: Office) -> None:
    with copied.post() as post:
        post.due_reply(Outcome.PACK, message=post.message(from_=(BOB,)))

    assert "replies to bob@example.org" in copied.program("restore", "copy.db").stdout


def test_nobody_who_was_erased_comes_back(copied: Office) -> None:
    copied.program("erase", "--email", "ann@example.org", "--yes")
    said = copied.program("restore", "copy.db").stdout

    assert "1 case that had been erased since: erased again." in said
    assert b"ann@example.org" not in copied.store_file.read_bytes().lower()


# --- what is not put back ----------------------------------------------------------------------------------


def damaged(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table songs (title text)")


def of_a_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update alembic_version set version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.unlink(), "No such file"),
        (lambda path: path.write_text("Dear Sir"), "is no store, or is damaged"),
        (lambda path: path.write_bytes(b""), "is no store of swc-mailer"),
        (damaged, "is no store, or is damaged"),
        (of_another_program, "is no store of swc-mailer"),
        (of_a_newer_version, "of a newer swc-mailer (schema 9999"),
    ],
    ids=["missing", "text", "empty", "damaged", "another program", "newer"],
)
def test_what_is_no_store_for_this_version_is_refused(copied: Office, spoil: Callable[[Path], None], said: str) -> None:
    before = copied.store_file.read_bytes()
    spoil(copied.folder / "copy.db")
    ran = copied.program("restore", "copy.db", code=1)

    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert copied.store_file.read_bytes() == before
    assert kept(copied) == []
    assert list(copied.folder.glob(".*")) == []


def test_the_store_is_not_its_own_backup(copied: Office) -> None:
    assert "is the store itself" in copied.program("restore", "store.db", code=1).stderr


@pytest.mark.parametrize("command", ["restore copy.db", "upgrade"])
def test_a_run_that_is_at_work_keeps_its_store(copied: Office, command: str) -> None:
    with (copied.folder / "store.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = copied.program(*command.split(), code=1)

    assert "A run is at work" in ran.stderr
    assert kept(copied) == []


def test_a_store_that_the_review_pages_have_open_is_not_replaced(copied: Office) -> None:
    with copied.post() as post:
        post.store.queue()
        ran = copied.program("restore", "copy.db", code=1)
        post.take(Outcome.REVIEW, post.message(from_=(BOB,)))

    assert "is in use: stop swc-mailer serve" in ran.stderr
    assert kept(copied) == []
    assert len(queue(copied)) == 2


# --- upgrade -----------------------------------------------------------------------------------------------


def test_upgrade_makes_the_store_and_then_finds_it_up_to_date(office: Office) -> None:
    assert "tables were made" in office.program("upgrade").stdout
    assert mode(office.store_file) == 0o600
    assert "of this version already" in office.program("upgrade").stdout
    assert office.program("upgrade", "--quiet").stdout == ""


def test_a_newer_store_is_not_upgraded(copied: Office) -> None:
    of_a_newer_version(copied.store_file)

    assert "newer swc-mailer" in copied.program("upgrade", code=1).stderr


def test_postgresql_is_upgraded_and_copied_by_its_own_programs(tmp_path: Path, postgresql: Callable[[str], str]) -> None:  # noqa: F811
    office = open_office(tmp_path, postgresql("template0"))
    (tmp_path / "copy.db").touch()

    for command in ("pause", "run"):
        assert "run swc-mailer upgrade" in office.program(command, code=1).stderr
    assert "tables were made" in office.program("upgrade").stdout
    assert office.program("pause").returncode == 0
    assert "pg_restore" in office.program("restore", "copy.db", code=1).stderr
    assert "pg_dump" in office.program("backup", "copy.db", code=1).stderr


# --- who may read ------------------------------------------------------------------------------------------


def test_everything_beside_the_store_is_for_its_owner_alone(copied: Office) -> None:
    copied.program("members", "find", "ann")
    copied.program("upgrade")
    ours = [path for path in copied.folder.iterdir() if path.name.startswith(("store", "copy"))]

    assert len(ours) >= 4
    assert {path.name for path in ours if mode(path) & 0o077} == set()


def test_check_warns_of_a_store_that_others_can_read(copied: Office) -> None:
    copied.program("restore", "copy.db")
    (aside,) = kept(copied)
    assert "can be read by other users" not in copied.program("check", code=None).stdout
    for path in (copied.store_file, aside):
        path.chmod(0o644)
    said = copied.program("check", code=None).stdout

    assert f"{copied.store_file} can be read by other users" in said
    assert f"{aside} can be read by other users" in said


def test_a_backup_of_a_backup_is_a_backup(copied: Office) -> None:
    shutil.copy(copied.folder / "copy.db", copied.store_file)
    copied.program("backup", "second.db")
    copied.program("restore", "second.db")

    assert len(queue(copied)) == 1
