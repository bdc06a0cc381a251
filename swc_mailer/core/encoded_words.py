"""The value of a header field in, its text with all encoded words (RFC 2047) read out. Never raises.

Read more widely than the RFC allows: words inside quotes and glued to others, with spaces inside or no end, and letters that
were cut in two between words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from swc_mailer.core.charsets import decode
from swc_mailer.core.transfer import from_base64, from_q

WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,40})?\?([bBqQ])\?(.*?)(?:\?=|\Z)", re.DOTALL)


def decode_words(value: str) -> str:
    return "".join(_text(pieces) for pieces in _runs(value)) if "=?" in value else value


def _runs(value: str) -> Iterator[list[tuple[str, bytes]]]:
    """Words of one charset that stand together, as charset and bytes; other text has the charset ""."""
    return (list(run) for _, run in groupby(_pieces(value), key=lambda piece: piece[0]))


def _pieces(value: str) -> Iterator[tuple[str, bytes]]:
    end = 0
    for found in WORD.finditer(value):
        between = value[end : found.start()]
        if between and (end == 0 or not between.isspace()):
            yield "", between.encode("utf-8", errors="replace")
        end = found.end()
        yield found[1].lower(), _bytes(found[2], found[3])
    if value[end:]:
        yield "", value[end:].encode("utf-8", errors="replace")


def _bytes(encoding: str, word: str) -> bytes:
    content = word.encode("utf-8", errors="replace")
    return from_base64(content) if encoding in "bB" else from_q(content)


def _text(pieces: list[tuple[str, bytes]]) -> str:
    return decode(b"".join(content for _, content in pieces), pieces[0][0]).text
