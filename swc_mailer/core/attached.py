"""A message's bytes in, the content of its attachments out: for people who look at them, never for a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from swc_mailer.core.message import files
from swc_mailer.core.mime import read_structure
from swc_mailer.core.transfer import decoded


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One file, decoded. `media_type` is what the sender says it is."""

    name: str
    media_type: str
    content: bytes


class Picture(NamedTuple):
    media_type: str
    starts: bytes
    then: tuple[int, bytes] = (0, b"")  # at this place, these bytes


# What browsers draw point by point. SVG is not among them: it is a document, which may hold scripts and links.
PICTURES = (
    Picture("image/png", b"\x89PNG\r\n\x1a\n"),
    Picture("image/jpeg", b"\xff\xd8\xff"),
    Picture("image/gif", b"GIF87a"),
    Picture("image/gif", b"GIF89a"),
    Picture("image/webp", b"RIFF", (8, b"WEBP")),
)


def attached_files(raw: bytes) -> list[AttachedFile]:
    """In the order of Message.attachments, which ends with files that stand in the text: those are not here."""
    parts = files(read_structure(raw).whole)
    return [
        AttachedFile(part.file_name, part.media_type, decoded(part.source[part.start : part.end], part.encoding).content)
        for part in parts
    ]


def picture_type(content: bytes) -> str:
    """The media type of a picture by its first bytes, whatever it is said to be; "" for everything else."""
    for picture in PICTURES:
        place, mark = picture.then
        if content.startswith(picture.starts) and content[place : place + len(mark)] == mark:
            return picture.media_type
    return ""


def is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-")


def may_be_word(content: bytes, name: str) -> bool:
    """A .docx is a zip archive; its first bytes say no more than that."""
    return content.startswith(b"PK\x03\x04") and name.lower().endswith(".docx")
