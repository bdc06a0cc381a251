"""Log lines on standard error: how they look and which are shown.

At the default level a line holds ids, outcomes and reason codes, and nothing of a message's text.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

LEVELS = {"quiet": logging.WARNING, "normal": logging.INFO, "verbose": logging.DEBUG}


def set_up_logs(*, form: str, level: str) -> None:
    """`form` is "plain" or "json"; `level` one of LEVELS. Libraries may only warn: their debug lines hold members' mail."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer() if form == "json" else plain_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=lambda: structlog.PrintLogger(sys.stderr),  # asked anew for each line: the stream may be another by then
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("flufl.bounce").disabled = True  # it tells of every odd mail that its detectors fail on


def plain_line(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> str:
    """`2014-02-10T09:15:00Z info decided id=7 outcome=pack`: one line, whatever a value holds."""
    time, level, what = event.pop("timestamp"), event.pop("level"), event.pop("event")
    error = event.pop("exception", "")
    facts = " ".join(f"{key}={value if plain_word(value) else repr(value)}" for key, value in event.items())
    return " ".join(filter(None, [time, level, str(what), facts])) + (f"\n{error}" if error else "")


def plain_word(value: Any) -> bool:
    return not isinstance(value, str) or (value.isprintable() and " " not in value and value != "")
