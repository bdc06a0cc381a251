"""Who watches from outside is told of each pass: a health check by pings, Prometheus by a file. Neither can stop a pass."""

from __future__ import annotations

from swc_mailer import logs
from swc_mailer.adapters.pinging import ping
from swc_mailer.adapters.whole_file import FOR_READERS, write_whole
from swc_mailer.config import Config
from swc_mailer.core.metrics import prometheus_text
from swc_mailer.errors import SwcMailerError, Unreachable
from swc_mailer.ports import Store


class Outside:
    """For one pass or many; what does not work is logged once, until it works again."""

    def __init__(self, config: Config) -> None:
        self._ping_url = config.health.ping_url
        self._textfile = config.metrics.textfile
        self._failing = set[str]()

    def pass_begins(self) -> None:
        self._ping("/start")

    def pass_ended(self, store: Store, *, well: bool) -> None:
        if self._textfile:
            self._note("metrics_not_written", self._written(store))
        self._ping("" if well else "/fail")

    def _ping(self, what: str) -> None:
        if not self._ping_url:
            return
        try:
            ping(self._ping_url + what)
        except Unreachable as error:
            self._note("ping_failed", error)
        else:
            self._note("ping_failed", None)

    def _written(self, store: Store) -> SwcMailerError | None:
        assert self._textfile
        try:
            write_whole(self._textfile, prometheus_text(store.counts()).encode(), mode=FOR_READERS)
        except SwcMailerError as error:
            return error
        return None

    def _note(self, event: str, error: SwcMailerError | None) -> None:
        if error and event not in self._failing:
            logs.warning(event, error=str(error))
        (self._failing.add if error else self._failing.discard)(event)
