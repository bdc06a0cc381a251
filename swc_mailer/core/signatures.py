"""The writer's own lines in, where the contact block and the footers begin in them out.

Below a closing ("Kind regards") or a delimiter ("-- ") stands the contact block, until the writer speaks again; the closing
itself stays with the text, for "Many thanks" may be all that somebody says. A footer is a line or a sentence that programs and
employers put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from swc_mailer.core.model import Zone
from swc_mailer.core.quote_lines import Line
from swc_mailer.core.quote_words import Phrase, Vocabulary, possible

Cut = tuple[int, Zone]  # from this character of the text on

DELIMITERS = frozenset(("--", "—"))
RULE = re.compile(r"[-_=*~#+–—]{2,}")
SENTENCE_END = re.compile(r"[.!?]\s+")

LONGEST_CLOSING = 9  # words, the name included
LONGEST_BLOCK = 40  # lines of a contact block
LONGEST_PARAGRAPH = 3_000  # characters of a paragraph that footers are looked for in
SEARCHED = 50_000  # characters of the text that footers are looked for in
LONGEST_GREETING = 60  # characters
MOST_NAMES = 6  # words behind a closing
GOES_ON = frozenset(("for", "your", "the", "this", "to", "with", "and", "all", "any", "taking", "reading", "you"))
LINKS = frozenset(("from", "and", "x", "xx", "xxx", "everyone", "everybody", "folks", "team"))
ZONES = {"": Zone.OWN, "closing": Zone.SIGNATURE, "delimiter": Zone.SIGNATURE, "footer": Zone.DISCLAIMER}


def own_cuts(lines: Sequence[Line], text: str, vocabulary: Vocabulary) -> list[Cut]:
    """Where zones begin in a stretch of the writer's own lines, in order; the first cut is at the stretch's beginning."""
    footers = possible(vocabulary.footers, text[lines[0].start : min(lines[-1].end, SEARCHED)])
    cuts: list[Cut] = []
    beneath = ""
    for first, last, kind in _pieces(lines, vocabulary):
        reach = kind
        start, end = lines[first].start, lines[last].end
        if kind == "delimiter":
            cuts.append((start, Zone.SIGNATURE))
        elif kind in ("line", "paragraph", "rest"):
            cuts.append((_ruled_start(lines, first), Zone.DISCLAIMER))
        else:
            piece = text[start : min(end, start + LONGEST_PARAGRAPH)]
            at, found = _footer(piece, footers if start < SEARCHED else (), vocabulary, top=start == 0)
            zone = Zone.OWN if _speaks(piece[:at], beneath, vocabulary) else ZONES[beneath]
            if at:
                cuts.append((start, zone))
            if found:
                cuts.append((start + at if at else _ruled_start(lines, first), Zone.DISCLAIMER))
                reach = found
                cuts += _hers(piece, at, start, vocabulary)
        beneath = _beneath(reach, beneath)
    return cuts


def _beneath(kind: str, before: str) -> str:
    """What stands below such a piece."""
    if kind in ("delimiter", "rest"):
        return {"rest": "footer"}.get(kind, kind)
    return "closing" if kind == "closing" and not before else before


def _pieces(lines: Sequence[Line], vocabulary: Vocabulary) -> Iterator[tuple[int, int, str]]:
    """First and last line of each piece, and its kind: "text", a text that ends with a "closing", a "delimiter", or the reach of
    a footer. A paragraph is one piece or more."""
    begun = _begun(lines, vocabulary)
    kinds = [_kind(line, vocabulary, closing=index >= begun, left=len(lines) - index) for index, line in enumerate(lines)]
    first = 0
    while first < len(lines):
        last = _last(lines, kinds, first)
        yield first, last, kinds[last] if kinds[first] == "text" else kinds[first]
        first = last + 1


def _last(lines: Sequence[Line], kinds: Sequence[str], first: int) -> int:
    """The last line of the piece that begins here."""
    goes_on = {"text": ("text", "closing"), "paragraph": None, "rest": None}.get(kinds[first], ())
    last = first
    while last + 1 < len(lines) and not lines[last + 1].spaced and (goes_on is None or kinds[last + 1] in goes_on):
        last += 1
        if goes_on and kinds[last] == "closing":
            break
    return last


def _begun(lines: Sequence[Line], vocabulary: Vocabulary) -> int:
    """The first line that may close: at the top of a text, below the greeting, stands what the writer says."""
    if lines[0].start > 0:
        return 0
    said = (
        index for index, line in enumerate(lines) if line.width > LONGEST_GREETING or not vocabulary.greeting.match(line.body)
    )
    return next(said, len(lines)) + 1


def _kind(line: Line, vocabulary: Vocabulary, *, closing: bool, left: int) -> str:
    if line.start > 0 and line.body in DELIMITERS and left <= LONGEST_BLOCK:
        return "delimiter"
    if closing and closes(line.body, vocabulary):
        return "closing"
    return vocabulary.reach_of(line.body) or "text"


def closes(body: str, vocabulary: Vocabulary) -> bool:
    """Whether the line is a closing, with a name behind it or nothing."""
    found = vocabulary.closings.match(body) if body.count(" ") < LONGEST_CLOSING else None
    if found is None:
        return False
    words = [word for word in (word.strip(" ,.;:!?&()*_-–~") for word in body[found[1].end() :].split()) if word]
    named = all(word[0].isupper() or word.lower() in LINKS or not word[0].isalnum() for word in words)
    small = len(words) == 1 and words[0].isalpha() and found[1].group().lower().split()[-1] not in GOES_ON
    return len(words) < MOST_NAMES and (named or small)


def _speaks(piece: str, beneath: str, vocabulary: Vocabulary) -> bool:
    """Whether the writer goes on below a closing, a delimiter or a footer."""
    return beneath in vocabulary.writer and bool(vocabulary.writer[beneath].search(piece))


def _footer(piece: str, footers: Sequence[Phrase], vocabulary: Vocabulary, *, top: bool) -> tuple[int, str]:
    """Where in the piece a footer begins, and its reach; its end and "" where there is none. At the top of a text somebody who
    says I may use such words."""
    flat = piece.replace("\n", " ")
    found = [(match.start(), phrase.reach) for phrase in footers if (match := phrase.pattern.search(flat))]
    if not found or (top and _speaks(piece, "footer", vocabulary)):
        return len(piece), ""
    at, reach = min(found)
    if any(also == "rest" for _, also in found) and not top:
        reach = "rest"
    return _footer_start(piece, at, vocabulary), "paragraph" if top else reach


def _footer_start(piece: str, at: int, vocabulary: Vocabulary) -> int:
    """The beginning of the line, or of the firm's name or dashes above it; of the sentence, where the writer speaks before."""
    firm = vocabulary.firm.search(piece, 0, at)
    line = piece.rfind("\n", 0, firm.start() if firm else at) + 1
    before = piece[line:at]
    if not _speaks(before, "closing", vocabulary) and (firm or not any(map(str.isdigit, before))):
        above = piece.rfind("\n", 0, max(line - 1, 0)) + 1
        return above if RULE.fullmatch(piece[above : line - 1]) else line
    line = piece.rfind("\n", 0, at) + 1
    before = piece[line:at]
    ends = [found.end() for found in SENTENCE_END.finditer(before)]
    return line + ends[-1] if ends else at


def _hers(piece: str, at: int, start: int, vocabulary: Vocabulary) -> list[Cut]:
    """The line inside a footer, from `at` on, that is the writer's own: who signs as a charity's chair gives our number below."""
    line = vocabulary.writer["inside"].search(piece, at)
    if line is None:
        return []
    goes_on = [(start + line.end(), Zone.DISCLAIMER)] if line.end() < len(piece) else []
    return [(start + line.start(), Zone.SIGNATURE), *goes_on]


def _ruled_start(lines: Sequence[Line], index: int) -> int:
    """Where the line starts, or the line of dashes above it."""
    ruled = index > 0 and RULE.fullmatch(lines[index - 1].body)
    return lines[index - 1 if ruled else index].start
