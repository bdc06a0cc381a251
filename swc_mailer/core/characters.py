"""Text in, the same text without what nobody sees out: no invisible characters, one kind of line end, one kind of space.

A number with a soft hyphen in it, or in full-width signs, looks like any other; so it must read like any other. Everything that
the program reads in a message has been through here, and evidence counts characters of what came out.
"""

from __future__ import annotations

import re
from string import ascii_lowercase

# Unicode's format characters and variation selectors: zero-width, soft hyphens, bidi marks, tags; and the frame of keycap digits.
INVISIBLE = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x0600, 0x0605), (0x061C, 0x061C), (0x06DD, 0x06DD), (0x070F, 0x070F),
    (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
    (0x20E3, 0x20E3), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
HALF_PAIRS = (0xD800, 0xDFFF)  # no text can be stored with them
CONTROLS = ((0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F))
LINE_ENDS = "\v\f\x85\u2028\u2029"
SPACES = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
FULL_WIDTH = range(0xFF01, 0xFF5F)  # the signs of ASCII, as Japanese keyboards write them


def _ranges(*ranges: tuple[int, int]) -> str:
    """As they stand in a pattern's brackets."""
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


SEEN: dict[int, str | int | None] = {
    **{code: None for first, last in INVISIBLE + CONTROLS for code in range(first, last + 1)},
    **dict.fromkeys(range(HALF_PAIRS[0], HALF_PAIRS[1] + 1), "\ufffd"),
    **dict.fromkeys(map(ord, LINE_ENDS), "\n"),
    **dict.fromkeys(map(ord, SPACES), " "),
    **{code: chr(code - FULL_WIDTH.start + ord("!")) for code in FULL_WIDTH},
}
ODD = re.compile(f"[\r{LINE_ENDS}{SPACES}{_ranges(*INVISIBLE, *CONTROLS, HALF_PAIRS, (FULL_WIDTH.start, FULL_WIDTH.stop - 1))}]")

SPACED = bytes(code if chr(code) in ascii_lowercase else ord(" ") for code in range(256))  # all but letters as spaces


def clean(text: str) -> str:
    """The text as people see it, its line ends all LF."""
    if not ODD.search(text):
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(SEEN)


def one_line(text: str) -> str:
    """`clean`, with each stretch of white space as one space: it can neither break a header field nor a line of a table."""
    return " ".join(clean(text).split())


def file_name(text: str) -> str:
    """The last piece of whatever path is given: never a place on this machine."""
    return re.split(r"[/\\]", one_line(text))[-1].strip()


def letter_words(text: str) -> list[str]:
    """The words of A to Z in a text, in small letters; whatever else stands between their letters parts them."""
    return text.lower().encode("ascii", "replace").translate(SPACED).decode().split()
