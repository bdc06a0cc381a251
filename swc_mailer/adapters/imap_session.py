"""A log-in that outlives its connections: one that died is replaced, and what a message breaks is found to be that message's.

A server may fail on a single message: it answers NO, gives nothing, or drops the connection (Dovecot says BYE where a file is
damaged). So what is not given in a batch is asked for message by message, and only what fails alone, as the first thing on a new
connection, is held against a message.
"""

from __future__ import annotations

import imaplib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from imapclient import IMAPClient

from swc_mailer.adapters.imap_connection import LOST, REFUSED, ImapSettings, answer, connect, hang_up, log_out, lost, refused
from swc_mailer.adapters.imap_folders import exists
from swc_mailer.adapters.imap_moving import present
from swc_mailer.errors import ConfigError, Unreachable

SEARCH_BATCH = 50_000  # imaplib reads no line of more than 1,000,000 bytes
LOSSES_IN_A_ROW = 3  # more connections lost in one operation, without a message between them, are no single message's fault


class NoSuchFolder(Exception):
    """The folder cannot be opened; the server's words."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The selected folder, as it was when it was opened."""

    name: str
    writing: bool
    uidvalidity: int
    messages: int


@dataclass(frozen=True, slots=True)
class NotGiven:
    """The server does not give this one message."""

    error: str


class Session:
    """Everything that is asked of the server goes through `client`, within `talking`."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._client: IMAPClient | None = connect(settings)
        self._opened: Opened | None = None
        self._losses = 0

    @property
    def client(self) -> IMAPClient:
        if self._client is None:
            self._client = connect(self._settings)
        return self._client

    @contextmanager
    def talking(self) -> Iterator[None]:
        """One operation, with errors in our words. It begins by opening a folder: that is where a dead connection is replaced."""
        self._losses = 0
        try:
            yield
        except LOST as error:
            self._drop()
            raise lost(error, self._settings) from error
        except REFUSED as error:
            raise refused(error, self._settings) from error

    def _drop(self) -> None:
        if self._client is not None:
            hang_up(self._client)
        self._client = None

    def close(self) -> None:
        if self._client is not None:
            log_out(self._client)
        self._client = None

    # --- folders -------------------------------------------------------------------------------------------

    def open(self, name: str, *, writing: bool = False) -> Opened:
        """Raises NoSuchFolder, or ConfigError where the account may not write in it. Between two operations hours may pass, and
        servers close connections that are silent for minutes: a new one is tried once."""
        try:
            return self._open(name, writing=writing)
        except LOST:
            self._drop()
            return self._open(name, writing=writing)

    def _open(self, name: str, *, writing: bool) -> Opened:
        try:
            told = self.client.select_folder(name, readonly=not writing)
        except imaplib.IMAP4.readonly as error:
            raise self._not_writable(name) from error
        except LOST:
            raise
        except REFUSED as error:
            if exists(self.client, name):
                raise
            raise NoSuchFolder(answer(error)) from error
        if writing and b"\\Deleted" not in told.get(b"PERMANENTFLAGS", (b"\\Deleted",)):
            raise self._not_writable(name)
        self._opened = Opened(name, writing, int(told.get(b"UIDVALIDITY", 0)), int(told[b"EXISTS"]))
        return self._opened

    def _not_writable(self, name: str) -> ConfigError:
        return ConfigError(
            f"imap.username: {self._settings.username} may not move messages out of {name} on {self._settings.server}: "
            "have the rights to write and delete granted"
        )

    def search(self, opened: Opened, key: str) -> list[int]:
        """The UIDs of all messages in the open folder that a search key finds, ascending."""
        if opened.messages <= SEARCH_BATCH:
            return sorted(self.client.search([key]))  # some servers take a range for UIDs, and not for message numbers
        found: list[int] = []
        for start in range(1, opened.messages + 1, SEARCH_BATCH):
            end = min(start + SEARCH_BATCH - 1, opened.messages)
            found += self.client.search([f"{start}:{end}", key])
        return sorted(found)

    # --- messages ------------------------------------------------------------------------------------------

    def each(
        self, uids: Sequence[int], items: Sequence[str], needed: bytes
    ) -> Iterator[tuple[int, Mapping[bytes, Any] | NotGiven]]:
        """What the server tells of every message that is still in the open folder, in the order asked; `needed` is the item
        without which an answer is none."""
        told = self._together(uids, items)
        for uid in uids:
            items_told = told.pop(uid, {})
            answered = items_told if items_told.get(needed) is not None else self._alone(uid, items, needed)
            if answered is not None:
                yield uid, answered

    def _together(self, uids: Sequence[int], items: Sequence[str]) -> dict[int, Mapping[bytes, Any]]:
        if len(uids) == 1:
            return {}
        try:
            return dict(self._fetch(uids, items))
        except LOST as error:
            self._start_anew(error)
        except REFUSED:
            self._open_again()
        return {}

    def _alone(self, uid: int, items: Sequence[str], needed: bytes) -> Mapping[bytes, Any] | NotGiven | None:
        """One message's answer; None where it is no longer there."""
        reason = "no answer"
        for _ in range(2):  # the second time on a new connection
            try:
                told = self._fetch([uid], items).get(uid, {})
            except LOST as error:
                reason = answer(error)
                self._start_anew(error)
                continue
            except REFUSED as error:
                reason = answer(error)
                self._open_again()
                break
            if told.get(needed) is not None:
                return told
            break
        return NotGiven(reason) if present(self.client, [uid]) else None

    def _fetch(self, uids: Sequence[int], items: Sequence[str]) -> Mapping[int, Mapping[bytes, Any]]:
        told: Mapping[int, Mapping[bytes, Any]] = self.client.fetch(uids, items)
        self._losses = 0 if told else self._losses
        return told

    def _start_anew(self, error: BaseException) -> None:
        self._losses += 1
        self._drop()
        if self._losses > LOSSES_IN_A_ROW:
            raise lost(error, self._settings) from error
        self._open_again()

    def _open_again(self) -> None:
        """imaplib keeps what it has read of a refused answer, and would take it for the next one's, unless a folder is opened."""
        before = self._opened
        assert before
        if self.open(before.name, writing=before.writing).uidvalidity != before.uidvalidity:
            raise Unreachable(f"{before.name} on {self._settings.server} was numbered anew meanwhile: the next run tries again")
