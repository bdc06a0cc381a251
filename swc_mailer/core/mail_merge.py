"""Addresses in, the CSV that a mailing house merges with its letters out: a row each, no cell of which a spreadsheet obeys."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from swc_mailer.core.postal_address import PostalAddress

# https://owasp.org/www-community/attacks/CSV_Injection; the wide signs count in spreadsheets that are set to Japanese
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
HARMLESS = "'"
FEWEST_LINES = 4  # columns for the lines of an address, so that most batches have the same


@dataclass(frozen=True, slots=True)
class Merged:
    reference: str
    kind: str
    address: PostalAddress


def mail_merge(items: Sequence[Merged]) -> bytes:
    """UTF-8 with a mark at its beginning, without which Excel reads no accent."""
    most = max([FEWEST_LINES, *(len(item.address.lines) for item in items)])
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    lines = (f"address_{number}" for number in range(1, most + 1))
    writer.writerow(["reference", "kind", "name", *lines, "town", "postcode", "country"])
    writer.writerows(map(harmless, row(item, most)) for item in items)
    return file.getvalue().encode("utf-8-sig")


def row(item: Merged, most: int) -> Iterable[str]:
    address = item.address
    spare = [""] * (most - len(address.lines))
    return [item.reference, item.kind, address.name, *address.lines, *spare, address.town, address.postcode, address.country]


def harmless(cell: str) -> str:
    return HARMLESS + cell if cell.startswith(FORMULA) else cell
