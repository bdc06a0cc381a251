"""Log lines on standard error: how they look and which are shown.

A line tells what happened in a word, and the facts of it by their names. At the default level it holds ids, outcomes and reason
codes, and nothing of a message's text.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

OURS = logging.getLogger("swc_mailer")
LEVELS = {"quiet": logging.WARNING, "normal": logging.INFO, "verbose": logging.DEBUG}


def info(event: str, **facts: object) -> None:
    _tell(logging.INFO, event, facts)


def warning(event: str, **facts: object) -> None:
    _tell(logging.WARNING, event, facts)


def error(event: str, **facts: object) -> None:
    _tell(logging.ERROR, event, facts)


def _tell(level: int, event: str, facts: Mapping[str, object]) -> None:
    OURS.log(level, "%s", event, extra={"facts": facts})


def set_up_logs(*, form: str, level: str) -> None:
    """`form` is "plain" or "json"; `level` one of LEVELS. Libraries may only warn: their debug lines hold members' mail."""
    handler = StandardError()
    handler.setFormatter(JsonLine() if form == "json" else PlainLine())
    OURS.handlers[:] = [handler]
    OURS.setLevel(LEVELS[level])
    OURS.propagate = False
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("flufl.bounce").disabled = True  # it tells of every odd mail that its detectors fail on


def leave_logs() -> None:
    """As they were before they were set up."""
    OURS.handlers.clear()
    OURS.setLevel(logging.NOTSET)
    OURS.propagate = True


class StandardError(logging.Handler):
    """Asks for the stream anew for each line: it may be another by then."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")
        sys.stderr.flush()


class PlainLine(logging.Formatter):
    """`2014-02-10T09:15:00.123456Z info decided id=7 outcome=pack`: one line, whatever a value holds."""

    def format(self, record: logging.LogRecord) -> str:
        facts = (f"{key}={value if plain_word(value) else repr(value)}" for key, value in facts_of(record).items())
        return " ".join([moment(record), record.levelname.lower(), record.getMessage(), *facts])


class JsonLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = {"event": record.getMessage(), "level": record.levelname.lower(), "timestamp": moment(record)}
        return json.dumps({**facts_of(record), **told}, default=repr)


def facts_of(record: logging.LogRecord) -> Mapping[str, object]:
    facts: Mapping[str, object] = getattr(record, "facts", {})
    return facts


def moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain_word(value: object) -> bool:
    return not isinstance(value, str) or (value.isprintable() and " " not in value and value != "")
