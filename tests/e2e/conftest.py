"""A stage for scripted conversations: one Dovecot for all of a file's tests, a mailbox and an SMTP server for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.charity import Charity
from tests.e2e.conversation import read_script
from tests.e2e.hosts import DovecotMailbox
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

pytest.register_assert_rewrite("tests.e2e.playing")


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def play(dovecot: Dovecot, tmp_path: Path) -> Callable[[Path], None]:
    """Plays the conversation of a file."""
    from tests.e2e.playing import Play  # only now, for its assertions to show both sides

    def play_file(path: Path) -> None:
        script = read_script(path)
        mailbox = DovecotMailbox(dovecot, {"port": dovecot.port, "security": "none"}, username=path.stem)
        with SmtpServer(faults=script.smtp_faults) as smtp:
            Play(Charity(tmp_path, mailbox, smtp), mailbox, script).play()

    return play_file
