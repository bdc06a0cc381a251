"""Tables of cases in text files: a text, and below it a line `=> …` for each thing that is to be found in it; #### between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from swc_mailer.core.model import Section, Zone

BEFORE = "Dear Amnesty,\n"  # what stands in the part in front of the section


def cases(path: Path) -> Iterator[object]:
    """Parameters (text, expected lines), each named by the text's beginning."""
    for block in path.read_text(encoding="utf-8").split("####\n"):
        lines = block.rstrip("\n").split("\n")
        text = "\n".join(line for line in lines if not line.startswith("=> "))
        expected = [line.removeprefix("=> ") for line in lines if line.startswith("=> ")]
        yield pytest.param(text, expected, id=" ".join(text.split())[:60])


def section_of(text: str, zone: Zone = Zone.OWN) -> Section:
    """The text as a section that does not begin its part, so that no place is right by accident."""
    return Section("text", zone, len(BEFORE), len(BEFORE) + len(text), text)
