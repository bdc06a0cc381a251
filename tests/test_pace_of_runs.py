"""A run that may send only so many replies a minute does not keep new mail waiting until all are out."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from swc_mailer.commands import run as runs
from swc_mailer.config_file import read_config
from tests.review import ASKS, Review, mail
from tests.servers.smtp import SmtpServer


def test_after_its_spell_of_sending_a_run_leaves_the_rest_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    review = Review(tmp_path)
    review.take_in(*(mail(f"{ASKS}Thanks, number {each}", sender=f"m{each}@example.org") for each in range(3)))
    monkeypatch.setattr(runs, "SPELL", 0.2)
    with SmtpServer() as server, review.store() as store:
        settings = {"SMTP__PORT": str(server.port), "SMTP__SECURITY": "none", "SMTP__MESSAGES_PER_MINUTE": "1"}
        config = read_config(review.folder / "config.toml", {f"SWC_MAILER_{key}": value for key, value in settings.items()})
        sent = asyncio.run(runs.send(config, store, lambda _: None, stopping=runs.never))

        assert (sent.sent, len(server.taken), store.counts().replies_due) == (1, 1, 2)
