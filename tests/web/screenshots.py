"""The pictures of docs/review.md, of the demo's data: `make screenshots`."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.installation import PROGRAM
from tests.web.browser import DESKTOP, PHONE, chromium, log_in

PICTURES = Path(__file__).parent.parent.parent / "docs" / "pictures"
READY = re.compile(r"are at (?P<address>\S+): log in as (?P<name>\S+) with the password (?P<password>\S+) ")
SHOWN_CASE = "the address is a different one"  # by its first reason


@contextmanager
def demo() -> Iterator[re.Match[str]]:
    """A running demo: its address, and how to log in."""
    with subprocess.Popen([PROGRAM, "demo", "--serve"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            ready = next(found for line in process.stdout if (found := READY.search(line)))
            yield ready
        finally:
            process.terminate()


def take(page: Page, name: str, *, whole: bool) -> None:
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole, animations="disabled")


def main(pictures: Path = PICTURES) -> None:
    pictures.mkdir(exist_ok=True)
    kinds: dict[str, dict[str, Any]] = {
        "desktop": {"viewport": DESKTOP},
        "desktop-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
        "phone": {"viewport": PHONE, "device_scale_factor": 2, "is_mobile": True, "has_touch": True},
    }
    with demo() as ready, chromium() as browser:
        for kind, settings in kinds.items():
            page = browser.new_context(**settings).new_page()
            log_in(page, ready["address"], ready["name"], ready["password"])
            take(page, f"list-{kind}", whole=False)
            page.get_by_role("listitem").filter(has_text=SHOWN_CASE).get_by_role("link").click()
            page.wait_for_load_state()
            take(page, f"case-{kind}", whole=kind != "phone")


if __name__ == "__main__":
    main()
