"""A part's bytes as they were sent and the name of their transfer encoding in, the bytes that were meant out. Never raises.

Each decoder keeps what it can: mailing lists put footers under base64, gateways wrap quoted-printable again or break its soft
line ends, and some programs name one encoding and use another.
"""

from __future__ import annotations

import binascii
import re
from typing import NamedTuple


class Transferred(NamedTuple):
    content: bytes
    damage: str = ""  # a sentence, where it was not in the encoding that it is said to be in


WHITE = b" \t\r\n"
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
NOT_IN_ALPHABET = bytes(set(range(256)) - set(ALPHABET + b"="))
WHOLE_LINE = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")

LETTERS_TO_A_STRAY_SIGN = 20  # words have more other signs among their letters

SPACED_SOFT_BREAK = re.compile(rb"=[ \t\r]+(?=\n|\Z)")
# A soft break at the length that programs break at, and letters in hexadecimal: the encoding is there, only its name is not.
SOFT_BREAK = re.compile(rb"[^\n]{70,75}=\r?\n")
HEXADECIMAL = re.compile(rb"=(?:20|3D|0D|09|92|A3|C2=A[03]|C3=[89AB][0-9A-F]|E2=80=[0-9A-F]{2})")
ONLY_BASE64 = re.compile(rb"\s*(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]{0,76}={0,2}\s*")

NOT_IN_NAMES = re.compile(r"[^a-z0-9]")


def decoded(content: bytes, encoding: str) -> Transferred:
    """The content, from the encoding that Content-Transfer-Encoding names."""
    match NOT_IN_NAMES.sub("", encoding[:40].lower()):
        case "base64":
            return _from_base64(content)
        case "quotedprintable":
            return Transferred(from_quoted_printable(content))
        case "uuencode" | "xuuencode" | "uue" | "xuue":
            return Transferred(from_uuencode(content))
        case _:
            return Transferred(content)


def decoded_text(content: bytes, encoding: str) -> Transferred:
    """`decoded`, for a part that is text: that may show an encoding which nothing names."""
    found = decoded(content, encoding)
    if found.content is not content:
        return found
    if HEXADECIMAL.search(content) and SOFT_BREAK.search(content):  # the one that is faster looked for first
        return Transferred(from_quoted_printable(content), "The text is quoted-printable, and is not marked so.")
    if ONLY_BASE64.fullmatch(content):
        return Transferred(from_base64(content), "The text is base64, and is not marked so.")
    return found


# --- base64 ------------------------------------------------------------------------------------------------


def from_base64(content: bytes) -> bytes:
    """What the letters of the alphabet say; everything else is passed over. Padding ends a piece, and another may follow."""
    letters = content.translate(None, NOT_IN_ALPHABET)
    return b"".join(_piece(piece) for piece in letters.split(b"=") if piece)


def _piece(letters: bytes) -> bytes:
    whole = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _from_base64(content: bytes) -> Transferred:
    if not _is_base64(content.lstrip().partition(b"\n")[0]):
        return Transferred(content, "The text is marked as base64, and is not.")
    if not content.translate(None, ALPHABET + b"=" + WHITE):
        return Transferred(from_base64(content))
    # Each whole line stands for itself, so that a spoilt one does not spoil those below it.
    lines = (line.translate(None, NOT_IN_ALPHABET) if _is_base64(line) else line.strip() for line in content.split(b"\n"))
    kept = b"".join(line for line in lines if WHOLE_LINE.fullmatch(line))
    return Transferred(from_base64(kept), "The base64 of the text is damaged; what could be read was.")


def _is_base64(line: bytes) -> bool:
    """Whether it is, but for a sign here and there that something put into it; RFC 2045, 6.8: a decoder passes those over."""
    written = line.strip()
    other = written.translate(None, ALPHABET + b"=")
    return len(other) * LETTERS_TO_A_STRAY_SIGN <= len(written) and not any(sign in WHITE for sign in other)


def base64_size(source: bytes, start: int, end: int) -> int:
    """How many bytes the base64 from `start` to `end` stands for, without making them."""
    other = sum(source.count(byte, start, end) for byte in (b"\n", b"\r", b" ", b"="))
    return (end - start - other) * 3 // 4


# --- quoted-printable --------------------------------------------------------------------------------------


def from_quoted_printable(content: bytes) -> bytes:
    """Soft line ends joined, also where something put white space behind them."""
    return binascii.a2b_qp(SPACED_SOFT_BREAK.sub(b"=", content))


def from_q(word: bytes) -> bytes:
    """The Q encoding of RFC 2047."""
    return binascii.a2b_qp(word, header=True)


# --- uuencode ----------------------------------------------------------------------------------------------


def from_uuencode(content: bytes) -> bytes:
    pieces = []
    for line in content.split(b"\n"):
        if line[:6] == b"begin " or line.strip() in (b"", b"end", b"`"):
            continue
        try:
            pieces.append(binascii.a2b_uu(line.rstrip(b"\r")))
        except binascii.Error:
            continue
    return b"".join(pieces)
