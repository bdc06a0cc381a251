"""What every test may ask for: the shipped words and an ordinary policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.model import Policy
from swc_mailer.core.words import Words
from swc_mailer.logs import leave_logs
from tests.corpus import score

HERE = Path(__file__).parent
SLOW, QUICK = ("web", "e2e", "torture", "contracts"), ("core",)
SLOW_AMONG_QUICK = ("test_weighing.py", "test_surroundings.py")  # which weigh thousands of mails in one test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins, for several workers to end together: many short files share themselves out at the end."""
    items.sort(key=lambda item: turn_of(item.path.relative_to(HERE)))


def turn_of(path: Path) -> int:
    place = path.parts[0]
    first = SLOW.index(place) if place in SLOW else len(SLOW)
    return first + (place in QUICK and path.name not in SLOW_AMONG_QUICK)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The score of all sets of labelled mails that were decided."""
    reports = (report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind))
    told = [value for report in reports for name, value in report.user_properties if name == score.PROPERTY]
    if told:
        terminalreporter.section("labelled mails")
        terminalreporter.write_line("\n".join(score.together(told).lines()))


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A command that ran in this process leaves the level of its log behind, and at "quiet" a later test would see no line."""
    yield
    leave_logs()


@pytest.fixture(scope="session")
def words() -> Words:
    return read_words()


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The policy of the consultation that the notice announces."""
    return Policy(
        deadline=date(2014, 3, 21),
        timezone=ZoneInfo("Europe/London"),
        own_addresses=frozenset({"swc@amnesty.org.uk"}),
        own_postcodes=frozenset({"EC2A3EA"}),
        post_to=(
            "Consultation on sex work",
            "c/o Chief Executive's Office",
            "Amnesty International UK",
            "Human Rights Action Centre",
            "17-25 New Inn Yard",
        ),
    )
