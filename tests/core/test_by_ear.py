"""Which spellings are one word by ear, and which words are two however they are heard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.core.by_ear import sounds_alike

ALIKE = """
wyclif wycliffe, terrase terrace, terris terrace, rode road, lain lane, cresent crescent, kresent crescent, avenew avenue,
clowse close, cort court, plaice place, strete street, vue view, fesant pheasant, nitingale nightingale, leister leicester,
gloster gloucester, malboro marlborough, warrick warwick, bukinham buckingham, beachwood beechwood, chirch church, castel castle,
squair square, muse mews, prinsess princess, kweens queens, jorges georges, filip philip, sickamore sycamore, lorel laurel,
raleway railway, stashun station, cherchil churchill, welinton wellington, oke oak, akacia acacia, fernie ferny
"""
APART = """
mill hill, mill mall, mill mull, park pork, lane line, road row, highfield hayfield, northfield southfield, king queen,
holland hillend, rose rise, elm helm, ash oak, church chapel, station stanton, avenue venue, court close, crescent chestnut,
park perk, barn burn, ford field, lime lane, hampton hamilton, clifton clayton, winston weston, kingsley kingsway,
woodside woodlands, ashfield oakfield, westbourne eastbourne, abbey abbot
"""


def pairs(text: str) -> list[list[str]]:
    return [pair.split() for pair in text.split(",")]


@pytest.mark.parametrize(("one", "other"), pairs(ALIKE))
def test_spellings_of_one_word_sound_alike(one: str, other: str) -> None:
    assert sounds_alike(one, other)
    assert sounds_alike(other, one)


@pytest.mark.parametrize(("one", "other"), pairs(APART))
def test_two_words_do_not(one: str, other: str) -> None:
    assert not sounds_alike(one, other)
    assert not sounds_alike(other, one)


@given(st.text(max_size=30), st.text(max_size=30))
def test_anything_can_be_listened_to(one: str, other: str) -> None:
    assert sounds_alike(one, other) == sounds_alike(other, one)
