"""What the DNS says of a domain that mail comes from: the texts of its records in, what receiving servers make of them out."""

from __future__ import annotations

import re
from collections.abc import Sequence

RESERVED = frozenset(("test", "example", "invalid", "localhost", "local", "internal"))  # RFC 2606, 6762; never in the public DNS
SPF = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)  # RFC 7208 section 4.5
ANYBODY = re.compile(r"(?:^| )\+?all(?: |$)", re.IGNORECASE)
DMARC = re.compile(r"v\s*=\s*DMARC1\s*(?:;|$)")  # RFC 7489 section 6.3: of just these letters
POLICY = re.compile(r";\s*p\s*=\s*(?P<policy>none|quarantine|reject)\s*(?:;|$)", re.IGNORECASE)
MOST_PARENTS = 8  # RFC 9989 section 4.10: no more names are asked for


def is_public(domain: str) -> bool:
    """Whether anybody else could know of it."""
    return "." in domain and domain.rpartition(".")[2].lower() not in RESERVED


def spf_records(texts: Sequence[str]) -> tuple[str, ...]:
    """Two of them count as a mistake, and as none."""
    return tuple(text for text in texts if SPF.match(text))


def lets_anybody_send(record: str) -> bool:
    return bool(ANYBODY.search(record))


def dmarc_names(domain: str) -> tuple[str, ...]:
    """Where a DMARC record may stand, the nearest first: a domain without one takes its parent's."""
    labels = domain.split(".")
    parents = (labels[at:] for at in range(len(labels) - 1))
    return tuple(f"_dmarc.{'.'.join(parent)}" for parent in parents)[:MOST_PARENTS]


def dmarc_policy(texts: Sequence[str]) -> str | None:
    """ "none", "quarantine" or "reject", "" where the record names none of them; None where there is no record, or several."""
    records = [text for text in texts if DMARC.match(text)]
    if len(records) != 1:
        return None
    found = POLICY.search(records[0])
    return found["policy"].lower() if found else ""
