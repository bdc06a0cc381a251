"""`backup`: a whole and consistent copy of the store, made while it is in use."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from swc_mailer import assemble
from swc_mailer.config import Config


def backup(config: Config, target: Path) -> int:
    """The size of the copy. Raises StoreError where there is nothing to copy, or no place for it."""
    with closing(assemble.open_existing_store(config, unchanged=True)) as store:
        store.backup(target)
    return target.stat().st_size
