"""What the tests of the pages share: one browser, and one charity whose cases they settle, each its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browser import chromium
from tests.web.mails import TO_SETTLE, mail, robot
from tests.web.rig import SECONDS, Rig, rig


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one file of tests: while Playwright is at work no other test of this process can have an event loop."""
    expect.set_options(timeout=SECONDS * 1000)
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def pages(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    mails = [mail(name, f"Case {name}", text, minutes=at) for at, (name, text) in enumerate(TO_SETTLE)]
    mails.append(mail("mia", "Case of the same person", "Who wrote the draft?\n", minutes=99))
    mails.append(robot())
    with rig(tmp_path_factory.mktemp("pages"), browser, mails) as running:
        yield running


@pytest.fixture
def page(pages: Rig) -> Iterator[Page]:
    """A browser of Jo's, logged in."""
    visited = pages.visitor()
    yield visited
    visited.context.close()
