"""Robots and mail servers write, and nothing goes on for ever: each file of a conversation goes as its script says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conversation import CONVERSATIONS, WITH_MACHINES, name_of

MACHINES = [path for path in CONVERSATIONS if path.parent.name in WITH_MACHINES]


@pytest.mark.parametrize("path", MACHINES, ids=name_of)
def test_a_conversation_goes_as_its_script_says(path: Path, play: Callable[[Path], None]) -> None:
    play(path)
