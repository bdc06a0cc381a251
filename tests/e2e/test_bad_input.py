"""What is wrong is said in one sentence with its mend, and no message is touched; what is odd in one message stops no other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.e2e.charity import Charity
from tests.e2e.hosts import DovecotMailbox
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import SmtpServer

REGISTER = """\
membership_number,name,address_1,address_2,town,county,postcode,email,status
1234567,Ann Example,12 Station Road,,Leeds,,LS6 2AB,ann@example.org,current
"""
GOOD = b"""\
From: Ann Example <ann@example.org>
To: swc@amnesty.org.uk
Subject: Consultation documents
Message-ID: <good@example.org>
Content-Type: text/plain; charset=utf-8

Please send me the documents. My membership number is 1234567.

12 Station Road
Leeds LS6 2AB
"""
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with Dovecot(authority=trustme.CA(), accounts={"wrong-password": PASSWORD + "-not"}) as server:
        yield server


@pytest.fixture
def charity(server: Dovecot, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Charity]:
    """With one good request in an inbox of its own."""
    user = f"user{abs(hash(request.node.nodeid))}"
    mailbox = DovecotMailbox(server, {"port": server.port, "security": "none"}, username=user)
    server.deliver(user, GOOD)
    with SmtpServer(login="office:secret-word") as smtp:
        charity = Charity(tmp_path, mailbox, smtp)
        charity.write(REGISTER)
        yield charity


def inbox_of(charity: Charity) -> list[bytes]:
    return charity.mailbox.folders()["inbox"]


# --- set-ups that cannot work ------------------------------------------------------------------------------


def no_member_column(charity: Charity) -> None:
    charity.write(REGISTER.replace("membership_number", "id"))


def empty_register(charity: Charity) -> None:
    charity.write(REGISTER.splitlines()[0])


def no_pack(charity: Charity) -> None:
    charity.write(REGISTER, consultation={"pack": ["papers/*.pdf"]})


def broken_template(charity: Charity) -> None:
    (charity.folder / "ours" / "replies").mkdir(parents=True)
    (charity.folder / "ours" / "replies" / "pack.txt.j2").write_text("Hello,\n\n{{ titel }}\n")
    charity.write(REGISTER, consultation={"templates": "ours"})


def wrong_password(charity: Charity) -> None:
    charity.write(REGISTER, imap={"password": "a-secret-that-is-wrong", "username": "wrong-password"})


def unknown_host(charity: Charity) -> None:
    charity.write(REGISTER, imap={"host": "mail.invalid", "timeout_seconds": 5})


def nobody_listens(charity: Charity) -> None:
    charity.write(REGISTER, imap={"port": 1})


def strange_certificate(charity: Charity) -> None:
    port = charity.mailbox.server.tls_port  # type: ignore[attr-defined] # a DovecotMailbox
    charity.write(REGISTER, imap={"host": "localhost", "port": port, "security": "tls"})


def impossible_folder(charity: Charity) -> None:
    charity.write(REGISTER, imap={"review": "a" * 300})


WRONG: Mapping[str, tuple[Callable[[Charity], None], int, tuple[str, ...]]] = {
    "a register without the mapped column": (no_member_column, 2, ("members.csv", "membership_number")),
    "an empty register": (empty_register, 2, ("members.csv", "no usable row")),
    "a pack that is not there": (no_pack, 2, ("consultation.pack", "papers/*.pdf")),
    "a template that does not render": (broken_template, 2, ("pack.txt.j2", "line 3", "titel")),
    "a wrong password": (wrong_password, 2, ("wrong-password", "imap.password")),
    "a host that nobody knows": (unknown_host, 75, ("mail.invalid",)),
    "a port where nobody listens": (nobody_listens, 75, ("127.0.0.1:1",)),
    "a certificate of an unknown authority": (strange_certificate, 2, ("certificate", "imap.ca_file")),
    "a folder that cannot be made": (impossible_folder, 2, ("imap.review",)),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_set_up_that_cannot_work_is_one_sentence_and_no_mail_is_touched(
    charity: Charity, wrong: tuple[Callable[[Charity], None], int, tuple[str, ...]]
) -> None:
    spoil, code, words = wrong
    spoil(charity)

    ran = charity.program("run")

    said = ran.stderr.splitlines()
    assert (ran.returncode, len(said)) == (code, 1), ran.stderr
    assert said[0].startswith("swc-mailer: ")
    assert all(word in said[0] for word in words), said[0]
    assert "secret" not in ran.stderr + ran.stdout
    assert inbox_of(charity) == [GOOD]
    assert charity.smtp.taken == []


def test_what_was_mended_works_at_once(charity: Charity) -> None:
    no_pack(charity)
    charity.program("run")
    charity.write(REGISTER, smtp={"username": "office", "password": "secret-word"})

    assert charity.result("run")["replies_sent"] == 1


def test_a_refused_smtp_log_in_keeps_the_reply_and_files_the_mail(charity: Charity) -> None:
    charity.write(REGISTER, smtp={"username": "office", "password": "wrong-word"})

    ran = charity.program("run")

    assert ran.returncode == 2
    assert "smtp.password" in ran.stderr
    assert "wrong-word" not in ran.stderr
    assert len(charity.mailbox.folders()["answered"]) == 1

    charity.write(REGISTER, smtp={"username": "office", "password": "secret-word"})

    assert charity.smtp.taken == []
    assert json.loads(charity.program("status", "--json").stdout)["replies_due"] == 1


# --- messages that are odd ---------------------------------------------------------------------------------


def moment() -> datetime:
    return datetime(2014, 2, 10, 9, 30, tzinfo=UTC)


def odd(head: bytes, body: bytes) -> bytes:
    return head + b"\r\n\r\n" + body


ODD: Mapping[str, tuple[bytes, str, str]] = {
    "10,000 parts": (
        odd(
            b'From: many@example.org\r\nMessage-ID: <many@example.org>\r\nContent-Type: multipart/mixed; boundary="b"',
            b"--b\r\n\r\nplease\r\n" * 10_000 + b"--b--\r\n",
        ),
        "review",
        "unreadable",
    ),
    "30 MB": (
        odd(b"From: big@example.org\r\nMessage-ID: <big@example.org>", b"please send me the documents\r\n" * MEGABYTE),
        "review",
        "too_large",
    ),
    "no From": (odd(b"Subject: Consultation documents", b"Please send them.\r\n"), "review", "no_reply_address"),
    "encrypted": (
        odd(
            b"From: secret@example.org\r\nContent-Type: multipart/encrypted; boundary=b; protocol=application/pgp-encrypted",
            b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\n"
            b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--b--\r\n",
        ),
        "review",
        "unreadable",
    ),
}


@pytest.mark.parametrize("message", ODD.values(), ids=ODD.keys())
def test_a_message_that_is_odd_waits_for_a_person_and_the_rest_goes_on(charity: Charity, message: tuple[bytes, str, str]) -> None:
    raw, folder, reason = message
    charity.write(REGISTER, smtp={"username": "office", "password": "secret-word"})
    charity.mailbox.deliver([(raw, moment())])

    result = charity.result("run")

    assert (result["fetched"], result["failed"], result["replies_sent"]) == (2, 0, 1)
    assert [len(mail) for mail in charity.mailbox.folders()[folder]] == [len(raw)]
    assert [row["reason"] for row in charity.rows("queue", "list")] == [reason]


@pytest.mark.parametrize(
    "head",
    [
        b"From: ann@example.org",
        b"From: Ann\x00 <ann@example.org>\r\nSubject: \x00papers",
        b"\xef\xbb\xbfFrom: ann@example.org",
    ],
    ids=["without Message-ID", "with NUL bytes", "with a byte order mark"],
)
def test_a_message_that_can_be_read_is_answered_however_odd(charity: Charity, head: bytes) -> None:
    charity.write(REGISTER, smtp={"username": "office", "password": "secret-word"})
    body = b"Please send me the documents.\x00 Ann Example, 12 Station Road, Leeds LS6 2AB\r\n"
    charity.mailbox.deliver([(odd(head, body), moment())])

    charity.result("run")

    assert len(charity.smtp.taken) == 2
    assert inbox_of(charity) == []


# --- looking without touching ------------------------------------------------------------------------------


def test_a_dry_run_shows_what_would_be_done_and_changes_nothing_anywhere(charity: Charity) -> None:
    files = sorted(path.name for path in charity.folder.rglob("*") if "-register" not in path.name)

    (row,) = charity.rows("run", "--dry-run")

    assert (row["outcome"], row["reply_to"]) == ("pack", "ann@example.org")
    assert set(charity.mailbox.server.messages(charity.mailbox.username)) <= {"INBOX", "Sent"}  # type: ignore[attr-defined]
    assert inbox_of(charity) == [GOOD]
    assert charity.smtp.taken == []
    assert sorted(path.name for path in charity.folder.rglob("*") if "-register" not in path.name) == files


def test_a_limit_takes_the_oldest_first_and_the_next_run_goes_on(charity: Charity) -> None:
    charity.write(REGISTER, smtp={"username": "office", "password": "secret-word"})
    charity.mailbox.deliver([(GOOD.replace(b"good@", b"second@").replace(b"ann@", b"bob@"), moment())])

    first: dict[str, Any] = charity.result("run", "--limit", "1")

    assert (first["fetched"], len(inbox_of(charity))) == (1, 1)
    assert charity.result("run")["fetched"] == 1
    assert inbox_of(charity) == []
