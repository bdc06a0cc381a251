"""What the program decides for each set of labelled mails: no harm at all, and hardly a mistake."""

from __future__ import annotations

import pytest

from tests.corpus import score


@pytest.mark.parametrize("name", score.sets())
def test_a_set_of_labelled_mails_is_decided_without_harm_and_hardly_a_mistake(name: str) -> None:
    result = score.score(name)

    assert dict(result.harms) == {}
    assert result.good_enough, "\n".join(result.mistakes)
