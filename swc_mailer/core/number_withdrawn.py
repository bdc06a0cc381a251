"""Number candidates in, those out that the writer takes back, or that by her words are none of ours.

Each of the rules looks at all numbers of a request together, before those that are left are weighed against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from rapidfuzz.distance import OSA

from swc_mailer.core.model import Number
from swc_mailer.core.number_labels import Rank
from swc_mailer.core.number_reasons import doubted, reasons_to_give_way, told_of
from swc_mailer.core.number_sayings import (
    DIGITS,
    SENTENCE_END,
    Candidate,
    bare,
    claimed,
    finds,
    placed_in_order,
    plain,
    said_around,
    says,
    texts_of,
)
from swc_mailer.core.number_words import DOCUMENT, number_words
from swc_mailer.core.phrases import Text, possible
from swc_mailer.core.words import Words

BROKEN_OFF = re.compile(
    r"\s*(?:\.{2,}|…|[-–—,])\s*(?:(?:oh|no|oops|sorry|wait|hang on|hold on|argh)\b|(?:that['’]?s )?missing)", re.IGNORECASE
)
SOMEBODY = "somebody else's number"
OLD = "the old number"
COMPANY = "a company number"
SOON = 90  # characters behind a number that may still say that the one above it is wrong
PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n")
DENIED_END = re.compile(r"\bnot\s{0,3}(?:\.{2,4}|…)\s?(?P<end>\d{2,5})(?!\d)", re.IGNORECASE)


def none_of_ours(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The numbers that nothing calls a membership number, where the writer says that none of them is."""
    uncalled = [
        key for key, group in groups.items() if all(each.rank < Rank.NUMBER and not each.number.set_aside for each in group)
    ]
    return uncalled if uncalled and any(says(words, "none_of_ours", text) for text in texts_of(groups)) else []


def broken_off(groups: Mapping[str, Sequence[Candidate]]) -> list[str]:
    """The numbers that the writer gives up to type them anew: "nought four four two, oh I'll just type it, 0442680"; "442680...
    wait, that's missing one. 0442680"."""
    placed = placed_in_order(groups)
    return [
        key
        for (each, key), (other, _) in pairwise(placed)
        if each.text is other.text
        and other.number.value != each.number.value
        and (_is_typed(each, other) or _lacks_one(each, other))
    ]


def _is_typed(each: Candidate, other: Candidate) -> bool:
    in_words = not any(map(str.isdigit, each.number.evidence.text))
    return in_words and other.number.value.startswith(each.number.value)


def _lacks_one(each: Candidate, other: Candidate) -> bool:
    one, longer = each.number.value, other.number.value
    return bool(BROKEN_OFF.match(other.before)) and len(longer) > len(one) and OSA.distance(one, longer, score_cutoff=1) <= 1


def not_given(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The numbers that the text gives to something else than us, where the writer says that ours is not to hand."""
    texts = texts_of(groups)
    if any(finds(words, "left_blank", text) for text in texts):
        groups = {key: [_in_its_field(each) for each in group] for key, group in groups.items()}
    elif any(says(words, "not_given", text) for text in texts):
        groups = {key: group for key, group in groups.items() if not any(map(bare, group))}
    else:
        return []
    others = {key: group for key, group in groups.items() if all(each.rank < Rank.NUMBER for each in group)}
    return [key for key, group in others.items() if not any(claimed(each, words) or _is_old(each, words) for each in group)]


def _in_its_field(candidate: Candidate) -> Candidate:
    """A number with nothing in front but what its own line says, as a form's fields are read."""
    return replace(candidate, before=candidate.before.rpartition("\n")[2])


def _is_old(candidate: Candidate, words: Words) -> bool:
    """Whether a number is the one that the writer had with us before."""
    return OLD in reasons_to_give_way(candidate, words, for_one=False)


def denied_by_its_end(groups: Mapping[str, Sequence[Candidate]]) -> Iterator[str]:
    """The number that the writer denies by its last digits: it is 7654321, NOT …567 as I put at the top."""
    for denied in (found["end"] for text in texts_of(groups) for found in DENIED_END.finditer(text)):
        ended = [key for key, group in groups.items() if group[0].number.value.endswith(denied)]
        if len(ended) == 1:
            yield ended[0]


def somebody_elses(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The only number, where it is somebody else's and the writer speaks of her own, which is not given."""
    if len(groups) != 1 or not any(says(words, "own_apart", text) for text in texts_of(groups)):
        return []
    reasons = {reason for group in groups.values() for each in group for reason in reasons_to_give_way(each, words, for_one=True)}
    return list(groups) if SOMEBODY in reasons else []


def put_right_below(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The first of two numbers where a postscript, or a paragraph of its own, gives the second one as the right one."""
    placed = placed_in_order(groups)
    if len(groups) != 2:
        return []
    second = next(index for index, (_, key) in enumerate(placed) if key != placed[0][1])
    if any(key == placed[0][1] for _, key in placed[second:]):
        return []
    below = placed[second][0]
    paragraphs = PARAGRAPH_END.split(below.before)
    said = plain(paragraphs[-1] + DIGITS + PARAGRAPH_END.split(below.behind)[0][:SOON], words)
    apart = len(paragraphs) > 1 or below.text is not placed[second - 1][0].text
    one_part = placed[0][0].number.evidence.part == below.number.evidence.part  # and the first stands in no subject
    right = finds(words, "first_is_wrong", said) or (one_part and finds(words, "put_right_below", said))
    sure = apart and right and not finds(words, "unsure", said)
    return [placed[0][1]] if sure and SOMEBODY not in reasons_to_give_way(below, words, for_one=True) else []


def doubted_in_vain(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The second of two numbers, which the first was corrected to, where the writer says in the end that the first is right."""
    placed = placed_in_order(groups)
    if len(groups) != 2 or len({each.text for each, _ in placed}) != 1:
        return []
    first, second, *others = [key for index, (_, key) in enumerate(placed) if not index or placed[index - 1][1] != key]
    last = placed[-1][0]
    said = SENTENCE_END.split(last.before)[-1] + DIGITS + SENTENCE_END.split(last.behind)[0]
    settled = finds(words, "returned", plain(said, words)) if others == [first] else False
    behind = "" if others else plain(last.behind, words)
    settled = settled or any(entry.search(Text.of(behind)) for entry in possible(words, DOCUMENT, "first_after_all", behind))
    return [second] if settled and not says(words, "unsure", said if others else last.behind) else []


def read_elsewhere(groups: Mapping[str, Sequence[Candidate]], numbers: Mapping[str, Number], words: Words) -> list[str]:
    """The numbers that are set aside by a label that ours may well stand under, as on a bank statement, where the writer does not
    know which of several is right."""
    weak = number_words(words).weak
    read = [key for key, number in numbers.items() if number.set_aside in weak and _printed(groups[key], words)]
    counting = [key for key, number in numbers.items() if not number.set_aside]
    if not read or len(read) + len(counting) < 2:
        return []
    return read if doubted([each for key in (*read, *counting) for each in groups[key]], words) else []


def of_a_business(groups: Mapping[str, Sequence[Candidate]], numbers: Mapping[str, Number], words: Words) -> list[str]:
    """The numbers that nothing calls ours in a paragraph of a firm's numbers, where another paragraph has a membership number."""
    counting = {key for key, number in numbers.items() if not number.set_aside}
    if len(counting) < 2 or not any(numbers[key].labelled for key in counting):
        return []
    blocks = _paragraphs(groups)
    firms = [block for block in blocks if any(numbers[key].set_aside == COMPANY for _, key in block)]
    theirs = [block for block in firms if not any(key in counting and each.number.labelled for each, key in block)]
    named = {key for block in blocks if block not in theirs for _, key in block}
    return [key for block in theirs for _, key in block if key in counting - named and not told_of(groups[key], words)]


def _paragraphs(groups: Mapping[str, Sequence[Candidate]]) -> list[list[tuple[Candidate, str]]]:
    """The numbers that stand together, with no empty line and no other number between."""
    blocks: list[list[tuple[Candidate, str]]] = []
    for each, key in placed_in_order(groups):
        last = blocks[-1][-1][0] if blocks else None
        gap = each.number.evidence.start - last.number.evidence.end if last and last.text is each.text else -1
        if gap == len(each.before) and not PARAGRAPH_END.search(each.before):
            blocks[-1].append((each, key))
        else:
            blocks.append([(each, key)])
    return blocks


def _printed(group: Iterable[Candidate], words: Words) -> bool:
    """Whether the text says that a number was read where members' numbers are printed."""
    return any(finds(words, "printed", said_around(each, words)) for each in group)
