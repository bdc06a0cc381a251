"""SIGTERM and SIGINT: the reply in hand goes out, nothing else is begun, and the next run goes on; nobody waits for long."""

from __future__ import annotations

import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from swc_mailer.stopping import PATIENCE
from tests.servers.faultproxy import FaultProxy
from tests.servers.smtp import SmtpServer, Taken
from tests.torture.mails import mixed
from tests.torture.ordeal import Ordeal
from tests.web.rig import eventually

SECONDS = 20.0  # to leave in; the replies that are due would take a minute
PACE = {"messages_per_minute": 6, "connections": 1}


def once_a_reply_is_out(ordeal: Ordeal, process: subprocess.Popen[str]) -> None:
    while not ordeal.charity.smtp.taken:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_stop_finishes_the_reply_in_hand_and_the_next_goes_on(ordeal: Ordeal, told: signal.Signals) -> None:
    ordeal.begin(mixed(packs=3, missing=3, review=1), smtp=PACE)
    process = ordeal.start()
    once_a_reply_is_out(ordeal, process)

    process.send_signal(told)
    _, said = process.communicate(timeout=SECONDS)

    assert (process.returncode, said) == (0, "")
    states = [row.state for row in ordeal.replies()]
    assert set(states) == {"sent", "due"}
    ordeal.changes = {}
    assert ordeal.well().second_copies == 0


class SlowToAnswer(SmtpServer):
    """Keeps the first reply and does not say so until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.kept, self.may_answer = threading.Event(), threading.Event()

    def keep(self, message: Taken) -> None:
        super().keep(message)
        self.kept.set()
        self.may_answer.wait(4 * PATIENCE)


@contextmanager
def slow_to_answer(ordeal: Ordeal) -> Iterator[SlowToAnswer]:
    """The ordeal's mail server."""
    smtp = SlowToAnswer()
    ordeal.charity.smtp = smtp
    with smtp:
        yield smtp


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_reply_on_its_way_is_waited_for(ordeal: Ordeal, told: signal.Signals) -> None:
    with slow_to_answer(ordeal) as smtp:
        ordeal.begin(mixed(packs=1, missing=1), smtp={"connections": 1})
        process = ordeal.start()
        assert smtp.kept.wait(SECONDS)

        process.send_signal(told)
        smtp.may_answer.set()
        process.communicate(timeout=SECONDS)

        first, *others = (row.state for row in ordeal.replies())
        assert first == "sent"
        assert set(others) <= {"sent", "due"}
        assert ordeal.well().second_copies == 0


def test_a_second_ctrl_c_breaks_off_at_once_and_the_next_run_goes_on(ordeal: Ordeal) -> None:
    with slow_to_answer(ordeal) as smtp:
        ordeal.begin(mixed(packs=1, missing=1), smtp={"connections": 1})
        process = ordeal.start()
        assert smtp.kept.wait(SECONDS)

        process.send_signal(signal.SIGINT)
        heard(process)
        process.send_signal(signal.SIGINT)

        assert (process.wait(SECONDS), process.communicate()) == (130, ("", ""))
        smtp.may_answer.set()
        assert ordeal.well().second_copies == 1


def test_a_server_that_does_not_answer_keeps_nobody_waiting(ordeal: Ordeal) -> None:
    with slow_to_answer(ordeal) as smtp:
        ordeal.begin(mixed(packs=1, missing=1), smtp={"connections": 1})
        process = ordeal.start()
        assert smtp.kept.wait(SECONDS)

        process.send_signal(signal.SIGTERM)

        assert (process.wait(2 * PATIENCE), process.communicate()) == (130, ("", ""))
        smtp.may_answer.set()
        assert ordeal.well().second_copies == 1


def test_a_mailbox_that_does_not_answer_keeps_nobody_waiting(ordeal: Ordeal) -> None:
    ordeal.begin(mixed(packs=1, missing=1))
    with FaultProxy(ordeal.mailbox.server.port, "stall up:/UID FETCH/") as proxy:
        ordeal.configure(imap={"port": proxy.port})
        process = ordeal.start()
        eventually(lambda: proxy.broken)

        process.send_signal(signal.SIGTERM)

        assert (process.wait(2 * PATIENCE), process.communicate()) == (130, ("", ""))
    assert ordeal.well().second_copies == 0


def heard(process: subprocess.Popen[str]) -> None:
    """Until a signal is no longer pending: two of a kind at once would be one."""
    while int(re.search(r"^ShdPnd:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)[1], 16):  # type: ignore[index]
        time.sleep(0.01)
