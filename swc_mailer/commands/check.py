"""`check`: a doctor. Looks at everything that a run needs, one finding a line, each problem with its mend.

It changes nothing but one thing: folders of the mailbox that are missing are made, as a run would.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from swc_mailer import assemble
from swc_mailer.adapters.pack import read_pack
from swc_mailer.adapters.rules_files import read_words
from swc_mailer.commands.check_dns import check_dns
from swc_mailer.commands.check_outside import cannot_be_made, check_outside
from swc_mailer.commands.check_register import check_register
from swc_mailer.commands.check_servers import check_mailbox, check_smtp, send_test_mail
from swc_mailer.commands.findings import Finding, Level, ok, problem, warning
from swc_mailer.commands.login import check_tokens
from swc_mailer.commands.restore import kept_aside
from swc_mailer.commands.templates import check_replies
from swc_mailer.config import Config
from swc_mailer.core.mailwire import pack_block
from swc_mailer.core.pacing import HOSTS, PROVIDERS
from swc_mailer.errors import SwcMailerError

__all__ = ["Finding", "Level", "check"]

# Bytes as sent, the largest first: what mail servers commonly take.
HEAVY_PACK = {
    25_000_000: "large providers take no more than 25 MB: hardly anybody would get it. Make the files smaller",
    10_000_000: "many mail servers take no more than 10 MB: make the files smaller",
}
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check(config: Config, *, send_test: str = "") -> Iterator[Finding]:
    """Every finding, in the order in which things are mended best. What cannot be looked at is a problem of its own."""
    checks: list[tuple[str, Callable[[Config], Iterator[Finding]]]] = [
        ("Configuration", check_configuration),
        ("Limits", check_limits),
        ("Secrets", check_secrets),
        ("Consultation", check_deadline),
        ("Clock", check_clock),
        ("Register", check_register),
        ("Rules", check_rules),
        ("Templates", check_templates),
        ("Pack", check_pack),
        ("Store", check_store),
        ("Tokens", check_tokens),
        ("Mailbox", check_mailbox),
        ("Sending", check_smtp),
        ("DNS", check_dns),
        ("Outside", check_outside),
    ]
    if send_test:
        checks.append(("Test mail", lambda config: send_test_mail(config, send_test)))
    for name, look in checks:
        try:
            yield from look(config)
        except SwcMailerError as error:
            for line in str(error).splitlines():
                yield problem(f"{name}: {line}")


def check_configuration(config: Config) -> Iterator[Finding]:
    yield ok(f"Configuration: {config.file}")
    if config.delivery.hold:
        yield warning(
            "Configuration: delivery.hold is true", "every reply waits for a person's approval; set it to false in the end"
        )


def check_limits(config: Config) -> Iterator[Finding]:
    """Of a provider who refuses what is too much, and may shut the mailbox for it."""
    smtp = config.smtp
    provider = HOSTS.get(smtp.host.lower())
    if provider and not smtp.sending_limits.per_day:
        most = PROVIDERS[provider].per_day
        yield warning(f"Configuration: {smtp.host} takes {most:,} mails a day at most", f'set smtp.limits = "{provider}"')


def check_secrets(config: Config) -> Iterator[Finding]:
    """Files with a password or token in them that other users of the computer can read."""
    for path in config.secret_files:
        if path.exists() and path.stat().st_mode & OPEN_TO_OTHERS:
            yield warning(f"Secrets: {path} can be read by other users", f"chmod 600 {path}")


def check_deadline(config: Config) -> Iterator[Finding]:
    deadline, closes_at = config.consultation.deadline, config.policy().closes_at
    if datetime.now(UTC) >= closes_at:
        yield warning(
            f"Consultation: the deadline {deadline} is past",
            "later requests are told that it has closed; set consultation.deadline",
        )
    else:
        yield ok(f"Consultation: open until the end of {deadline}, {config.consultation.timezone}")


def check_clock(config: Config) -> Iterator[Finding]:
    """A computer without a battery starts in the past: older than the configuration that it reads."""
    now, written = datetime.now(UTC), datetime.fromtimestamp(config.file.stat().st_mtime, UTC)
    if now < written:
        yield problem(f"Clock: it is {now:%Y-%m-%d %H:%M} UTC, before {config.file} was written", "set the computer's clock")
    else:
        yield ok(f"Clock: {now:%Y-%m-%d %H:%M} UTC")


def check_rules(config: Config) -> Iterator[Finding]:
    read_words(config.consultation.rules, prove=True)
    yield ok("Rules: every phrase finds its examples")


def check_templates(config: Config) -> Iterator[Finding]:
    checked = check_replies(config)
    for line in checked.problems:
        yield problem(f"Templates: {line}")
    if not checked.problems:
        yield ok(f"Templates: {checked.rendered} sample replies rendered")


def check_pack(config: Config) -> Iterator[Finding]:
    files = read_pack(config.consultation.pack, config.folder)
    size = len(pack_block(files).block)
    told = f"Pack: {', '.join(file.name for file in files)}; {size:,} bytes as sent"
    if empty := [file.name for file in files if not file.content]:
        yield problem(f"Pack: {', '.join(empty)} is empty", "put the document itself there")
    mend = next((mend for bytes_, mend in HEAVY_PACK.items() if size > bytes_), "")
    yield warning(told, mend) if mend else ok(told)


def check_store(config: Config) -> Iterator[Finding]:
    if config.store_path and not config.store_path.exists():
        yield from check_new_store(config.store_path)
        return
    with closing(assemble.open_store(config, unchanged=True)) as store:
        counts, unsealed = store.counts(), store.unsealed()
    yield from check_owner(config)
    yield ok(f"Store: {counts.messages['taken_in']:,} messages taken in, {counts.waiting:,} cases wait")
    if unsealed:
        yield warning(f"Store: not encrypted with the newest key: {unsealed:,} messages or scans", "run `swc-mailer upgrade`")
    if counts.paused:
        yield warning("Store: sending is paused", "`swc-mailer resume` starts it again")
    if counts.failed:
        yield warning(f"Store: {counts.failed:,} messages or replies failed", "`swc-mailer status` tells more")


def check_owner(config: Config) -> Iterator[Finding]:
    """Files with members' data in them that other users of the computer can read."""
    stores = [config.store_path, *kept_aside(config.store_path)] if config.store_path else []
    for path in [*stores, config.index_path]:
        if path.exists() and path.stat().st_mode & OPEN_TO_OTHERS:
            yield warning(f"Store: {path} can be read by other users", f"chmod 600 {path}")


def check_new_store(path: Path) -> Iterator[Finding]:
    if error := cannot_be_made(path):
        yield problem(f"Store: {path} cannot be made: {error}", "let the user of the cron job write to that folder")
    else:
        yield ok(f"Store: {path} will be made by the first run")
