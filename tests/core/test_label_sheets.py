"""Sheets of labels: the geometry of the usual makes, and of what somebody measured."""

from __future__ import annotations

from itertools import combinations

import pytest

from swc_mailer.core.label_sheets import SHEETS, Box, Sheet, read_sheet


def test_the_makers_own_measures() -> None:
    """Of the makers' templates: the first label's corner, and the last one's."""
    sheet = read_sheet("L7160")

    assert (sheet.labels, sheet.columns, sheet.rows) == (21, 3, 7)
    assert (sheet.left, sheet.top) == (7.21, 15.15)
    assert (round(sheet.cell(20).left, 2), round(sheet.cell(20).top, 2)) == (139.29, 243.75)
    assert (read_sheet("L7163").labels, round(read_sheet("L7163").left, 1)) == (14, 4.7)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_every_label_lies_on_its_page_and_on_no_other_label(sheet: Sheet) -> None:
    page = Box(-0.1, -0.1, sheet.page[0] + 0.2, sheet.page[1] + 0.2)
    cells = [sheet.cell(number) for number in range(sheet.labels)]

    on_page = [cell.inside(page) for cell in cells]
    assert {(round(box.width, 3), round(box.height, 3)) for box in on_page} == {(sheet.width, sheet.height)}
    shared = [one.inside(other) for one, other in combinations(cells, 2)]
    assert [box for box in shared if box.width > 0.001 and box.height > 0.001] == []


@pytest.mark.parametrize("name", ["l7160", "Avery L7160", "J8160", "avery j8160"])
def test_a_make_goes_by_several_names(name: str) -> None:
    assert read_sheet(name) == SHEETS["L7160"]


def test_a_sheet_that_somebody_measured() -> None:
    sheet = read_sheet("63.5x38.1, 3x7, left=7, top=15, across=66, down=38.2, page=210x300")

    assert (sheet.cell(0), sheet.cell(20)) == (Box(7, 15, 63.5, 38.1), Box(139, 15 + 6 * 38.2, 63.5, 38.1))
    assert sheet.page == (210, 300)


def test_margins_that_are_not_given_are_the_same_on_both_sides() -> None:
    sheet = read_sheet("70x37,3x8")

    assert (sheet.left, sheet.top) == (0, 0.5)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("L9999", "no sheet of labels that is known"),
        ("", "no sheet of labels that is known"),
        ("63.5,3x7", "is written as"),
        ("63.5x38.1,3x7,lft=2", "is written as"),
        ("63.5x38.1,0x7", "is written as"),
        ("0x38.1,3x7", "is written as"),
        ("63.5x38.1,0.5x7", "is written as"),
        ("63.5x38.1,4x7", "do not fit on a page"),
        ("63.5x38.1,3x8", "do not fit on a page"),
        ("63.5x38.1,3x7,left=30", "do not fit on a page"),
        ("63.5x38.1,3x7,across=60", "lie on each other"),
        ("63.5x38.1,3x7,down=20", "lie on each other"),
    ],
)
def test_what_is_no_sheet_is_told(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_sheet(text)
