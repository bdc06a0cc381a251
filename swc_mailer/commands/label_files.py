"""What goes by post in, the bytes of labels, letters and a mail merge out; and what cannot be printed, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from swc_mailer import assemble
from swc_mailer.config import Config
from swc_mailer.core.fitting import Page, fitted
from swc_mailer.core.label_pages import fits, label_pages
from swc_mailer.core.label_sheets import Box, Sheet
from swc_mailer.core.letter_pages import Letter, letter_pages
from swc_mailer.core.mail_merge import Merged, mail_merge
from swc_mailer.core.places import Vocabulary, vocabulary
from swc_mailer.core.postal_address import PostalAddress, postal_address
from swc_mailer.desk_port import PostedItem

if TYPE_CHECKING:
    from swc_mailer.adapters.pdf import Typesetter


@dataclass(frozen=True, slots=True)
class Wanted:
    """The files to be written; None: not this one. `start` is the first label of the first sheet that is free."""

    labels: Path | None
    letters: Path | None
    csv: Path | None
    sheet: Sheet
    start: int = 1


@dataclass(frozen=True, slots=True)
class LeftOut:
    request_id: str
    why: str


@dataclass(frozen=True)
class Press:
    """Prints what is `wanted`, as of the moment `made`."""

    config: Config
    wanted: Wanted
    made: datetime

    @cached_property
    def typesetter(self) -> Typesetter:
        return assemble.typesetter(self.config)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return vocabulary(assemble.read_words(self.config))

    def fault(self, item: PostedItem) -> str:
        """Why an item cannot be printed as it is wanted; "" where it can."""
        address = self.address(item).printed
        if not address:
            return "has no address"
        if self.wanted.labels and not fits(address, self.wanted.sheet, self.typesetter.measure):
            return f"has an address too long for a label of {self.wanted.sheet.name}"
        if self.wanted.letters and not fitted(address, window(self.config), self.typesetter.measure):
            return "has an address too long for the envelope's window"
        shown = "".join(address) if self.wanted.labels else ""
        shown += "".join(text.text for page in self.letter(item) for text in page.texts) if self.wanted.letters else ""
        lacking = self.typesetter.lacks(shown)
        return f"has letters that the font lacks: {' '.join(lacking)} (labels.font)" if lacking else ""

    def files(self, items: Sequence[PostedItem]) -> dict[Path, bytes]:
        wanted = self.wanted
        contents: dict[Path, bytes] = {}
        if wanted.labels:
            contents[wanted.labels] = self.labels(items)
        if wanted.letters:
            contents[wanted.letters] = self.letters(items)
        if wanted.csv:
            contents[wanted.csv] = mail_merge([Merged(item.request_id, item.kind, self.address(item)) for item in items])
        return contents

    def labels(self, items: Sequence[PostedItem]) -> bytes:
        addresses = [self.address(item).printed for item in items]
        pages = label_pages(addresses, self.wanted.sheet, self.typesetter.measure, start=self.wanted.start)
        return self.typesetter.pdf(pages, title="Labels", made=self.made)

    def letters(self, items: Sequence[PostedItem]) -> bytes:
        pages = [page for item in items for page in self.letter(item)]
        return self.typesetter.pdf(pages, title="Letters", made=self.made)

    def letter(self, item: PostedItem) -> list[Page]:
        letter = Letter(
            address=self.address(item).printed,
            date=self.made.astimezone(self.config.policy().timezone).date(),
            reference=item.request_id,
            subject=item.subject,
            text=item.text,
            language=item.language,
        )
        return letter_pages(letter, window(self.config), self.typesetter.measure, self.typesetter.measure_bold)

    def address(self, item: PostedItem) -> PostalAddress:
        return postal_address(item.post_to, self.vocabulary)


def window(config: Config) -> Box:
    labels = config.labels
    return Box(labels.window_left, labels.window_top, labels.window_width, labels.window_height)
