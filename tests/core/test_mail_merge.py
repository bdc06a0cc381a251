"""The CSV for a mailing house."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.mail_merge import Merged, mail_merge
from swc_mailer.core.postal_address import PostalAddress

ANN = PostalAddress("Ann Example", ("12 Station Road",), "LEEDS", "LS6 2AB", "")


def rows(*addresses: PostalAddress) -> list[dict[str, str]]:
    content = mail_merge([Merged("abcd2345", "pack", address) for address in addresses])
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_row_each_with_a_column_for_each_part() -> None:
    (row,) = rows(ANN)

    assert row == {
        "reference": "abcd2345",
        "kind": "pack",
        "name": "Ann Example",
        "address_1": "12 Station Road",
        "address_2": "",
        "address_3": "",
        "address_4": "",
        "town": "LEEDS",
        "postcode": "LS6 2AB",
        "country": "",
    }


def test_a_long_address_has_more_columns() -> None:
    long = PostalAddress("Zoë Ŵyn", tuple("abcdef"), "", "", "IRELAND")

    assert [row["address_6"] for row in rows(ANN, long)] == ["", "f"]


def test_excel_reads_its_accents() -> None:
    assert mail_merge([]).startswith(b"\xef\xbb\xbfreference,")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_is_a_formula(sign: str) -> None:
    (row,) = rows(PostalAddress(f"{sign}HYPERLINK(1)", (f'{sign}1,"2',), f"{sign}A1", f"{sign}2", f"{sign}3"))

    assert [cell for cell in row.values() if cell.startswith(sign)] == []
    assert row["name"] == f"'{sign}HYPERLINK(1)"


@given(st.lists(st.text(max_size=20), min_size=1, max_size=6))
def test_whatever_an_address_holds_it_stays_in_its_row_and_its_cells(lines: list[str]) -> None:
    read = rows(PostalAddress(lines[0], tuple(lines[1:]), "LEEDS", "", ""), ANN)

    assert len(read) == 2
    assert read[0]["name"].removeprefix("'") == lines[0].removeprefix("'")
    assert (read[0]["town"], read[1]["name"]) == ("LEEDS", "Ann Example")
