"""Addresses and a sheet of labels in, pages with every address inside its label out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from swc_mailer.core.fitting import Measure, Page, Text, fitted
from swc_mailer.core.label_sheets import Box, Sheet

SIDES, ENDS = 3.0, 2.0  # mm of a label that stay empty: printers draw the paper in a little askew
UNPRINTABLE = 5.0  # mm at the paper's edge that most printers leave empty


def room(sheet: Sheet, number: int) -> Box:
    """Where text may stand on a label."""
    page = Box(0, 0, *sheet.page).less(UNPRINTABLE, UNPRINTABLE)
    return sheet.cell(number).less(SIDES, ENDS).inside(page)


def fits(lines: Sequence[str], sheet: Sheet, measure: Measure) -> bool:
    """On whichever label of the sheet: at the paper's edge there may be less room."""
    corners = {0, sheet.columns - 1, sheet.labels - sheet.columns, sheet.labels - 1}
    return all(fitted(lines, room(sheet, corner), measure) for corner in corners)


def label_pages(addresses: Sequence[Sequence[str]], sheet: Sheet, measure: Measure, *, start: int = 1) -> list[Page]:
    """`start` is the first label to be used on the first sheet, from 1. Every address must be one that `fits`."""
    return [
        Page(*sheet.page, tuple(text for _, texts in labels for text in texts))
        for _, labels in groupby(labelled(addresses, sheet, measure, start), key=lambda label: label[0])
    ]


def labelled(
    addresses: Sequence[Sequence[str]], sheet: Sheet, measure: Measure, start: int
) -> Iterator[tuple[int, tuple[Text, ...]]]:
    """Each with the number of its page."""
    for place, lines in enumerate(addresses, start=start - 1):
        page, number = divmod(place, sheet.labels)
        yield page, fitted(lines, room(sheet, number), measure) or ()
