"""Postcodes as people type them, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.postcodes import find_postcodes, read_postcode


@pytest.mark.parametrize(
    ("written", "postcode"),
    [
        ("LS6 2AB", "LS6 2AB"),
        ("ls62ab", "LS6 2AB"),
        ("LS6  2AB", "LS6 2AB"),
        ("LS6.2AB", "LS6 2AB"),
        ("LS6-2AB", "LS6 2AB"),
        ("LS6\n2AB", "LS6 2AB"),
        ("LS6 \r\n  2AB", "LS6 2AB"),
        ("LS 6 2AB", "LS6 2AB"),
        ("LS6 2 AB", "LS6 2AB"),
        ("LS62 AB", "LS6 2AB"),
        ("SW1 A1AA", "SW1A 1AA"),
        ("M1 1AE", "M1 1AE"),
        ("B33 8TH", "B33 8TH"),
        ("W1A 0AX", "W1A 0AX"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("DN55 1PT", "DN55 1PT"),
        ("CR2 6XH", "CR2 6XH"),
        ("BF1 2AX", "BF1 2AX"),
        ("GX11 1AA", "GX11 1AA"),
        ("JE2 6QG", "JE2 6QG"),
        ("SO24 9KF", "SO24 9KF"),
        ("so249kf", "SO24 9KF"),
        ("SO51\n8BK", "SO51 8BK"),
        ("LE10-2WV", "LE10 2WV"),
        ("S024 9KF", "SO24 9KF"),
        ("LEI0 2WV", "LE10 2WV"),
        ("LE1O 2WV", "LE10 2WV"),
        ("SO2 49KF", "SO24 9KF"),
        ("BT28 3 XK", "BT28 3XK"),
        ("LS6 2PM", "LS6 2PM"),
        ("B4 2ND", "B4 2ND"),
        ("S1 1OO", "S1 1OO"),
        ("M1 4KO", "M1 4KO"),
        ("LE2 OTF", "LE2 0TF"),
        ("LE2 0TF", "LE2 0TF"),
        ("CRO 2NU", "CR0 2NU"),
        ("LI7 6BT", "L17 6BT"),
        ("L17 6BT", "L17 6BT"),
        ("SEI 7AB", "SE1 7AB"),
        ("0X7 6BE", "OX7 6BE"),
        ("5E22 9JF", "SE22 9JF"),
        ("8S5 9HJ", "BS5 9HJ"),
        ("BT7 IEQ", "BT7 1EQ"),
        ("NW1OTH", "NW1 0TH"),
        ("H R 4, 9 Z U.", "HR4 9ZU"),
        ("B A 5  9 X V", "BA5 9XV"),
        ("L-S-6 2-A-B", "LS6 2AB"),
        ("l.s.6. 2.a.b.", "LS6 2AB"),
        ("S W 1 A, 1 A A", "SW1A 1AA"),
        ("LS6 2 A B", "LS6 2AB"),
        ("LS six, two AB", "LS6 2AB"),
        ("The postcode is K W sixteen three Q D", "KW16 3QD"),
        ("L S one six, two A B", "LS16 2AB"),
        ("Lima Sierra six, two Alpha Bravo", "LS6 2AB"),
        ("L S followed by a six, then a two and the letters A and B", "LS6 2AB"),
        ("el for Lima, Sierra, twenty-six, two A B", "LS26 2AB"),
        ("c a six five s e", "CA6 5SE"),
        ("Bee Tea thirty two, space four Kay Ex", "BT32 4KX"),
        ("BFPO 58", "BFPO 58"),
        ("B.F.P.O. No. 7", "BFPO 7"),
        ("bfpo58", "BFPO 58"),
        ("Y0lO 3FN", "YO10 3FN"),
        ("LSl2 lAB", "LS12 1AB"),
        ("LS6,2AB", "LS6 2AB"),
        ("LS6/2AB", "LS6 2AB"),
    ],
)
def test_a_postcode_is_read_as_it_was_meant(written: str, postcode: str) -> None:
    [found] = find_postcodes(f"Rose Lane, {written}, thanks")

    assert found.value == postcode


@pytest.mark.parametrize(
    "text",
    [
        "on the M1 but not the A1",
        "in 2 days",
        "to 5 pm or 3 sets",
        "section S3 sets out",
        "V5N 2R8",
        "1017 XN",
        "44000 Nantes",
        "PO Box 417",
        "01632 960417",
        "N1 OMC",
        "A1234BC",
        "A1234BD",
        "SEI 7AM",
        "SO 5PM",
        "ls6 2pm",
        "room B4 5pm",
        "the M1 3km north",
        "B5 2 km",
        "B4 2nd floor",
        "the M4 is 5 miles off",
        "ZZ1 1AA",
        "QX6 2AB",
        "7304418",
        "so 2nd",
        "Room B14",
        "iPhone 5S",
        "B4 the end",
        "E1 oil",
        "I have a B 4 x 5 a b",
        "vitamins A B 1 2 and C",
        "Section A 1 B 2 C 3 D E",
        "350 W 24th Street",
        "401 E 82ND ST",
        "4 1 8, 0 9 2 6",
        "I had a six and then a two and a B",
        "one and two and then three and the letters",
    ],
)
def test_what_only_looks_like_a_postcode_is_none(text: str) -> None:
    assert find_postcodes(text) == ()


def test_a_repair_is_told_and_a_missing_space_is_none() -> None:
    [repaired] = find_postcodes("LE2 OTF")
    [plain] = find_postcodes("le20tf")

    assert repaired.repair == 'read "LE2 OTF" as "LE2 0TF"'
    assert plain.repair == ""


def test_a_single_postcode_is_normalised_and_anything_else_is_nothing() -> None:
    assert read_postcode(" ls6-2ab ") == "LS6 2AB"
    assert read_postcode("Leeds") == ""
    assert read_postcode("") == ""


@given(st.text(alphabet="LS62AB0OI15 .-\nbfpo", max_size=60) | st.text(max_size=80))
def test_postcodes_stand_where_they_say_and_never_overlap(text: str) -> None:
    end = 0
    for found in find_postcodes(text):
        assert end <= found.start < found.end <= len(text)
        assert found.forces or read_postcode(text[found.start : found.end]) == found.value
        end = found.end


@pytest.mark.parametrize(
    "text", ["a1 " * 20_000, "1 " * 25_000, "L" * 60_000, "LS6 " * 15_000, "B.F.P.O" * 8_000], ids=lambda text: text[:8]
)
def test_a_hostile_text_is_read_to_its_end(text: str) -> None:
    assert [found.value for found in find_postcodes(text + " LS6 2AB")][-1:] == ["LS6 2AB"]


@pytest.mark.parametrize("apart", [0, 58, 59, 60, 61, 119, 120, 121, 122, 500])
@pytest.mark.parametrize(
    "written",
    ["LS6 2AB", "LE2 OTF", "SEI\n" + " >" * 20 + "7AB", "SW1 A1AA", "BFPO" + " " * 90 + "11", "L S 6 2 A B", "L S 6 then 2 A B"],
)
def test_what_stands_far_from_it_changes_no_postcode(written: str, apart: int) -> None:
    words = ("so they say " * 50)[:apart]
    [alone] = find_postcodes(written)

    found = find_postcodes(f"On 3 May {words} {written}. {words} By 4 May")

    assert [postcode.value for postcode in found] == [alone.value]
