"""Reads the pack's files, in the order of the configuration's globs, sorted by name within each."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path

from swc_mailer.core.mailwire import PackFile
from swc_mailer.errors import ConfigError

UNKNOWN = "application/octet-stream"
OFFICE = "application/vnd.openxmlformats-officedocument"
# Python knows these only where the system has a mime.types file, and a pack should be the same everywhere.
KNOWN = {
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".pptx": f"{OFFICE}.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".rtf": "application/rtf",
}


def read_pack(globs: Sequence[str], folder: Path) -> list[PackFile]:
    """Every file once; ConfigError with a line for each glob that finds nothing and each file that cannot be read."""
    problems: list[str] = []
    paths: dict[Path, None] = {}
    for glob in globs:
        found = files_of(glob, folder)
        paths |= dict.fromkeys(found)
        if not found:
            problems.append(f"consultation.pack: {glob} finds no file in {folder}: put the documents there, or change the glob")
    if not globs:
        problems.append('consultation.pack: names no file: say which documents are sent, as in pack = ["pack/*.pdf"]')
    files = [file for path in paths if (file := _read(path, problems))]
    if problems:
        raise ConfigError(problems)
    return files


def files_of(glob: str, folder: Path) -> list[Path]:
    """The files that a glob names, relative to the folder unless it is absolute; hidden ones only where it says so."""
    path = Path(glob)
    start = Path(path.anchor) if path.is_absolute() else folder
    pattern = path.relative_to(path.anchor).as_posix()
    found = start.glob(pattern) if pattern != "." else ()
    return sorted(file for file in found if file.is_file() and (path.name.startswith(".") or not file.name.startswith(".")))


def media_type(name: str) -> str:
    """By the name's ending. A message or multipart may not be base64 (RFC 2045 section 6.4), so it goes as a plain file."""
    if known := KNOWN.get(Path(name).suffix.lower()):
        return known
    kind, encoding = mimetypes.guess_type(name)
    if not kind or encoding or kind.startswith(("message/", "multipart/")):
        return UNKNOWN
    return kind


def _read(path: Path, problems: list[str]) -> PackFile | None:
    try:
        return PackFile(path.name, media_type(path.name), path.read_bytes())
    except OSError as error:
        problems.append(f"consultation.pack: {path} cannot be read: {error.strerror}")
        return None
