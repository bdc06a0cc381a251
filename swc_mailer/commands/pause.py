"""`pause` and `resume`: whether replies are sent. Nothing else stops: mail is taken in, decided and filed."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

from swc_mailer import assemble
from swc_mailer.config import Config


def pause(config: Config) -> None:
    with closing(assemble.open_store(config)) as store:
        store.pause(True, now=datetime.now(UTC))


def resume(config: Config) -> int:
    """How many replies are due now."""
    with closing(assemble.open_store(config)) as store:
        store.pause(False, now=datetime.now(UTC))
        return store.replies_due()
