"""Words, templates and pack kept for many passes or pages, and read anew when one of their files changes."""

from __future__ import annotations

import threading
from pathlib import Path

from swc_mailer import assemble
from swc_mailer.config import Config
from swc_mailer.core.words import Words
from swc_mailer.desk_port import ReviewStore


class KeptParts:
    def __init__(self, config: Config, store: ReviewStore) -> None:
        self._config = config
        self._store = store
        self._parts = assemble.Lazily(config, store)
        self._made_from = files_of(config)
        self._opening = threading.Lock()

    @property
    def words(self) -> Words:
        """As the last use had them."""
        return self._parts.words

    def now(self) -> assemble.Lazily:
        """For one use, and to be closed after it: with the register as it is now. Raises ConfigError where something is not in
        order."""
        with self._opening:
            found = files_of(self._config)
            if found != self._made_from:
                self._parts, self._made_from = assemble.Lazily(self._config, self._store), found
            return self._parts.again()


def files_of(config: Config) -> list[tuple[Path, int]]:
    """The files of words, templates and pack that may change meanwhile, each with the time of its last change."""
    folders = [folder for folder in (config.consultation.templates, config.consultation.rules) if folder]
    files = [file for folder in folders for file in sorted(folder.rglob("*"))]
    packed = [file for pattern in config.consultation.pack for file in sorted(config.folder.glob(pattern))]
    return [(file, file.stat().st_mtime_ns) for file in [*files, *packed] if file.is_file()]
