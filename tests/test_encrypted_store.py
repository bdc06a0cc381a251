"""A store that is encrypted, by the commands: the key of the environment, what is told without it, and what works with it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from base64 import b64decode
from contextlib import closing
from pathlib import Path

import pytest

from swc_mailer.adapters.store import open_store
from swc_mailer.core.model import Outcome
from tests.contracts.conftest import Post
from tests.office import Office, open_office

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER = "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s="
MAIL = b"From: ann@example.org\r\nSubject: Papers\r\nMessage-ID: <1@example.org>\r\n\r\nPlease send them, 0123456.\r\n"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """With a message that was kept before there was a key."""
    office = open_office(tmp_path)
    with office.post() as post:
        post.take(Outcome.REVIEW, raw=MAIL)
    return office


def with_key(office: Office, *keys: str) -> None:
    (office.folder / "raw-key").write_text("\n".join(keys))
    (office.folder / "raw-key").chmod(0o600)
    if "raw_key_file" not in office.config.read_text():
        with office.config.open("a") as file:
            file.write('raw_key_file = "raw-key"\n')


def is_encrypted(store: Path) -> bool:
    with closing(sqlite3.connect(store)) as connection:
        return all(raw.startswith(b"\x80") for (raw,) in connection.execute("select raw from message where raw is not null"))


def test_upgrade_encrypts_and_every_command_reads_on(office: Office) -> None:
    with_key(office, KEY)
    (case,) = office.program("queue", "list", "--json").stdout.splitlines()
    said = office.program("upgrade").stdout

    assert "1 message or scan was encrypted with the newest key" in said
    assert "encrypted" not in office.program("upgrade").stdout
    assert is_encrypted(office.store_file)
    assert MAIL not in office.store_file.read_bytes()
    (exported,) = office.json("export", "--email", "ann@example.org")["cases"]
    assert b64decode(exported["messages"][0]["source_base64"]) == MAIL
    office.program("replay")
    office.program("backup", "copy.db")
    assert is_encrypted(office.folder / "copy.db")
    office.program("restore", "copy.db")
    assert office.program("queue", "list", "--json").stdout.splitlines() == [case]


def test_without_the_key_nothing_is_begun(office: Office) -> None:
    with_key(office, KEY)
    office.program("upgrade")
    with_key(office, OTHER)
    said = [office.program(*command, code=2).stderr for command in (["run"], ["status"], ["backup", "copy.db"], ["upgrade"])]

    assert all("is encrypted with a key that is not given" in line and len(line.splitlines()) == 1 for line in said)
    assert not (office.folder / "copy.db").exists()
    with_key(office, OTHER, KEY)
    office.program("upgrade")
    with_key(office, OTHER)
    office.program("queue", "list")


def test_a_backup_whose_key_is_gone_changes_nothing(office: Office) -> None:
    with_key(office, KEY)
    office.program("upgrade")
    office.program("backup", "copy.db")
    with_key(office, OTHER, KEY)
    office.program("upgrade")
    with_key(office, OTHER)

    assert "not given" in office.program("restore", "copy.db", code=2).stderr
    office.program("queue", "list")
    with_key(office, OTHER, KEY)
    office.program("restore", "copy.db")


def test_the_key_comes_from_the_environment(office: Office) -> None:
    program = [sys.executable, "-m", "swc_mailer", "upgrade", "--config", str(office.config)]
    environ = {"PATH": os.environ["PATH"], "SWC_MAILER_STORE__RAW_KEY": KEY}
    ran = subprocess.run(program, env=environ, capture_output=True, text=True, cwd=office.folder, check=True)

    assert "encrypted with the newest key" in ran.stdout
    assert is_encrypted(office.store_file)
    assert "is encrypted" in office.program("status", code=2).stderr


def test_a_message_taken_in_is_encrypted_in_the_same_transaction(office: Office) -> None:
    with closing(open_store(office.url, raw_keys=[KEY])) as store, store.intake() as intake:
        intake.remember(Post(store).taken(Outcome.REVIEW, raw=MAIL + b"2", reply=None), now=store.taken_in()[0].taken_at)

    with closing(sqlite3.connect(office.store_file)) as connection:
        assert connection.execute("select count(*) from message where substr(raw, 1, 1) = x'80'").fetchone() == (1,)


def test_opening_reads_no_library_of_ciphers(office: Office) -> None:
    """Most ticks of cron find nothing to do."""
    code = f"""
import sys
from swc_mailer.adapters.store import open_store
open_store({office.url!r}, raw_keys=[{KEY!r}]).close()
print(sorted(name for name in sys.modules if name.startswith("cryptography")))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"


def test_check_tells_what_is_not_encrypted_yet(office: Office) -> None:
    before = office.program("check", code=None).stdout
    with_key(office, KEY)
    told = office.program("check", code=None).stdout
    office.program("upgrade")
    after = office.program("check", code=None).stdout

    assert "not encrypted" not in before + after
    assert "not encrypted with the newest key: 1 messages or scans" in told
