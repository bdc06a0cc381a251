"""What Prometheus is told of the store: counts in, its text form out. Numbers only; nothing in them names a person."""

from __future__ import annotations

from collections.abc import Iterator

from swc_mailer.ports import Counts


def prometheus_text(counts: Counts) -> str:
    return "".join(lines(counts))


def lines(counts: Counts) -> Iterator[str]:
    yield from gauge("cases_waiting", "Cases in the review queue.", counts.waiting)
    oldest = counts.oldest_waiting.timestamp() if counts.oldest_waiting else 0
    yield from gauge("oldest_waiting_seconds", "Since when the oldest case waits, as Unix time; 0: none waits.", oldest)
    yield from gauge("replies_due", "Replies that are to be sent.", counts.replies_due)
    yield from gauge("letters_to_print", "Letters that are to be printed.", counts.to_print)
    yield from gauge("replies_delivery_unknown", "Replies of which nobody knows whether they arrived.", counts.delivery_unknown)
    yield from gauge("failed", "Messages set aside after failures, and replies refused.", counts.failed)
    yield from gauge("paused", "1 while sending is paused.", int(counts.paused))
    last_run = counts.last_good_run.timestamp() if counts.last_good_run else 0
    yield from gauge("last_good_run_seconds", "When the last good run ended, as Unix time; 0: never.", last_run)
    yield from heading("messages", "Messages by where they are.")
    for place, count in counts.messages.items():
        yield f'swc_mailer_messages{{place="{place}"}} {count}\n'


def gauge(name: str, says: str, value: float) -> Iterator[str]:
    yield from heading(name, says)
    yield f"swc_mailer_{name} {value:g}\n" if value < 1_000_000 else f"swc_mailer_{name} {value:.0f}\n"


def heading(name: str, says: str) -> Iterator[str]:
    yield f"# HELP swc_mailer_{name} {says}\n# TYPE swc_mailer_{name} gauge\n"
