"""How values read on the pages: times, ages, sizes, codes, and the characters that would hide or turn what a stranger wrote."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from swc_mailer.core.compose import COLUMNS
from swc_mailer.core.dates import MONTHS, long_date
from swc_mailer.core.record import as_heading
from swc_mailer.errors import SwcMailerError
from swc_mailer.output import number_of

KEPT = "\n\t"
HIDING = ("Cc", "Cf", "Co", "Cs")  # controls, bidi and zero-width marks, private use, surrogates
KILOBYTE = 1024
ITEM = re.compile(r" *- +")
OPTIONS = {  # of the commands, and where the page has the same
    "with --number N": "by the member's number",
    "with approve --number": "by the member's number",
    "with --to ADDRESS": "under “To another address”",
}
IN_A_TERMINAL = re.compile(r"[ :;,.(]*[^:;,.(]{0,200}\bswc-mailer\b.*", re.DOTALL)
SOFT_HYPHEN, ZERO_WIDTH = "\u00ad", ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff")


def visible(text: str) -> str:
    """What a page may show of a stranger's text: marks that turn its direction or hide letters are named instead of obeyed."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(shown, text.replace("\r\n", "\n").replace("\r", "\n")))


def shown(char: str) -> str:
    if char in KEPT or unicodedata.category(char) not in HIDING:
        return char
    if char == SOFT_HYPHEN or char in ZERO_WIDTH:
        return ""  # seen nowhere, and common in mail that nobody meant to disguise
    return f"[U+{ord(char):04X}]"


def one_line(text: str) -> str:
    return " ".join(visible(text).split())


def flowed(text: str) -> str:
    """A reply's words with each paragraph and each item of a list on one line: the page breaks lines where it must."""
    lines: list[str] = []
    above, hanging = "", 0
    for line in text.splitlines():
        if flows_on(above, line, hanging):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
            item = ITEM.match(line)
            hanging = len(item[0]) if item else 0
        above = line
    return "\n".join(lines)


def flows_on(above: str, line: str, hanging: int) -> bool:
    """Whether a line goes on where the one above it was broken for want of room: its first word would not have fitted there, and
    it begins below the first word of the paragraph or the item."""
    if not above.strip() or not line.strip() or ITEM.match(line):
        return False
    indent = len(line) - len(line.lstrip())
    begins = len(above) - len(above.lstrip()) if not ITEM.match(above) else hanging
    return indent == begins == hanging and len(above) + 1 + len(line.split()[0]) > COLUMNS


def moment(when: datetime, zone: ZoneInfo) -> str:
    local = when.astimezone(zone)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"


def age(since: datetime, now: datetime) -> str:
    """ "3 days": the largest unit alone."""
    passed = max(now - since, timedelta())
    hours = int(passed.total_seconds() // 3600)
    if passed.days:
        return number_of(passed.days, "day")
    return number_of(hours, "hour") if hours else number_of(int(passed.total_seconds() // 60), "minute")


def size(count: int) -> str:
    if count < KILOBYTE:
        return number_of(count, "byte")
    kilobytes = count / KILOBYTE
    return f"{kilobytes:,.0f} kB" if kilobytes < KILOBYTE else f"{kilobytes / KILOBYTE:,.1f} MB"


def in_words(error: SwcMailerError) -> str:
    """An error without the command that mends it in a terminal."""
    told = IN_A_TERMINAL.sub("", str(error)).strip(" `")
    for option, here in OPTIONS.items():
        told = told.replace(option, here)
    return told if told.endswith((".", "?")) else f"{told}."


def of_this_case(text: str, case_id: str) -> str:
    """What is told of a case, on its own page."""
    return text.replace(f"Case {case_id}: ", "").replace(f"Case {case_id}", "This case")


def filters(zone: ZoneInfo) -> Mapping[str, Callable[..., Any]]:
    """The filters of the templates; times are those of the consultation's zone."""
    return {
        "visible": visible,
        "one_line": one_line,
        "of_this_case": of_this_case,
        "flowed": flowed,
        "moment": lambda when: moment(when, zone),
        "clock": lambda when: f"{when.astimezone(zone):%H:%M:%S}",
        "long_date": long_date,
        "age": lambda when: age(when, datetime.now(UTC)),
        "size": size,
        "label": as_heading,
        "count": number_of,
    }
