"""Waits for new mail by IDLE (RFC 2177), on a connection of its own: settings in, word that something came out.

Whoever waits begins to idle before looking into the inbox, and not after it: what came earlier is found by looking, what comes
later is told here, and nothing falls between the two. imapclient may keep what the server says right after it has begun to
idle in a buffer, until something more comes; that too came before the look.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Sequence
from typing import Any

from imapclient import IMAPClient

from swc_mailer.adapters.imap_connection import LOST, REFUSED, ImapSettings, connect, hang_up, log_out, lost, refused
from swc_mailer.adapters.imap_folders import Folders


class ImapListener:
    """`settings` are asked for with each connection: the password may have changed meanwhile."""

    def __init__(self, settings: Callable[[], ImapSettings]) -> None:
        self._settings = settings
        self._client: IMAPClient | None = None
        self._has_idle = True

    @property
    def listening(self) -> bool:
        """Whether the server would tell of new mail by itself."""
        return self._client is not None

    def listen(self) -> None:
        """Begin to idle, or begin anew: a connection that died without a sign is found by it, and replaced. On a server
        without IDLE nothing happens. Raises ConfigError, LoginRefused or Unreachable."""
        if self._has_idle and not (self._client and self._renewed(self._client)):
            self._client = None
            self._client = self._idling()

    def _renewed(self, client: IMAPClient) -> bool:
        try:
            client.idle_done()
            client.idle()
        except (*LOST, *REFUSED):  # also where a server tells of something before it agrees to idle
            hang_up(client)
            return False
        return True

    def _idling(self) -> IMAPClient | None:
        settings = self._settings()
        client = connect(settings)
        try:
            self._has_idle = client.has_capability("IDLE")
            if not self._has_idle:
                log_out(client)
                return None
            client.select_folder(Folders(client, settings).inbox, readonly=True)
            client.idle()
        except LOST as error:
            hang_up(client)
            raise lost(error, settings) from error
        except REFUSED as error:
            hang_up(client)
            raise refused(error, settings) from error
        return client

    def heard(self, seconds: float) -> bool:
        """Whether something came within so many seconds: new mail, or the connection's end, after which one must look."""
        if self._client is None:
            time.sleep(seconds)
            return False
        try:
            return readable(self._client, seconds) and is_news(self._client.idle_check(timeout=0))
        except (*LOST, *REFUSED):
            self.close()
            return True

    def close(self) -> None:
        """Without a word: nothing is under way, and whoever stops the program waits for it."""
        if self._client is not None:
            hang_up(self._client)
        self._client = None


def readable(client: IMAPClient, seconds: float) -> bool:
    poll = select.poll()
    poll.register(client.socket(), select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def is_news(told: Sequence[Sequence[Any]]) -> bool:
    """imapclient takes a connection that has ended for one that says nothing."""
    return not told or any(tuple(line[1:2]) == (b"EXISTS",) for line in told)
