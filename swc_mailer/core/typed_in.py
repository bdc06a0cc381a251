"""What staff type in, from a letter or to correct what was read, as details: taken as it stands, without looking for anything."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime

from swc_mailer.core.model import Address, Details, Evidence, Number, Zone
from swc_mailer.core.postcodes import find_postcodes

PART = "typed in"  # of the evidence


def typed_number(text: str, pattern: str) -> Number | None:
    """A membership number with whatever separators; None where it has not the register's form."""
    value = re.sub(r"[\s./-]", "", text)
    if not value.isascii() or not re.fullmatch(pattern, value):
        return None
    return Number(value, Evidence(PART, 0, len(text), text), Zone.OWN, labelled=True)


def typed_address(text: str) -> Address | None:
    """ "12 Station Road; Leeds; LS6 2AB", or a line each; overseas the country stands last. None where it is not full."""
    lines = lines_of(text)
    if not lines:
        return None
    found = find_postcodes(lines[-1])
    if found and found[-1].end == len(lines[-1]):
        before = lines[-1][: found[-1].start].strip(" ,")
        return _address([*lines[:-1], *([before] if before else [])], found[-1].value, "", text)
    return _address(lines[:-1], "", lines[-1], text) if len(lines) > 2 else None


def typed_place(text: str) -> Address | None:
    """As `typed_address`; of a letter that gives less, what it gives and what that lacks. None where it gives nothing."""
    lines = lines_of(text)
    if not lines:
        return None
    if full := typed_address(text):
        return full
    found = find_postcodes(lines[-1])
    evidence = Evidence(PART, 0, len(text), text)
    if found and len(lines) == 1 and found[-1].value and found[-1].end - found[0].start == len(lines[-1]):
        return Address((), found[-1].value, "", evidence, Zone.OWN, lacking=("street",))
    return Address(tuple(lines), "", "", evidence, Zone.OWN, lacking=("postcode",))


def lines_of(text: str) -> list[str]:
    """Lines, or what stands between semicolons."""
    lines = (" ".join(line.split()) for line in re.split(r"[;\r\n]", text))
    return [line for line in lines if line]


DAY = re.compile(r"(?P<day>\d{1,2})[./-](?P<month>\d{1,2})[./-](?P<year>\d{4})")


def typed_day(text: str) -> date | None:
    """ "2014-03-03", or as people here write it: "3/3/2014", "3.3.2014", "3 March 2014". None where it is no date."""
    written = " ".join(text.split())
    if found := DAY.fullmatch(written):
        written = f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    for form in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y"):
        with suppress(ValueError):
            return datetime.strptime(written, form).date()  # noqa: DTZ007 -- a day has no zone
    return None


def _address(lines: list[str], postcode: str, country: str, text: str) -> Address | None:
    if not lines:
        return None
    return Address(tuple(lines), postcode, country, Evidence(PART, 0, len(text), text), Zone.OWN)


def has_typed_in(details: Details) -> bool:
    """Whether staff typed any of it."""
    evidence = [*(number.evidence for number in details.numbers), *(address.evidence for address in details.addresses)]
    return any(piece.part == PART for piece in evidence)
