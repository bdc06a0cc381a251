"""What staff type in becomes details as it stands."""

from __future__ import annotations

from datetime import date

import pytest

from swc_mailer.core.model import Details
from swc_mailer.core.typed_in import has_typed_in, typed_address, typed_day, typed_number, typed_place


@pytest.mark.parametrize("text", ["0123456", "012 3456", "012-34-56", " 01.23456 ", "012/3456"])
def test_a_number_may_have_any_separators(text: str) -> None:
    number = typed_number(text, r"\d{6,8}")

    assert number
    assert (number.value, number.evidence.text) == ("0123456", text)


@pytest.mark.parametrize("text", ["", "12345", "123456789", "01234S6", "number 0123456", "٠١٢٣٤٥٦"])
def test_what_has_not_the_registers_form_is_no_number(text: str) -> None:
    assert typed_number(text, r"\d{6,8}") is None


@pytest.mark.parametrize(
    ("text", "lines", "postcode", "country"),
    [
        ("12 Station Road; Leeds; LS6 2AB", ("12 Station Road", "Leeds"), "LS6 2AB", ""),
        ("12 Station Road\nLeeds\r\nls62ab\n", ("12 Station Road", "Leeds"), "LS6 2AB", ""),
        ("12 Station Road; Leeds, LS6 2AB", ("12 Station Road", "Leeds"), "LS6 2AB", ""),
        ("12  Station Road;; LS6 2AB", ("12 Station Road",), "LS6 2AB", ""),
        ("Rose Cottage, Mill Lane, LS6 2AB", ("Rose Cottage, Mill Lane",), "LS6 2AB", ""),
        ("Sgt Example; BFPO 11", ("Sgt Example",), "BFPO 11", ""),
        ("12 Rue de la Gare; 44000 Nantes; France", ("12 Rue de la Gare", "44000 Nantes"), "", "France"),
    ],
)
def test_an_address_ends_with_its_postcode_or_overseas_with_its_country(
    text: str, lines: tuple[str, ...], postcode: str, country: str
) -> None:
    address = typed_address(text)

    assert address
    assert (address.lines, address.postcode, address.country, address.full) == (lines, postcode, country, True)


@pytest.mark.parametrize("text", ["", " ; ", "LS6 2AB", "12 Station Road", "12 Station Road; Leeds"])
def test_an_address_that_is_not_full_is_none(text: str) -> None:
    assert typed_address(text) is None


def test_details_tell_whether_staff_typed_any_of_them() -> None:
    number, address = typed_number("0123456", r"\d+"), typed_address("12 Station Road; LS6 2AB")
    assert number
    assert address

    assert not has_typed_in(Details())
    assert has_typed_in(Details(numbers=(number,)))
    assert has_typed_in(Details(addresses=(address,)))


@pytest.mark.parametrize(
    ("text", "lines", "postcode", "lacking"),
    [
        ("12 Station Road; Leeds; LS6 2AB", ("12 Station Road", "Leeds"), "LS6 2AB", ()),
        ("12 Station Road; Leeds", ("12 Station Road", "Leeds"), "", ("postcode",)),
        ("12 Station Road", ("12 Station Road",), "", ("postcode",)),
        ("ls62ab", (), "LS6 2AB", ("street",)),
    ],
)
def test_a_letter_may_give_less_than_an_address(
    text: str, lines: tuple[str, ...], postcode: str, lacking: tuple[str, ...]
) -> None:
    place = typed_place(text)

    assert place
    assert (place.lines, place.postcode, place.lacking) == (lines, postcode, lacking)


def test_a_letter_may_give_no_address() -> None:
    assert typed_place(" ; \n") is None


@pytest.mark.parametrize(
    "text", ["2014-03-03", "3/3/2014", "03/03/2014", "3.3.2014", "3-3-2014", "3 March 2014", " 3  mar 2014 "]
)
def test_a_day_is_written_as_people_write_it(text: str) -> None:
    assert typed_day(text) == date(2014, 3, 3)


@pytest.mark.parametrize("text", ["", "yesterday", "31/2/2014", "13/13/2014", "2014", "3/3/14"])
def test_what_is_no_day(text: str) -> None:
    assert typed_day(text) is None
