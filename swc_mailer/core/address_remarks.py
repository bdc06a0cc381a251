"""The pieces of a text in, the same out without what a remark in brackets says in the middle of an address.

"44 Urquhart Brae (TFR, buzzer's broken so knock), Aberdeen" goes on behind the brackets; the flat in front of the remark stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from swc_mailer.core.address_kinds import Kind
from swc_mailer.core.address_pieces import ADDRESS, PREMISES, Piece

BRACKETS = re.compile(r"[(\[][^()\[\]]{3,160}[)\]]")
NO_REMARK = PREMISES - {Kind.HOUSE} | {
    Kind.POSTCODE,
    Kind.COUNTRY,
    Kind.CODE,
    Kind.FIELD,
}
IN_ADDRESS = PREMISES | {Kind.FLAT, Kind.NAMED, Kind.PLACE}


def without_remarks(pieces: list[Piece], text: str) -> list[Piece]:
    """The pieces without those of remarks in brackets that stand within an address."""
    starts = [piece.start for piece in pieces]
    for brackets in reversed(list(BRACKETS.finditer(text))):
        first, last = bisect_left(starts, brackets.start()), bisect_left(starts, brackets.end())
        if _within_address(pieces, first, last) and _is_remark(pieces[first:last]):
            pieces = [*pieces[:first], *_flat_in_front(pieces[first:last]), *pieces[last:]]
    return pieces


def _within_address(pieces: Sequence[Piece], first: int, last: int) -> bool:
    return 0 < first < last < len(pieces) and pieces[first - 1].kind in IN_ADDRESS and pieces[last].kind in ADDRESS


def _is_remark(inside: Sequence[Piece]) -> bool:
    """Whether brackets hold words of a sentence, and no address."""
    kinds = {piece.kind for piece in inside}
    return Kind.SENTENCE in kinds and not kinds & NO_REMARK


def _flat_in_front(inside: Sequence[Piece]) -> Sequence[Piece]:
    """The flat that the brackets begin with, where no word leads to it: (TFR, buzzer's broken)."""
    return [piece for piece in inside[:1] if piece.kind is Kind.FLAT and not piece.led]
