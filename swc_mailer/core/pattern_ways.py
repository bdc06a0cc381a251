"""The source of a pattern in, the sources of its alternatives out: each is looked for alone, where the words stand that it needs.

A phrase is said in dozens of ways and a mail holds the words of few, so most ways of even a phrase that may stand there are
never looked for, nor compiled.
"""

from __future__ import annotations

import re

from swc_mailer.core.literals import TOKEN

# What says of a bracket that it may not be taken apart: a group that is spoken of, or what is asked of one.
SPOKEN_OF = re.compile(r"\(\?[P(]|\\[1-9]")
SHORT = 20  # characters behind brackets, that stand again behind each of the alternatives in them

Tokens = list[re.Match[str]]


def ways(source: str) -> tuple[str, ...]:
    """Patterns of which the first found, and of several found in one place the first here, is what the source finds."""
    tokens = list(TOKEN.finditer(source))
    if SPOKEN_OF.search(source) or sum(len(token[0]) for token in tokens) < len(source):
        return (source,)
    return tuple(one for way in _ways(tokens) for one in _taken_apart(way))


def _ways(tokens: Tokens) -> list[Tokens]:
    """What stands between the bars that are in no brackets."""
    ways: list[Tokens] = [[]]
    depth = 0
    for token in tokens:
        depth += _deeper(token)
        if token.lastgroup == "or" and not depth:
            ways.append([])
        else:
            ways[-1].append(token)
    return ways


def _taken_apart(way: Tokens) -> list[str]:
    """With each alternative in the brackets that make up nearly all of it, or as it is."""
    bounds = _brackets(way)
    if bounds is None:
        return [_source(way)]
    opens, closes = bounds
    before, behind = _source(way[:opens]), _source(way[closes + 1 :])
    if len(behind) > SHORT:
        return [_source(way)]
    return [before + _source(each) + behind for each in _ways(way[opens + 1 : closes])]


def _brackets(way: Tokens) -> tuple[int, int] | None:
    """The first bracket of what begins with brackets, marks before it aside, and the one that closes it."""
    depth = 0
    first: int | None = None
    for place, token in enumerate(way):
        if first is None and not depth and token.lastgroup not in ("mark", "look"):
            if token[0] not in ("(", "(?:"):
                return None
            first = place
        depth += _deeper(token)
        if first is not None and not depth:
            return (first, place) if token[0] == ")" else None  # with times behind it, all of it is one
    return None


def _deeper(token: re.Match[str]) -> int:
    return {"open": 1, "look": 1, "close": -1}.get(token.lastgroup or "", 0)


def _source(tokens: Tokens) -> str:
    return "".join(token[0] for token in tokens)
