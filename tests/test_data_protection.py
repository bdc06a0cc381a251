"""`export`, `erase` and `purge` as processes of their own, on a store that holds real bytes."""

from __future__ import annotations

import base64
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from swc_mailer.core.model import Mailbox, Outcome
from tests.office import Office, open_office

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)
BOB = Mailbox("Bob Other", "bob@example.org")
LETTER = (
    b"From: Ann Example <ann@example.org>\r\n"
    b"Subject: The consultation\r\n"
    b"Message-ID: <first@example.org>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    b"Please send the pack to Ann, at the Caf\xe9.\x1b[2J\r\n"
    b"--x\r\nContent-Type: application/pdf; name=letter.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--x--\r\n"
)
REPLY_HEAD = b"Subject: Re: The consultation\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nWhich is your number?\r\n"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path)


@pytest.fixture
def asked(office: Office) -> Office:
    """Ann was asked for her number, gave it, is noted; a robot of hers was ignored; Bob asked too."""
    with office.post() as post:
        message = post.message(subject="The consultation", message_id="<first@example.org>")
        reply = post.reply(message, Outcome.DETAILS_MISSING)
        assert reply
        first = post.take(Outcome.DETAILS_MISSING, message, raw=LETTER, reply=replace(reply, head=REPLY_HEAD))
        post.take(Outcome.PACK, request_id=first.request_id, number="0123456")
        post.take(Outcome.IGNORE, codes=["auto_reply"])
        post.store.note(first.request_id, who="jo", text="Ann telephoned.", now=NOW)
        post.take(Outcome.PACK, post.message(from_=(BOB,)), number="7654321")
    return office


def audit(office: Office) -> list[tuple[str, str]]:
    """Action and case of every line, newest last."""
    with closing(sqlite3.connect(office.store_file)) as connection:
        return list(connection.execute("select action, coalesce(request_id, '') from audit order by id"))


def bytes_of_store(office: Office) -> bytes:
    return b"".join(path.read_bytes() for path in office.folder.glob("store.db*")).lower()


# --- export ------------------------------------------------------------------------------------------------


def test_an_export_can_be_read_and_has_all(asked: Office) -> None:
    said = asked.program("export", "--member", "123456").stdout

    assert said.startswith("What is held about membership number 123456\n===")
    assert "Held: 1 request, 2 messages, 2 replies." in said
    assert "0123456 Ann Example; 12 Station Road, Leeds, LS6 2AB; ann@example.org; current" in said
    assert "- number 0123456" in said
    assert "    Please send the pack to Ann, at the Café." in said
    assert "[attached: letter.pdf, application/pdf, 5 bytes]" in said
    assert "    Which is your number?" in said
    assert "Ann telephoned." in said
    assert "Content-Transfer-Encoding: base64\n\nJVBERi0=\n" in said  # as it came


def test_an_export_by_address_has_what_was_ignored_too_and_nobody_elses(asked: Office) -> None:
    said = asked.program("export", "--email", "Ann@Example.org").stdout

    assert "Held: 1 request, 3 messages, 2 replies." in said
    assert "Ignored: Consultation" in said
    assert "bob" not in said.lower()
    assert "Station Road" not in said  # who writes from an address need not be the member whose number they give


def test_what_a_terminal_would_obey_is_not_in_it(asked: Office) -> None:
    assert "\x1b" not in asked.program("export", "--email", "ann@example.org").stdout


def test_the_json_has_the_messages_byte_for_byte(asked: Office) -> None:
    record = asked.json("export", "--email", "ann@example.org")
    (case,) = record["cases"]

    assert base64.b64decode(case["messages"][0]["source_base64"]) == LETTER
    assert case["replies"][0]["text"].strip() == "Which is your number?"
    assert [made["outcome"] for made in case["decisions"]] == ["details_missing", "pack"]
    assert [message["outcome"] for message in record["ignored"]] == ["ignore"]
    assert [done["action"] for done in record["done"]] == ["note"]
    assert (record["email"], record["membership_number"], record["never_answered_since"]) == ("ann@example.org", None, None)
    assert "candidates" not in case  # they may be other people


def test_a_file_is_for_its_owner_alone(asked: Office) -> None:
    ran = asked.program("export", "--email", "ann@example.org", "--out", "ann.txt")
    file = asked.folder / "ann.txt"

    assert "The consultation" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (ran.stdout, ran.stderr.startswith("Wrote ann.txt.")) == ("", True)


def test_a_file_that_cannot_be_written_is_said(asked: Office) -> None:
    assert "cannot be written" in asked.program("export", "--member", "1", "--out", "nowhere/ann.txt", code=2).stderr


def test_an_export_is_written_down(asked: Office) -> None:
    asked.program("export", "--email", "ann@example.org")
    asked.program("export", "--email", "nobody@example.org")

    assert [action for action, _ in audit(asked)] == ["note", "export", "export"]
    assert [bool(case) for _, case in audit(asked)] == [True, True, False]


def test_nothing_held_is_an_answer_too(asked: Office) -> None:
    assert "Held: 0 requests, 0 messages, 0 replies." in asked.program("export", "--email", "nobody@example.org").stdout


def test_what_retention_took_is_told_as_no_longer_kept(asked: Office) -> None:
    asked.program("purge")

    assert "(no longer kept)" in asked.program("export", "--email", "bob@example.org").stdout


# --- erase -------------------------------------------------------------------------------------------------


def test_it_is_asked_first_and_told_what_goes_and_what_is_not_reached(asked: Office) -> None:
    (asked.folder / "store.db.replaced-20140101-000000").touch()
    ran = asked.program("erase", "--email", "ann@example.org", said="no\n", code=1)

    # The question for her number was withdrawn when she gave it; the pack is due.
    assert "2 messages, 2 replies (1 not sent yet, and never will be), 1 note" in ran.stdout
    assert "- 1 message that was ignored" in ran.stdout
    assert "These cases also name 0123456" in ran.stdout
    assert "- the mailbox, folder swc/Answered: The consultation, received 10 February 2014, 09:10" in ran.stdout
    assert f"- the register, {asked.folder}/members.csv" in ran.stdout
    assert "store.db.replaced-20140101-000000, a store that was replaced" in ran.stdout
    assert "- backups" in ran.stdout
    assert "Nothing was erased." in ran.stdout
    assert b"ann@example.org" in bytes_of_store(asked)


def test_where_nobody_answers_nothing_is_erased(asked: Office) -> None:
    assert "give --yes" in asked.program("erase", "--email", "ann@example.org", code=2).stderr
    assert b"ann@example.org" in bytes_of_store(asked)


@pytest.mark.parametrize("how", [["--yes"], ["--yes", "--quiet"]], ids=" ".join)
def test_who_is_erased_is_in_no_file_and_the_counts_stay(asked: Office, how: list[str]) -> None:
    before = asked.json("report")
    ran = asked.program("erase", "--email", "ann@example.org", *how)

    assert ran.stdout.endswith("Erased.\n") != ("--quiet" in how)
    assert [word for word in (b"ann", b"0123456", b"first@") if word in bytes_of_store(asked)] == []
    assert b"bob@example.org" in bytes_of_store(asked)
    after = asked.json("report")
    assert (after["outcomes"], after["days"]) == (before["outcomes"], before["days"])
    assert audit(asked)[-1][0] == "erase"
    assert "Nothing is held" in asked.program("erase", "--email", "ann@example.org").stdout


def test_a_yes_that_is_typed_erases(asked: Office) -> None:
    asked.program("erase", "--member", "7654321", said="Yes\n")

    assert b"bob@example.org" not in bytes_of_store(asked)


def test_nobody_is_erased_while_they_are_answered(asked: Office) -> None:
    with asked.post() as post:
        post.store.claim(post.store.due(now=NOW, limit=1)[0].id, now=NOW)

    assert "is being sent" in asked.program("erase", "--email", "ann@example.org", "--yes", code=1).stderr
    assert b"ann@example.org" in bytes_of_store(asked)


# --- purge -------------------------------------------------------------------------------------------------


@pytest.fixture
def old(asked: Office) -> Office:
    """Bytes are kept for 30 days, everything else for 90; Ann's case is 60 days old, Bob's 120, and one of his waits."""
    with asked.config.open("a") as config:
        config.write("[retention]\nraw_days = 30\nrequest_days = 90\naudit_days = 0\n")
    asked.store_file.unlink()
    now = datetime.now(UTC)
    with asked.post() as post:
        for days, sender in ((60, "ann@example.org"), (120, "bob@example.org")):
            post.take(Outcome.SETTLED, post.message(from_=(Mailbox("", sender),)), now=now - timedelta(days=days))
        post.take(Outcome.REVIEW, post.message(from_=(Mailbox("", "cy@example.org"),)), now=now - timedelta(days=120))
        post.take(Outcome.IGNORE, post.message(from_=(Mailbox("", "robot@example.org"),)), now=now - timedelta(days=120))
    return asked


def test_a_dry_run_counts_and_changes_nothing(old: Office) -> None:
    assert old.json("purge", "--dry-run") == {
        "dry_run": True,
        "raw": 3,
        "scans": 0,
        "requests": 1,
        "ignored": 1,
        "audit": 0,
        "runs": 0,
    }
    assert old.json("purge", "--dry-run") == {
        "dry_run": True,
        "raw": 3,
        "scans": 0,
        "requests": 1,
        "ignored": 1,
        "audit": 0,
        "runs": 0,
    }
    assert "would go" in old.program("purge", "--dry-run").stdout
    assert audit(old) == []


def test_what_is_older_than_its_time_goes_and_what_waits_stays(old: Office) -> None:
    assert old.json("purge") == {"dry_run": False, "raw": 3, "scans": 0, "requests": 1, "ignored": 1, "audit": 0, "runs": 0}
    assert old.json("purge") == {"dry_run": False, "raw": 0, "scans": 0, "requests": 0, "ignored": 0, "audit": 0, "runs": 0}
    left = bytes_of_store(old)

    assert [name for name in (b"ann@", b"bob@", b"cy@", b"robot@") if name in left] == [b"ann@", b"cy@"]
    assert [action for action, _ in audit(old)] == ["purge", "purge"]


def test_the_table_says_what_is_kept_for_how_long(old: Office) -> None:
    rows = [line.split() for line in old.program("purge").stdout.splitlines()]

    assert rows[0] == ["what", "went", "kept", "for", "by"]
    assert rows[1][-5:] == ["came", "3", "30", "days", "retention.raw_days"]
    assert rows[5][-3:] == ["0", "ever", "retention.audit_days"]
    assert old.program("purge", "--quiet").stdout == ""


def test_years_beyond_the_calendar_are_only_long(old: Office) -> None:
    old.config.write_text(old.config.read_text().replace("request_days = 90", "request_days = 9999999999"))

    assert old.json("purge")["requests"] == 0


# --- wrong usage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    ["export", "erase", "export --member Ann", "erase --email Ann", "erase --email @", "export --member 1 --email a@b.org"],
)
def test_a_person_is_named_by_one_number_or_one_address(office: Office, arguments: str) -> None:
    assert "usage: swc-mailer" in office.program(*arguments.split(), code=2).stderr


@pytest.mark.parametrize("arguments", ["export --member 1", "erase --member 1 --yes", "purge", "purge --dry-run"])
def test_without_a_store_it_says_so_and_makes_none(office: Office, arguments: str) -> None:
    ran = office.program(*arguments.split(), code=1)

    assert ran.stderr == f"swc-mailer: There is no store at {office.store_file} yet: the first run makes it.\n"
    assert not office.store_file.exists()
