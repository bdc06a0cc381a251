"""The folders of a mailbox: names of the configuration in, the server's own names out, made where they are missing.

"swc/Answered" is "INBOX.swc.Answered" where the server keeps a user's folders below the inbox and separates by dots (RFC 2342).
"""

from __future__ import annotations

import imaplib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from imapclient import IMAPClient

from swc_mailer.adapters.imap_connection import FOR_NOW, REFUSED, ImapSettings, answer, code
from swc_mailer.core.model import Folder
from swc_mailer.errors import ConfigError, Unreachable

INBOX = "INBOX"  # means the same on every server, in any case (RFC 9051 section 5.1)
SENT = b"\\sent"


@dataclass(frozen=True, slots=True)
class Naming:
    """How the server builds the names of a user's own folders."""

    prefix: str
    separator: str  # "" where there are no folders within folders

    def server_name(self, name: str) -> str:
        if name.upper() == INBOX:
            return INBOX
        separated = name.replace("/", self.separator) if self.separator else name
        return separated if separated.upper().startswith(self.prefix.upper()) else self.prefix + separated


def naming(client: IMAPClient) -> Naming:
    if client.has_capability("NAMESPACE"):
        with suppress(ValueError):  # imapclient does not know the extensions that RFC 2342 allows in the answer
            if personal := client.namespace().personal:
                prefix, separator = personal[0]
                return Naming(prefix, separator or "")
    listed = client.list_folders("", "")  # answers with nothing but the separator (RFC 9051 section 6.3.9)
    return Naming("", (listed[0][1] or b"").decode() if listed else "/")


class Folders:
    """The folders that the configuration names, on one server."""

    def __init__(self, client: IMAPClient, settings: ImapSettings) -> None:
        self._settings = settings
        self._naming = naming(client)

    @property
    def inbox(self) -> str:
        return self._naming.server_name(self._settings.folder)

    def ours(self, folder: Folder) -> str:
        return self._naming.server_name(self._configured[folder])

    @property
    def _configured(self) -> Mapping[Folder, str]:
        return {
            Folder.ANSWERED: self._settings.answered,
            Folder.REVIEW: self._settings.review,
            Folder.IGNORED: self._settings.ignored,
        }

    def make(self, client: IMAPClient, folder: Folder) -> bool:
        """Make one of our folders; False where it is there already. Raises ConfigError where that cannot be."""
        name = self.ours(folder)
        if exists(client, name):
            return False
        try:
            client.create_folder(name)
        except imaplib.IMAP4.abort:
            raise
        except REFUSED as error:
            if exists(client, name):
                return False  # another program was first
            raise self._cannot_be_made(folder, error) from error
        with suppress(imaplib.IMAP4.error):
            client.subscribe_folder(name)  # so that mail programs show it
        return True

    def _cannot_be_made(self, folder: Folder, error: Exception) -> ConfigError | Unreachable:
        name, server = self.ours(folder), self._settings.server
        if code(error) in FOR_NOW:
            return Unreachable(f"{server} cannot make the folder {name} now ({answer(error)}): the next run tries again")
        return ConfigError(
            f"imap.{folder.value}: {server} does not make the folder {name} ({answer(error)}): "
            f"make it in a mail program, or name another one in imap.{folder.value}"
        )

    def sent(self, client: IMAPClient) -> str | None:
        """The folder of sent mail: the one that is configured, else the one that the server marks (RFC 6154)."""
        if self._settings.sent:
            name = self._naming.server_name(self._settings.sent)
            return name if exists(client, name) else None
        folders = client.list_folders()
        return next((name for flags, _, name in folders if SENT in [flag.lower() for flag in flags]), None)


def exists(client: IMAPClient, name: str) -> bool:
    """Whether there is such a folder, and one that holds messages."""
    return count(client, name) is not None


def count(client: IMAPClient, name: str) -> int | None:
    """How many messages a folder holds; None where there is none. Not for the folder that is selected."""
    try:
        return int(client.folder_status(name, ["MESSAGES"])[b"MESSAGES"])
    except imaplib.IMAP4.abort:
        raise
    except REFUSED:
        return None


def next_uid(client: IMAPClient, name: str) -> tuple[int, int]:
    """A folder's UIDVALIDITY, and the UID that its next message will have at the least."""
    told = client.folder_status(name, ["UIDVALIDITY", "UIDNEXT"])
    return int(told.get(b"UIDVALIDITY", 0)), int(told.get(b"UIDNEXT", 1))
