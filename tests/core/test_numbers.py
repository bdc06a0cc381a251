"""Which membership numbers are found in what people write; the table of cases is found_numbers.txt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from swc_mailer.core.model import Number, Policy, Section, Zone
from swc_mailer.core.numbers import find_numbers
from swc_mailer.core.words import Words

CASES = Path(__file__).with_name("found_numbers.txt")
BEFORE = "Dear Amnesty,\n"  # what stands in the part in front of the section

Find = Callable[..., tuple[Number, ...]]


@pytest.fixture
def find(words: Words, policy: Policy) -> Find:
    """Find numbers in a text, as a section in a zone."""

    def find(text: str, zone: Zone = Zone.OWN) -> tuple[Number, ...]:
        section = Section("text", zone, len(BEFORE), len(BEFORE) + len(text), text)
        return find_numbers(section, words, policy)

    return find


def cases() -> Iterator[object]:
    for block in CASES.read_text(encoding="utf-8").split("####\n"):
        lines = block.rstrip("\n").split("\n")
        text = "\n".join(line for line in lines if not line.startswith("=> "))
        expected = [line.removeprefix("=> ") for line in lines if line.startswith("=> ")]
        yield pytest.param(text, expected, id=" ".join(text.split())[:60])


def shown(number: Number) -> str:
    """The form of the table: (reason it is set aside) value labelled, read from what was written."""
    aside = f"({number.set_aside}) " if number.set_aside else ""
    labelled = " labelled" if number.labelled and not number.set_aside else ""
    written = " ".join(number.evidence.text.split())
    return f"{aside}{number.value}{labelled}{f', read from {written}' if number.repair and not number.set_aside else ''}"


@pytest.mark.parametrize(("text", "expected"), list(cases()))
def test_numbers_are_found_as_they_are_written(find: Find, text: str, expected: list[str]) -> None:
    assert ([shown(number) for number in find(text)] or ["nothing"]) == expected
