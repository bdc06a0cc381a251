"""The text of a message as pieces for people."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.marks import Piece, marks, pieces
from swc_mailer.core.model import Address, Details, Evidence, Number, Part, Section, Zone

TEXT = "I am 1234567.\n12 Station Road\nLS6 2AB\n> my number was 7654321\n"
NUMBER = Number("1234567", Evidence("text", 5, 12, "1234567"), Zone.OWN, labelled=False)
HOME = Address(("12 Station Road",), "LS6 2AB", "", Evidence("text", 14, 37, TEXT[14:37]), Zone.OWN)
OLD = Number("7654321", Evidence("text", 54, 61, "7654321"), Zone.QUOTED, labelled=True)


def part(text: str = TEXT, quoted_from: int = 38) -> Part:
    spans = [(Zone.OWN, 0, quoted_from), (Zone.QUOTED, quoted_from, len(text))]
    return Part("text", text, tuple(Section("text", zone, start, end, text[start:end]) for zone, start, end in spans))


def marked(found: list[Piece]) -> list[tuple[str, str]]:
    return [(piece.mark.kind, piece.text) for piece in found if piece.mark]


def test_what_was_found_is_marked_where_it_stands() -> None:
    found = pieces(part(), Details((NUMBER,), (HOME,), quoted_numbers=(OLD,)))

    assert marked(found) == [("number", "1234567"), ("address", "12 Station Road\nLS6 2AB"), ("number", "7654321")]
    assert [piece.text for piece in found if piece.aside] == ["> my number was ", "7654321", "\n"]


@pytest.mark.parametrize(
    ("number", "note", "counts"),
    [
        (NUMBER, "membership number 1234567", True),
        (replace(NUMBER, repair='read "l234567" as "1234567"'), 'membership number 1234567, read "l234567" as "1234567"', True),
        (replace(NUMBER, set_aside="a phone number"), "membership number 1234567, not counted: a phone number", False),
    ],
)
def test_a_mark_says_how_it_was_read_and_whether_it_counts(number: Number, note: str, counts: bool) -> None:
    (mark,) = [piece.mark for piece in pieces(part(), Details((number,))) if piece.mark]

    assert (mark.note, mark.counts) == (note, counts)


def test_what_only_quoted_words_hold_does_not_count() -> None:
    (mark,) = marks(Details(quoted_numbers=(OLD,)))

    assert (mark.note, mark.counts) == ("membership number 7654321, not counted: in quoted or forwarded words", False)


def test_an_address_says_what_it_lacks() -> None:
    (mark,) = marks(Details(addresses=(replace(HOME, postcode="", lacking=("postcode",)),)))

    assert mark.note == "postal address without postcode"


def test_what_an_earlier_message_gave_marks_nothing_in_this_one() -> None:
    earlier = replace(NUMBER, evidence=replace(NUMBER.evidence, message=7))

    assert marked(pieces(part(), Details((earlier,)))) == []


def test_what_staff_typed_in_marks_nothing() -> None:
    typed = replace(NUMBER, evidence=Evidence("typed in", 0, 7, "1234567"))

    assert marked(pieces(part(), Details((typed,)))) == []


def test_a_number_inside_an_address_does_not_break_it() -> None:
    inside = replace(NUMBER, evidence=Evidence("text", 14, 16, "12"))

    assert marked(pieces(part(), Details((inside,), (HOME,)))) == [("address", "12 Station Road\nLS6 2AB")]


SPANS = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=8)


@given(st.text(max_size=80), SPANS, st.integers(0, 80))
def test_no_letter_is_lost_or_doubled_whatever_is_marked(text: str, spans: list[tuple[int, int]], quoted_from: int) -> None:
    numbers = tuple(replace(NUMBER, evidence=Evidence("text", start, end, "")) for start, end in spans)

    assert "".join(piece.text for piece in pieces(part(text, min(quoted_from, len(text))), Details(numbers))) == text
