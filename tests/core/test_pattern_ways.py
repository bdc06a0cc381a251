"""A pattern taken apart into its alternatives."""

from __future__ import annotations

import pytest

from swc_mailer.core.pattern_ways import ways


@pytest.mark.parametrize(
    ("source", "apart"),
    [
        ("a|b(c|d)|e", ("a", "b(c|d)", "e")),
        (r"\b(one day|(two|three) days)\b", (r"\bone day\b", r"\b(two|three) days\b")),
        (r"(?<!not )\b(?:one.|two)(?! more)", (r"(?<!not )\bone.(?! more)", r"(?<!not )\btwo(?! more)")),
        (r"(?:one.|two) and what follows is long", (r"(?:one.|two) and what follows is long",)),
        ("(one.|two)?three", ("(one.|two)?three",)),
        ("(one.|two)+", ("(one.|two)+",)),
        ("(?i:one.|two)", ("(?i:one.|two)",)),
        ("(?=one.|two)three", ("(?=one.|two)three",)),
        ("x(one|two)", ("x(one|two)",)),
        (r"[|]|\|", ("[|]", r"\|")),
        (r"(?P<what>one|two)|three", (r"(?P<what>one|two)|three",)),
        (r"(one|two) \1|three", (r"(one|two) \1|three",)),
        ("one|two(?#a remark)", ("one|two(?#a remark)",)),
    ],
)
def test_a_pattern_is_taken_apart_where_its_parts_find_the_same(source: str, apart: tuple[str, ...]) -> None:
    assert ways(source) == apart
