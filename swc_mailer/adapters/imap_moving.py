"""Moves messages out of the selected folder, in the way that the server has, and tells truthfully which of them went.

With MOVE (RFC 6851) the server does it. Without, a message is copied and then marked \\Deleted: from there on it counts as gone,
in this run and in every later one, whether or not it can be expunged yet. UIDPLUS (RFC 4315) expunges just our own. A server
without either has only the EXPUNGE that takes every message marked \\Deleted, other people's too: it is used when there is none
but ours. Else ours stay, hidden by their mark, until somebody's mail program expunges the folder.
"""

from __future__ import annotations

import imaplib
from collections.abc import Callable, Sequence

from imapclient import DELETED, IMAPClient

from swc_mailer.adapters.imap_connection import REFUSED, code
from swc_mailer.faults import fault_point


def has_move(client: IMAPClient) -> bool:
    return bool(client.has_capability("MOVE"))


def lying(client: IMAPClient) -> str:
    """The search key of the messages that count as lying in a folder."""
    return "ALL" if has_move(client) else "UNDELETED"


def present(client: IMAPClient, uids: Sequence[int]) -> list[int]:
    """Those of the UIDs that the selected folder holds."""
    return list(client.search(["UID", ",".join(map(str, uids)), lying(client)])) if uids else []


class Moving:
    """The moves out of one folder in one session."""

    def __init__(self) -> None:
        self._marked: set[int] = set()

    def move(self, client: IMAPClient, uids: Sequence[int], folder: str, *, make: Callable[[], bool]) -> set[int]:
        """Which of the UIDs lay in the selected folder and lie in the other one now. `make` makes that one where it is missing,
        and says whether it was. Raises the server's refusal, once everything that it does move has been moved."""
        there = present(client, uids)
        if there:
            self._move(client, there, folder, make)
        return set(there) - set(present(client, there))

    def _move(self, client: IMAPClient, uids: Sequence[int], folder: str, make: Callable[[], bool]) -> None:
        try:
            (client.move if has_move(client) else client.copy)(uids, folder)
        except imaplib.IMAP4.abort:
            raise
        except REFUSED:
            if make():
                self._move(client, uids, folder, make)
            elif len(uids) == 1:
                raise
            else:
                self._move_in_halves(client, uids, folder, make)
            return
        if not has_move(client):
            fault_point("file.copied")
            self.take_away(client, uids)

    def _move_in_halves(self, client: IMAPClient, uids: Sequence[int], folder: str, make: Callable[[], bool]) -> None:
        """One message may be refused for its own sake, and in a mailbox that is nearly full a few copies find room, not all."""
        refusal: Exception | None = None
        middle = len(uids) // 2
        for half in (uids[:middle], uids[middle:]):
            try:
                self._move(client, half, folder, make)
            except imaplib.IMAP4.abort:
                raise
            except REFUSED as error:
                if code(error) == "OVERQUOTA":
                    raise
                refusal = error
        if refusal:
            raise refusal

    def take_away(self, client: IMAPClient, uids: Sequence[int]) -> None:
        """Mark what was copied, and expunge it where that concerns nobody else's messages."""
        client.add_flags(uids, [DELETED], silent=True)
        if client.has_capability("UIDPLUS"):
            client.uid_expunge(uids)
            return
        self._marked.update(uids)
        if self._marked.issuperset(client.search(["DELETED"])):
            client.expunge()
