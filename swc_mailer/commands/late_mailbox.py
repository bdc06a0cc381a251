"""The mailbox, opened only where a reply's delivery is unknown and the Sent folder is to be searched."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import Any

from swc_mailer import assemble
from swc_mailer.config import Config


class LateMailbox:
    def __init__(self, config: Config) -> None:
        self._config = config
        self._opened = ExitStack()
        self._mailbox: Any = None

    def was_sent(self, message_id: str) -> bool | None:
        if self._mailbox is None:
            self._mailbox = self._opened.enter_context(closing(assemble.open_mailbox(self._config)))
        found: bool | None = self._mailbox.was_sent(message_id)
        return found

    def close(self) -> None:
        self._opened.close()
