"""Bytes and the charset that they are said to be in, in; text, and a sentence on what was wrong, out. Never raises.

Mail lies about its charset: parts without one or in "us-ascii" are really UTF-8 or Windows-1252, "iso-8859-1" is always the
latter, and some names no library knows. So UTF-8 is tried first, strictly, for its bytes hardly ever come about by chance; then
the charset that was named; and what is left over is Windows-1252.
"""

from __future__ import annotations

import codecs
import re
from encodings.aliases import aliases
from functools import lru_cache
from typing import NamedTuple


class Decoded(NamedTuple):
    text: str
    damage: str = ""  # a sentence, where the text is not what it is said to be


# Python has encodings that are no charsets of mail: some are slow, and some are no text at all.
NO_CHARSETS = {"base64_codec", "bz2_codec", "hex_codec", "mbcs", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
KNOWN = {name: codec for name, codec in aliases.items() if codec not in NO_CHARSETS}

# What the names are used for, beyond what they mean (as in the WHATWG's Encoding Standard).
WIDER = {
    "ascii": "",
    "latin_1": "cp1252",
    "iso8859_9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "cp950",
}
# Names that Python does not know, as letters and digits only; "" says nothing.
OTHER_NAMES = {
    **dict.fromkeys(("", "default", "none", "unknown8bit", "unknown", "utf", "8bit"), ""),
    **dict.fromkeys(("utf8mb4", "unicode11utf8"), "utf_8"),
    **dict.fromkeys(("unicode11utf7", "unicode20utf7"), "utf_7"),
    **dict.fromkeys(("unicode", "ucs2", "iso10646ucs2"), "utf_16"),
    **dict.fromkeys(("ansi", "iso88591windows31latin1"), "cp1252"),
    **dict.fromkeys(("gbk", "gb2312", "euccn"), "gb18030"),
    **dict.fromkeys(("chinesebig5", "big5"), "cp950"),
    "sjis": "cp932",
    "euckr": "cp949",
    "macroman": "mac_roman",
    "mac": "mac_roman",
    "iso88598i": "iso8859_8",
    "windows874": "iso8859_11",
}
NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
WITH_A_NUMBER = re.compile(r"(?:cp|windows|ibm)(\d{3,4})")

STATES = ("utf_7", "hz", "iso2022")  # plain ASCII bytes may mean something else
WIDE = ("gb", "cp932", "cp949", "cp950", "euc", "big5", "shift", "johab", *STATES)  # more than one byte a letter

LOOK_AT = 10_000  # characters that tell what the others are
STRAY = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of a byte that is no UTF-8
WHOLE = re.compile("[^\x00-\x7f\udc80-\udcff]")
AS_CP1252 = {0xDC00 + byte: bytes((byte,)).decode("cp1252", errors="replace") for byte in range(0x80, 0x100)}


@lru_cache(maxsize=256)
def charset(label: str) -> str | None:
    """Python's name of a charset; "" where the label says nothing, None where it says something unknown."""
    name = NOT_IN_NAMES.sub("_", label[:60].lower()).strip("_")
    if codec := KNOWN.get(name) or (name if name in KNOWN.values() else None):
        return WIDER.get(codec, codec)
    if name.startswith("x_") and (plain := charset(name[2:])) is not None:
        return plain
    word = name.replace("_", "")
    numbered = WITH_A_NUMBER.fullmatch(word)
    return OTHER_NAMES.get(word) if not numbered else OTHER_NAMES.get(word, KNOWN.get(numbered[1]))


def decode(content: bytes, label: str = "") -> Decoded:
    """The text of these bytes, which are said to be in this charset."""
    if not label and content.isascii():
        return Decoded(content.decode("ascii"))
    if (text := _by_mark(content)) is not None:
        return Decoded(text)
    name = charset(label)
    if name and name.startswith(("utf_16", "utf_32")):
        return _wide(content, name)
    if content.isascii() and not (name or "").startswith(STATES):
        return Decoded(content.decode("ascii"))
    for codec in _order(name):
        if (text := _strictly(content, codec)) is not None:
            return Decoded(text, _marked(label, codec) if codec != name else "")
    if name and name.startswith(WIDE):
        return Decoded(content.decode(name, errors="replace"), _marked(label, f"{label[:60]} as far as it is"))
    return Decoded(_stray(content), _marked(label, "cp1252") if name != "cp1252" else "")


def _order(name: str | None) -> tuple[str, ...]:
    """The charsets to be tried strictly. Any bytes fit those with one byte a letter, so UTF-8 comes before them."""
    if not name or name in ("utf_8", "cp1252"):
        return ("utf_8",)
    return (name, "utf_8") if name.startswith(WIDE) else ("utf_8", name)


def _marked(label: str, codec: str) -> str:
    if not label:
        return ""
    read_as = {"utf_8": "UTF-8", "cp1252": "Windows-1252"}.get(codec, codec)
    return f"The text is marked as {label[:60]}; read as {read_as}."


def _strictly(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _by_mark(content: bytes) -> str | None:
    """The text behind a byte order mark."""
    for mark, codec in ((codecs.BOM_UTF8, "utf_8"), (codecs.BOM_UTF16_LE, "utf_16_le"), (codecs.BOM_UTF16_BE, "utf_16_be")):
        if content.startswith(mark):
            return _strictly(content[len(mark) :], codec)
    return None


def _wide(content: bytes, name: str) -> Decoded:
    """UTF-16 and UTF-32 without a mark. Where every other byte is not nought, the mark is all that is of that charset."""
    if b"\0" not in content[:400]:
        text = decode(content).text
        return Decoded(text, _marked(f"{name.replace('_', '-')}", "utf_8"))
    if name in ("utf_16", "utf_32"):
        name += "_be" if content[:1] == b"\0" else "_le"
    return Decoded(content.decode(name, errors="replace"))


def _stray(content: bytes) -> str:
    """Bytes that are not all UTF-8: the odd ones are Windows-1252, or all, if more of them are odd than not."""
    text = content.decode("utf_8", errors="surrogateescape")
    if len(STRAY.findall(text[:LOOK_AT])) > len(WHOLE.findall(text[:LOOK_AT])):
        return content.decode("cp1252", errors="replace")
    return text.translate(AS_CP1252)
