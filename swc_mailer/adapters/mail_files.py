"""Messages from files, for `explain`: single .eml files, folders of them, and mbox files."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from swc_mailer.errors import ConfigError


@dataclass(frozen=True, slots=True)
class MailFile:
    """One message as it lies in a file; `name` as given or found, in an mbox "name#n" counted from 1."""

    name: str
    raw: bytes


def mail_files(path: Path) -> Iterator[MailFile]:
    """A folder's *.eml in name order (links followed), an mbox's messages, or the one message of any other file.

    Raises ConfigError naming a path that cannot be read.
    """
    try:
        if path.is_dir():
            for entry in sorted(path.glob("*.eml")):
                yield MailFile(entry.name, entry.read_bytes())
        elif path.suffix.lower() == ".mbox":
            yield from _mbox(path)
        else:
            yield MailFile(str(path), path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from error


def _mbox(path: Path) -> Iterator[MailFile]:
    path.stat()  # mailbox.mbox would make up an empty one
    box = mailbox.mbox(path, create=False)
    try:
        for n, key in enumerate(box.keys(), start=1):
            yield MailFile(f"{path}#{n}", box.get_bytes(key))
    finally:
        box.close()
