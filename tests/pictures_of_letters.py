"""The pictures of docs/letters.md, of invented people: `make screenshots`. Labels are outlined, as on their sheet."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from swc_mailer.adapters.pdf import Typesetter
from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.label_pages import label_pages
from swc_mailer.core.label_sheets import SHEETS, Box
from swc_mailer.core.letter_pages import Letter, letter_pages
from swc_mailer.core.places import vocabulary
from swc_mailer.core.postal_address import postal_address

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
DPI = 70
GREY = 200
MADE = datetime(2014, 3, 3, 9, tzinfo=UTC)
SHEET, SHOWN_ROWS = SHEETS["L7160"], 3
PEOPLE = """\
Ann Example; 12 Station Road; Leeds; West Yorkshire; LS6 2AB
Siân Gŵyn-Enghraifft; Tŷ Hir; Llanfihangel-y-Creuddyn; Aberystwyth; Ceredigion; SY23 4LA
Łukasz Przykładowski-Śliwiński; Flat 14, The Old Maltings; Upper Wolverhampton Canalside Development; Wolverhampton; WV1 1AA
Seán Ó Samplach; 7 Sráid na Siopaí; Galway; Ireland; H91 X2Y3
Zoë Müller-Exempel; Beispielstraße 5; 20095 Hamburg; Germany
Cpl Jo Sample; 1 Example Regiment; BFPO 11
Professor Emerita Philippa Featherstonehaugh-Cholmondeley-Example; Rose Cottage, Long Lane; Stoke Poges; Slough; SL2 4NZ
Jiří Vzorek; Flat 2; 9 Mill Lane; York; YO1 9XX
"""
WORDS = """\
Dear Ann Example,

Thank you for asking for the documents of our consultation, "Global policy consultation". They are enclosed:

  - Consultation paper.pdf
  - How to answer.pdf

The consultation closes on Friday 21 March 2014. Our Annual General Meeting (AGM) is on 12-13 April 2014.

If you need the documents in another form, please tell us and one of us will help.

With best wishes,

The consultation team
Example Organisation
"""


def picture(pdf: bytes) -> Image.Image:
    drawn = subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-gray", "-png", "-singlefile", "-"], input=pdf, capture_output=True, check=True
    )
    return Image.open(io.BytesIO(drawn.stdout)).convert("L")


def outlined(sheet: Image.Image, box: Box) -> None:
    corners = [round(length / 25.4 * DPI) for length in (box.left, box.top, box.right, box.bottom)]
    ImageDraw.Draw(sheet).rounded_rectangle(corners, radius=5, outline=GREY)


def save(image: Image.Image, name: str) -> None:
    ImageOps.expand(image, border=1, fill=GREY).quantize(16).save(PICTURES / name, optimize=True)


def main() -> None:
    typesetter, vocab = Typesetter(), vocabulary(read_words())
    addresses = [postal_address(person.split("; "), vocab).printed for person in PEOPLE.splitlines()]
    pages = label_pages(addresses, SHEET, typesetter.measure)
    labels = picture(typesetter.pdf(pages, title="Labels", made=MADE))
    for number in range(SHEET.labels):
        outlined(labels, SHEET.cell(number))
    end = SHEET.cell(SHOWN_ROWS * SHEET.columns - 1).bottom + 3
    save(labels.crop((0, 0, labels.width, round(end / 25.4 * DPI))), "labels.png")
    letter = Letter(addresses[0], MADE.date(), "abcd2345", "Global policy consultation: your consultation documents", WORDS)
    drawn = letter_pages(letter, Box(20, 55, 80, 24), typesetter.measure, typesetter.measure_bold)
    save(picture(typesetter.pdf(drawn, title="Letters", made=MADE)), "letter.png")


if __name__ == "__main__":
    main()
