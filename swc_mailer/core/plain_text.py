"""Text as a text/plain or text/enriched part holds it in, the text as its reader is shown it out."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple

# --- format=flowed (RFC 3676) ------------------------------------------------------------------------------

SIGNATURE = "-- "


class Paragraph(NamedTuple):
    depth: int  # of quote marks
    lines: list[str]


def unflowed(text: str, *, delsp: bool) -> str:
    """The lines joined that the mail program broke: those that end in a space. Quote marks stay, one for each level."""
    paragraphs: list[Paragraph] = []
    soft = False
    for stuffed in text.split("\n"):
        marked = stuffed.lstrip(">")
        depth, line = len(stuffed) - len(marked), marked.removeprefix(" ")
        if soft and depth == paragraphs[-1].depth and line not in ("", SIGNATURE):
            paragraphs[-1].lines.append(line)
        else:
            paragraphs.append(Paragraph(depth, [line]))
        soft = line.endswith(" ") and line != SIGNATURE
    return "\n".join(_marked(paragraph, delsp=delsp) for paragraph in paragraphs)


def _marked(paragraph: Paragraph, *, delsp: bool) -> str:
    depth, lines = paragraph
    text = "".join([line[:-1] for line in lines[:-1]] + lines[-1:] if delsp else lines)
    return f"{'>' * depth} {text}" if depth else text


# --- text/enriched (RFC 1896) and text/richtext (RFC 1341) -------------------------------------------------

COMMAND = re.compile(
    r"<(?:<|param>[^<]{0,200}</param>|(nl|np|lt|/paragraph)>|/?[a-z][a-z0-9-]{0,60}>)", re.IGNORECASE | re.DOTALL
)
ENRICHED = {"nl": "\n", "np": "\n\n", "/paragraph": "\n\n", "lt": "<"}
LINE_ENDS = re.compile(r"\n+")


def unenriched(text: str) -> str:
    """Without its commands. One line end is a space there; of several, one less."""
    lines = LINE_ENDS.sub(lambda ends: ends.group()[1:] or " ", text)
    return COMMAND.sub(lambda command: "<" if command.group() == "<<" else ENRICHED.get((command[1] or "").lower(), ""), lines)


# --- what stands in a text and is none ---------------------------------------------------------------------

UUENCODED = re.compile(
    r"^begin [0-7]{3,4} (?P<name>\S[^\n]{0,200})\n(?P<lines>(?:[ -`]{1,62}\n)*)end[ \t]*(?:\n|\Z)", re.MULTILINE
)


class File(NamedTuple):
    """A file that was written into the text."""

    name: str
    size: int  # bytes, roughly


def without_files(text: str) -> tuple[str, tuple[File, ...]]:
    """The text without uuencoded files, and those."""
    if "\nend" not in text:
        return text, ()
    files = tuple(File(found["name"].strip(), len(found["lines"]) * 3 // 4) for found in UUENCODED.finditer(text))
    return UUENCODED.sub("", text), files


SIGNED = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Z][A-Za-z]{0,20}: [^\n]{0,200}\n){0,9}", re.MULTILINE)
ARMOUR = re.compile(
    r"^-----BEGIN PGP (SIGNATURE|MESSAGE|PUBLIC KEY BLOCK)-----\n(?:[^\n-][^\n]*\n|\n)*+(?:-----END PGP \1-----[ \t]*(?:\n|\Z))?",
    re.MULTILINE,
)
DASH_ESCAPED = re.compile(r"^- (?=-)", re.MULTILINE)


def without_armour(text: str) -> tuple[str, bool]:
    """The text without OpenPGP's marks and blocks (RFC 4880 section 6.2), and whether one is an encrypted message."""
    if "-----BEGIN PGP " not in text:
        return text, False
    if SIGNED.search(text):
        text = DASH_ESCAPED.sub("", SIGNED.sub("", text))
    encrypted = any(found[1] == "MESSAGE" for found in ARMOUR.finditer(text))
    return ARMOUR.sub("", text), encrypted


# --- text that was spoken to a machine -----------------------------------------------------------------------

MARKS = {"comma": ",", "full stop": ".", "question mark": "?", "exclamation mark": "!", "new line": "\n", "new paragraph": "\n\n"}
SAID = re.compile(r"(?<=\w)(?<!\bthe)(?<!\ba)\s(?P<mark>" + "|".join(MARKS).replace(" ", r"\s") + r")\b", re.IGNORECASE)
ONE_IS_ENOUGH = re.compile(r"full\sstop\s(?=\w)", re.IGNORECASE)  # of the others, two: "a missing comma"


def with_marks_said(text: str) -> str:
    """The text with the marks that its writer said aloud, where the machine wrote the words down: "thank you full stop"."""
    if len(list(islice(SAID.finditer(text), 2))) < 2 and not ONE_IS_ENOUGH.search(text):
        return text
    return SAID.sub(lambda said: MARKS[" ".join(said["mark"].lower().split())], text)
