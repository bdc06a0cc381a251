"""People write, the program answers: each file of a conversation goes as its script says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conversation import CONVERSATIONS, WITH_MACHINES, name_of

WITH_PEOPLE = [path for path in CONVERSATIONS if path.parent.name not in WITH_MACHINES]


@pytest.mark.parametrize("path", WITH_PEOPLE, ids=name_of)
def test_a_conversation_goes_as_its_script_says(path: Path, play: Callable[[Path], None]) -> None:
    play(path)
