"""Bytes in, everything that one message says out: the first half of the way, without the register and without history.

What reads it is loaded with the first message: most ticks of cron find none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from swc_mailer.core.model import Automatic, Case, Details, History, Intent, Message, Policy, Register
from swc_mailer.core.words import Words


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says, by itself."""

    message: Message
    automatic: tuple[Automatic, ...]
    details: Details
    intent: Intent

    def case(self, history: History, *, register: Register, policy: Policy, words: Words) -> Case:
        """The case to decide: what the request gave before is merged with what this message gives."""
        from swc_mailer.core.details import merge
        from swc_mailer.core.led_by_register import led_by_register

        given = merge(history.earlier, self.details) if history.earlier else self.details
        details = led_by_register(given, self.message, register, words)
        return Case(self.message, self.automatic, details, self.intent, register, history, policy, words)


def read(raw: bytes, *, received: datetime | None, policy: Policy, words: Words) -> Reading:
    """Never raises on account of the bytes; `received` None: the time in the message's topmost Received field."""
    from swc_mailer.core.automatic import automatic_signs
    from swc_mailer.core.details import extract
    from swc_mailer.core.intent import read_intent
    from swc_mailer.core.message import parse

    message = parse(raw, received=received, words=words, own_addresses=policy.own_addresses)
    details = extract(message, words, policy)
    return Reading(message, automatic_signs(message, words, policy), details, read_intent(message, details, words, policy))
