"""The source of a pattern in, words out of which a text must hold some, or the pattern cannot be found in it.

Looking for a word is faster by far than looking for a pattern, and most patterns stand in no mail: so most are never looked for,
nor even compiled. What is told of a pattern may be too little, and never too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Need = tuple[str, ...]  # words in small letters, one of which at least must stand there
Needs = tuple[Need, ...]

MOST_WORDS = 150  # one of which is needed
MOST_NEEDS = 3
SHORTEST = 3  # letters of a word that tells something

TIMES = r"(?:(?:[*+?]|\{\d*,?\d*\})[+?]?)?"
TOKEN = re.compile(  # of the source of a pattern, with how often it may stand there
    "|".join(
        (
            r"""(?P<letters>[A-Za-z0-9 '",;:@=!-]+(?![*+?{]))""",
            r"(?P<mark>\\[AbBZ]|[$^])",
            r"(?P<or>\|)",
            rf"\((?:\?:)?(?P<words>[A-Za-z0-9 ',|-]+\){TIMES})",
            rf"(?P<close>\){TIMES})",
            r"(?P<open>\((?:\?(?:P<\w+>|[a-z-]*:|>)|(?!\?)))",
            r"(?P<look>\(\?<?[=!])",
            rf"(?P<any>(?:\[\^?\]?(?:\\.|[^\]\\])*\]|\\(?:x..|u.{{4}}|U.{{8}}|N\{{[^}}]*\}}|\d+|\w)|\(\?P=\w+\)|\.){TIMES})",
            rf"\\(?P<escaped>.{TIMES})",
            rf"(?P<letter>[^*+?(]{TIMES})",
        )
    ),
    re.DOTALL,
)
NONE = re.compile(r"[*?].?|\{(?:0*,\d*|0+)\}.?")  # times that may be none

# Letters beside A to Z that Python takes for one of them where case is ignored, and the dot that small letters have instead.
ALIKE = {ord("ı"): "i", ord("ſ"): "s", 0x307: None}


def plain(text: str) -> str:
    """The text as words are looked for in it."""
    small = text.lower()
    return small if small.isascii() else small.translate(ALIKE)


def are_in(small: str, needs: Needs) -> bool:
    for need in needs:  # loops, for they are run through hundreds of times for a mail
        for one in need:
            if one in small:
                break
        else:
            return False
    return True


def needed(source: str) -> Needs:
    """What a pattern needs; nothing where that is not told."""
    tokens = list(TOKEN.finditer(source))
    if sum(len(token[0]) for token in tokens) < len(source):  # it holds what is not known here
        return ()
    return _best(_alternatives(iter(tokens))[0])


def _best(needs: list[Need]) -> Needs:
    return tuple(sorted(dict.fromkeys(needs), key=_tells, reverse=True)[:MOST_NEEDS])


def _tells(need: Need) -> tuple[int, int]:
    """How much it tells that one of these is needed."""
    return min(map(len, need)), -len(need)


def _alternatives(tokens: Iterator[re.Match[str]]) -> tuple[list[Need], str]:
    """What is needed up to the bracket that closes, and how often what stands in the brackets may stand there."""
    branches: list[list[Need]] = []
    end = "|"
    while end == "|":
        needs, end = _sequence(tokens)
        branches.append(needs)
    if len(branches) == 1:
        return branches[0], end[1:]
    if not all(branches):
        return [], end[1:]
    one_of = tuple(dict.fromkeys(one for needs in branches for one in max(needs, key=_tells)))
    return [one_of] if len(one_of) <= MOST_WORDS else [], end[1:]


def _sequence(tokens: Iterator[re.Match[str]]) -> tuple[list[Need], str]:
    """All that is needed up to the end of an alternative, and what ends it: "|", a bracket with its times, "" for the pattern."""
    needs: list[Need] = []
    run = end = ""
    for token in tokens:
        longer = _longer(run, token)
        if longer is not None:
            run = longer
            continue
        needs += _told(run + _once(token))
        run = ""
        if token.lastgroup in ("or", "close"):
            end = token[0]
            break
        if token.lastgroup == "words":
            needs += _one_of(*token["words"].split(")"))
        elif token.lastgroup in ("open", "look"):
            inside, times = _alternatives(tokens)
            needs += inside if token.lastgroup == "open" and not NONE.fullmatch(times) else []
    return needs + _told(run), end


def _longer(run: str, token: re.Match[str]) -> str | None:
    """The letters side by side with those of the token, where it has some and no times."""
    kind = token.lastgroup or ""
    if kind == "mark":
        return run
    letters = token[kind]
    single = kind in ("letter", "escaped") and len(letters) == 1 and letters.isascii()
    return run + letters.lower() if single or kind == "letters" else None


def _once(token: re.Match[str]) -> str:
    """The letter that the token has with its times, where it must stand there."""
    if token.lastgroup not in ("letter", "escaped"):
        return ""
    letter, times = token[token.lastgroup][:1], token[token.lastgroup][1:]
    return letter.lower() if letter.isascii() and not NONE.fullmatch(times) else ""


def _one_of(alternatives: str, times: str) -> list[Need]:
    words = tuple(alternatives.lower().split("|"))
    return [] if NONE.fullmatch(times) or min(map(len, words)) < SHORTEST else [words]


def _told(run: str) -> list[Need]:
    return [(run,)] if len(run) >= SHORTEST else []
