"""Staff are told by mail that something waits: by the installed command, on a real mailbox and a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.charity import Charity, Reply, replies
from tests.e2e.hosts import DovecotMailbox
from tests.servers.dovecot import Dovecot, free_ports
from tests.servers.smtp import SmtpServer
from tests.web.mails import FIRST, MEMBERS, mail, request
from tests.web.rig import add_staff, eventually, serving

STAFF = ("office@example.org", "evening@example.org")
NOTICE = {"to": list(STAFF), "hour": 0}


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def charity(dovecot: Dovecot, tmp_path: Path) -> Iterator[Charity]:
    """One case waits in its inbox."""
    mailbox = DovecotMailbox(dovecot, {"port": dovecot.port, "security": "none"}, username=tmp_path.name.replace("_", "-"))
    with SmtpServer() as smtp:
        charity = Charity(tmp_path, mailbox, smtp)
        charity.write(MEMBERS, notice=NOTICE, serve={"public_url": "https://review.example.org"})
        mailbox.deliver([(mail("ann", "Dear all", request("Ann Example")).as_bytes(), FIRST)])
        yield charity


def told(charity: Charity) -> list[Reply]:
    return [sent for sent in replies(charity.smtp) if set(sent.taken.rcpt_to) & set(STAFF)]


def recipients(charity: Charity) -> list[str]:
    return [recipient for sent in told(charity) for recipient in sent.taken.rcpt_to]


def test_each_of_the_staff_is_told_once_and_reads_of_nobody(charity: Charity) -> None:
    for _ in range(2):
        charity.result("run")

    assert recipients(charity) == list(STAFF)
    text = told(charity)[0].text
    assert "- Number not in the register: 1" in text
    assert "https://review.example.org/queue" in text
    whole = told(charity)[0].taken.content.decode().casefold()
    assert not [word for word in ("ann", "9999999", "station", "ls6", "dear all") if word in whole]

    charity.mailbox.deliver([(told(charity)[0].taken.content, FIRST)])  # it comes back
    assert charity.result("run")["outcomes"] == {"ignore": 1}
    (ignored,) = charity.rows("queue", "list", "--ignored")
    assert ignored["reason"] == "own_mail"


def test_a_death_after_the_claim_costs_a_mail_and_sends_none_twice(charity: Charity) -> None:
    assert charity.program("run", SWC_MAILER_FAULT="send.after_last_byte").returncode == -9
    for _ in range(2):
        charity.result("run")

    assert recipients(charity) in ([], [STAFF[0]])  # the server may have taken what it was given to its last byte


def test_a_server_that_is_down_costs_no_mail(charity: Charity) -> None:
    (nobody,) = free_ports(1)
    assert charity.program("run", SWC_MAILER_SMTP__PORT=str(nobody)).returncode == 75
    charity.result("run")

    assert recipients(charity) == list(STAFF)


def test_an_address_that_is_refused_is_named_and_the_others_are_told(charity: Charity) -> None:
    with SmtpServer(faults=[f"rcpt@{STAFF[0]}=550 5.1.1 no such user"]) as charity.smtp:
        ran = charity.program("run", SWC_MAILER_SMTP__PORT=str(charity.smtp.port))

    assert ran.returncode == 1
    assert f"notice.to: the mail to {STAFF[0]} did not go out: 550 5.1.1 no such user" in ran.stderr
    assert recipients(charity) == [STAFF[1]]


def test_nobody_is_told_while_sending_is_paused_and_then_in_words_of_ones_own(charity: Charity) -> None:
    (charity.folder / "words" / "replies").mkdir(parents=True)
    (charity.folder / "words" / "replies" / "notice.txt.j2").write_text("Please look: {{ waiting }}.")
    charity.program("pause")
    charity.result("run")
    paused = recipients(charity)
    charity.program("resume")
    charity.result("run", SWC_MAILER_CONSULTATION__TEMPLATES="words")

    assert (paused, recipients(charity)) == ([], list(STAFF))
    assert told(charity)[0].text.strip() == "Please look: 1."


def test_the_pages_tell_staff_too_and_not_twice(charity: Charity) -> None:
    charity.result("run", SWC_MAILER_NOTICE__TO="[]")
    add_staff(charity, "Jo", "a pass phrase of Jo's")
    with serving(charity, SWC_MAILER_SERVE__PORT=str(free_ports(1)[0])):
        eventually(lambda: len(told(charity)) == 2)
    charity.result("run")

    assert recipients(charity) == list(STAFF)
