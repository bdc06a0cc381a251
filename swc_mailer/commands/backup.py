"""`backup`: a whole and consistent copy of the store, made while it is in use."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from swc_mailer import assemble
from swc_mailer.config import Config
from swc_mailer.errors import StoreError


def backup(config: Config, target: Path) -> int:
    """The size of the copy. Raises StoreError where there is nothing to copy, or no place for it."""
    if config.store_path and not config.store_path.exists():
        raise StoreError(f"There is no store at {config.store_path} yet: the first run makes it.")
    with closing(assemble.open_store(config, unchanged=True)) as store:
        store.backup(target)
    return target.stat().st_size
