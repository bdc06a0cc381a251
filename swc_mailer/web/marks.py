"""A message's text in, pieces for the page out: each with the zone it stands in and with what was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from swc_mailer.core.model import Address, Details, Evidence, Number, Part, Zone

ASIDE = (Zone.QUOTED, Zone.FORWARDED, Zone.OURS, Zone.DISCLAIMER)  # shown, but not as what the writer says


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch in which something was found."""

    start: int
    end: int
    kind: str  # "number", "address"
    note: str  # for people: "membership number 1234567, set aside: a phone number"
    counts: bool


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    aside: bool
    mark: Mark | None


def marks(details: Details, part: str) -> list[Mark]:
    """What was found in one part, in order; where two overlap, the one that begins first stays."""
    numbers = [mark_of(found, "number", note_on_number(found)) for found in (*details.numbers, *details.quoted_numbers)]
    addresses = [mark_of(found, "address", note_on_address(found)) for found in (*details.addresses, *details.quoted_addresses)]
    found = [mark for mark, evidence in (*numbers, *addresses) if evidence.part == part and mark.start < mark.end]
    return list(without_overlaps(sorted(found, key=lambda mark: (mark.start, -mark.end))))


def mark_of(found: Number | Address, kind: str, note: str) -> tuple[Mark, Evidence]:
    evidence = found.evidence
    aside = f", not counted: {found.set_aside}" if found.set_aside else ""
    repaired = f", {found.repair}" if found.repair else ""
    return Mark(evidence.start, evidence.end, kind, f"{note}{repaired}{aside}", not found.set_aside), evidence


def note_on_number(number: Number) -> str:
    return f"membership number {number.value}"


def note_on_address(address: Address) -> str:
    lacking = f" without {' and '.join(address.lacking)}" if address.lacking else ""
    return f"postal address{lacking}"


def without_overlaps(found: Iterable[Mark]) -> Iterator[Mark]:
    reached = 0
    for mark in found:
        if mark.start >= reached:
            yield mark
            reached = mark.end


def pieces(part: Part, details: Details) -> list[Piece]:
    """The whole text of the part, cut where a zone or a mark begins or ends."""
    found = marks(details, part.name)
    cuts = {0, len(part.text)} | {cut for mark in found for cut in (mark.start, mark.end)}
    cuts |= {cut for section in part.sections for cut in (section.start, section.end)}
    edges = sorted(cut for cut in cuts if 0 <= cut <= len(part.text))
    asides, marked = Spans((each.start, each.end) for each in part.sections if each.zone in ASIDE), iter(found)
    mark = next(marked, None)
    made = []
    for start, end in pairwise(edges):
        while mark and mark.end <= start:
            mark = next(marked, None)
        inside = mark if mark and mark.start <= start else None
        made.append(Piece(part.text[start:end], asides.holds(start), inside))
    return made


class Spans:
    """Stretches in order, asked from left to right."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = iter(sorted(spans))
        self._span = next(self._spans, None)

    def holds(self, at: int) -> bool:
        while self._span and self._span[1] <= at:
            self._span = next(self._spans, None)
        return self._span is not None and self._span[0] <= at
