"""What a pattern is said to need stands in every text that it is found in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swc_mailer.adapters.rules_files import read_words
from swc_mailer.core.literals import are_in, needed, plain
from swc_mailer.core.words import FLAGS

EVERY = [entry for entries in read_words().tables.values() for entry in entries]


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.code)
def test_the_needs_of_a_phrase_stand_in_its_examples(entry) -> None:  # type: ignore[no-untyped-def]
    for example in filter(entry.pattern.search, (*entry.examples, *entry.not_examples)):
        assert are_in(plain(example), needed(entry.source))


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        (r"\bplease\b", (("please",),)),
        (r"colou?r of the cat", (("r of the cat",), ("colo",))),
        (r"(?:send|post|e-?mail)(?: me)? papers+", ((" papers",), ("send", "post", "mail"))),
        (r"\bnever (arrived|came)|where is it", (("never ", "where is it"),)),
        (r"(?<!not )asked(?! again)", (("asked",),)),
        (r"(?:pack){0,2}(?:copy){2}", (("copy",),)),
        (r"a|pack", ()),
        (r"\x41bcde|\u00e9tude", (("bcde", "tude"),)),
        (r"\[brackets\]", (("[brackets]",),)),
        (r"[brackets]", ()),
        (r"(?P<what>pack)(?P=what)", (("pack",),)),
        (r"(?i:PACK)", (("pack",),)),
        (r"pack(?#a remark)", ()),
        (r"(pack)?(?(1)age|copy)", ()),
    ],
)
def test_what_a_pattern_needs(source: str, needs: object) -> None:
    assert needed(source) == needs


PIECES = st.sampled_from(
    ["pack", "send", "s", "é", r"\w", r"\s", "[abc]", ".", r"\.", "x?", "copy+", "(?:{0})", "({0})?", "(?:{0}){{0,2}}"]
)


@st.composite
def sources(draw: st.DrawFn, depth: int = 2) -> str:
    pieces = []
    for piece in draw(st.lists(PIECES, min_size=1, max_size=4)):
        inside = draw(sources(depth=depth - 1)) if depth and "{0}" in piece else "abc"
        pieces.append(piece.format(inside) if "{0}" in piece else piece)
    return draw(st.sampled_from(["", "pack|", r"\b", "(?=s)"])) + "".join(pieces)


@given(sources().flatmap(lambda source: st.tuples(st.just(source), st.from_regex(re.compile(source, FLAGS)))))
def test_no_text_that_a_pattern_is_found_in_lacks_what_it_needs(drawn: tuple[str, str]) -> None:
    source, text = drawn

    assert are_in(plain(text), needed(source))


@pytest.mark.parametrize("written", ["İs", "ıs", "iſ", "IS", "ISſ"])
def test_letters_that_python_takes_for_others_count_as_those(written: str) -> None:
    found = re.search("is", written, FLAGS)

    assert found is None or "is" in plain(written)
