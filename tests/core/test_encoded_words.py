"""Encoded words, as the RFC has them and as programs do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.encoded_words import decode_words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("no words", "no words"),
        ("=?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
        ("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café"),
        ("=?iso-8859-1?B?Y2Fm6Q==?=", "café"),
        ("=?iso-8859-1?Q?caf=E9?=au lait", "caféau lait"),
        ("=?utf-8?Q?Are you sure??=", "Are you sure?"),
        ("=?utf-8*en?q?caf=C3=A9?=", "café"),
        ("=?nonsense?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?Y2Fmw6k?=", "café"),
        ('"=?utf-8?q?caf=C3=A9?="', '"café"'),
        ("=?utf-8?q?caf=C3=A9 no_end", "café no end"),
        ("=?utf-8?x?what?=", "=?utf-8?x?what?="),
    ],
)
def test_encoded_words_are_read_out(value: str, text: str) -> None:
    assert decode_words(value) == text


@given(st.text(alphabet=st.sampled_from("=?utf-8qQbB_ A9C3\n\u00e9")))
def test_any_value_can_be_read(value: str) -> None:
    assert isinstance(decode_words(value), str)
