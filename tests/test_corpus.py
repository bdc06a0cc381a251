"""What the program decides for each set of labelled mails: no harm at all, and hardly a mistake."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.corpus import score
from tests.torture.length import SEED, tried

SETS = score.sets()
# All take minutes: `make torture` decides all sets, as `make score` does, and each run of the tests a third.
SOME = sorted({"first", *SETS[SEED % 3 :: 3]})


@pytest.mark.parametrize("name", tried(SOME, long=SETS))
def test_a_set_of_labelled_mails_is_decided_without_harm_and_hardly_a_mistake(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    result = score.score(name)
    record_property(score.PROPERTY, result.figures)

    assert dict(result.harms) == {}
    assert result.good_enough, "\n".join(result.mistakes)
