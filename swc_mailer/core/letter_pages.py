"""A letter's words in, A4 pages out with its address where an envelope has its window."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from swc_mailer.core.dates import day_and_month
from swc_mailer.core.fitting import LEADING as OF_AN_ADDRESS
from swc_mailer.core.fitting import POINT, Measure, Page, Text, break_line, break_word, fitted, sizes
from swc_mailer.core.label_sheets import A4, Box
from swc_mailer.core.mailwire import plain
from swc_mailer.core.model import Language

MARGIN = 20.0
BELOW_WINDOW = 14.0  # a letter that slides down in its envelope shows no more than its address
LARGEST, SMALLEST = 11.0, 9.5  # points; what is longer than a page goes on to the next in the largest
LEADING = 1.3
SPACE = 2.0  # mm for each space that a line is set in by
NUMBER_SIZE = 9.0
REFERENCE = {Language.ENGLISH: "Our reference", Language.WELSH: "Ein cyfeirnod"}


@dataclass(frozen=True, slots=True)
class Letter:
    """`text` is a paragraph a line, with an empty line between two; leading spaces set a line in."""

    address: tuple[str, ...]
    date: date
    reference: str
    subject: str
    text: str
    language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    indent: float = 0.0
    bold: bool = False


def letter_pages(letter: Letter, window: Box, measure: Measure, measure_bold: Measure) -> list[Page]:
    """The address must be one that `fitted` finds room for in the window."""
    for size in sizes(LARGEST, SMALLEST):
        pages = set_pages(letter, window, size, measure, measure_bold)
        if len(pages) == 1:
            return pages
    return set_pages(letter, window, LARGEST, measure, measure_bold)


def set_pages(letter: Letter, window: Box, size: float, measure: Measure, measure_bold: Measure) -> list[Page]:
    start = window.bottom + BELOW_WINDOW
    pages = list(paginated(all_rows(letter, size, measure, measure_bold), start, size))
    address = fitted(letter.address, window, measure) or ()
    lifted = raised(address, window)
    return [
        Page(*A4, (*(lifted if number == 1 else ()), *texts, *page_number(number, len(pages))))
        for number, texts in enumerate(pages, start=1)
    ]


def raised(address: Sequence[Text], window: Box) -> tuple[Text, ...]:
    """At the window's upper edge, not in the middle as on a label."""
    if not address:
        return ()
    size = address[0].size
    spare = (window.height - len(address) * size * OF_AN_ADDRESS * POINT) / 2
    return tuple(Text(text.left, text.base - spare, size, text.text) for text in address)


def page_number(number: int, pages: int) -> tuple[Text, ...]:
    return (Text(A4[0] - MARGIN - 10, A4[1] - MARGIN / 2, NUMBER_SIZE, f"{number}/{pages}"),) if pages > 1 else ()


def paginated(rows: Sequence[Row], start: float, size: float) -> Iterator[tuple[Text, ...]]:
    """The first page from `start` on, all others from the margin."""
    step, base = size * LEADING * POINT, start + size * POINT
    texts: list[Text] = []
    for row in rows:
        if base > A4[1] - MARGIN:
            yield tuple(texts)
            texts, base = [], MARGIN + size * POINT
        if row.text:
            texts.append(Text(MARGIN + row.indent, base, size, row.text, row.bold))
        if row.text or texts:  # a page begins with no empty line
            base += step
    yield tuple(texts)


def all_rows(letter: Letter, size: float, measure: Measure, measure_bold: Measure) -> list[Row]:
    width = (A4[0] - 2 * MARGIN) / size
    heading = (day_and_month(letter.date, letter.language), f"{REFERENCE[letter.language]}: {letter.reference}", "")
    rows = [Row(line) for line in heading]
    rows += (Row(line, bold=True) for line in broken(letter.subject, width, measure_bold))
    rows += [Row("")]
    for line in letter.text.rstrip().splitlines():
        rows += rows_of(line, size, measure)
    return rows


def rows_of(line: str, size: float, measure: Measure) -> Iterator[Row]:
    """An item of a list goes on below its words, not below its dash."""
    indent = (len(line) - len(line.lstrip(" "))) * SPACE
    text = unicodedata.normalize("NFC", plain(line))
    dash = measure("- ") * size if text.startswith("- ") else 0.0
    if dash:
        text = text.removeprefix("- ")
    pieces = list(broken(text, (A4[0] - 2 * MARGIN - indent - dash) / size, measure))
    for number, piece in enumerate(pieces):
        first = dash and number == 0
        yield Row(f"- {piece}" if first else piece, indent if first else indent + dash)


def broken(text: str, width: float, measure: Measure) -> Iterator[str]:
    for piece in break_line(text, width, measure):
        yield from break_word(piece, width, measure)
