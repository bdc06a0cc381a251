"""Who watches from outside: a health check is pinged, Prometheus finds its file, and neither keeps mail from being answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.mailboxes import WHEN
from tests.e2e.charity import Charity
from tests.e2e.hosts import DovecotMailbox
from tests.e2e.watching import Watching
from tests.servers.dovecot import Dovecot, free_ports
from tests.servers.smtp import SmtpServer
from tests.servers.web import WebServer
from tests.torture.mails import asks_with_details, has_a_question, register

MEMBERS = register(10)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with Dovecot() as running:
        yield running


@pytest.fixture
def charity(server: Dovecot, tmp_path: Path) -> Iterator[Charity]:
    with SmtpServer() as smtp:
        mailbox = DovecotMailbox(server, {"port": server.port, "security": "none"}, username=tmp_path.name)
        mailbox.deliver([(mail.raw, WHEN) for mail in (asks_with_details(1), has_a_question(1))])
        yield Charity(tmp_path, mailbox, smtp)


def test_a_run_tells_that_it_begins_and_that_it_went_well(charity: Charity) -> None:
    with WebServer() as web:
        charity.write(MEMBERS, health={"ping_url": f"{web.address}/a-secret/"}, metrics={"textfile": "swc.prom"})
        charity.program("run")

        assert web.asked == ["/a-secret/start", "/a-secret"]
    file = charity.folder / "swc.prom"
    assert "\nswc_mailer_cases_waiting 1\n" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_run_that_fails_says_so(charity: Charity) -> None:
    (nobody,) = free_ports(1)
    with WebServer() as web:
        charity.write(MEMBERS, health={"ping_url": web.address}, imap={"port": nobody})

        assert charity.program("run").returncode == 75
        assert web.asked == ["/start", "/fail"]


@pytest.mark.parametrize("status", [0, 503], ids=["away", "refuses"])
def test_what_cannot_be_told_is_logged_and_stops_nothing(charity: Charity, status: int) -> None:
    (nobody,) = free_ports(1)
    with WebServer(status) as web:
        address = web.address if status else f"http://127.0.0.1:{nobody}"
        charity.write(MEMBERS, health={"ping_url": f"{address}/a-secret"}, metrics={"textfile": "nowhere/swc.prom"})
        ran = charity.program("run")

    assert ran.returncode == 0
    assert len(charity.smtp.taken) == 1
    assert ran.stderr.count("ping_failed") == ran.stderr.count("metrics_not_written") == 1
    assert "a-secret" not in ran.stderr


def test_watch_tells_of_each_pass_and_logs_a_failure_once(charity: Charity) -> None:
    with WebServer(503) as web:
        charity.write(MEMBERS, health={"ping_url": web.address}, watch={"idle_seconds": 0.1})
        with Watching(charity) as watching:
            watching.until(lambda: len(web.asked) >= 6)
            assert watching.events.count("ping_failed") == 1
            web.answer(200)
            before = len(web.asked)
            watching.until(lambda: len(web.asked) >= before + 4)
            web.answer(503)
            watching.until(lambda: watching.events.count("ping_failed") == 2)

        assert web.asked[:4] == ["/start", "/", "/start", "/"]
