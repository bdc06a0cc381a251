"""Pages in, a PDF out, by fpdf2 and the fonts that come with the program; and how long a text is in their letters.

The same pages make the same bytes: the one time in the file is given from outside. It is told nothing of anybody but the pages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from fontTools.ttLib import TTFont, TTLibError
from fpdf import FPDF
from fpdf.fonts import TTFFont

from swc_mailer.core.fitting import POINT, Page
from swc_mailer.errors import ConfigError
from swc_mailer.shipped import PACKAGE

REGULAR, BOLD = (PACKAGE / "fonts" / f"LiberationSans-{style}.ttf" for style in ("Regular", "Bold"))
FAMILY = "text"
Style = Literal["", "B"]
STYLES: tuple[Style, Style] = ("", "B")
SCALE = 1000  # points: lengths of one-point letters without rounding
RIGHT_TO_LEFT = ("R", "AL")  # scripts that are drawn by more than one letter after the other


class Typesetter:
    """Measures in millimetres, for letters of one point. `font` is a TrueType file that stands in for the shipped ones."""

    def __init__(self, font: Path | None = None) -> None:
        self._files = (font, font) if font else (REGULAR, BOLD)
        with self._drawing() as drawing:
            self._styles = {style: true_type(drawing, style) for style in STYLES}
        self.measure = lru_cache(maxsize=100_000)(lambda text: self._length(text, ""))
        self.measure_bold = lru_cache(maxsize=10_000)(lambda text: self._length(text, "B"))

    def lacks(self, text: str) -> str:
        """The letters that cannot be printed, each once."""
        known = self._styles[""].cmap
        return "".join(dict.fromkeys(char for char in text if ord(char) not in known or is_right_to_left(char)))

    def pdf(self, pages: Sequence[Page], *, title: str, made: datetime) -> bytes:
        with self._drawing() as drawing:
            drawing.set_title(title)
            drawing.set_producer("swc-mailer")
            drawing.set_lang("en-GB")
            drawing.set_creation_date(made)
            for page in pages:
                drawing.add_page(format=(page.width, page.height))
                for text in page.texts:
                    drawing.set_font(FAMILY, "B" if text.bold else "", text.size)
                    drawing.text(text.left, text.base, text.text)
            return bytes(drawing.output())

    @contextmanager
    def _drawing(self) -> Iterator[FPDF]:
        """With its fonts, whose files stay open for so long."""
        drawing = FPDF(unit="mm")
        for style, file in zip(STYLES, self._files, strict=True):
            add_font(drawing, style, file)
        try:
            yield drawing
        finally:
            for style in STYLES:
                true_type(drawing, style).close()

    def _length(self, text: str, style: Style) -> float:
        return self._styles[style].get_text_width(text, SCALE, None)[1] * POINT / SCALE


def add_font(drawing: FPDF, style: Style, file: Path) -> None:
    try:
        with file.open("rb") as content, TTFont(content):  # fpdf2 would leave a file open that is none
            pass
        drawing.add_font(FAMILY, style, file)
    except (OSError, TTLibError) as error:
        raise ConfigError(f"labels.font: {file} is no TrueType font: {error}") from error


def true_type(drawing: FPDF, style: Style) -> TTFFont:
    font = drawing.fonts[FAMILY + style]
    assert isinstance(font, TTFFont)
    return font


def is_right_to_left(char: str) -> bool:
    return unicodedata.bidirectional(char) in RIGHT_TO_LEFT
