"""Number candidates in, the same out, each once, with the reason beside each that gives way to another.

A number that the writer had before, that is somebody else's, or that was a slip gives way only beside another that counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from swc_mailer.core.model import Number, Zone
from swc_mailer.core.number_labels import DENIED, ORGANISATION, OTHERWISE, Rank
from swc_mailer.core.number_sayings import (
    DIGITS,
    SENTENCE_END,
    Candidate,
    bare,
    claimed,
    finds,
    plain,
    said_around,
    said_before,
    said_of,
    says,
)
from swc_mailer.core.number_words import DOCUMENT, number_words
from swc_mailer.core.phrases import Text, end_of_last, of_table, possible
from swc_mailer.core.places import fold, vocabulary
from swc_mailer.core.register import number_key
from swc_mailer.core.words import Words

NONE_OF_OURS = "the writer says that it is not the number"
UNCALLED = "nothing calls it a membership number"
SOMEBODY = "somebody else's number"
OLD = "the old number"
BESIDE = frozenset({"beside_own", "beside_yours"})  # marks of a phrase that tells something only beside a number that is told so
PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n")
CORRECTED = "corrected by the writer"
COMPANY = "a company number"
DENIED_END = re.compile(r"\bnot\s{0,3}(?:\.{2,4}|…)\s?(?P<end>\d{2,5})(?!\d)", re.IGNORECASE)
SOON = 90  # characters behind the first number's own, the second one among them
BREATH = 60  # characters between two numbers that are named together
ON_A_LIST = re.compile(  # the name of a card, in a line or between commas: "British Beekeepers 1139045"
    r"(?:\A|[\n,;]|[.:!?]\s)[^\w\n]*(?P<name>[A-Z][\w'’&.-]*(?: (?:of|the|for|and|&|in|[A-Z][\w'’&.-]*)){0,5})[^\w\n]*\Z"
)
LIST_GOES_ON = re.compile(r"[^\S\n]*(?:[\n,;.]|\Z)")
NO_BODY = frozenset("LMANCRrpyiz")  # what words mean that stand in no other body's name (number_words.LETTERS)
LINE_END = re.compile(r"\n[^\S\n]*(?=[\nA-Z])")  # of the writer's own: behind one that a mail program breaks, a sentence goes on


def settle(candidates: Sequence[Candidate], words: Words) -> tuple[Number, ...]:
    """Each number once, in order of appearance, those that do not count with the reason. For one section or for several."""
    groups: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(number_key(candidate.number.value), []).append(candidate)
    numbers = {key: _one(group) for key, group in groups.items()}
    counting = {key: groups[key] for key, number in numbers.items() if not number.set_aside}
    none_of_ours = (*_none_of_ours(groups, words), *_not_given(counting, words)) if counting else ()
    none_of_ours += tuple(_denied_by_its_end(counting)) if len(counting) > 1 else ()
    numbers |= {key: replace(numbers[key], set_aside=NONE_OF_OURS) for key in none_of_ours}
    numbers |= {key: replace(numbers[key], set_aside=SOMEBODY) for key in _somebody_elses(counting, words)}
    numbers |= {key: replace(numbers[key], set_aside=CORRECTED) for key in _put_right_below(counting, words)}
    numbers |= {key: replace(numbers[key], set_aside=DENIED) for key in _doubted_in_vain(counting, words)}
    numbers |= {key: replace(numbers[key], set_aside="") for key in _read_elsewhere(groups, numbers, words)}
    numbers |= {key: replace(numbers[key], set_aside=UNCALLED) for key in _of_a_business(groups, numbers, words)}
    for give_way in (_by_the_text, _by_rank, _by_claims):
        counting = {key: groups[key] for key, number in numbers.items() if not number.set_aside}
        if len(counting) < 2 or _doubted((each for each in candidates if not each.number.set_aside), words):
            break
        reasons = give_way(counting, words)
        if len([key for key, reason in reasons.items() if reason]) < len(counting):
            numbers |= {key: replace(numbers[key], set_aside=reason) for key, reason in reasons.items()}
    return tuple(numbers.values())


def left_open(candidates: Iterable[Candidate], words: Words) -> bool:
    """Whether there may be doubt in a text with several numbers."""
    counting = [each for each in candidates if not each.number.set_aside]
    return _doubted(counting, words) or any(says(words, "wavering", text) for text in {each.text for each in counting})


def _one(group: Sequence[Candidate]) -> Number:
    """The same number, written several times: what one place says of it holds for the others, unless they call it by name. What a
    sentence says outright is the last word."""
    outright = [each.number for each in group if each.outright]
    if outright:
        return outright[0]
    counting = [each for each in group if not each.number.set_aside]
    labelled = max((each.rank for each in counting), default=Rank.PROSE) >= Rank.NAMED
    usable = counting if labelled or len(counting) == len(group) else [each for each in group if each.number.set_aside]
    return max(usable, key=lambda each: (each.rank, not each.number.repair, len(each.number.value))).number


def _none_of_ours(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The numbers that nothing calls a membership number, where the writer says that none of them is."""
    uncalled = [
        key for key, group in groups.items() if all(each.rank < Rank.NUMBER and not each.number.set_aside for each in group)
    ]
    return uncalled if uncalled and any(says(words, "none_of_ours", text) for text in _texts(groups)) else []


def _not_given(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The numbers that the text gives to something else than us, where the writer says that ours is not to hand."""
    others = {key: group for key, group in groups.items() if not any(each.rank >= Rank.NUMBER or bare(each) for each in group)}
    if not others or not any(says(words, "not_given", text) for text in _texts(groups)):
        return []
    return [key for key, group in others.items() if not any(claimed(each, words) or _is_old(each, words) for each in group)]


def _is_old(candidate: Candidate, words: Words) -> bool:
    """Whether a number is the one that the writer had with us before."""
    return OLD in _reasons(candidate, words, for_one=False)


def _denied_by_its_end(groups: Mapping[str, Sequence[Candidate]]) -> Iterator[str]:
    """The number that the writer denies by its last digits: it is 7654321, NOT …567 as I put at the top."""
    for denied in (found["end"] for text in _texts(groups) for found in DENIED_END.finditer(text)):
        ended = [key for key, group in groups.items() if group[0].number.value.endswith(denied)]
        if len(ended) == 1:
            yield ended[0]


def _somebody_elses(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The only number, where it is somebody else's and the writer speaks of her own, which is not given."""
    if len(groups) != 1 or not any(says(words, "own_apart", text) for text in _texts(groups)):
        return []
    reasons = {reason for group in groups.values() for each in group for reason in _reasons(each, words, for_one=True)}
    return list(groups) if SOMEBODY in reasons else []


def _put_right_below(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The first of two numbers where a postscript, or a paragraph of its own, gives the second one as the right one."""
    placed = _placed(groups)
    if len(groups) != 2 or len({each.number.evidence.part for each, _ in placed}) != 1:
        return []
    second = next(index for index, (_, key) in enumerate(placed) if key != placed[0][1])
    if any(key == placed[0][1] for _, key in placed[second:]):
        return []
    below = placed[second][0]
    paragraphs = PARAGRAPH_END.split(below.before)
    said = plain(paragraphs[-1], words) + DIGITS + SENTENCE_END.split(below.behind)[0][:BREATH]
    apart = len(paragraphs) > 1 or below.text is not placed[second - 1][0].text
    right = apart and finds(words, "put_right_below", said) and not says(words, "unsure", said)
    return [placed[0][1]] if right and SOMEBODY not in _reasons(below, words, for_one=True) else []


def _doubted_in_vain(groups: Mapping[str, Sequence[Candidate]], words: Words) -> list[str]:
    """The second of two numbers, which the first was corrected to, where the writer says in the end that the first is right."""
    placed = _placed(groups)
    if len(groups) != 2 or len({each.text for each, _ in placed}) != 1:
        return []
    first, second, *others = [key for index, (_, key) in enumerate(placed) if not index or placed[index - 1][1] != key]
    last = placed[-1][0]
    said = SENTENCE_END.split(last.before)[-1] + DIGITS + SENTENCE_END.split(last.behind)[0]
    settled = finds(words, "returned", plain(said, words)) if others == [first] else False
    behind = "" if others else plain(last.behind, words)
    settled = settled or any(entry.search(Text.of(behind)) for entry in possible(words, DOCUMENT, "first_after_all", behind))
    return [second] if settled and not says(words, "unsure", said if others else last.behind) else []


def _read_elsewhere(groups: Mapping[str, Sequence[Candidate]], numbers: Mapping[str, Number], words: Words) -> list[str]:
    """The numbers that are set aside by a label that ours may well stand under, as on a bank statement, where the writer does not
    know which of several is right."""
    weak = number_words(words).weak
    read = [key for key, number in numbers.items() if number.set_aside in weak and _printed(groups[key], words)]
    counting = [key for key, number in numbers.items() if not number.set_aside]
    if not read or len(read) + len(counting) < 2:
        return []
    return read if _doubted([each for key in (*read, *counting) for each in groups[key]], words) else []


def _of_a_business(groups: Mapping[str, Sequence[Candidate]], numbers: Mapping[str, Number], words: Words) -> list[str]:
    """The numbers that nothing calls ours in a paragraph of a firm's numbers, where another paragraph has a membership number."""
    counting = {key for key, number in numbers.items() if not number.set_aside}
    if len(counting) < 2 or not any(numbers[key].labelled for key in counting):
        return []
    blocks = _paragraphs(groups)
    firms = [block for block in blocks if any(numbers[key].set_aside == COMPANY for _, key in block)]
    theirs = [block for block in firms if not any(key in counting and each.number.labelled for each, key in block)]
    named = {key for block in blocks if block not in theirs for _, key in block}
    return [key for block in theirs for _, key in block if key in counting - named and not _told_of(groups[key], words)]


def _paragraphs(groups: Mapping[str, Sequence[Candidate]]) -> list[list[tuple[Candidate, str]]]:
    """The numbers that stand together, with no empty line and no other number between."""
    blocks: list[list[tuple[Candidate, str]]] = []
    for each, key in _placed(groups):
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


# --- what the text says of several ---------------------------------------------------------------------------------


def _doubted(candidates: Iterable[Candidate], words: Words) -> bool:
    """Whether the writer does not know which of them it is: then none gives way."""
    return any(finds(words, "doubt", said_around(each, words) + (DIGITS if each.before_another else "")) for each in candidates)


def _by_the_text(groups: dict[str, list[Candidate]], words: Words) -> dict[str, str]:
    """Why each number gives way to the others, "" for those that do not."""
    if other := _the_other(groups, words):
        return {key: OTHERWISE if key == other else "" for key in groups}
    texts = _texts(groups)
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
    if len(groups) != 2 or any(says(words, "unsure", text) for text in _texts(groups)):
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


def _texts(groups: Mapping[str, Sequence[Candidate]]) -> set[str]:
    return {each.text for group in groups.values() for each in group}


def _first(reasons: Iterable[str]) -> str:
    return next((reason for reason in reasons if reason), "")


def _gives_way(candidate: Candidate, words: Words, *, for_one: bool, beside: frozenset[str] = frozenset()) -> str:
    """Why a number gives way to others, "" where it does not."""
    return _first(_reasons(candidate, words, for_one=for_one, beside=beside))


def _reasons(candidate: Candidate, words: Words, *, for_one: bool, beside: frozenset[str] = frozenset()) -> Iterator[str]:
    """Why a number gives way to others; `beside`: the marks of what is told of those (`rules/numbers.toml`)."""
    before, behind = said_before(candidate, words), plain(candidate.behind, words)
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


# --- what the labels say -------------------------------------------------------------------------------------------


def _by_rank(groups: dict[str, list[Candidate]], words: Words) -> dict[str, str]:
    """A number in passing gives way to one that is called a membership number, unless the same breath names both; so does one
    in a contact block."""
    ranks = {key: max(each.rank for each in group) for key, group in groups.items()}
    best = max(ranks.values())
    if best < Rank.NUMBER:
        return {}
    weaker = {Rank.PROSE, Rank.NAMED} if best is Rank.LABELLED else {Rank.NAMED}
    weak = {key for key, rank in ranks.items() if rank in weaker and not _told_of(groups[key], words)}
    weak -= _beside_another(groups)
    others = _other_cards(groups, words)
    if best is Rank.LABELLED:
        weak |= {key for key, rank in ranks.items() if rank is Rank.STANDING and _only_in_signature(groups[key])}
    return dict.fromkeys(weak, UNCALLED) | dict.fromkeys(others, ORGANISATION)


def _other_cards(groups: Mapping[str, Sequence[Candidate]], words: Words) -> set[str]:
    """The numbers of a list of cards, each behind its body's name, where one of them is called by ours."""
    names = {key: [_on_a_list(each) for each in group] for key, group in groups.items()}
    meanings = number_words(words).phrases
    ours = {
        key for key, each in names.items() if any(meanings.get(fold(word), ("",))[0] == "A" for word in " ".join(each).split())
    }
    if not ours:
        return set()
    return {key for key, each in names.items() if key not in ours and all(name and _is_body(name, words) for name in each)}


def _on_a_list(candidate: Candidate) -> str:
    """The name that a number has on a list, "" where it stands on none."""
    name = ON_A_LIST.search(candidate.before)
    return name["name"] if name and LIST_GOES_ON.match(candidate.behind) else ""


def _is_body(name: str, words: Words) -> bool:
    """Whether it may be another body's name: no person's, and nothing that our number may be read on."""
    names = fold(name).split()
    if names[0] in vocabulary(words).given_names or finds(words, "read", f"{name} says "):
        return False
    if len(names) == 1 and not (name.isupper() or name.endswith("s")):  # Beekeepers, BFI; but not Len
        return False
    return not any(number_words(words).phrases.get(each, (" ",))[0] in NO_BODY for each in names)


def _told_of(group: Sequence[Candidate], words: Words) -> bool:
    """Whether the text says whose number it is, or which, or where it was read: "and hers is", "the new one is", "(mine)"."""
    if any(finds(words, table, said_before(each, words)) for table in ("before", "kept", "read") for each in group):
        return True
    return any(
        said_of(entry, behind, each.before_another)
        for each in group
        for behind in (plain(each.behind, words),)
        for entry in possible(words, DOCUMENT, "kept_after", behind)
    )


def _beside_another(groups: Mapping[str, Sequence[Candidate]]) -> set[str]:
    """The numbers that stand hardly apart from another: whatever the words between them say, the writer may mean either. One in
    the sentence before tells of something else."""
    placed = _placed(groups)
    beside: set[str] = set()
    for (first, one), (second, other) in pairwise(placed):
        between = second.before
        joined = first.text is second.text and len(between) == _position((second, ""))[1] - first.number.evidence.end
        if joined and len(between) <= BREATH and not LINE_END.search(between):
            beside |= {other} if SENTENCE_END.search(between) else {one, other}
    return beside


# --- what is called ours in a wide sense -----------------------------------------------------------------------------


def _by_claims(groups: dict[str, list[Candidate]], words: Words) -> dict[str, str]:
    """All others give way to the only number that is called the writer's own with us, where none has a label, none of them could
    be a member's or stands beside it, and the writer expresses no doubt."""
    if any(each.rank >= Rank.NUMBER for group in groups.values() for each in group):
        return {}
    called = {key for key, group in groups.items() if any(claimed(each, words) for each in group)}
    others = [each for key, group in groups.items() if key not in called for each in group]
    if len(called) != 1 or _beside_another(groups) - called or any(says(words, "wavering", text) for text in _texts(groups)):
        return {}
    if any(each.rank is Rank.STANDING or finds(words, "perhaps_ours", said_around(each, words)) for each in others):
        return {}
    return dict.fromkeys(groups.keys() - called, UNCALLED)


def _placed(groups: Mapping[str, Sequence[Candidate]]) -> list[tuple[Candidate, str]]:
    """All numbers with their keys, in the order in which they stand."""
    return sorted(((each, key) for key, group in groups.items() for each in group), key=_position)


def _position(placed: tuple[Candidate, str]) -> tuple[str, int]:
    evidence = placed[0].number.evidence
    return evidence.part, evidence.start


def _only_in_signature(group: Sequence[Candidate]) -> bool:
    return all(each.number.zone is Zone.SIGNATURE for each in group)
