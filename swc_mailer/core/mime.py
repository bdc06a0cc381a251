"""The bytes of a message in, the tree of its MIME parts out: what each is, and where in the bytes its body stands. Never raises.

Python's email package reads a field's parameters here, and not the message: it takes one recursion and one look at each line for
every level of nesting (RecursionError at 1,000), and some eight times the message's size in memory. Here a body is never copied
before it is asked for, each level is one search through it, and parts and levels are limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from swc_mailer.core.characters import file_name
from swc_mailer.core.encoded_words import decode_words
from swc_mailer.core.header_fields import Header, message_start, read_header, with_line_ends
from swc_mailer.core.header_values import media_type, parameters
from swc_mailer.core.transfer import Transferred, base64_size, decoded, decoded_text

MOST_PARTS = 250
DEEPEST = 30  # levels: a forward of a forward has two for each
MOST_DELIMITERS = 20_000  # lines that look like one, in one part

# What shows the boundary where nothing names it, and a body that begins with one.
FIRST_DELIMITER = re.compile(rb"\n--([^\r\n]{1,100}?)[ \t]*\r?\n(?=content-)", re.IGNORECASE)
BEGINS_WITH_PARTS = re.compile(
    rb"\s*(?:this is a multi-?part message in mime format\.?\s+)?--[^\r\n]{1,100}\r?\ncontent-type:", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A message or one of its parts (RFC 2045 section 2.4)."""

    header: Header
    media_type: str  # "text/plain" where none is given; lower case
    params: Mapping[str, str]
    disposition: str  # "attachment", "inline" or ""
    file_name: str  # without any path
    source: bytes = field(repr=False)  # the body stands here, from `start` to `end`, in its transfer encoding
    start: int
    end: int
    children: tuple[Entity, ...] = ()  # of a multipart; of an attached message, that message alone

    @property
    def is_multipart(self) -> bool:
        return bool(self.children) and self.media_type.startswith("multipart/")

    @property
    def is_message(self) -> bool:
        return self.media_type in ("message/rfc822", "message/global", "message/news")

    @property
    def encoding(self) -> str:
        return self.header.first("content-transfer-encoding")

    @property
    def size(self) -> int:
        """Bytes of the decoded body, without decoding it."""
        if self.encoding.strip().lower() != "base64":
            return self.end - self.start
        return base64_size(self.source, self.start, self.end)

    def text_bytes(self, limit: int) -> Transferred:
        """The decoded body of at most so many bytes as sent."""
        return decoded_text(self.source[self.start : min(self.end, self.start + limit)], self.encoding)

    def walk(self) -> Iterator[Entity]:
        """This part and those inside it, outermost first, attached messages left closed."""
        yield self
        if self.is_multipart:
            for child in self.children:
                yield from child.walk()


@dataclass(frozen=True, slots=True)
class Structure:
    """A message's outermost part, and what was wrong with it."""

    whole: Entity
    damage: tuple[str, ...]
    complete: bool  # False: there are parts that were not looked at


def read_structure(raw: bytes) -> Structure:
    reader = _Reader()
    source = with_line_ends(raw)
    whole = reader.entity(source, message_start(source, 0, len(source)), len(source), depth=0)
    return Structure(whole, tuple(reader.damage), complete=reader.complete)


class _Reader:
    """Counts what was read so far, over all levels."""

    def __init__(self) -> None:
        self.damage: dict[str, None] = {}
        self.complete = True
        self.parts = 0

    def entity(self, source: bytes, start: int, end: int, *, depth: int, default: str = "text/plain") -> Entity:
        self.parts += 1
        header = read_header(source, start, end)
        self.damage |= dict.fromkeys(header.damage)
        leaf = _leaf(header, source, end, default)
        multipart = leaf.media_type.startswith("multipart/")
        if not (multipart or leaf.is_message):
            return leaf
        if depth >= DEEPEST:
            self._stop(f"The parts are nested more than {DEEPEST} levels deep; the innermost were not read.")
            return leaf
        if multipart:
            return self._multipart(leaf, depth)
        return replace(leaf, children=(self._attached(leaf, depth),))

    def _attached(self, leaf: Entity, depth: int) -> Entity:
        """The message that a message/rfc822 part holds; some programs encode it, which no RFC allows."""
        body = _opened(leaf)
        return self.entity(body.source, message_start(body.source, body.start, body.end), body.end, depth=depth + 1)

    def _multipart(self, leaf: Entity, depth: int) -> Entity:
        body, spans = leaf, self._spans(leaf)
        if not spans:
            body = _opened(leaf)
            spans = self._spans(body)
        if not spans:
            self.damage["A part is said to have parts of its own, and has none; it was read as text."] = None
            return leaf
        default = "message/rfc822" if leaf.media_type == "multipart/digest" else "text/plain"
        children = []
        for start, end in spans:
            if self.parts >= MOST_PARTS:
                self._stop(f"The message has more than {MOST_PARTS} parts; the rest were not read.")
                break
            children.append(self.entity(body.source, start, end, depth=depth + 1, default=default))
        return replace(leaf, children=tuple(children))

    def _spans(self, leaf: Entity) -> Sequence[tuple[int, int]]:
        """Where the parts of a multipart stand, by the boundary that it names or, failing that, the one that it shows."""
        named = leaf.params.get("boundary", "").rstrip().encode("utf-8", errors="replace")
        if named and (spans := self._between(leaf, named)):
            return spans
        shown = FIRST_DELIMITER.search(leaf.source, max(leaf.start - 1, 0), leaf.end)
        return self._between(leaf, shown[1]) if shown else ()

    def _between(self, leaf: Entity, boundary: bytes) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        start = -1
        for at, after, closing in _delimiters(leaf, boundary):
            if start >= 0:
                spans.append((start, max(start, at)))
            start = after
            if closing:
                return spans
        if start >= 0:
            spans.append((start, leaf.end))
            self.damage["The end of the message's parts is missing."] = None
        return spans

    def _stop(self, sentence: str) -> None:
        self.damage[sentence] = None
        self.complete = False


def _opened(leaf: Entity) -> Entity:
    """The same part with its body decoded. No RFC lets messages and multiparts be encoded, but some programs do it."""
    if leaf.encoding.strip().lower() not in ("base64", "quoted-printable"):
        return leaf
    source = b"\n" + decoded(leaf.source[leaf.start : leaf.end], leaf.encoding).content
    return replace(leaf, source=source, start=1, end=len(source))


def _leaf(header: Header, source: bytes, end: int, default: str) -> Entity:
    kind, disposition = header.first("content-type"), header.first("content-disposition")
    params = parameters(kind)
    if not kind and BEGINS_WITH_PARTS.match(source, header.body, end):
        default = "multipart/mixed"  # whose header was lost on the way
    named = parameters(disposition).get("filename") or params.get("name", "")
    return Entity(
        header=header,
        media_type=media_type(kind) or default,
        params=params,
        disposition=disposition.partition(";")[0].strip().lower(),
        file_name=file_name(decode_words(named)),
        source=source,
        start=min(header.body, end),
        end=end,
    )


def _delimiters(leaf: Entity, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Each delimiter line: where the part above it ends, where the part below it begins, whether it is the last one. The line
    end before a delimiter belongs to it (RFC 2046 section 5.1.1)."""
    source, mark = leaf.source, b"\n--" + boundary
    at = max(leaf.start - 1, 0)
    for _ in range(MOST_DELIMITERS):
        at = source.find(mark, at, leaf.end)
        if at < 0:
            return
        line_end = source.find(b"\n", at + 1, leaf.end)
        line_end = line_end if line_end >= 0 else leaf.end
        rest = source[at + len(mark) : min(line_end, at + len(mark) + 200)].strip()
        if rest in (b"", b"--"):
            yield at - (source[at - 1 : at] == b"\r"), min(line_end + 1, leaf.end), rest == b"--"
        at = line_end
