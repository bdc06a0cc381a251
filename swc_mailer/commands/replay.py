"""`replay`: today's rules over the stored messages, each in its own time; sends nothing and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from swc_mailer import assemble
from swc_mailer.answering import Answering, case_of, reading_of
from swc_mailer.config import Config
from swc_mailer.core.decide import decide
from swc_mailer.core.follow_up import NOT_BELIEVED
from swc_mailer.core.model import Decision, Details, Outcome
from swc_mailer.core.record import reason_records, said_in
from swc_mailer.desk_port import ReviewStore
from swc_mailer.ports import StoredMessage


@dataclass(frozen=True, slots=True)
class Replayed:
    """A message with what today's rules say of it; `decision` is None where its bytes are no longer kept."""

    stored: StoredMessage
    decision: Decision | None
    texts: tuple[str, ...] = ()  # the reasons' sentences

    @property
    def changes(self) -> bool:
        return self.decision is not None and self.decision.outcome is not self.stored.outcome

    def record(self) -> dict[str, Any]:
        """The object of `replay --json`."""
        stored, now = self.stored, self.decision
        return {
            "message_id": stored.message_id,
            "case": stored.request_id or None,
            "subject": stored.subject,
            "received": stored.received.isoformat(),
            "before": stored.outcome.value,
            "before_reasons": list(stored.codes),
            "now": now.outcome.value if now else None,
            "now_reasons": [reason.code for reason in now.reasons] if now else [],
        }


def replay(config: Config) -> Iterator[Replayed]:
    """Every message that was decided, in the order of taking in."""
    with closing(assemble.open_store(config, unchanged=True)) as store, closing(assemble.Lazily(config, store)) as parts:
        given: dict[str, Details] = {}  # what each request has given so far
        messages = store.taken_in()
        means = parts.answering() if messages else None
        for stored in messages:
            assert means
            yield replay_one(store, stored, given, means)


def is_believed(decision: Decision) -> bool:
    return not any(reason.code in NOT_BELIEVED for reason in decision.reasons)


def replay_one(store: ReviewStore, stored: StoredMessage, given: dict[str, Details], means: Answering) -> Replayed:
    raw = store.raw(stored.id)
    if raw is None:
        return Replayed(stored, None)
    reading = reading_of(raw, received=stored.received, size=stored.size, whole=stored.whole, means=means)
    history = store.history_again(reading.message, stored.id, at=stored.taken_at)
    history = replace(history, earlier=given.get(stored.request_id))
    case = case_of(reading, history, partial(store.packs_before, at=stored.taken_at), means)
    decision = decide(case)
    if stored.request_id and decision.outcome is not Outcome.IGNORE and (not history.earlier or is_believed(decision)):
        given[stored.request_id] = said_in(case.details, stored.id)
    return Replayed(stored, decision, tuple(reason["text"] for reason in reason_records(decision, means.words)))
