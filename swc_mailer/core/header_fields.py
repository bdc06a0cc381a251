"""The bytes of a message or of one of its parts in, its header fields out: unfolded, decoded, one line each. Never raises.

The fields are read here and not by Python's email package, so that a field of any length costs no more than its length, and so
that a byte order mark, a line of a mail box file or one broken line does not hide all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from swc_mailer.core.characters import one_line
from swc_mailer.core.charsets import decode

LONGEST_FIELD = 16_000  # bytes of a field that are read
MOST_FIELDS = 1_000

FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:([^\n]*(?:\n[ \t]+[^\n]*)*)(?:\n|\Z)")
END_OF_HEADER = re.compile(rb"\n(?=\r*\n)")
EMPTY_LINE = re.compile(rb"\r*(?:\n|\Z)")
# A line that lost the white space before it, or the "From " of a mail box: the fields go on below.
STRAY_LINE = re.compile(
    rb"[^\r\n][^\n]*\n(?=(?:from|to|cc|subject|date|reply-to|message-id|mime-version|received|return-path|content-[a-z-]+|x-[\w-]+)"
    rb"[ \t]*:)",
    re.IGNORECASE,
)
FOLD = re.compile(rb"\r*\n[ \t]*")
BEFORE_THE_FIELDS = re.compile(rb"(?:\xef\xbb\xbf|[\s\0]|>?From [^\n]*\n)*")


class Field(NamedTuple):
    name: str  # lower case
    value: str  # unfolded, its encoded words not decoded


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of a message or part, and where its body begins."""

    fields: tuple[Field, ...]
    body: int
    damage: tuple[str, ...] = ()

    def first(self, name: str) -> str:
        """The first field of this name that is not empty; "" where there is none."""
        return next((value for key, value in self.fields if key == name and value), "")

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.fields if key == name)


def with_line_ends(raw: bytes) -> bytes:
    """The same bytes, where the lines end in bare CR with line ends that everybody knows."""
    head = raw[:2000]
    return raw.replace(b"\r", b"\n") if b"\r" in head and b"\n" not in head else raw


def message_start(source: bytes, start: int, end: int) -> int:
    """Where the fields of a whole message begin: behind byte order mark, empty lines and the first line of a mail box."""
    found = BEFORE_THE_FIELDS.match(source, start, end)
    return found.end() if found else start


def read_header(source: bytes, start: int, end: int) -> Header:
    """The header of the entity that stands from `start` to `end`. Where no field stands, everything is its body."""
    fields: list[Field] = []
    damage: dict[str, None] = {}
    at = start
    while found := FIELD.match(source, at, end) or (STRAY_LINE.match(source, at, end) if at > start else None):
        at = found.end()
        if found.re is STRAY_LINE:
            damage["The header has lines that are no header fields."] = None
            continue
        if len(fields) == MOST_FIELDS:
            damage[f"The header has more than {MOST_FIELDS} fields; the rest were not read."] = None
            rest = END_OF_HEADER.search(source, at - 1, end)
            at = rest.start() + 1 if rest else end
            break
        value = found[2]
        if len(value) > LONGEST_FIELD:
            damage["A header field is too long; its end was not read."] = None
        fields.append(Field(found[1].decode("ascii").lower(), unfolded(value[:LONGEST_FIELD])))
    empty = EMPTY_LINE.match(source, at, end)
    return Header(tuple(fields), empty.end() if empty else at, tuple(damage))


def unfolded(value: bytes) -> str:
    text = decode(FOLD.sub(b" ", value.strip())).text
    return text if text.isprintable() else one_line(text)
