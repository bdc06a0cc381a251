"""Labels and letters as PDF, read back: every text inside its label or its window, whatever the name."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from swc_mailer.adapters.pdf import BOLD, Typesetter
from swc_mailer.core.fitting import POINT, SMALLEST, Page, Text, fitted
from swc_mailer.core.label_pages import fits, label_pages, room
from swc_mailer.core.label_sheets import A4, SHEETS, Box, Sheet, read_sheet
from swc_mailer.core.letter_pages import MARGIN, Letter, letter_pages
from swc_mailer.core.model import Language
from swc_mailer.errors import ConfigError

MADE = datetime(2014, 3, 3, 9, tzinfo=UTC)
DAY = MADE.date()
ANN = ("Ann Example", "12 Station Road", "LEEDS", "LS6 2AB")
SIAN = ("Siân Gŵyn-Enghraifft", "Tŷ Hir", "Llanfihangel-y-Creuddyn", "ABERYSTWYTH", "SY23 4LA")
LONG = (
    "Professor Emerita Philippa Featherstonehaugh-Cholmondeley-Example",
    "The Cottage at the End of the Long Lane Behind the Church",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    "ABERYSTWYTH",
    "SY23 4LA",
)
WINDOW = Box(20, 55, 80, 24)
LETTER = Letter(ANN, DAY, "abcd2345", "Your documents", "Dear Ann,\n\n  - one\n\nWith best wishes\n")
L7160 = SHEETS["L7160"]
ASCENT, DESCENT = 0.93, 0.22  # of Liberation Sans, with the highest accents


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@dataclass(frozen=True)
class Seen:
    """A text as a reader of the file finds it."""

    page: int
    text: str
    left: float
    base: float
    size: float

    def ink(self, typesetter: Typesetter) -> Box:
        length = typesetter.measure(self.text) * self.size
        return Box(self.left, self.base - self.size * ASCENT * POINT, length, self.size * (ASCENT + DESCENT) * POINT)


def read_back(content: bytes) -> list[Seen]:
    found = []
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(content)).pages):
        height = float(page.mediabox.height)

        def visit(
            text: str, _: object, matrix: Sequence[float], __: object, size: float, number: int = number, height: float = height
        ) -> None:
            if text.strip():
                found.append(Seen(number, text.strip("\n"), matrix[4] * POINT, (height - matrix[5]) * POINT, size))

        page.extract_text(visitor_text=visit)
    return found


def is_inside(inner: Box, outer: Box) -> bool:
    slack = 0.02
    return (
        inner.left >= outer.left - slack
        and inner.top >= outer.top - slack
        and inner.right <= outer.right + slack
        and inner.bottom <= outer.bottom + slack
    )


def labels(typesetter: Typesetter, addresses: Sequence[Sequence[str]], sheet: Sheet = L7160, start: int = 1) -> list[Seen]:
    return read_back(typesetter.pdf(label_pages(addresses, sheet, typesetter.measure, start=start), title="Labels", made=MADE))


# --- labels ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["L7159", "L7160", "L7161", "L7162", "L7163", "L7165", "3474", "5160", "90x45,2x6"])
def test_every_text_lies_inside_its_label(typesetter: Typesetter, name: str) -> None:
    sheet = read_sheet(name)
    addresses = [address for address in (ANN, SIAN, LONG) if fits(address, sheet, typesetter.measure)] * 12
    seen = iter(labels(typesetter, addresses, sheet))

    for place, lines in enumerate(addresses):
        page, number = divmod(place, sheet.labels)
        told = ""
        while "".join(told.split()) != "".join("".join(lines).split()):
            text = next(seen)
            told += text.text
            assert text.page == page
            assert is_inside(text.ink(typesetter), sheet.cell(number)), text
    assert list(seen) == []


def test_a_used_sheet_is_begun_where_it_is_free(typesetter: Typesetter) -> None:
    seen = labels(typesetter, [ANN] * 3, start=20)
    names = [text for text in seen if text.text == "Ann Example"]

    assert [(text.page, round(text.left)) for text in names] == [(0, 76), (0, 142), (1, 10)]


def test_accents_are_read_back_as_they_were_written(typesetter: Typesetter) -> None:
    written = ["Ŵyn Ŷ ŵ ŷ Ẁ", "Łukasz Świętek-Żak", "Jiří Ďáblík ť ů", "Ó Súilleabháin", "Gæðing Þórr Đặng", "Ελένη", "Ёлка"]

    assert typesetter.lacks("".join(written)) == ""
    assert [text.text for text in labels(typesetter, [written])] == written


def test_letters_that_cannot_be_printed_are_told(typesetter: Typesetter) -> None:
    assert typesetter.lacks("王 小明, 王 and אב") == "王小明אב"


def test_lines_are_broken_before_letters_become_small(typesetter: Typesetter) -> None:
    (name, *_), sizes = SIAN, {text.size for text in labels(typesetter, [SIAN])}
    broken = labels(typesetter, [(f"{name} and Dafydd Sampl of Ty Mawr", *SIAN[1:])])

    assert sizes == {12}
    assert [text.text for text in broken][:2] == ["Siân Gŵyn-Enghraifft and", "Dafydd Sampl of Ty Mawr"]
    assert {text.size for text in broken} == {12}


def test_what_would_be_too_small_to_read_does_not_fit(typesetter: Typesetter) -> None:
    assert fits(LONG, L7160, typesetter.measure)
    assert not fits(LONG, SHEETS["L7651"], typesetter.measure)
    assert not fits(["x" * 100_000], L7160, typesetter.measure)


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]), min_size=1, max_size=70)


@given(lines=st.lists(st.lists(names, min_size=1, max_size=9).map(" ".join), max_size=10), sheet=st.sampled_from(list(SHEETS)))
@example(lines=["W" * 60, "i" * 200], sheet="L7160")
@example(lines=["-" * 60], sheet="L7651")
def test_whatever_the_name_it_stays_in_its_label_or_does_not_fit(typesetter: Typesetter, lines: list[str], sheet: str) -> None:
    for number in (0, SHEETS[sheet].labels - 1):
        box = room(SHEETS[sheet], number)
        texts = fitted(lines, box, typesetter.measure)
        for text in texts or ():
            assert is_inside(Seen(0, text.text, text.left, text.base, text.size).ink(typesetter), SHEETS[sheet].cell(number))
            assert text.size >= SMALLEST
        if texts is not None:
            assert "".join("".join(text.text for text in texts).split()) == "".join("".join(lines).split())


# --- letters -----------------------------------------------------------------------------------------------


def letter_of(typesetter: Typesetter, letter: Letter, window: Box = WINDOW) -> list[Page]:
    return letter_pages(letter, window, typesetter.measure, typesetter.measure_bold)


@pytest.mark.parametrize("window", [WINDOW, Box(110, 40, 80, 30)], ids=["DL", "on the right"])
def test_the_address_and_nothing_else_shows_in_the_window(typesetter: Typesetter, window: Box) -> None:
    """However the letter slides in its envelope: by 11 mm up or down."""
    for address in (ANN, SIAN, LONG):
        pages = letter_of(typesetter, Letter(address, DAY, "abcd2345", "Subject", "Dear Ann,\n"), window)
        seen = read_back(typesetter.pdf(pages, title="Letters", made=MADE))
        shown = [text for text in seen if text.base < window.bottom + 11]

        assert "".join("".join(text.text for text in shown).split()) == "".join("".join(address).split())
        assert [text for text in shown if not is_inside(text.ink(typesetter), window)] == []


def test_a_letter_has_its_date_its_reference_and_its_words(typesetter: Typesetter) -> None:
    seen = [text.text for text in read_back(typesetter.pdf(letter_of(typesetter, LETTER), title="Letters", made=MADE))]

    assert seen[4:] == [
        "3 March 2014",
        "Our reference: abcd2345",
        "Your documents",
        "Dear Ann,",
        "- one",
        "With best wishes",
    ]


def test_a_letter_in_welsh_has_its_date_and_its_reference_so_too(typesetter: Typesetter) -> None:
    (page,) = letter_of(typesetter, replace(LETTER, language=Language.WELSH))

    assert [text.text for text in page.texts][4:6] == ["3 Mawrth 2014", "Ein cyfeirnod: abcd2345"]


def test_a_list_goes_on_below_its_words(typesetter: Typesetter) -> None:
    (page,) = letter_of(typesetter, Letter(ANN, DAY, "", "", f"  - {'word ' * 40}"))
    item = [text for text in page.texts if "word" in text.text]

    assert item[0].text.startswith("- word")
    assert item[1].left == item[2].left > item[0].left > MARGIN


def test_a_long_letter_goes_on_to_a_second_page_and_a_longish_one_is_made_to_fit(typesetter: Typesetter) -> None:
    longish, long = (letter_of(typesetter, Letter(ANN, DAY, "", "S", "A line of a letter.\n" * count)) for count in (36, 60))

    assert (len(longish), len(long)) == (1, 2)
    assert [page.texts[-1].text for page in long] == ["1/2", "2/2"]
    bottom = A4[1] - MARGIN + 2
    lines = [text for page in (*longish, *long) for text in page.texts if text.text.startswith("A line")]
    assert (len(lines), [text for text in lines if text.base > bottom]) == (96, [])


@given(text=st.text(max_size=300))
@example(text="W" * 300)
@example(text="  - ")
def test_whatever_a_letter_says_it_stays_between_the_margins(typesetter: Typesetter, text: str) -> None:
    def right(drawn: Text) -> float:
        measure = typesetter.measure_bold if drawn.bold else typesetter.measure
        return drawn.left + measure(drawn.text) * drawn.size

    pages = letter_of(typesetter, Letter(ANN, DAY, "", text, text))

    assert [drawn for page in pages for drawn in page.texts if right(drawn) > A4[0] - MARGIN + 0.01] == []


# --- the file ----------------------------------------------------------------------------------------------


def test_the_same_pages_make_the_same_bytes(typesetter: Typesetter) -> None:
    pages = label_pages([ANN, SIAN], L7160, typesetter.measure)
    one, same = (setter.pdf(pages, title="Labels", made=MADE) for setter in (typesetter, Typesetter()))

    assert one == same
    assert one != typesetter.pdf(pages, title="Labels", made=MADE + timedelta(days=1))


def test_the_file_says_nothing_of_anybody_beside_its_pages(typesetter: Typesetter) -> None:
    content = typesetter.pdf(letter_of(typesetter, LETTER), title="Letters", made=MADE)
    told = pypdf.PdfReader(io.BytesIO(content)).metadata

    assert told
    assert {name: str(value) for name, value in told.items()} == {
        "/Title": "Letters",
        "/Producer": "swc-mailer",
        "/CreationDate": "D:20140303090000Z",
    }


def test_a_font_of_ones_own(tmp_path: Path) -> None:
    own = Typesetter(BOLD)
    assert own.measure("Ann") == own.measure_bold("Ann") == Typesetter().measure_bold("Ann")

    (tmp_path / "font.ttf").write_bytes(b"no font")
    with pytest.raises(ConfigError, match=r"font\.ttf is no TrueType font"):
        Typesetter(tmp_path / "font.ttf")
