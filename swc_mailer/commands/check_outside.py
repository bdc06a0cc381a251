"""What `check` says of those who are told how things go: the health check, Prometheus, and the staff who get mails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from swc_mailer.adapters.pinging import reach
from swc_mailer.commands.findings import Finding, ok, problem, warning
from swc_mailer.config import Config
from swc_mailer.errors import Unreachable


def check_outside(config: Config) -> Iterator[Finding]:
    if config.metrics.textfile:
        yield textfile(config.metrics.textfile)
    if config.health.ping_url:
        yield health(config.health.ping_url)
    yield from recipients("notice.to", config.notice.to)
    yield from recipients("alert.to", config.alert.to)


def textfile(path: Path) -> Finding:
    if error := cannot_be_made(path):
        return problem(f"Metrics: metrics.textfile: {path} cannot be written: {error}", "let the user of the runs write there")
    return ok(f"Metrics: {path} can be written")


def health(address: str) -> Finding:
    """Nothing is asked for, for a ping would count as a run."""
    try:
        reach(address)
    except Unreachable as error:
        return warning(f"Health: {error}", "correct health.ping_url, or let this computer reach it; runs go on without it")
    return ok("Health: the server of health.ping_url is reached; it was not pinged, for that would count as a run")


def recipients(key: str, addresses: tuple[str, ...]) -> Iterator[Finding]:
    known = list(dict.fromkeys(address.lower() for address in addresses))
    if len(known) < len(addresses):
        yield warning(f"Staff: {key} names an address twice, which then gets two mails", "take one of the two out")
    elif known:
        yield ok(f"Staff: {key}: {', '.join(addresses)}")


def cannot_be_made(path: Path) -> str:
    """Why a file could not be made there; "" where it could. A file made beside it and taken away shows it."""
    trial = path.with_name(f".{path.name}.check")
    try:
        trial.touch(mode=0o600)
        trial.unlink()
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""
