"""What `check` says of the register: how many members, which rows must be mended, which statuses there are."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from swc_mailer import assemble
from swc_mailer.commands.findings import Finding, ok, problem, warning
from swc_mailer.config import Config

SHOWN_ROWS = 10  # of the register's bad rows; the rest is counted


def check_register(config: Config) -> Iterator[Finding]:
    path = config.register_.path
    with closing(assemble.open_register(config)) as register:
        counts, problems = register.counts, register.problems()
        without, odd = register.without_postcode(limit=SHOWN_ROWS + 1), register.odd_postcodes()
    yield ok(f"Register: {counts['rows']:,} members in {path}")
    if path.stat().st_mode & stat.S_IRWXO:
        yield warning(f"Register: {path} is open to every user of this computer", f"chmod o= {path}")
    for row in problems[:SHOWN_ROWS]:
        yield warning(f"Register: {path}, line {row.line} {row.text}", "mend the row, or ask who keeps the register")
    if len(problems) > SHOWN_ROWS:
        yield warning(
            f"Register: {counts['bad_rows']:,} rows left out and {counts['doubles']:,} doubles in all", "mend these rows"
        )
    if without:
        yield warning(
            f"Register: {counts['without_postcode']:,} members have no postcode{at_lines(path, without)}",
            "their requests wait for a person",
        )
    if odd:
        yield warning(
            f"Register: {len(odd):,} members have a postcode that is no British one{at_lines(path, odd)}",
            "mend those that are not overseas, or their requests wait for a person",
        )
    yield from check_statuses(config, counts["statuses"])


def at_lines(path: Path, lines: Sequence[int]) -> str:
    more = ", …" if len(lines) > SHOWN_ROWS else ""
    return f" ({path.name}, line {', '.join(map(str, lines[:SHOWN_ROWS]))}{more})"


def check_statuses(config: Config, statuses: dict[str, int]) -> Iterator[Finding]:
    if not config.register_.columns.status:
        return
    there = ", ".join(f'"{status}" {count:,}' for status, count in statuses.items())
    accepted = {status.strip().casefold() for status in config.register_.accepted_statuses}
    if any(status.strip().casefold() in accepted for status in statuses):
        yield ok(f"Register: statuses: {there}")
    else:
        yield problem(
            f"Register: no member has one of the accepted statuses; there are {there}", "set register.accepted_statuses"
        )
