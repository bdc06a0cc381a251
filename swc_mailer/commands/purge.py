"""`purge`: applies the retention times of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta

from swc_mailer import assemble
from swc_mailer.config import Config

LONGEST = 36_500  # days; further back there is no date to compare with


def purge(config: Config, *, dry: bool, who: str) -> Mapping[str, int]:
    """How much of each kind was taken out; `dry`: would be."""
    now, keep = datetime.now(UTC), config.retention
    with closing(assemble.open_existing_store(config)) as store:
        return store.purge(
            raw=days_before(now, keep.raw_days),
            requests=days_before(now, keep.request_days),
            audit=days_before(now, keep.audit_days),
            who=who,
            dry=dry,
            now=now,
        )


def days_before(now: datetime, days: int) -> datetime | None:
    """None for 0 days: that is kept."""
    return now - timedelta(days=min(days, LONGEST)) if days else None
