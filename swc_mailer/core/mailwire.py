"""A reply's bytes: header fields, the text in both forms, the pack's files, and the form that DATA wants.

In go decoded words and files, out come bytes that are plain 7-bit ASCII with CRLF line ends. The pack is encoded once for all
replies: a reply is its own head followed by that block.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from swc_mailer.core.model import Mailbox
from swc_mailer.ports import Wire

LINE = 76  # characters of a header line; RFC 5322 section 2.1.1 asks for at most 78
ENCODED_BYTES = 42  # of one encoded word, so that with its wrapping it stays under the 75 of RFC 2047 section 2
LONGEST_NAME = 100
LONGEST_SUBJECT = 200
REFERENCES_KEPT = 10

# A reply's own text is always quoted-printable, where "=_" cannot occur, so neither boundary can.
ALTERNATIVE = "=_swc_text"
ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")  # plain ASCII, without spaces and angle brackets
SERVICE_CLOSING = 421  # RFC 5321 section 3.8: the server closes the connection with it
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # controls, bidi and zero-width marks, surrogates, private use


# --- words -------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """One line of visible characters: whatever a stranger's words hold, they cannot break a line or turn its direction."""
    spaced = "".join(" " if char.isspace() else char for char in text)
    return " ".join("".join(char for char in spaced if unicodedata.category(char) not in INVISIBLE).split())


def one_line(text: str, limit: int) -> str:
    """`plain`, of at most so many characters; a text of any length costs no more than a short one."""
    words = plain(text[: 4 * limit])
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


# --- header fields -----------------------------------------------------------------------------------------


def subject_field(subject: str) -> str:
    words = one_line(subject, LONGEST_SUBJECT)
    if words.isascii() and "=?" not in words:
        return _folded("Subject", words.split(" "))
    return _folded("Subject", encoded_words(words))


def address_field(name: str, mailbox: Mailbox) -> str:
    """`To: "Ann Example" <ann@example.org>`; ValueError for what is not one plain address."""
    if not ADDRESS.fullmatch(mailbox.address):
        raise ValueError(f"not an address that mail can be sent to: {mailbox.address!r}")
    return _folded(name, [*_phrase(one_line(mailbox.name, LONGEST_NAME)), f"<{mailbox.address}>"])


def _phrase(words: str) -> list[str]:
    if not words:
        return []
    # "=?" in a quoted name is no encoded word, yet many mail programs would read it as one.
    if not words.isascii() or "=?" in words:
        return encoded_words(words)
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"']


def references_field(references: Sequence[str]) -> str:
    """The thread's first message and its latest ones, as RFC 5322 section 3.6.4 advises; "" where none can be named."""
    known = [reference for reference in references if MESSAGE_ID.fullmatch(reference)]
    kept = known[:1] + known[1:][-(REFERENCES_KEPT - 1) :]
    return _folded("References", kept) if kept else ""


def in_reply_to_field(message_id: str) -> str:
    return _folded("In-Reply-To", [message_id]) if MESSAGE_ID.fullmatch(message_id) else ""


def encoded_words(text: str) -> list[str]:
    """RFC 2047 encoded words, cut between characters."""
    chunks, size = [""], 0
    for char in text:
        width = len(char.encode())
        if size + width > ENCODED_BYTES:
            chunks.append("")
            size = 0
        chunks[-1] += char
        size += width
    return [f"=?utf-8?B?{base64.b64encode(chunk.encode()).decode()}?=" for chunk in chunks]


def _folded(name: str, words: Iterable[str]) -> str:
    lines = [f"{name}:"]
    for word in words:
        # The first word stays beside the name: a line of nothing but the name is folded wrongly by old programs.
        if len(lines[-1]) + len(word) + 1 > LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"


# --- the text and the pack ---------------------------------------------------------------------------------


def alternative(text: str, html: str) -> bytes:
    """The multipart/alternative entity: its header fields and both forms of the text."""
    parts = (_text_part("plain", text), _text_part("html", html))
    opening = f'Content-Type: multipart/alternative;\r\n boundary="{ALTERNATIVE}"\r\n\r\n'.encode()
    body = b"".join(b"--%s\r\n%s" % (ALTERNATIVE.encode(), part) for part in parts)
    return opening + body + b"--%s--\r\n" % ALTERNATIVE.encode()


def _text_part(subtype: str, text: str) -> bytes:
    lines = "\r\n".join(text.splitlines()) + "\r\n"
    encoded = binascii.b2a_qp(lines.encode("utf-8", "replace"))
    fields = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return fields.encode() + encoded


@dataclass(frozen=True, slots=True)
class PackFile:
    """One document of the pack."""

    name: str
    media_type: str  # "application/pdf"
    content: bytes


@dataclass(frozen=True, slots=True)
class PackBlock:
    """The pack's MIME parts as they stand at the end of every reply that carries them."""

    digest: str  # sha256 of names, media types and contents, hexadecimal: the same files, the same pack
    boundary: str  # of the multipart/mixed that the head opens
    block: bytes  # ends with the closing boundary; no line begins with a dot, so it is wire form as it is
    names: tuple[str, ...]


def pack_block(files: Sequence[PackFile]) -> PackBlock:
    """Encode the pack, once; ValueError where there is no file."""
    if not files:
        raise ValueError("a pack has at least one file")
    digest = _digest(files)
    boundary = f"=_swc_{digest[:32]}"
    parts = b"".join(b"--%s\r\n%s" % (boundary.encode(), _file_part(file)) for file in files)
    return PackBlock(digest, boundary, parts + b"--%s--\r\n" % boundary.encode(), tuple(plain(file.name) for file in files))


def with_pack(entity: bytes, pack: PackBlock) -> bytes:
    """The head's part of the multipart/mixed: everything before the pack's block."""
    opening = f'Content-Type: multipart/mixed;\r\n boundary="{pack.boundary}"\r\n\r\n--{pack.boundary}\r\n'
    return opening.encode() + entity


def _digest(files: Sequence[PackFile]) -> str:
    whole = hashlib.sha256()
    for file in files:
        for piece in (file.name.encode(), file.media_type.encode(), file.content):
            whole.update(b"%d:" % len(piece) + piece)
    return whole.hexdigest()


def _file_part(file: PackFile) -> bytes:
    fields = (
        f"Content-Type: {file.media_type}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {_filename(plain(file.name))}\r\n\r\n"
    )
    return fields.encode() + base64.encodebytes(file.content).replace(b"\n", b"\r\n")


def _filename(name: str) -> str:
    if name.isascii() and not set(name) & set('"\\'):
        return f'filename="{name}"'
    return f"filename*=utf-8''{quote(name, safe='')}"  # RFC 2231; a file name of 255 bytes stays under 998 characters


# --- for DATA ----------------------------------------------------------------------------------------------


def wire(head: bytes, block: bytes = b"") -> Wire:
    """Head and pack as DATA wants them. The head is dot-stuffed here (RFC 5321 section 4.5.2): it is kept as an ordinary
    message, readable as it stands; the block never needs it."""
    stuffed = head.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return Wire((stuffed, block) if block else (stuffed,))
