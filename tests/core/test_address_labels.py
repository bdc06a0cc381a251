"""Which field of a form a label names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.address_labels import label_at, label_code
from swc_mailer.core.places import vocabulary
from swc_mailer.core.words import Words

WORDS = read_words()


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Address", "street"),
        ("Address line 1", "street"),
        ("1st line of address", "street"),
        ("House name/number", "street"),
        ("Q2. Street (required)", "street"),
        ("3) Street *", "street"),
        ("your_details_road", "street"),
        ("address[line_1]", "street"),
        ("contact.streetName", "street"),
        ("houseNumber", "street"),
        ("Room no.", "flat"),
        ("Town/City", "place"),
        ("City/PIN", "place"),
        ("Post town & postcode", "place"),
        ("your_details_town", "place"),
        ("Postcode *", "postcode"),
        ("postCode", "postcode"),
        ("edit-submitted-postcode", "postcode"),
        ("PIN code", "postcode"),
        ("Country of residence", "country"),
        ("Old address", "heading"),
        ("your_details_name", "other"),
        ("your_details_AI_number", "other"),
        ("order_number", "other"),
        ("submission_id", "other"),
        ("free_text", "other"),
        ("Membership number (if known)", "other"),
        ("Rose Cottage", ""),
        ("12 Street", ""),
        ("Germany", ""),
    ],
)
def test_a_label_names_its_field(words: Words, label: str, code: str) -> None:
    assert label_code(label, words) == code


@pytest.mark.parametrize(
    ("line", "code", "value"),
    [
        ("Street: 9 Willow Walk", "street", "9 Willow Walk"),
        ("your_details_road = Willow Walk", "street", "Willow Walk"),
        ("Town\tSheffield", "place", "Sheffield"),
        ("Home: 9 Willow Walk", "heading", "9 Willow Walk"),
        ("In summer: 9 Willow Walk", "", "9 Willow Walk"),
        ("Germany: 10115 Berlin", "", "Germany: 10115 Berlin"),
        ("9 Willow Walk", "", "9 Willow Walk"),
    ],
)
def test_what_stands_behind_a_label_is_its_value(words: Words, line: str, code: str, value: str) -> None:
    found, start = label_at(line, 0, len(line), vocabulary(words), words)

    assert (found, line[start:].strip()) == (code, value)


@given(st.text(alphabet="aA_.-[]() 1:=\thouse", max_size=60))
def test_any_line_has_a_value_that_stands_in_it(line: str) -> None:
    _, start = label_at(line, 0, len(line), vocabulary(WORDS), WORDS)

    assert 0 <= start <= len(line)
