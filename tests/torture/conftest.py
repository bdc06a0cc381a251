"""Ordeals on one Dovecot for a file's tests, each with a mailbox and an SMTP server of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.e2e.charity import Charity
from tests.e2e.hosts import DovecotMailbox
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.torture.ordeal import Ordeal

NAMES = count(1)
Begin = Callable[..., AbstractContextManager[Ordeal]]


@contextmanager
def ordeal_at(dovecot: Dovecot, folder: Path, faults: Sequence[str] = ()) -> Iterator[Ordeal]:
    mailbox = DovecotMailbox(dovecot, {"port": dovecot.port, "security": "none"}, username=f"swc{next(NAMES)}")
    with SmtpServer(faults=faults) as smtp:
        yield Ordeal(Charity(folder, mailbox, smtp), mailbox)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def ordeal(dovecot: Dovecot, tmp_path: Path) -> Iterator[Ordeal]:
    with ordeal_at(dovecot, tmp_path) as one:
        yield one
