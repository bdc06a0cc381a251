"""Number candidates in, why each gives way to the others out, as far as the text tells of it: the old one, somebody else's.

A number that the writer had before, that is somebody else's, or that was a slip gives way only beside another that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from swc_mailer.core.number_labels import DENIED, OTHERWISE
from swc_mailer.core.number_sayings import (
    DIGITS,
    Candidate,
    claimed,
    finds,
    plain,
    said_around,
    said_before,
    said_behind,
    said_of,
    says,
    texts_of,
)
from swc_mailer.core.number_words import DOCUMENT
from swc_mailer.core.phrases import Text, end_of_last, of_table, possible
from swc_mailer.core.words import Words

BESIDE = frozenset({"beside_own", "beside_yours"})  # marks of a phrase that tells something only beside a number that is told so
SOON = 90  # characters behind the first number's own, the second one among them


def doubted(candidates: Iterable[Candidate], words: Words) -> bool:
    """Whether the writer does not know which of them it is: then none gives way."""
    return any(finds(words, "doubt", said_around(each, words) + (DIGITS if each.before_another else "")) for each in candidates)


def by_the_text(groups: dict[str, list[Candidate]], words: Words) -> dict[str, str]:
    """Why each number gives way to the others, "" for those that do not."""
    if other := _the_other(groups, words):
        return {key: OTHERWISE if key == other else "" for key in groups}
    texts = texts_of(groups)
    for_one = any(says(words, "alone", text) for text in texts) and not any(says(words, "both", text) for text in texts)
    alone = {key: _first(_gives_way(each, words, for_one=for_one) for each in group) for key, group in groups.items()}
    kept = {key: group for key, group in groups.items() if not alone[key]}
    own = {key for key, group in kept.items() if any(claimed(each, words) for each in group)}
    told = {"beside_own": own, "beside_yours": {key for key in kept if _says_yours(groups[key], words)}}
    beside = {key: frozenset(mark for mark, keys in told.items() if keys - {key}) for key in kept}
    return alone | {
        key: _first(_gives_way(each, words, for_one=for_one, beside=beside[key]) for each in group) for key, group in kept.items()
    }


def _the_other(groups: Mapping[str, Sequence[Candidate]], words: Words) -> str:
    """The one of two numbers that is "the other", which is something else, behind the one that counts; "" for neither."""
    if len(groups) != 2 or any(says(words, "unsure", text) for text in texts_of(groups)):
        return ""
    told = [
        key
        for key, group in groups.items()
        for each in group
        for behind in (plain(each.behind, words),)
        if any(said_of(entry, behind, each.before_another) for entry in possible(words, DOCUMENT, "beside_the_other", behind))
    ] or _told_by_order(groups, words)
    return next(iter(groups.keys() - set(told))) if len(set(told)) == 1 else ""


def _told_by_order(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The one of two numbers that is told behind both as the first or as the second."""
    (first, one), (second, other) = ((key, min(group, key=_place)) for key, group in groups.items())
    if one.text is not other.text or _place(one) > _place(other) or one.rank is not other.rank:
        return []
    behind = plain(other.behind, words)
    return [key for key, table in ((first, "first_counts"), (second, "second_counts")) if finds(words, table, behind)]


def _place(candidate: Candidate) -> int:
    return candidate.number.evidence.start


def _says_yours(group: Iterable[Candidate], words: Words) -> bool:
    return any(finds(words, "yours", said_around(each, words)) for each in group)


def _first(reasons: Iterable[str]) -> str:
    return next((reason for reason in reasons if reason), "")


def _gives_way(candidate: Candidate, words: Words, *, for_one: bool, beside: frozenset[str] = frozenset()) -> str:
    """Why a number gives way to others, "" where it does not."""
    return _first(reasons_to_give_way(candidate, words, for_one=for_one, beside=beside))


def reasons_to_give_way(
    candidate: Candidate, words: Words, *, for_one: bool, beside: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Why a number gives way to others; `beside`: the marks of what is told of those (`rules/numbers.toml`)."""
    before, behind = said_before(candidate, words), said_behind(candidate, words)
    if _is_wrong_first(candidate, words):
        yield DENIED
    told_before = Text.of(before)
    kept = end_of_last(of_table(words, DOCUMENT, "kept"), told_before)
    found = [
        entry
        for entry in of_table(words, DOCUMENT, "before")
        if end_of_last([entry], told_before) > (-1 if "beside_yours" in entry.extra else kept)  # with them I'm
    ]
    found += [
        entry
        for entry in possible(words, DOCUMENT, "after", behind)
        if not (kept >= 0 and "unless_kept" in entry.extra) and said_of(entry, behind, candidate.before_another)
    ]
    if candidate.before_another:
        found += [entry for entry in possible(words, DOCUMENT, "corrected", behind) if entry.pattern.search(behind)]
    usable = (entry for entry in found if beside.issuperset(BESIDE & entry.extra.keys()))
    yield from (entry.extra["reason"] for entry in usable if for_one or "where_one_asks" not in entry.extra)


def _is_wrong_first(candidate: Candidate, words: Words) -> bool:
    """Whether the text says soon behind the second of two numbers that the first one is wrong."""
    if candidate.follows_another or not candidate.before_another:
        return False
    behind = candidate.text.partition(candidate.number.evidence.text)[2]
    return says(words, "first_is_wrong", behind[len(candidate.behind) : len(candidate.behind) + SOON])


def told_of(group: Sequence[Candidate], words: Words) -> bool:
    """Whether the text says whose number it is, or which, or where it was read: "and hers is", "the new one is", "(mine)"."""
    if any(finds(words, table, said_before(each, words)) for table in ("before", "kept", "read") for each in group):
        return True
    return any(
        said_of(entry, behind, each.before_another)
        for each in group
        for behind in (plain(each.behind, words),)
        for entry in possible(words, DOCUMENT, "kept_after", behind)
    )
