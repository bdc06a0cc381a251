"""`export`: all that is held about one person, for whoever asks what we know of them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from swc_mailer import assemble
from swc_mailer.adapters.whole_file import FOR_OWNER, write_whole
from swc_mailer.commands.members import member_record
from swc_mailer.commands.queue_show import ShownCase, ShownMessage, decision_record, message_record, replies_shown, show_record
from swc_mailer.commands.reviewer import Reviewer
from swc_mailer.config import Config
from swc_mailer.core.model import Member
from swc_mailer.desk_port import Held, Scan


@dataclass(frozen=True, slots=True)
class ExportedCase:
    """A case with its messages read and its replies' words."""

    shown: ShownCase
    replies: Sequence[tuple[Mapping[str, Any], str]]
    scans: Sequence[Scan]  # of a letter


@dataclass(frozen=True, slots=True)
class Export:
    """What is held about the person who has this email address, or this membership number; the other one is ""."""

    email: str
    membership_number: str
    made: datetime
    members: Sequence[Member]  # the register's rows with the number
    held: Held
    cases: Sequence[ExportedCase]
    ignored: Sequence[ShownMessage]
    sources: Mapping[int, bytes]  # messages as received, by their number; none of those that are no longer kept

    @property
    def messages(self) -> Sequence[ShownMessage]:
        return [*(message for case in self.cases for message in case.shown.messages), *self.ignored]


def export(config: Config, *, email: str = "", membership_number: str = "", who: str) -> Export:
    """Also where nothing is held: that is an answer too. It is written down who asked, case by case."""
    with closing(assemble.open_existing_store(config)) as store, closing(assemble.Lazily(config, store)) as parts:
        made = datetime.now(UTC)
        held = store.held(email=email, membership_number=membership_number)
        reviewer = Reviewer(who, config, store, parts)
        cases = [exported(reviewer, case) for case in held.cases]
        ignored = [ShownMessage(row, reviewer.message_of(row)) for row in held.ignored]
        found = Export(
            email=email,
            membership_number=membership_number,
            made=made,
            members=parts.register.by_number(membership_number) if membership_number else (),
            held=held,
            cases=cases,
            ignored=ignored,
            sources=sources(reviewer, [*(row for case in held.cases for row in case["messages"]), *held.ignored]),
        )
        for request_id in [case["id"] for case in held.cases] or [""]:
            store.audit(who=who, action="export", request_id=request_id, now=made)
    return found


def exported(reviewer: Reviewer, case: Mapping[str, Any]) -> ExportedCase:
    """Without the register's candidates: they may be other people."""
    messages = [ShownMessage(row, reviewer.message_of(row)) for row in case["messages"]]
    shown = ShownCase(case, reviewer.details(case), messages, candidates=(), suggestion=None)
    return ExportedCase(shown, replies_shown(reviewer, case), reviewer.store.scans(case["id"]))


def sources(reviewer: Reviewer, rows: Sequence[Mapping[str, Any]]) -> dict[int, bytes]:
    return {row["id"]: raw for row in rows if (raw := reviewer.store.raw(row["id"])) is not None}


def write_export(text: str, file: Path) -> None:
    """Readable by its owner alone. Raises ConfigError where it cannot be written."""
    write_whole(file, text.encode(), mode=FOR_OWNER)


# --- for programs ------------------------------------------------------------------------------------------


def export_record(export: Export) -> dict[str, Any]:
    """The object of `export --json`: nothing is left out, and the messages are as they came, byte for byte."""
    return {
        "email": export.email or None,
        "membership_number": export.membership_number or None,
        "made": export.made.isoformat(),
        "register": [member_record(member) for member in export.members],
        "cases": [case_record(case, export.sources) for case in export.cases],
        "ignored": [ignored_record(message, export.sources) for message in export.ignored],
        "done": [
            {"case": done["request_id"], "who": done["who"], "action": done["action"], "at": done["done_at"].isoformat()}
            for done in export.held.audit
        ],
        "never_answered_since": export.held.blocked["blocked_at"].isoformat() if export.held.blocked else None,
    }


def case_record(case: ExportedCase, sources: Mapping[int, bytes]) -> dict[str, Any]:
    record = show_record(case.shown)
    messages = zip(record["messages"], case.shown.messages, strict=True)
    replies = zip(record["replies"], case.replies, strict=True)
    return {name: value for name, value in record.items() if name not in ("version", "candidates", "suggestion")} | {
        "messages": [told | {"source_base64": encoded(sources.get(message.row["id"]))} for told, message in messages],
        "replies": [told | {"text": text} for told, (_, text) in replies],
        "scans": [{"name": scan.name, "media_type": scan.media_type, "base64": encoded(scan.content)} for scan in case.scans],
    }


def ignored_record(message: ShownMessage, sources: Mapping[int, bytes]) -> dict[str, Any]:
    decisions = [decision_record(made) for made in message.row["decisions"]]
    return message_record(message) | {"decisions": decisions, "source_base64": encoded(sources.get(message.row["id"]))}


def encoded(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()
