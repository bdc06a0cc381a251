"""Staff act and the next run sends: the installed command on a real Dovecot and a recording SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.charity import PACK, Charity, replies
from tests.e2e.hosts import HOSTS, DovecotMailbox
from tests.review import ANN, ASKS, HEADINGS, HOME, IN_TIME, mail
from tests.servers.smtp import SmtpServer

UNKNOWN = mail(f"{ASKS}My membership number is 9999999.\n\n{HOME}\n")
QUESTION = mail("Why was I not told of this consultation before? I am rather cross.", sender="cy@example.org")


@pytest.fixture(params=HOSTS[:2], ids=lambda host: host.__name__)
def charity(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Charity]:
    with ExitStack() as stack:
        found = Charity(tmp_path, request.param(stack, tmp_path), stack.enter_context(SmtpServer()))
        found.write(HEADINGS + ANN)
        yield found


def counts(charity: Charity) -> dict[str, int]:
    return {name: len(messages) for name, messages in charity.mailbox.folders().items()}


def case_of(charity: Charity, sender: str) -> str:
    return next(str(row["id"]) for row in charity.rows("queue", "list") if row["sender"] == sender)


def test_a_morning_at_the_queue(charity: Charity) -> None:
    charity.mailbox.deliver([(UNKNOWN, IN_TIME), (QUESTION, IN_TIME)])
    charity.result("run")
    assert counts(charity) == {"inbox": 0, "answered": 0, "review": 2, "ignored": 0}
    assert charity.program("status", "--mailbox").returncode == 1

    assert charity.program("queue", "approve", case_of(charity, "ann@example.org"), "--number", "1234567").returncode == 0
    assert charity.program("queue", "dismiss", case_of(charity, "cy@example.org")).returncode == 0
    assert charity.smtp.taken == []
    assert charity.result("run")["replies_sent"] == 1

    (reply,) = replies(charity.smtp)
    assert (reply.mail["To"], reply.attachments) == ("Ann Example <ann@example.org>", PACK)
    assert counts(charity) == {"inbox": 0, "answered": 1, "review": 0, "ignored": 1}
    status = charity.result("status", "--mailbox")
    assert (status["waiting"], status["conserved"], status["mailbox"]) == (0, True, counts(charity))
    assert charity.result("run")["replies_sent"] == 0


def test_the_run_after_the_register_changed_answers_who_waited_for_it(charity: Charity) -> None:
    charity.mailbox.deliver([(UNKNOWN, IN_TIME)])
    charity.result("run")
    (charity.folder / "members.csv").write_text(HEADINGS + ANN.replace("1234567", "9999999"))

    assert charity.result("run")["replies_sent"] == 1
    assert counts(charity) == {"inbox": 0, "answered": 1, "review": 0, "ignored": 0}
    assert charity.program("status").returncode == 0


def test_a_mail_that_somebody_deleted_shows_in_the_sum(charity: Charity) -> None:
    charity.mailbox.deliver([(UNKNOWN, IN_TIME)])
    charity.result("run")
    charity.program("queue", "settle", case_of(charity, "ann@example.org"))
    assert charity.program("status", "--mailbox").returncode == 0
    assert isinstance(charity.mailbox, DovecotMailbox)
    files = charity.mailbox.server.maildir("swc").rglob("*")
    (kept,) = [file for file in files if file.is_file() and file.parent.name in ("cur", "new")]
    kept.unlink()
    ran = charity.program("status", "--mailbox")

    assert ran.returncode == 1
    assert "Missing from the mailbox's folders: 1 message that the store knows of." in ran.stdout
    assert charity.program("status").returncode == 0
