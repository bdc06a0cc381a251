"""`report`: what happened so far, in numbers; as a page to print where that is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from swc_mailer import assemble
from swc_mailer.adapters.templates import render_page
from swc_mailer.adapters.whole_file import write_whole
from swc_mailer.config import Config
from swc_mailer.core.report import Report, make_report


def report(config: Config) -> Report:
    """Of all that the store remembers; of a store that is not there yet, a report of nothing."""
    with closing(assemble.open_store(config, unchanged=True)) as store:
        facts = store.report_facts()
    return make_report(facts, timezone=config.policy().timezone, now=datetime.now(UTC))


def write_page(values: Mapping[str, object], file: Path) -> None:
    """One file that needs no other: no script, nothing loaded. Raises ConfigError where it cannot be written."""
    write_whole(file, page(values).encode())


def page(values: Mapping[str, object]) -> str:
    return render_page("report.html", values)
