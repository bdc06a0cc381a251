"""Number candidates in, the same out, each once, with the reason beside each that gives way to another.

What the writer takes back goes first (`number_withdrawn.py`), then what the text tells of several (`number_reasons.py`), then
their labels, and last what is called ours in a wide sense.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from swc_mailer.core.model import Number, Zone
from swc_mailer.core.number_called import ANOTHER_KIND
from swc_mailer.core.number_labels import DENIED, ORGANISATION, Rank
from swc_mailer.core.number_reasons import by_the_text, doubted, told_of
from swc_mailer.core.number_sayings import (
    BREATH,
    SENTENCE_END,
    Candidate,
    claimed,
    finds,
    placed_in_order,
    position_of,
    said_around,
    says,
    texts_of,
)
from swc_mailer.core.number_withdrawn import (
    SOMEBODY,
    broken_off,
    denied_by_its_end,
    doubted_in_vain,
    none_of_ours,
    not_given,
    of_a_business,
    put_right_below,
    read_elsewhere,
    somebody_elses,
)
from swc_mailer.core.number_words import number_words
from swc_mailer.core.places import fold, vocabulary
from swc_mailer.core.register import number_key
from swc_mailer.core.words import Words

UNCALLED = "nothing calls it a membership number"
CORRECTED = "corrected by the writer"
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
    denied = (*none_of_ours(groups, words), *not_given(counting, words)) if counting else ()
    denied += tuple(denied_by_its_end(counting)) if len(counting) > 1 else ()
    numbers |= {key: replace(numbers[key], set_aside=DENIED) for key in denied}
    numbers |= {key: replace(numbers[key], set_aside=SOMEBODY) for key in somebody_elses(counting, words)}
    numbers |= {
        key: replace(numbers[key], set_aside=CORRECTED) for key in (*broken_off(groups), *put_right_below(counting, words))
    }
    numbers |= {key: replace(numbers[key], set_aside=DENIED) for key in doubted_in_vain(counting, words)}
    numbers |= {key: replace(numbers[key], set_aside="") for key in read_elsewhere(groups, numbers, words)}
    numbers |= {key: replace(numbers[key], set_aside=UNCALLED) for key in of_a_business(groups, numbers, words)}
    numbers |= {key: replace(numbers[key], set_aside="") for key in either_will_do(groups, numbers, words)}
    for give_way in (by_the_text, _by_rank, _by_claims):
        counting = {key: groups[key] for key, number in numbers.items() if not number.set_aside}
        if len(counting) < 2 or doubted((each for each in candidates if not each.number.set_aside), words):
            break
        reasons = give_way(counting, words)
        if len([key for key, reason in reasons.items() if reason]) < len(counting):
            numbers |= {key: replace(numbers[key], set_aside=reason) for key, reason in reasons.items()}
    return tuple(numbers.values())


def either_will_do(groups: Mapping[str, Sequence[Candidate]], numbers: Mapping[str, Number], words: Words) -> list[str]:
    """The numbers taken for others' that the writer leaves to us beside the one that counts: take whichever you like best."""
    texts = {each.text for key, group in groups.items() if not numbers[key].set_aside for each in group}
    others = [key for key, number in numbers.items() if number.set_aside in ANOTHER_KIND]
    return others if len(numbers) == 2 and any(says(words, "either_will_do", text) for text in texts) else []


def left_open(candidates: Iterable[Candidate], words: Words) -> bool:
    """Whether there may be doubt in a text with several numbers."""
    counting = [each for each in candidates if not each.number.set_aside]
    return doubted(counting, words) or any(says(words, "wavering", text) for text in {each.text for each in counting})


def _one(group: Sequence[Candidate]) -> Number:
    """The same number, written several times: what one place says of it holds for the others, unless they call it by name. What a
    sentence says outright is the last word, and the writer's own words tell more than the label of her signature."""
    outright = [each.number for each in group if each.outright]
    if outright:
        return outright[0]
    counting = [each for each in group if not each.number.set_aside]
    elsewhere = [each.number for each in group if each.number.set_aside == ORGANISATION]
    if elsewhere and _only_in_signature(counting):
        return elsewhere[0]
    labelled = max((each.rank for each in counting), default=Rank.PROSE) >= Rank.NAMED
    usable = counting if labelled or len(counting) == len(group) else [each for each in group if each.number.set_aside]
    return max(usable, key=lambda each: (each.rank, not each.number.repair, len(each.number.value))).number


# --- what the labels say -------------------------------------------------------------------------------------------


def _by_rank(groups: dict[str, list[Candidate]], words: Words) -> dict[str, str]:
    """A number in passing gives way to one that is called a membership number, unless the same breath names both; so does one
    in a contact block."""
    ranks = {key: max(each.rank for each in group) for key, group in groups.items()}
    best = max(ranks.values())
    if best < Rank.NUMBER:
        return {}
    weaker = {Rank.PROSE, Rank.NAMED} if best is Rank.LABELLED else {Rank.NAMED}
    weak = {key for key, rank in ranks.items() if rank in weaker and not told_of(groups[key], words)}
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


def _beside_another(groups: Mapping[str, Sequence[Candidate]]) -> set[str]:
    """The numbers that stand hardly apart from another: whatever the words between them say, the writer may mean either. One in
    the sentence before tells of something else."""
    placed = placed_in_order(groups)
    beside: set[str] = set()
    for (first, one), (second, other) in pairwise(placed):
        between = second.before
        joined = first.text is second.text and len(between) == position_of((second, ""))[1] - first.number.evidence.end
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
    if len(called) != 1 or _beside_another(groups) - called or any(says(words, "wavering", text) for text in texts_of(groups)):
        return {}
    if any(each.rank is Rank.STANDING or finds(words, "perhaps_ours", said_around(each, words)) for each in others):
        return {}
    return dict.fromkeys(groups.keys() - called, UNCALLED)


def _only_in_signature(group: Sequence[Candidate]) -> bool:
    return all(each.number.zone is Zone.SIGNATURE for each in group)
