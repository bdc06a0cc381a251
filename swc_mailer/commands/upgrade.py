"""`upgrade`: brings the store to this version. A run does that by itself where the store is SQLite."""

from __future__ import annotations

from dataclasses import dataclass

from swc_mailer import assemble
from swc_mailer.adapters.single_run import single_run
from swc_mailer.config import Config
from swc_mailer.errors import StoreError


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The schema's versions; `before` is None where there were no tables yet."""

    before: str | None
    now: str


def upgrade(config: Config) -> Upgraded:
    """Raises StoreError while a run is at work, and where the store is of a newer version or no store of ours."""
    with single_run(config.lock_path) as alone:
        if not alone:
            raise StoreError("A run is at work on the store: wait until it has ended, or stop swc-mailer watch, then upgrade.")
        return Upgraded(*assemble.upgrade_store(config))
