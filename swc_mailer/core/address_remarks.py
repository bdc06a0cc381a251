"""The pieces of a text in, the same out without remarks: what to do at the door, what brackets say within an address, how
one gets there, and postcodes that are named only to say that they do not count.

"44 Urquhart Brae (TFR, buzzer's broken so knock), Aberdeen" goes on behind the brackets; the flat in front of the remark stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from swc_mailer.core.address_kinds import Kind
from swc_mailer.core.address_pieces import ADDRESS, PREMISES, Piece
from swc_mailer.core.address_runs import kinds_of
from swc_mailer.core.places import says
from swc_mailer.core.words import Words

BRACKETS = re.compile(r"[(\[][^()\[\]]{3,160}[)\]]")
ON_THE_WAY = re.compile(  # between commas: 61 Mill Line, which is four mile out of Brookeborough, BT94 4ZK
    r",\s(?:which|that)(?: is|['’]s) (?:\w+ ){0,3}?(?:miles?|yards?|minutes?|doors?|out of|outside|near|behind|opposite|beyond)\b"
    r"[^,.;:!?()\n]{0,80}(?=,\s)"
)
NO_REMARK = frozenset({Kind.STREET, Kind.FLAT, Kind.BOX, Kind.POSTCODE, Kind.COUNTRY, Kind.CODE, Kind.FIELD})
NEAR = 100  # characters before and behind a postcode in which it may be disowned
CODE_MARK = "#"  # stands for it
IN_ADDRESS = PREMISES | {Kind.FLAT, Kind.NAMED, Kind.PLACE}


def without_remarks(pieces: list[Piece], text: str, words: Words) -> list[Piece]:
    """The pieces without those of remarks for the door, and of those in brackets or on the way that stand within an address."""
    pieces = [
        piece for piece in pieces if not (piece.kind in (Kind.NAMED, Kind.SENTENCE) and says(words, "at_the_door", piece.text))
    ]
    remarks = sorted([*BRACKETS.finditer(text), *ON_THE_WAY.finditer(text)], key=lambda each: each.start())
    starts = [piece.start for piece in pieces] if remarks else []
    for remark in reversed(remarks):
        first, last = bisect_left(starts, remark.start()), bisect_left(starts, remark.end())
        if not 0 < first < last < len(pieces) or pieces[last].kind not in ADDRESS:
            continue
        before, inside = pieces[first - 1], pieces[first:last]
        flat = [piece for piece in inside[:1] if piece.kind is Kind.FLAT and piece.led in ("", "-")]  # (TFR, buzzer's broken)
        told = remark.re is ON_THE_WAY and not kinds_of(inside) & NO_REMARK
        if before.kind in IN_ADDRESS and (told or _is_remark(inside[len(flat) :], before)):
            pieces = [*pieces[:first], *flat, *pieces[last:]]
    return pieces


def without_disowned(pieces: Sequence[Piece], text: str, words: Words) -> list[Piece]:
    """The pieces without a postcode that stands by itself and is said not to be hers: all I know is my last one, LS6 2AB."""
    alone = (index == 0 or pieces[index - 1].kind not in ADDRESS for index in range(len(pieces)))
    return [
        piece
        for piece, by_itself in zip(pieces, alone, strict=True)
        if not (piece.postcode and by_itself and _disowned(piece, text, words))
    ]


def _disowned(code: Piece, text: str, words: Words) -> bool:
    before, behind = text[max(0, code.start - NEAR) : code.start], text[code.end : code.end + NEAR]
    return says(words, "postcode_disowned", " ".join(f"{before}{CODE_MARK}{behind}".split()))


def _is_remark(inside: Sequence[Piece], before: Piece) -> bool:
    """Whether brackets hold words of a sentence and no part of the address: behind a house number another street is none, and
    behind anything but a flat's another number: Plot 6 (now number 11)."""
    kinds = kinds_of(inside)
    if before.kind is Kind.STREET and before.text[0].isdigit():
        kinds -= {Kind.STREET}
    if before.kind is not Kind.FLAT:
        kinds -= {Kind.FLAT}
    return Kind.SENTENCE in kinds and not kinds & NO_REMARK
