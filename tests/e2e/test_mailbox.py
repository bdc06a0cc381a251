"""What happens in a mailbox that others use too, and on servers that fail, seen from outside the installed command."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.contracts.mailboxes import WHEN
from tests.e2e.charity import Charity, replies
from tests.e2e.hosts import DovecotMailbox, dovecot, without_move
from tests.servers.dovecot import HOST
from tests.servers.faultproxy import FaultProxy
from tests.servers.smtp import SmtpServer

REGISTER = (
    "membership_number,name,address_1,address_2,town,county,postcode,email,status\n"
    "0123456,Ann Example,12 Station Road,,Leeds,,LS6 2AB,,current\n"
)


def asks(name: str) -> bytes:
    """A request that gives nothing: it is answered with the question for both details."""
    return (
        f"From: {name} <{name}@example.org>\r\nTo: swc@amnesty.org.uk\r\nSubject: Consultation\r\n"
        f"Message-ID: <{name}@mail.example.org>\r\nDate: Mon, 10 Feb 2014 09:15:00 +0000\r\n\r\n"
        f"Dear Sir or Madam,\r\n\r\nPlease send me the consultation documents.\r\n\r\n{name.title()} Example\r\n"
    ).encode()


def out_of_office(name: str) -> bytes:
    return asks(name).replace(b"Subject:", b"Auto-Submitted: auto-replied\r\nSubject:", 1)


@pytest.fixture
def charity(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Charity]:
    with ExitStack() as stack:
        mailbox = getattr(request, "param", dovecot)(stack, tmp_path)
        charity = Charity(tmp_path, mailbox, stack.enter_context(SmtpServer()))
        charity.write(REGISTER)
        yield charity


on_both = pytest.mark.parametrize("charity", [dovecot, without_move], indirect=True, ids=lambda host: host.__name__)


def host(charity: Charity) -> DovecotMailbox:
    assert isinstance(charity.mailbox, DovecotMailbox)
    return charity.mailbox


def sizes(charity: Charity) -> dict[str, int]:
    return {name: len(messages) for name, messages in charity.mailbox.folders().items()}


def recipients(charity: Charity) -> list[str]:
    return sorted(str(reply.mail["To"]).rpartition("<")[2].strip("<>") for reply in replies(charity.smtp))


def person(charity: Charity, *commands: tuple[str, ...], folder: str = "INBOX") -> None:
    """Somebody does something in the mailbox by a mail program."""
    mailbox = host(charity)
    connection = imaplib.IMAP4(HOST, mailbox.server.port, timeout=5)
    try:
        connection.login(mailbox.username, mailbox.password)
        assert connection.select(folder)[0] == "OK"
        for command in commands:
            name, *arguments = command
            assert getattr(connection, name)(*arguments)[0] == "OK"
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            connection.logout()


def server_name(charity: Charity, name: str) -> str:
    server = host(charity).server
    return server.prefix + name.replace("/", server.separator)


def test_a_damaged_message_never_stops_the_others_and_after_three_failures_waits_for_a_person(charity: Charity) -> None:
    mailbox = host(charity)
    mailbox.deliver([(asks("ann"), WHEN)])
    mailbox.server.deliver(mailbox.username, asks("bob"), WHEN).chmod(0o000)
    mailbox.deliver([(asks("cyd"), WHEN)])

    codes = [charity.program("run").returncode for _ in range(3)]

    assert codes == [1, 1, 1]
    assert recipients(charity) == ["ann@example.org", "cyd@example.org"]
    assert [case["reason"] for case in charity.rows("queue", "list")] == ["failed"]
    assert charity.program("run").returncode == 0
    filed = sorted(file.parts[-3] for file in mailbox.server.maildir(mailbox.username).glob(".swc.*/*/[0-9]*"))
    assert filed == [".swc.Answered", ".swc.Answered", ".swc.Review"]


def test_what_came_before_the_connection_was_lost_for_good_is_taken_in(charity: Charity) -> None:
    mailbox = host(charity)
    mailbox.deliver([(out_of_office("ann") + b"x" * 100_000, WHEN), (out_of_office("bob") + b"x" * 100_000, WHEN)])
    with FaultProxy(mailbox.server.port, r"cut down:/<bob@mail/") as proxy:
        charity.write(REGISTER, imap={"port": proxy.port})
        first = charity.program("run")
    charity.write(REGISTER)
    second = charity.result("run")

    assert first.returncode == 1, first.stderr
    assert second["outcomes"] == {"ignore": 1}
    assert sizes(charity) == {"inbox": 0, "answered": 0, "review": 0, "ignored": 2}


@on_both
def test_a_message_that_a_person_puts_back_is_filed_again_and_not_answered_again(charity: Charity) -> None:
    charity.mailbox.deliver([(asks("ann"), WHEN)])
    charity.result("run")
    person(charity, ("copy", "1", "INBOX"), folder=server_name(charity, "swc/Answered"))

    again = charity.result("run")

    assert (again["replies_sent"], recipients(charity)) == (0, ["ann@example.org"])
    assert sizes(charity)["inbox"] == 0


@on_both
def test_after_the_inbox_was_numbered_anew_nobody_is_answered_twice(charity: Charity) -> None:
    mailbox = host(charity)
    mailbox.deliver([(asks("ann"), WHEN), (out_of_office("bob"), WHEN)])
    assert charity.program("run", SWC_MAILER_FAULT="file.before_move").returncode == -9
    mailbox.server.renumber(mailbox.username)

    charity.result("run")

    assert recipients(charity) == ["ann@example.org"]
    assert sizes(charity) == {"inbox": 0, "answered": 1, "review": 0, "ignored": 1}


def test_a_folder_that_a_person_deleted_is_made_again(charity: Charity) -> None:
    charity.result("run")
    person(charity, ("delete", server_name(charity, "swc/Answered")))
    charity.mailbox.deliver([(asks("ann"), WHEN)])

    charity.result("run")

    assert sizes(charity) == {"inbox": 0, "answered": 1, "review": 0, "ignored": 0}


@on_both
def test_what_a_person_moves_meanwhile_counts_as_filed(charity: Charity) -> None:
    charity.mailbox.deliver([(asks("ann"), WHEN), (asks("bob"), WHEN)])
    assert charity.program("run", SWC_MAILER_FAULT="file.before_move").returncode == -9
    person(charity, ("store", "1", "+FLAGS", r"(\Deleted)"), ("expunge",))

    charity.result("run")

    assert recipients(charity) == ["ann@example.org", "bob@example.org"]
    assert sizes(charity)["answered"] == 1


def test_a_message_that_staff_settle_goes_on_to_the_folder_where_it_belongs(charity: Charity) -> None:
    question = asks("ann").replace(b"Please send me the consultation documents.", b"When is the next meeting of my local group?")
    charity.mailbox.deliver([(question, WHEN)])
    charity.result("run")
    (case,) = charity.rows("queue", "list")
    assert sizes(charity)["review"] == 1

    assert charity.program("queue", "dismiss", case["id"]).returncode == 0
    charity.result("run")

    assert sizes(charity) == {"inbox": 0, "answered": 0, "review": 0, "ignored": 1}
