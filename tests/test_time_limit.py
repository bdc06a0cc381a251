"""A limit on the processor's time, which reaches whatever Python does."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from swc_mailer import time_limit
from swc_mailer.time_limit import TookTooLong, deciding

ENDLESS = re.compile(r"^(\w+\s?)+$")
TEXT = "a" * 60 + "!"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limit, "SECONDS", 0.2)


@pytest.fixture(autouse=True)
def nothing_is_left_behind() -> Iterator[None]:
    before = signal.getsignal(signal.SIGPROF)
    yield
    assert (signal.getsignal(signal.SIGPROF), signal.getitimer(signal.ITIMER_PROF)) == (before, (0.0, 0.0))


def test_a_pattern_that_never_ends_is_ended() -> None:
    with pytest.raises(TookTooLong, match=r"more than 0\.2 seconds"), deciding():
        ENDLESS.search(TEXT)


def test_a_step_that_took_the_end_for_an_error_of_its_own_is_ended_again() -> None:
    def stubborn() -> None:
        with suppress(TookTooLong):
            ENDLESS.search(TEXT)
        ENDLESS.search(TEXT)

    with pytest.raises(TookTooLong), deciding():
        stubborn()


def test_waiting_uses_nothing_up() -> None:
    with deciding():
        subprocess.run(["sleep", "0.4"], check=True)


def test_outside_the_main_thread_there_is_no_limit() -> None:
    def decided() -> str:
        with deciding():
            return "done"

    with ThreadPoolExecutor() as threads:
        assert threads.submit(decided).result() == "done"
