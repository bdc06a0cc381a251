"""Data protection: taking what names people out of the store. The tally stays: outcomes, codes and times.

The digest of an erased message stays as well, so that the same bytes, should they come again, get no second answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, or_, select, update

from swc_mailer.adapters.store import replies
from swc_mailer.adapters.store.schema import audit, blocked_address, decision, message, note, reply, request, run, scan
from swc_mailer.adapters.store.states import ON_THE_WAY, OPEN, ReplyState, RequestState
from swc_mailer.desk_port import Erased
from swc_mailer.errors import StoreError

ERASED = "erased"
ERASE = "erase"  # in the audit
AT_ONCE = 200  # of each kind, in one transaction: a run beside a purge must not wait long
NOT_ON_ITS_WAY = (ReplyState.DUE, ReplyState.HELD, ReplyState.REFUSED, ReplyState.UNKNOWN)


def erase_request(connection: Connection, request_id: str, *, now: datetime) -> None:
    """Take out all that names a person; what was due to them is cancelled. Raises StoreError while a reply is being sent."""
    if connection.execute(
        select(reply.c.id).where(reply.c.request_id == request_id, reply.c.state == ReplyState.SENDING.value)
    ).first():
        raise StoreError(f"A reply of case {request_id} is being sent: try again when the run has ended.")
    due = select(reply.c.id).where(reply.c.request_id == request_id, reply.c.state.in_(NOT_ON_ITS_WAY))
    for reply_id in connection.execute(due).scalars().all():
        replies.cancel(connection, reply_id, answer="Erased.")
    ids = connection.execute(select(message.c.id).where(message.c.request_id == request_id)).scalars().all()
    erase_messages(connection, ids)
    nameless: dict[str, Any] = {
        "recipient": "",
        "recipient_key": "",
        "subject": "",
        "head": None,
        "member_key": None,
        "answer": "",
        "post_to": None,
    }
    connection.execute(update(reply).where(reply.c.request_id == request_id).values(**nameless))
    erase_decisions(connection, decision.c.request_id == request_id)
    for table in (note, scan):
        connection.execute(delete(table).where(table.c.request_id == request_id))
    row = connection.execute(select(request.c.reasons).where(request.c.id == request_id)).one()
    connection.execute(
        update(request)
        .where(request.c.id == request_id)
        .values(
            state=RequestState.SETTLED.value,
            reasons=codes_alone(row.reasons),
            waiting_since=None,
            sender="",
            name="",
            subject="",
            membership_number=None,
            postcode=None,
            details=None,
            updated=now,
        )
    )


def erase_messages(connection: Connection, ids: Sequence[int]) -> None:
    nameless = {"message_id": "", "sender": "", "name": "", "subject": "", "raw": None, "numbers": None, "error": ""}
    theirs = message.c.id.in_(ids)
    connection.execute(update(message).where(theirs).values(**nameless))
    connection.execute(update(message).where(theirs, message.c.outcome.is_not(None)).values(file_in=ERASED))
    erase_decisions(connection, decision.c.message.in_(ids))


def erase_decisions(connection: Connection, of_whom: ColumnElement[bool]) -> None:
    for row in connection.execute(select(decision.c.id, decision.c.reasons).where(of_whom)).all():
        nameless = {"reasons": codes_alone(row.reasons), "evidence": [], "undo_to": None}
        nameless |= {"membership_number": None, "postcode": None}
        connection.execute(update(decision).where(decision.c.id == row.id).values(**nameless))


def erase_block(connection: Connection, email: str) -> None:
    connection.execute(delete(blocked_address).where(blocked_address.c.address == email.lower()))


def codes_alone(reasons: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """Sentences and facts hold names and numbers; the codes do not."""
    return [{"code": reason["code"], "text": "", "facts": {}} for reason in reasons]


# --- an older copy of the store ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StillThere:
    """What an older copy holds of people who were erased since."""

    requests: Sequence[str]
    ignored: Sequence[int]  # messages without a request


def erased(connection: Connection) -> Erased:
    digests = select(message.c.digest).where(message.c.file_in == ERASED)
    return Erased(frozenset(connection.execute(digests).scalars()), erased_requests(connection))


def erased_requests(connection: Connection) -> frozenset[str]:
    found = select(audit.c.request_id).where(audit.c.action == ERASE, audit.c.request_id.is_not(None))
    return frozenset(connection.execute(found).scalars())


def erased_since(connection: Connection, gone: Erased) -> StillThere:
    """By their messages, for one who was erased may have written again since; letters, which have none, by the audit."""
    kept = select(message.c.id, message.c.request_id, message.c.digest).where(message.c.file_in != ERASED)
    rows = [row for row in connection.execute(kept) if row.digest in gone.messages]
    letters = set(connection.execute(select(request.c.id).where(request.c.origin == "letter")).scalars())
    requests = {row.request_id for row in rows if row.request_id} | (letters & gone.requests - erased_requests(connection))
    return StillThere(sorted(requests), [row.id for row in rows if row.request_id is None])


# --- the retention times -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Old:
    """What the retention times say is to go."""

    raw: Sequence[int]  # messages, whose bytes go
    requests: Sequence[str]
    ignored: Sequence[int]  # messages without a request
    audit: Sequence[int]
    scans: Sequence[int] = ()  # of letters
    runs: Sequence[int] = ()

    def counts(self) -> dict[str, int]:
        return {
            "raw": len(self.raw),
            "scans": len(self.scans),
            "requests": len(self.requests),
            "ignored": len(self.ignored),
            "audit": len(self.audit),
            "runs": len(self.runs),
        }


@dataclass(frozen=True, slots=True)
class Times:
    """What is older than each of the moments goes; None: nothing does."""

    raw: datetime | None
    requests: datetime | None
    audit: datetime | None


def old(connection: Connection, times: Times, *, most: int | None = None) -> Old:
    """At most so many of each kind. What still waits for somebody is never old."""
    return Old(
        raw=ids(connection, old_raw(times.raw).limit(most)) if times.raw else (),
        requests=ids(connection, old_requests(times.requests).limit(most)) if times.requests else (),
        ignored=ids(connection, old_ignored(times.requests).limit(most)) if times.requests else (),
        audit=ids(connection, select(audit.c.id).where(audit.c.done_at < times.audit).limit(most)) if times.audit else (),
        scans=ids(connection, old_scans(times.raw).limit(most)) if times.raw else (),
        runs=ids(connection, old_runs(times.audit).limit(most)) if times.audit else (),
    )


def purge(connection: Connection, what: Old, *, now: datetime) -> None:
    connection.execute(update(message).where(message.c.id.in_(what.raw)).values(raw=None))
    connection.execute(delete(scan).where(scan.c.id.in_(what.scans)))
    for request_id in what.requests:
        erase_request(connection, request_id, now=now)
    erase_messages(connection, what.ignored)
    connection.execute(delete(audit).where(audit.c.id.in_(what.audit)))
    connection.execute(delete(run).where(run.c.id.in_(what.runs)))


def old_raw(before: datetime) -> Select[Any]:
    still_open = select(request.c.id).where(request.c.state.in_(OPEN))
    settled = or_(message.c.request_id.is_(None), message.c.request_id.not_in(still_open))
    kept = select(message.c.id).where(message.c.taken_at < before, message.c.raw.is_not(None), message.c.outcome.is_not(None))
    return kept.where(settled)


def old_scans(before: datetime) -> Select[Any]:
    still_open = select(request.c.id).where(request.c.state.in_(OPEN))
    return select(scan.c.id).where(scan.c.added_at < before, scan.c.request_id.not_in(still_open))


def old_requests(before: datetime) -> Select[Any]:
    """Requests in which nothing has happened for so long, and that name somebody still."""
    named = or_(request.c.details.is_not(None), request.c.sender != "")
    on_its_way = select(reply.c.request_id).where(reply.c.state.in_(ON_THE_WAY))
    done = and_(request.c.state != RequestState.WAITING.value, request.c.id.not_in(on_its_way))
    return select(request.c.id).where(request.c.updated < before, named, done)


def old_ignored(before: datetime) -> Select[Any]:
    named = and_(message.c.request_id.is_(None), message.c.file_in != ERASED)
    return select(message.c.id).where(message.c.taken_at < before, named)


def old_runs(before: datetime) -> Select[Any]:
    """All but the last one and the last good one, of which `status` tells."""
    good = (
        select(run.c.id).where(run.c.error == "", run.c.ended.is_not(None)).order_by(run.c.ended.desc(), run.c.id.desc()).limit(1)
    )
    newest = select(func.max(run.c.id))
    return select(run.c.id).where(run.c.started < before, run.c.id.not_in(newest), run.c.id.not_in(good))


def ids(connection: Connection, found: Select[Any]) -> list[Any]:
    return list(connection.execute(found).scalars())
