"""`upgrade`: brings the store to this version (SQLite does so by itself), and encrypts what is not encrypted yet."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from swc_mailer import assemble
from swc_mailer.adapters.single_run import single_run
from swc_mailer.config import Config
from swc_mailer.errors import StoreError


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The schema's versions; `before` is None where there were no tables yet. `sealed`: how many messages and scans were
    encrypted that were not, or by an older key."""

    before: str | None
    now: str
    sealed: int = 0


def upgrade(config: Config) -> Upgraded:
    """Raises StoreError while a run is at work, and where the store is of a newer version or no store of ours."""
    with single_run(config.lock_path) as alone:
        if not alone:
            raise StoreError("A run is at work on the store: wait until it has ended, or stop swc-mailer watch, then upgrade.")
        before, now = assemble.upgrade_store(config)
        with closing(assemble.open_store(config)) as store:
            return Upgraded(before, now, store.seal_all())
