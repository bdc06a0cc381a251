"""Days in, days as a reply says them out, in its language and whatever the machine's."""

from __future__ import annotations

import re
from datetime import date

from swc_mailer.core.model import Language

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Without "dydd": that it becomes "ddydd" is for the sentence it stands in.
WELSH_DAYS = ("Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul")
WELSH_MONTHS = (
    "Ionawr",
    "Chwefror",
    "Mawrth",
    "Ebrill",
    "Mai",
    "Mehefin",
    "Gorffennaf",
    "Awst",
    "Medi",
    "Hydref",
    "Tachwedd",
    "Rhagfyr",
)
IN_WELSH = dict(zip((*DAYS, *MONTHS), (*WELSH_DAYS, *WELSH_MONTHS), strict=True))
ENGLISH_NAME = re.compile(rf"\b({'|'.join(IN_WELSH)})\b")


def long_date(day: date, language: Language = Language.ENGLISH) -> str:
    """ "Friday 21 March 2014"; in Welsh "Gwener 21 Mawrth 2014"."""
    written = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"
    return in_welsh(written) if language is Language.WELSH else written


def day_and_month(day: date, language: Language) -> str:
    """ "21 March 2014"; in Welsh "21 Mawrth 2014"."""
    return long_date(day, language).partition(" ")[2]


def in_welsh(text: str) -> str:
    """A date as somebody wrote it, with the Welsh names of its days and months: "12-13 Ebrill 2014"."""
    return ENGLISH_NAME.sub(lambda name: IN_WELSH[name.group()], text)
