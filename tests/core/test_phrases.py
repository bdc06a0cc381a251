"""Looking for phrases in small letters finds what the patterns find."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.phrases import Phrase, Text, phrases
from swc_mailer.core.words import Words, WordsError, load_words

WORDS = read_words()
EVERY = [phrase for document in ("intent", "automatic") for table in phrases(WORDS, document).values() for phrase in table]


def phrase(pattern: str, **parts: str) -> Phrase:
    return phrases(load(pattern, **parts), "words")["table"][0]


def load(pattern: str, **parts: str) -> Words:
    named = [{"code": code, "pattern": part, "why": "a test"} for code, part in parts.items()]
    return load_words([("words", {"part": named, "table": [{"code": "x", "pattern": pattern, "why": "a test"}]})])


def test_a_part_that_is_named_stands_for_its_pattern() -> None:
    found = phrase("for (?:{somebody})", somebody="my (?:{kin})", kin="mother|father")

    assert found.pattern.pattern == "for (?:my (?:mother|father))"


@pytest.mark.parametrize(
    ("parts", "problem"), [({}, "no [[part]] has the code 'kin'"), ({"kin": "my {kin}"}, "the part 'kin' holds itself")]
)
def test_a_part_that_is_not_there_or_never_ends_is_told(parts: dict[str, str], problem: str) -> None:
    with pytest.raises(WordsError, match=re.escape(problem)):
        load("for {kin}", **parts)


@settings(deadline=None)  # the first examples compile the patterns
@given(written=st.text(max_size=200))
@example(written="ı")  # which Python takes for an i where case is ignored
def test_the_same_is_found_whether_capitals_are_told_or_not(written: str) -> None:
    text = Text.of(f"{written} Please SEND me the {written} DOCUMENTS, I am Away from the office {written}")

    for each in EVERY:
        found, plainly = each.search(text), each.pattern.search(text.written)

        assert (found and found.span()) == (plainly and plainly.span())


@pytest.mark.parametrize("pattern", ["(?-i:[A-Z])lan", "SFV:SPM", "Ä"])
def test_a_pattern_with_capitals_is_looked_for_in_what_was_written(pattern: str) -> None:
    assert not phrase(pattern).ways[0].alike


@pytest.mark.parametrize("pattern", [r"\bplease\W+\S+", r"(?P<what>documents)", r"(?<!not )asked(?= for)(?! to)", "(?:é|ŵ)"])
def test_a_pattern_without_is_looked_for_in_small_letters(pattern: str) -> None:
    assert phrase(pattern).ways[0].alike


def test_a_letter_that_is_two_in_small_is_no_trouble() -> None:
    assert phrase("please").search(Text.of("İ Please"))


def test_a_stretch_of_the_text_may_be_looked_through() -> None:
    assert phrase("a").search(Text.of("ABA"), 1)
    assert not phrase("a").search(Text.of("ABA"), 1, 2)


@pytest.mark.parametrize("table", sorted(WORDS.tables), ids="/".join)
def test_the_ways_of_a_phrase_find_side_by_side_what_it_finds(table: tuple[str, str]) -> None:
    entries = WORDS.tables[table]
    examples = [example for entry in entries for example in (*entry.examples, *entry.not_examples)]
    texts = [*map(Text.of, examples), Text.of(" ".join(examples)), Text.of("\n".join(examples))]

    for each in phrases(WORDS, table[0])[table[1]]:
        for text in texts:
            assert [found.span() for found in each.finditer(text)] == [
                found.span() for found in each.pattern.finditer(text.written)
            ]


def test_of_two_ways_in_one_place_the_first_is_found() -> None:
    text = Text.of("the pack, the package")

    assert [found.group() for found in phrase("pack|the package|package").finditer(text)] == ["pack", "the package"]
