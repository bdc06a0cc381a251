"""Ordeals on one Dovecot for a file's tests, each with a mailbox and an SMTP server of its own; in the end the sum of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from itertools import count
from pathlib import Path

import pytest

from tests.e2e.charity import Charity
from tests.e2e.hosts import DovecotMailbox
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.torture.ordeal import Ordeal, Tally

NAMES = count(1)
TOTAL = "tally"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def ordeal_with(dovecot: Dovecot, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[Sequence[str]], Ordeal]]:
    """Makes the test's ordeal; the SMTP server has these faults."""
    with ExitStack() as stack:
        made: list[Ordeal] = []

        def make(faults: Sequence[str] = ()) -> Ordeal:
            mailbox = DovecotMailbox(dovecot, {"port": dovecot.port, "security": "none"}, username=f"swc{next(NAMES)}")
            smtp = stack.enter_context(SmtpServer(faults=faults))
            made.append(Ordeal(Charity(tmp_path, mailbox, smtp), mailbox))
            return made[-1]

        yield make
        request.node.user_properties += [(TOTAL, asdict(one.counted)) for one in made]


@pytest.fixture
def ordeal(ordeal_with: Callable[[Sequence[str]], Ordeal]) -> Ordeal:
    return ordeal_with(())


# --- the sum -----------------------------------------------------------------------------------------------

COUNTED: list[Tally] = []  # by the process that reports, whichever ones ran the tests


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown":
        COUNTED.extend(Tally(**dict(value)) for name, value in report.user_properties if name == TOTAL)  # type: ignore[call-overload]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    total = sum(COUNTED, Tally())
    if total.trials:
        terminalreporter.section("ordeals")
        for name, value in asdict(total).items():
            terminalreporter.line(f"{name.replace('_', ' '):18}{value}")
