"""A message's text in, pieces for people out: each with the zone it stands in and with what was found in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, Literal, TypeVar

from swc_mailer.core.model import Address, Details, Number, Part, Zone

ASIDE = (Zone.QUOTED, Zone.FORWARDED, Zone.OURS, Zone.DISCLAIMER)  # shown, but not as what the writer says
QUOTED = "in quoted or forwarded words"
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Mark:
    """A number or an address, where it was found."""

    found: Number | Address
    why_not: str = ""  # "" while it counts; else why it does not

    @property
    def start(self) -> int:
        return self.found.evidence.start

    @property
    def end(self) -> int:
        return self.found.evidence.end

    @property
    def kind(self) -> Literal["number", "address"]:
        return "number" if isinstance(self.found, Number) else "address"

    @property
    def counts(self) -> bool:
        return not self.why_not

    @property
    def note(self) -> str:
        """For people: "membership number 1234567, not counted: a phone number"."""
        found = self.found
        name = f"membership number {found.value}" if isinstance(found, Number) else f"postal address{lacking(found)}"
        aside = f"not counted: {self.why_not}" if self.why_not else ""
        return ", ".join(filter(None, [name, found.repair, aside]))


def lacking(address: Address) -> str:
    return f" without {' and '.join(address.lacking)}" if address.lacking else ""


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    zone: Zone
    mark: Mark | None

    @property
    def aside(self) -> bool:
        return self.zone in ASIDE


def marks(details: Details) -> list[Mark]:
    """Everything that was found: what counts, what was set aside, and what only quoted words hold."""
    said: tuple[Number | Address, ...] = details.numbers + details.addresses
    quoted: tuple[Number | Address, ...] = details.quoted_numbers + details.quoted_addresses
    return [Mark(found, found.set_aside) for found in said] + [Mark(found, found.set_aside or QUOTED) for found in quoted]


def marks_in(part: Part, details: Details) -> list[Mark]:
    """Those of the message at hand that stand in this part, in order; where two overlap, the one that begins first stays."""
    here = [mark for mark in marks(details) if mark.found.evidence.part == part.name and not mark.found.evidence.message]
    ordered = sorted((mark for mark in here if mark.start < mark.end), key=lambda mark: (mark.start, -mark.end))
    return list(without_overlaps(ordered))


def without_overlaps(found: Iterable[Mark]) -> Iterator[Mark]:
    reached = 0
    for mark in found:
        if mark.start >= reached:
            yield mark
            reached = mark.end


def pieces(part: Part, details: Details) -> list[Piece]:
    """The whole text of the part, cut where a zone or a mark begins or ends."""
    found = marks_in(part, details)
    cuts = {0, len(part.text)} | {cut for mark in found for cut in (mark.start, mark.end)}
    cuts |= {cut for section in part.sections for cut in (section.start, section.end)}
    edges = sorted(cut for cut in cuts if 0 <= cut <= len(part.text))
    zones = Spans([(section.start, section.end, section.zone) for section in part.sections], Zone.OWN)
    marked = Spans([(mark.start, mark.end, mark) for mark in found], None)
    return [Piece(part.text[start:end], zones.at(start), marked.at(start)) for start, end in pairwise(edges)]


class Spans(Generic[Value]):
    """Stretches in order, each with a value, asked from left to right."""

    def __init__(self, spans: Sequence[tuple[int, int, Value]], otherwise: Value) -> None:
        self._spans = iter(spans)
        self._span = next(self._spans, None)
        self._otherwise = otherwise

    def at(self, place: int) -> Value:
        while self._span and self._span[1] <= place:
            self._span = next(self._spans, None)
        return self._span[2] if self._span and self._span[0] <= place else self._otherwise
