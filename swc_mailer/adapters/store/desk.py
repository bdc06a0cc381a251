"""What staff do: decisions on cases, notes, blocked addresses, accounts; every one with its line in the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from swc_mailer.adapters.store import replies
from swc_mailer.adapters.store.requests import STATE_AFTER, standing
from swc_mailer.adapters.store.schema import audit, blocked_address, decision, message, note, reply, request, staff
from swc_mailer.adapters.store.states import ReplyState, RequestState
from swc_mailer.core.model import Folder, Outcome
from swc_mailer.core.record import details_record
from swc_mailer.errors import StoreError
from swc_mailer.ports import PROGRAM, NewLetter, StaffDecision

OURS = (Folder.ANSWERED.value, Folder.REVIEW.value)  # what is ignored or erased stays so when its request is settled


def decide(connection: Connection, made: StaffDecision, *, now: datetime) -> None:
    row = request_row(connection, made.request_id)
    connection.execute(insert(decision).values(**decision_values(made, row, now=now)))
    values = standing(state_after(made), made.reasons, since=row.waiting_since or now) | {"updated": now}
    if made.details is not None:
        values |= {"details": details_record(made.details)}
    if made.membership_number or made.postcode:
        values |= {"membership_number": made.membership_number, "postcode": made.postcode}
    connection.execute(update(request).where(request.c.id == made.request_id).values(**values))
    belong_in(connection, made.request_id, made.folder)
    if made.reply:
        due_at = made.not_before or now
        number = made.membership_number or row.membership_number
        replies.insert_reply(
            connection,
            made.reply,
            made.request_id,
            membership_number=number,
            not_before=due_at,
            now=now,
            by_staff=made.who != PROGRAM,
        )
    write_audit(connection, who=made.who, action=made.action, request_id=made.request_id, now=now)


def take_letter(connection: Connection, letter: NewLetter, made: StaffDecision, *, now: datetime) -> None:
    row = {
        "id": letter.request_id,
        "state": RequestState.WAITING.value,
        "reasons": list(made.reasons),
        "waiting_since": letter.received,
        "sender": letter.email.lower(),
        "name": letter.name,
        "subject": letter.subject,
        "origin": "letter",
        "received": letter.received,
        "details": details_record(letter.details),
        "created": now,
        "updated": now,
    }
    connection.execute(insert(request), row)
    decide(connection, made, now=now)


def state_after(made: StaffDecision) -> RequestState:
    if made.waits or made.folder is Folder.REVIEW:
        return RequestState.WAITING
    if made.folder is Folder.IGNORED:
        return RequestState.DISMISSED
    return RequestState.ANSWERED if made.outcome is Outcome.REVIEW else STATE_AFTER[made.outcome]


def decision_values(made: StaffDecision, row: Any, *, now: datetime) -> dict[str, Any]:
    return {
        "request_id": made.request_id,
        "outcome": made.outcome.value,
        "reasons": list(made.reasons),
        "evidence": list(made.evidence),
        "membership_number": made.membership_number or row.membership_number,
        "postcode": made.postcode or row.postcode,
        "decided_by": made.who,
        "rules_version": made.rules_version,
        "decided_at": now,
    }


def belong_in(connection: Connection, request_id: str, folder: Folder) -> None:
    mine = update(message).where(message.c.request_id == request_id, message.c.file_in.in_(OURS))
    connection.execute(mine.values(file_in=folder.value))


def undo(connection: Connection, request_id: str, *, who: str, now: datetime) -> bool:
    """Cancel the newest reply that staff asked for, if its time has not come, and put the case back into the queue."""
    newest = select(reply).where(reply.c.request_id == request_id, reply.c.by_staff).order_by(reply.c.id.desc()).limit(1)
    row = connection.execute(newest).first()
    if row is None or row.not_before <= now or not replies.cancel(connection, row.id, answer=f"Undone by {who}."):
        return False
    before = select(decision.c.reasons).where(decision.c.request_id == request_id, decision.c.outcome == Outcome.REVIEW.value)
    reasons: Sequence[Any] = connection.execute(before.order_by(decision.c.id.desc()).limit(1)).scalar() or []
    waits = standing(RequestState.WAITING, reasons, since=request_row(connection, request_id).received) | {"updated": now}
    connection.execute(update(request).where(request.c.id == request_id).values(**waits))
    belong_in(connection, request_id, Folder.REVIEW)
    write_audit(connection, who=who, action="undo", request_id=request_id, now=now)
    return True


def mark_sent(connection: Connection, reply_id: int, *, who: str, now: datetime) -> None:
    replies.must_move(connection, reply_id, ReplyState.SENT, out_of=(ReplyState.UNKNOWN,), answer=f"Marked as sent by {who}.")
    on_reply(connection, reply_id, who=who, action="mark-sent", now=now)


def on_reply(connection: Connection, reply_id: int, *, who: str, action: str, now: datetime) -> None:
    """The audit line of something done to a reply; a case that waited for that reply alone waits no longer."""
    request_id = replies.row_of(connection, reply_id).request_id
    row = request_row(connection, request_id)
    if row.state == RequestState.WAITING:
        rest = [reason for reason in row.reasons if reason["code"] not in ("undeliverable", "delivery_unknown")]
        state = RequestState.WAITING if rest else RequestState.ANSWERED
        values = standing(state, rest or row.reasons, since=row.waiting_since or now) | {"updated": now}
        connection.execute(update(request).where(request.c.id == request_id).values(**values))
    write_audit(connection, who=who, action=action, request_id=request_id, now=now)


def merge(connection: Connection, request_id: str, into: str, *, who: str, now: datetime) -> None:
    row, other = request_row(connection, request_id), request_row(connection, into)
    if row.id == other.id:
        raise StoreError(f"Case {into} cannot be merged with itself.")
    for table in (message, decision, reply, note):
        connection.execute(update(table).where(table.c.request_id == request_id).values(request_id=into))
    first = min(row.received, other.received)
    connection.execute(update(request).where(request.c.id == into).values(received=first, updated=now))
    connection.execute(delete(request).where(request.c.id == request_id))
    write_audit(connection, who=who, action=f"merge {request_id}", request_id=into, now=now)


def write_note(connection: Connection, request_id: str, *, who: str, text: str, now: datetime) -> None:
    request_row(connection, request_id)
    connection.execute(insert(note).values(request_id=request_id, written_by=who, text=text, written_at=now))
    write_audit(connection, who=who, action="note", request_id=request_id, now=now)


def block(connection: Connection, address: str, *, who: str, now: datetime) -> None:
    known = select(blocked_address.c.address).where(blocked_address.c.address == address.lower())
    if connection.execute(known).first() is None:
        connection.execute(insert(blocked_address).values(address=address.lower(), blocked_by=who, blocked_at=now))
    write_audit(connection, who=who, action="block", request_id="", now=now)


def unblock(connection: Connection, address: str, *, who: str, now: datetime) -> bool:
    removed = connection.execute(delete(blocked_address).where(blocked_address.c.address == address.lower())).rowcount
    write_audit(connection, who=who, action="unblock", request_id="", now=now)
    return removed == 1


def blocked(connection: Connection) -> list[str]:
    return list(connection.execute(select(blocked_address.c.address).order_by(blocked_address.c.address)).scalars())


def write_audit(connection: Connection, *, who: str, action: str, request_id: str, now: datetime) -> None:
    connection.execute(insert(audit).values(who=who, action=action, request_id=request_id or None, done_at=now))


def request_row(connection: Connection, request_id: str) -> Any:
    row = connection.execute(select(request).where(request.c.id == request_id)).first()
    if row is None:
        raise StoreError(f"There is no case {request_id}: see swc-mailer queue list.")
    return row


# --- accounts ----------------------------------------------------------------------------------------------


def add_staff(connection: Connection, name: str, *, password_hash: str, role: str, now: datetime) -> None:
    if connection.execute(select(staff.c.name).where(staff.c.name == name)).first():
        raise StoreError(f"There is an account {name} already: set its password with swc-mailer staff password {name}.")
    connection.execute(insert(staff).values(name=name, password_hash=password_hash, role=role, added_at=now))


def remove_staff(connection: Connection, name: str) -> bool:
    return connection.execute(delete(staff).where(staff.c.name == name)).rowcount == 1


def set_password(connection: Connection, name: str, *, password_hash: str) -> bool:
    return connection.execute(update(staff).where(staff.c.name == name).values(password_hash=password_hash)).rowcount == 1


def accounts(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(staff).order_by(staff.c.name)).mappings()]
