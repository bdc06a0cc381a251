"""Letters of all outcomes, half of them typed in on the page and half by the command, are printed and all answered once.

Eight, one of each kind; forty of them by `make torture`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from swc_mailer.adapters.pdf import Typesetter
from swc_mailer.core.label_sheets import SHEETS
from tests.contracts.test_pdf import is_inside, read_back
from tests.torture.length import LONG
from tests.web.rig import Rig, rig

L7160 = SHEETS["L7160"]
IN_TIME, TOO_LATE = "2014-03-03", "2014-03-24"
KINDS = ("pack", "no number", "no address", "nothing", "late", "unknown number", "lapsed", "another house")
PRINTED = {"pack", "no number", "no address", "late"}
HEADINGS = "membership_number,name,address_1,address_2,town,county,postcode,email,status\n"


@dataclass(frozen=True)
class Typed:
    """A letter as its writer wrote it, and the member that she is."""

    place: int
    kind: str

    @property
    def name(self) -> str:
        return f"Siân Example{self.place}"

    @property
    def number(self) -> str:
        known = f"{2_000_000 + self.place}"
        return {"no number": "", "nothing": "", "unknown number": f"{9_000_000 + self.place}"}.get(self.kind, known)

    @property
    def address(self) -> str:
        house = self.place + (500 if self.kind == "another house" else 1)
        return "" if self.kind in ("no address", "nothing") else f"{house} Station Road; Leeds; LS{self.place % 9 + 1} 2AB"

    @property
    def received(self) -> str:
        return TOO_LATE if self.kind == "late" else IN_TIME

    @property
    def member(self) -> str:
        status = "lapsed" if self.kind == "lapsed" else "current"
        home = f"{self.place + 1} Station Road,,Leeds,,LS{self.place % 9 + 1} 2AB"
        return f"{2_000_000 + self.place},{self.name},{home},,{status}\n"

    @property
    def label(self) -> list[str]:
        return [self.name, f"{self.place + 1} Station Road", "LEEDS", f"LS{self.place % 9 + 1} 2AB"]


LETTERS = [Typed(place, KINDS[place % len(KINDS)]) for place in range(5 * len(KINDS) if LONG else len(KINDS))]


@pytest.fixture(scope="module")
def pages(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    register = HEADINGS + "".join(letter.member for letter in LETTERS)
    with rig(tmp_path_factory.mktemp("letters"), browser, [], register=register) as running:
        yield running


def type_on_the_page(page: Page, letter: Typed) -> None:
    page.goto(f"/letter?received={letter.received}")
    page.get_by_label("Membership number").fill(letter.number)
    page.get_by_label("Name", exact=True).fill(letter.name)
    page.get_by_label("Postal address").fill(letter.address.replace("; ", "\n"))
    page.get_by_role("button", name="Keep").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Letter of")


def type_by_the_command(pages: Rig, letter: Typed) -> None:
    given = {"--number": letter.number, "--address": letter.address, "--name": letter.name, "--received": letter.received}
    pages.charity.result("letter", *(word for pair in given.items() if pair[1] for word in pair))


@pytest.mark.timeout(300)  # some seconds each, on a busy machine
def test_letters_are_printed_and_each_is_answered_once(pages: Rig, page: Page) -> None:
    for letter in LETTERS[::2] + LETTERS[1::2]:
        if letter.place < len(LETTERS) // 2:
            type_on_the_page(page, letter)
        else:
            type_by_the_command(pages, letter)
    printed = pages.charity.result("labels", "--out", "labels.pdf", "--letters", "letters.pdf")
    waiting = pages.charity.rows("queue", "list")

    answered = [letter for letter in LETTERS if letter.kind in PRINTED]
    assert printed["items"] == len(answered)
    assert sorted(map(tuple, labels_in(pages))) == sorted(tuple(letter.label) for letter in answered)
    letters = pypdf.PdfReader(pages.charity.folder / "letters.pdf").pages
    assert Counter(name for sheet in letters for name in greeted(sheet.extract_text())) == Counter(
        letter.name for letter in answered
    )
    assert len(waiting) == len(LETTERS) - len(answered)
    assert Counter(case["reason"] for case in waiting) == Counter(
        dict.fromkeys(("number_unknown", "not_current", "address_elsewhere", "no_postal_address"), len(LETTERS) // len(KINDS))
    )
    assert pages.charity.result("labels", "--out", "more.pdf")["items"] == 0


def labels_in(pages: Rig) -> list[list[str]]:
    """What stands in each cell of the sheet; whatever is drawn lies inside one."""
    typesetter = Typesetter()
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for seen in read_back((pages.charity.folder / "labels.pdf").read_bytes()):
        cell = next(number for number in range(L7160.labels) if is_inside(seen.ink(typesetter), L7160.cell(number)))
        found[seen.page, cell].append(seen.text)
    return list(found.values())


def greeted(text: str) -> list[str]:
    return [line.removeprefix("Dear ").rstrip(",") for line in text.splitlines() if line.startswith("Dear ")]
