"""Lines in, the introduction that stands among them out: who is about to speak, as mail programs say it.

An introduction is an attribution ("On 3 March 2014, Jo Bloggs wrote:"), a divider ("-----Original Message-----"), or a header
block ("From: … Sent: … To: … Subject: …"). People type such lines too: a letter that begins "To: the Chief Executive", a form
with "From:" and "Message:", "On Friday I wrote to you:". So an attribution needs an address, a date with a time, or quote marks
below it; a header block needs sender, time of day and a third field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from swc_mailer.core.model import Zone
from swc_mailer.core.quote_lines import Line
from swc_mailer.core.quote_words import Vocabulary, any_in, possible

EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
TIME = re.compile(r"(?<![\d.:/])\d{1,2}[:.h]\d{2}(?![\d/]|\.\d)")
DATE = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)")
DATE_OR_TIME = re.compile(f"{DATE.pattern}|{TIME.pattern}")
EMAIL_OR_TIME = re.compile(r"@|\d[:.h]\d\d")
LABEL = re.compile(r"[*_\s]{0,4}([^\W\d][\w .'’-]{0,24}?)[ \t*_]{0,4}[:：]")
CELL = re.compile(r"([^\W\d_]{2,12})(?:\t|[ ]{2,}|$)")
DATE_AND_TIME = re.compile(
    rf"(?:[^\W\d_]{{2,9}}[.,]? )?(?:{DATE.pattern}|\d{{1,2}} [^\W\d_]{{3,9}}[.,]? \d{{4}}),? *"
    rf"{TIME.pattern}(?:[:.]\d\d)?(?: ?[AP]M)?(?: [A-Z]{{2,4}})?"
)
SENT_BY = ("Sent by:", "Sent by ")
RULE = re.compile(r"[-_=*~#+–—‐]{5,}")
WRITER = re.compile(r"\bI(?: (?=[a-z])|['’])|(?<![\w@.-])(?:my|we|our)(?![\w@.-])")  # no initial, no part of an address
ENDS_IN_ADDRESS = re.compile(r"(?:[>\])]|@[\w.-]{1,63})\s*:$")

Kind = Literal["divider", "headers", "attribution"]

DECORATION = " \t-_=*–—‐~#.:>|+："
DASHES = frozenset("-_=*–—‐~#")
SHORTEST_DASHED = 12  # characters of an attribution between dashes
LONGEST_DIVIDER = 90  # characters
WHOLE = frozenset(("from", "sent", "to", "subject"))
MOST_FIELDS = 16  # lines of a header block
MOST_WRAPPED = 3  # lines of one long field, or of an attribution above its last
LONGEST_ATTRIBUTION = 350  # characters


@dataclass(frozen=True, slots=True)
class Introduction:
    """Lines `first` to `last` say that somebody else speaks."""

    first: int
    last: int
    zone: Zone  # FORWARDED where the program says so, OWN where it says that forwarded mail ends, else QUOTED
    kind: Kind
    author: str = ""  # email address in small letters, "" where none is given
    name: str = ""  # what is said of the author, to look for a name in

    def goes_with(self, above: Introduction | None) -> bool:
        """Whether the two are one: the author stands below a divider, and some programs put fields below an attribution."""
        if above is None or above.last + 1 < self.first:
            return False
        return above.kind == "divider" or (above.kind == "attribution" and self.kind == "headers")


def introduction_at(lines: Sequence[Line], index: int, vocabulary: Vocabulary, above: Introduction | None) -> Introduction | None:
    """The introduction that this line begins, or, for an attribution, ends; `above` is the last one before it."""
    introduced = above is not None and above.kind != "headers" and above.last + 1 == index
    body = lines[index].body
    labelled = ":" in body[:40] or "：" in body[:40]
    if labelled and (found := header_block_at(lines, index, vocabulary, introduced=introduced)):
        return found
    ends = body.rstrip(" *_>|")[-1:] in (":", "：") or (body[:2] == body[-2:] == "--" and len(body) > SHORTEST_DASHED)
    ends = ends or (body[-1:] == ">" and _marked_below(lines, index))
    below = lines[index + 1].body[:30] if index + 1 < len(lines) else ""
    if ":" in below and (found := table_at(lines, index, vocabulary)):
        return found
    if ends or body[:1] in DASHES or ":" in below or "：" in below:
        return divider_at(lines, index, vocabulary) or (attribution_at(lines, index, vocabulary) if ends else None)
    return None


# --- dividers ----------------------------------------------------------------------------------------------


def divider_at(lines: Sequence[Line], index: int, vocabulary: Vocabulary) -> Introduction | None:
    """A line that says what follows. Without dashes it must have a header block below it, or a forwarding program's colon."""
    body = lines[index].body
    phrase = body.strip(DECORATION) if len(body) <= LONGEST_DIVIDER else ""
    zone = vocabulary.divides(phrase) if phrase else None
    if zone is None:
        return None
    dashed = body[0] in DASHES and body[1:2] in DASHES
    if dashed or (zone is Zone.FORWARDED and body.endswith(":")) or _field(lines, index + 1, vocabulary):
        return Introduction(index, index, zone, "divider", author_in(phrase), phrase)
    return None


def _field(lines: Sequence[Line], index: int, vocabulary: Vocabulary) -> str:
    found = LABEL.match(lines[index].body) if index < len(lines) else None
    return vocabulary.field_of(found[1].strip()) if found else ""


# --- header blocks -----------------------------------------------------------------------------------------


def header_block_at(lines: Sequence[Line], index: int, vocabulary: Vocabulary, *, introduced: bool) -> Introduction | None:
    """A block of header fields. Below another introduction, hardly anything is asked of it."""
    first = _field(lines, index, vocabulary)
    if not first or first == "form" or (first == "other" and not introduced):
        return None
    fields: dict[str, str] = {}
    last = index
    for at, field, value in _fields(lines, index, vocabulary):
        if field in ("", "form"):
            if not introduced and not fields.keys() >= WHOLE and (field == "form" or not lines[at].spaced):
                return None  # a form that somebody filled in
            break
        if field in fields and field != "other":
            break
        fields[field] = value
        last = at
    if not (_is_known(fields) if introduced else _is_whole(fields)):
        return None
    ruled = index > 0 and lines[index - 1].depth == lines[index].depth and RULE.fullmatch(lines[index - 1].body)
    sender = fields.get("from", "")
    return Introduction(index - 1 if ruled else index, last, Zone.QUOTED, "headers", author_in(sender), sender)


def _fields(lines: Sequence[Line], index: int, vocabulary: Vocabulary) -> Iterator[tuple[int, str, str]]:
    """The labelled lines from here on, as line, kind of field and value; "" for a label that is no header field's. Ends where
    text begins."""
    depth, wrapped = lines[index].depth, 0
    for at in range(index, min(index + MOST_FIELDS, len(lines))):
        line = lines[at]
        found = LABEL.match(line.body)
        if line.depth != depth or (not found and line.spaced):
            return
        if found:
            wrapped = 0
            value = line.body[found.end() :].strip(" *_")
            yield at, vocabulary.field_of(found[1].strip()), value or _value_below(lines, at)
        elif (wrapped := wrapped + 1) > MOST_WRAPPED:
            return


def _value_below(lines: Sequence[Line], index: int) -> str:
    """Tables of header fields come with each value on a line of its own."""
    below = lines[index + 1] if index + 1 < len(lines) else None
    return below.body if below and not LABEL.match(below.body) else ""


def _is_known(fields: dict[str, str]) -> bool:
    return "from" in fields or len(fields.keys() - {"other"}) > 1


def _is_whole(fields: dict[str, str]) -> bool:
    """Whether a program wrote it: a person who heads a letter with From and Date gives no time of day."""
    named = fields.keys() - {"other"}
    if not named >= {"from", "sent"} or len(named) < 3:
        return False
    return bool(TIME.search(fields["sent"]))


def table_at(lines: Sequence[Line], index: int, vocabulary: Vocabulary) -> Introduction | None:
    """The header fields as Lotus Notes puts them into a table: sender, date with time, and fields that have no colons."""
    told = index + 2 if lines[index + 1].body.startswith(SENT_BY) else index + 1
    if told >= len(lines) or not DATE_AND_TIME.fullmatch(lines[told].body) or len(lines[index].body) > LONGEST_DIVIDER:
        return None
    fields: dict[str, int] = {}
    for at, field in _cells(lines, told + 1, vocabulary):
        if field in fields and at > fields[field] + 1:
            break
        fields[field] = at
    if not fields.keys() >= {"to", "subject"}:
        return None
    sender = lines[index].body
    return Introduction(index, max(fields.values()), Zone.QUOTED, "headers", author_in(sender), sender)


def _cells(lines: Sequence[Line], index: int, vocabulary: Vocabulary) -> Iterator[tuple[int, str]]:
    """The fields from here on, as kind and last line; the value of one stands beside its label or on the line below."""
    empty = ""  # the field above, which has no value yet
    for at in range(index, min(index + MOST_FIELDS, len(lines))):
        found = CELL.match(lines[at].body)
        field = vocabulary.field_of(found[1]) if found else ""
        if lines[at].depth != lines[index - 1].depth or not (field or empty):
            return
        yield at, field or empty
        empty = field if found and found.end() == len(lines[at].body) else ""


# --- attributions ------------------------------------------------------------------------------------------


def attribution_at(lines: Sequence[Line], index: int, vocabulary: Vocabulary) -> Introduction | None:
    """An attribution that ends with this line."""
    body = lines[index].body
    marked = _marked_below(lines, index)
    dashed = body[:2] == body[-2:] == "--"
    if not (marked or dashed or any(EMAIL_OR_TIME.search(lines[at].body) for at in _upwards(lines, index))):
        return None
    found = _attribution(lines, index, vocabulary)
    if found is None:
        return None
    first, said = found
    told = (DATE.search(said) and TIME.search(said)) or (EMAIL.search(said) and any_in(vocabulary.wrote, said))
    if marked or dashed or (told and not WRITER.search(said)):
        return Introduction(first, index, Zone.QUOTED, "attribution", author_in(said), said)
    return None


def _marked_below(lines: Sequence[Line], index: int) -> bool:
    return index + 1 < len(lines) and lines[index + 1].depth > lines[index].depth


def _attribution(lines: Sequence[Line], index: int, vocabulary: Vocabulary) -> tuple[int, str] | None:
    """Its first line, and the whole: as few lines as have the verb, and one more where that begins it with the date."""
    said, best = "", None
    above = {first: lines[first].body.strip(DECORATION if first == index else " \t*_") for first in _upwards(lines, index)}
    verbs = possible(vocabulary.wrote, " ".join([*above.values()][::-1]))
    for first, line in above.items():
        said = f"{line} {said}" if said else f"{line}:"
        if len(said) > LONGEST_ATTRIBUTION:
            break
        if best is None and (any_in(verbs, said) or _says_no_verb(said)):
            best = first, said
        elif best and vocabulary.opening.match(line) and DATE_OR_TIME.search(line):
            return first, said
        if best and vocabulary.opening.match(best[1]):
            return best
    return best


def _says_no_verb(said: str) -> bool:
    """Gmail in many languages: "2014-03-03 9:12 GMT+00:00 Jo Bloggs <jo@example.org>:"; mutt puts the date behind."""
    ends = ENDS_IN_ADDRESS.search(said)
    return bool(ends and EMAIL.search(said) and DATE.search(said))


def _upwards(lines: Sequence[Line], index: int) -> Iterator[int]:
    """This line and those above it that an attribution may begin on: no empty line between, no sentence that ends there."""
    yield index
    for at in range(index - 1, max(-1, index - 1 - MOST_WRAPPED), -1):
        above = lines[at]
        if lines[at + 1].spaced or above.depth != lines[index].depth or above.body[-1:] in ".!?:":
            return
        yield at


def author_in(said: str) -> str:
    found = EMAIL.search(said)
    return found.group().lower() if found else ""
