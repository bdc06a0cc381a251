"""`explain`: decides messages in files without touching mail or store, and says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from swc_mailer.adapters.mail_files import mail_files
from swc_mailer.core.decide import decide
from swc_mailer.core.model import Case, Decision, History, Policy, Register
from swc_mailer.core.reading import read
from swc_mailer.core.record import (
    evidence_records,
    given_address,
    given_number,
    missing_fields,
    reason_records,
    registered_postcode,
)
from swc_mailer.core.words import Words


@dataclass(frozen=True, slots=True)
class Explained:
    """One message with its case and its decision."""

    file: str
    case: Case
    decision: Decision


def explain(
    paths: Sequence[Path], *, words: Words, policy: Policy, register: Register, received: datetime | None = None
) -> Iterator[Explained]:
    """Each message by itself, as if nothing had come before; `received` stands in for every message's own time."""
    for path in paths:
        for mail in mail_files(path):
            reading = read(mail.raw, received=received, policy=policy, words=words)
            case = reading.case(History(), register=register, policy=policy, words=words)
            yield Explained(mail.name, case, decide(case))


def explained_record(explained: Explained) -> dict[str, Any]:
    """The object of `explain --json`."""
    case, decision = explained.case, explained.decision
    address = given_address(decision, case.details)
    return {
        "file": explained.file,
        "message_id": case.message.message_id,
        "received": case.message.received.isoformat(),
        "outcome": decision.outcome.value,
        "reasons": [{"code": reason["code"], "text": reason["text"]} for reason in reason_records(decision, case.words)],
        "membership_number": given_number(decision, case.details),
        "postal_address": list(address.lines) if address else None,
        "postcode": registered_postcode(decision, case.details),
        "missing": missing_fields(decision),
        "evidence": evidence_records(case.details),
    }
