"""Those who look after the program are told of trouble and of its end: by the installed command, on real servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.mailboxes import WHEN
from tests.e2e.charity import Charity, Reply, replies
from tests.e2e.hosts import DovecotMailbox
from tests.e2e.watching import Watching
from tests.servers.dovecot import Dovecot, free_ports
from tests.servers.smtp import SmtpServer
from tests.torture.mails import asks_with_details, register

ADMINS = ("one@example.org", "two@example.org")
MEMBERS = register(10)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def charity(dovecot: Dovecot, tmp_path: Path) -> Iterator[Charity]:
    mailbox = DovecotMailbox(dovecot, {"port": dovecot.port, "security": "none"}, username=tmp_path.name.replace("_", "-"))
    with SmtpServer() as smtp:
        charity = Charity(tmp_path, mailbox, smtp)
        charity.write(MEMBERS, alert={"to": list(ADMINS), "after_minutes": 0})
        yield charity


def alerts(charity: Charity) -> list[Reply]:
    return [sent for sent in replies(charity.smtp) if set(sent.taken.rcpt_to) & set(ADMINS)]


def subjects(charity: Charity) -> list[str]:
    """Of the first of them; the second has the same."""
    mails = alerts(charity)

    assert [sent.taken.rcpt_to for sent in mails] == [(ADMINS[at % 2],) for at in range(len(mails))]
    assert len({str(sent.mail["Message-ID"]) for sent in mails}) == len(mails)
    return [str(sent.mail["Subject"]) for sent in mails[::2]]


def nobody_there() -> str:
    return str(free_ports(1)[0])


def test_a_mailbox_that_is_away_is_told_once_and_that_it_is_back(charity: Charity) -> None:
    away = {"SWC_MAILER_IMAP__PORT": nobody_there()}
    for _ in range(2):
        assert charity.program("run", **away).returncode == 75
    begun = subjects(charity)
    for _ in range(2):
        charity.result("run")

    assert begun == ["Trouble: a mail server cannot be used: Policy consultation"]
    assert subjects(charity) == [*begun, "Over: a mail server cannot be used: Policy consultation"]
    for sent in alerts(charity):
        assert f"127.0.0.1:{away['SWC_MAILER_IMAP__PORT']} could not be reached" in " ".join(sent.text.split())


def test_a_mailbox_that_is_back_soon_is_not_told(charity: Charity) -> None:
    patient = {"SWC_MAILER_ALERT__AFTER_MINUTES": "15"}
    assert charity.program("run", SWC_MAILER_IMAP__PORT=nobody_there(), **patient).returncode == 75
    charity.result("run", **patient)

    assert subjects(charity) == []


def test_where_the_sending_server_is_the_trouble_it_is_told_when_it_is_over(charity: Charity) -> None:
    charity.mailbox.deliver([(asks_with_details(1).raw, WHEN)])
    for _ in range(2):
        ran = charity.program("run", SWC_MAILER_SMTP__PORT=nobody_there())
        assert ran.returncode == 75
        assert "alert_not_sent" in ran.stderr
    assert charity.result("run")["replies_sent"] == 1

    assert subjects(charity) == ["Over: a mail server cannot be used: Policy consultation"]
    assert "had trouble from " in " ".join(alerts(charity)[0].text.split())


def test_a_refused_log_in_is_told_at_once_and_ends_a_watch(charity: Charity) -> None:
    wrong = {"SWC_MAILER_IMAP__PASSWORD": "another", "SWC_MAILER_ALERT__AFTER_MINUTES": "15"}
    with Watching(charity, **wrong) as watching:
        assert watching.process.wait(30) == 2

    assert subjects(charity) == ["Trouble: a log-in is refused: Policy consultation"]


def test_a_store_that_cannot_be_used_is_told_once_without_it(charity: Charity) -> None:
    charity.result("run")
    store, aside = charity.folder / "swc-mailer.db", charity.folder / "aside.db"
    store.rename(aside)
    store.write_text("no database at all" * 1000)
    for _ in range(2):
        assert charity.program("run").returncode == 1
    begun = subjects(charity)
    aside.rename(store)
    charity.result("run")
    over = subjects(charity)
    store.rename(aside)
    store.write_text("no database at all" * 1000)
    charity.program("run")

    assert begun == ["Trouble: the store cannot be used: Policy consultation"]
    assert over == [*begun, "Over: the store cannot be used: Policy consultation"]
    assert subjects(charity) == over  # once a day


def test_a_template_that_must_be_mended_is_told_in_the_shipped_words(charity: Charity) -> None:
    words = charity.folder / "words" / "replies"
    words.mkdir(parents=True)
    (words / "alert.txt.j2").write_text("{{ nothing_of_this_name }}")
    charity.mailbox.deliver([(asks_with_details(1).raw, WHEN)])

    assert charity.program("run", SWC_MAILER_CONSULTATION__TEMPLATES="words").returncode == 2
    assert subjects(charity) == ["Trouble: something must be mended: Policy consultation"]


def test_a_message_that_failed_three_times_is_told(charity: Charity, dovecot: Dovecot) -> None:
    file = dovecot.deliver(charity.mailbox.username, asks_with_details(1).raw)
    file.chmod(0)
    told = []
    for _ in range(4):
        charity.program("run")
        told.append(len(subjects(charity)))

    assert told == [0, 0, 1, 1]
    assert subjects(charity) == ["Trouble: a message could not be handled: Policy consultation"]


def test_nobody_is_told_while_sending_is_paused(charity: Charity) -> None:
    charity.program("pause")
    assert charity.program("run", SWC_MAILER_IMAP__PORT=nobody_there()).returncode == 75

    assert subjects(charity) == []


def test_the_inbox_itself_is_nobody_who_reads(charity: Charity) -> None:
    ran = charity.program("status", SWC_MAILER_ALERT__TO='["swc@amnesty.org.uk"]')

    assert ran.returncode == 2
    assert "alert.to: swc@amnesty.org.uk is the inbox that this program answers" in ran.stderr
