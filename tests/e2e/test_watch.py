"""`watch`, seen from outside the installed command. Where nothing else is said it looks by itself once in half an hour: what
happens sooner has woken it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from swc_mailer.adapters.single_run import single_run
from swc_mailer.config_file import read_config
from tests.contracts.mailboxes import WHEN
from tests.e2e.charity import Charity
from tests.e2e.hosts import DovecotMailbox, private_ca
from tests.e2e.watching import IDLES, LOOKS, SECONDS, Watching
from tests.servers.dovecot import Dovecot, free_ports
from tests.servers.faultproxy import FaultProxy
from tests.servers.smtp import SmtpServer
from tests.torture.mails import Mail, asks_with_details, has_a_question, register
from tests.torture.test_signals import SlowToAnswer

SELDOM = {"idle_seconds": 1740, "poll_seconds": 1740}
OFTEN = {"poll_seconds": 0.01}
MEMBERS = register(600)
FIRST, SECOND, THIRD, FOURTH = map(asks_with_details, range(1, 5))
NOT_YET_A_MEMBER = asks_with_details(700)
MORE_MEMORY = 4 * 1024 * 1024  # bytes: as much as a few passes that are not given back


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with Dovecot(accounts={"moody": "first"}) as running:
        yield running


@pytest.fixture
def charity(request: pytest.FixtureRequest, server: Dovecot, tmp_path: Path) -> Iterator[Charity]:
    with SmtpServer() as smtp:
        mailbox = DovecotMailbox(server, {"port": server.port, "security": "none"}, username=request.node.name)
        charity = Charity(tmp_path, mailbox, smtp)
        charity.write(MEMBERS, watch=SELDOM)
        yield charity


def deliver(charity: Charity, *mails: Mail) -> None:
    charity.mailbox.deliver([(mail.raw, WHEN) for mail in mails])


def answered(charity: Charity, mail: Mail) -> bool:
    return mail.sender in {taken.rcpt_to[0] for taken in charity.smtp.taken}


@contextmanager
def answering_slowly() -> Iterator[SlowToAnswer]:
    slow = SlowToAnswer()
    with slow:
        yield slow


def is_answered(charity: Charity, mail: Mail) -> Callable[[], bool]:
    return lambda: answered(charity, mail)


# --- what wakes it -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Awake:
    """One that runs for several tests."""

    charity: Charity
    proxy: FaultProxy
    watching: Watching

    def until_answered(self, mail: Mail) -> None:
        self.watching.until(is_answered(self.charity, mail))
        self.watching.until_it_idles()


@pytest.fixture(scope="module")
def awake(server: Dovecot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Awake]:
    with FaultProxy(server.port) as proxy, SmtpServer() as smtp:
        mailbox = DovecotMailbox(server, {"port": proxy.port, "security": "none"}, username="awake")
        charity = Charity(tmp_path_factory.mktemp("awake"), mailbox, smtp)
        charity.write(MEMBERS, watch=SELDOM)
        with Watching(charity) as watching:
            watching.until_it_idles()
            yield Awake(charity, proxy, watching)


def test_mail_is_answered_as_it_comes(awake: Awake) -> None:
    for mail in (FIRST, SECOND):
        deliver(awake.charity, mail)
        awake.until_answered(mail)

    assert [told["outcomes"] for told in awake.watching.passes] == [{"pack": 1}, {"pack": 1}]
    assert {"trouble_began", "new_mail_not_told"}.isdisjoint(awake.watching.events)


def test_a_reply_that_staff_let_go_is_sent(awake: Awake) -> None:
    question = has_a_question(1)
    deliver(awake.charity, question)
    (case,) = awake.watching.until(lambda: awake.charity.rows("queue", "list"))
    awake.charity.program("queue", "ask", case["id"], "--missing", "both")

    awake.until_answered(question)


def test_another_register_is_used_at_once(awake: Awake) -> None:
    deliver(awake.charity, NOT_YET_A_MEMBER)
    (case,) = awake.watching.until(lambda: awake.charity.rows("queue", "list"))
    assert case["reason"] == "number_unknown"
    (awake.charity.folder / "members.csv").write_text(register(700))

    awake.until_answered(NOT_YET_A_MEMBER)


def test_a_register_that_is_wrong_for_a_moment_does_not_end_it(awake: Awake) -> None:
    (awake.charity.folder / "members.csv").write_text("number,name\n1,Ann\n")
    awake.watching.until(lambda: "trouble_began" in awake.watching.events)
    (awake.charity.folder / "members.csv").write_text(MEMBERS)
    awake.watching.until(lambda: "trouble_over" in awake.watching.events)
    awake.watching.until_it_idles()

    deliver(awake.charity, THIRD)
    awake.until_answered(THIRD)


def test_a_connection_that_ends_is_replaced(awake: Awake) -> None:
    before, said = awake.proxy.connections, len(awake.watching.events)
    awake.proxy.drop()
    awake.watching.until(lambda: awake.proxy.connections >= before + 2)  # it idles, and it looks
    awake.watching.until_it_idles()

    deliver(awake.charity, FOURTH)
    awake.until_answered(FOURTH)
    assert "trouble_began" not in awake.watching.events[said:]


def test_it_idles_over_tls_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with ExitStack() as stack:
        charity = Charity(tmp_path, private_ca(stack, tmp_path), stack.enter_context(SmtpServer()))
        charity.write(MEMBERS, watch=SELDOM)
        watching = stack.enter_context(Watching(charity))
        watching.until_it_idles()
        deliver(charity, FIRST)
        watching.until(is_answered(charity, FIRST))
        watching.until_it_idles()

        assert watching.end(signal.SIGINT) == 0
        assert watching.states[0] == "READY=1"
        assert watching.states[-1] == "STOPPING=1"
        assert [len(charity.mailbox.folders()[name]) for name in ("inbox", "answered")] == [0, 1]


def test_mail_that_comes_while_others_are_answered_is_not_missed(charity: Charity) -> None:
    deliver(charity, FIRST)
    with answering_slowly() as slow:
        charity.smtp = slow
        charity.write(MEMBERS, watch=SELDOM)
        with Watching(charity) as watching:
            watching.until(slow.kept.is_set)
            deliver(charity, SECOND)
            slow.may_answer.set()

            watching.until(is_answered(charity, SECOND))


def test_a_server_without_idle_is_asked_and_many_passes_take_no_more_memory(tmp_path: Path) -> None:
    with Dovecot(lacks={"IDLE"}) as server, SmtpServer() as smtp:
        charity = Charity(tmp_path, DovecotMailbox(server, {"port": server.port, "security": "none"}), smtp)
        charity.write(MEMBERS, watch=OFTEN)
        with Watching(charity) as watching:
            watching.until(lambda: "STATUS=Looking into the inbox every 0.01 seconds" in watching.states)
            deliver(charity, FIRST)
            watching.until(is_answered(charity, FIRST))
            before = memory_after(watching, 20)

            assert memory_after(watching, 70) - before < MORE_MEMORY


def memory_after(watching: Watching, passes: int) -> int:
    watching.until(lambda: watching.states.count(LOOKS) >= passes)
    return watching.memory


def test_another_run_is_waited_for(charity: Charity) -> None:
    deliver(charity, FIRST)
    with ExitStack() as another:
        another.enter_context(single_run(read_config(charity.folder / "config.toml", {}).lock_path))
        with Watching(charity) as watching:
            watching.until(lambda: LOOKS in watching.states)
            assert not charity.smtp.taken
            another.close()

            watching.until(is_answered(charity, FIRST))


# --- trouble -----------------------------------------------------------------------------------------------


def test_a_connection_that_died_without_a_sign_is_found_and_replaced(charity: Charity, server: Dovecot) -> None:
    with FaultProxy(server.port, "stall down:/idling/", only={1}) as proxy:
        charity.write(MEMBERS, watch={"idle_seconds": 0.1}, imap={"port": proxy.port, "timeout_seconds": 1})
        with Watching(charity) as watching:
            watching.until(lambda: watching.states.count(IDLES) > 2)

            assert proxy.broken == [1]
            assert "trouble_began" not in watching.events


def test_servers_that_are_away_are_waited_for(charity: Charity, server: Dovecot) -> None:
    (nobody,) = free_ports(1)
    deliver(charity, FIRST)
    with FaultProxy(nobody) as imap, FaultProxy(charity.smtp.port) as smtp:
        charity.write(MEMBERS, watch=SELDOM, imap={"port": imap.port}, smtp={"port": smtp.port})
        with Watching(charity) as watching:
            watching.until(lambda: sum("Trying again" in state for state in watching.states) > 1)
            imap.target = server.port
            watching.until(is_answered(charity, FIRST))
            watching.until_it_idles()
            assert troubles(watching) == ["trouble_began", "trouble_over"]

            smtp.target = nobody
            deliver(charity, SECOND)
            watching.until(lambda: len(troubles(watching)) == 3)
            smtp.target = charity.smtp.port
            watching.until(is_answered(charity, SECOND))
            watching.until_it_idles()
            assert troubles(watching) == ["trouble_began", "trouble_over"] * 2


def troubles(watching: Watching) -> list[str]:
    return [event for event in watching.events if event.startswith("trouble")]


def test_a_server_that_is_started_anew_is_found_again(tmp_path: Path) -> None:
    with Dovecot() as server, FaultProxy(server.port) as proxy, SmtpServer() as smtp:
        # A connection that is taken by a server about to end is never answered: given up before the test is.
        settings: dict[str, str | int] = {"port": proxy.port, "security": "none", "timeout_seconds": 5}
        charity = Charity(tmp_path, DovecotMailbox(server, settings), smtp)
        charity.write(MEMBERS, watch=SELDOM)
        with Watching(charity) as watching:
            watching.until_it_idles()
            with server.away():
                watching.until(lambda: troubles(watching) == ["trouble_began"])
                deliver(charity, FIRST)
            proxy.target = server.port
            watching.until(is_answered(charity, FIRST))
            watching.until_it_idles()

            assert troubles(watching) == ["trouble_began", "trouble_over"]


def test_a_refused_log_in_ends_it(server: Dovecot, tmp_path: Path) -> None:
    mailbox = DovecotMailbox(server, {"port": server.port, "security": "none"}, username="moody", password="first")
    with SmtpServer() as smtp:
        charity = Charity(tmp_path, mailbox, smtp)
        charity.write(MEMBERS, watch={"idle_seconds": 0.1})
        with Watching(charity) as watching:
            watching.until_it_idles()
            server.set_passwords({"moody": "second"})

            assert watching.process.wait(SECONDS) == 2
            assert "correct imap.username or imap.password" in watching.said


def test_what_is_wrong_from_the_beginning_ends_it(charity: Charity) -> None:
    charity.write("number,name\n1,Ann\n", watch=SELDOM)

    ran = charity.program("watch")

    assert ran.returncode == 2
    assert "Mend [register.columns]" in ran.stderr


# --- its end, and its life ---------------------------------------------------------------------------------


def test_it_ends_after_the_reply_in_hand(charity: Charity) -> None:
    mails = [FIRST, SECOND, THIRD]
    deliver(charity, *mails)
    with answering_slowly() as slow:
        charity.smtp = slow
        charity.write(MEMBERS, watch=SELDOM, smtp={"connections": 1, "messages_per_minute": 6})
        with Watching(charity) as watching:
            watching.until(slow.kept.is_set)
            watching.process.send_signal(signal.SIGTERM)
            slow.may_answer.set()

            assert watching.process.wait(SECONDS) == 0
        assert len(slow.taken) == 1
        charity.write(MEMBERS)
        charity.result("run")

        assert sorted(taken.rcpt_to[0] for taken in slow.taken) == sorted(mail.sender for mail in mails)


def test_systemd_is_told_that_it_lives_only_while_it_goes_on(charity: Charity, server: Dovecot) -> None:
    idles, looks, looks_again = 1, 2, 3  # its connections
    with FaultProxy(server.port, "stall up:/EXAMINE|SELECT/", only={looks_again}) as proxy:
        charity.write(MEMBERS, watch=SELDOM, imap={"port": proxy.port})
        with Watching(charity, WATCHDOG_USEC="1000") as watching:
            watching.until_it_idles()
            assert proxy.connections == len({idles, looks})
            pings = watching.states.count("WATCHDOG=1")
            watching.until(lambda: watching.states.count("WATCHDOG=1") > pings)
            deliver(charity, FIRST)
            watching.until(lambda: proxy.broken == [looks_again])
            pings = watching.states.count("WATCHDOG=1")
            charity.installed("status")  # takes its time

            assert watching.states.count("WATCHDOG=1") == pings
