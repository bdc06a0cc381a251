"""What staff do: decisions on cases, notes, blocked addresses, accounts; every one with its line in the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from swc_mailer.adapters.store import replies
from swc_mailer.adapters.store.history import sender_of
from swc_mailer.adapters.store.requests import STATE_AFTER, standing
from swc_mailer.adapters.store.retention import ERASED
from swc_mailer.adapters.store.schema import (
    audit,
    blocked_address,
    decision,
    message,
    note,
    reply,
    request,
    scan,
    staff,
)
from swc_mailer.adapters.store.sealing import kept_scan
from swc_mailer.adapters.store.states import ReplyState, RequestState
from swc_mailer.core.model import Folder, Message, Outcome
from swc_mailer.core.record import details_record, said_in
from swc_mailer.desk_port import NewLetter, StaffDecision, Understood, ignored_id
from swc_mailer.errors import ChangedMeanwhile, StoreError
from swc_mailer.ports import PROGRAM

OURS = (Folder.ANSWERED.value, Folder.REVIEW.value)
IGNORED = Folder.IGNORED.value
STANDING = ("state", "reasons", "reason", "details", "membership_number", "postcode")  # of a request, put back by undo
DECIDED = ("request_id", "message", "outcome", "reasons", "evidence", "membership_number", "postcode", "rules_version")


def decide(connection: Connection, made: StaffDecision, *, now: datetime) -> None:
    """All of it, or nothing: raises ChangedMeanwhile before the transaction ends."""
    row = request_row(connection, made.request_id)
    before = None if made.program else standing_before(connection, row, made)
    connection.execute(insert(decision).values(**decision_values(made, row, now=now), undo_to=before))
    change_request(connection, made, row, now=now)
    belong_in(connection, made.request_id, made.folder)
    settle_replies(connection, made)
    number = made.understood.membership_number if made.understood else row.membership_number
    for new in filter(None, (made.reply, made.posted)):
        replies.insert_reply(
            connection,
            new,
            made.request_id,
            membership_number=number,
            not_before=made.not_before or now,
            now=now,
            by_staff=not made.program,
        )
    if made.release is not None and not replies.release(connection, made.release, not_before=made.not_before or now):
        raise changed_meanwhile(connection, made.request_id)
    write_audit(connection, who=made.who, action=made.action, request_id=made.request_id, now=now)


def decision_values(made: StaffDecision, row: Any, *, now: datetime) -> dict[str, Any]:
    understood = made.understood or row
    return {
        "request_id": made.request_id,
        "message": made.message,
        "outcome": made.outcome.value,
        "reasons": list(made.reasons),
        "evidence": list(made.evidence),
        "membership_number": understood.membership_number,
        "postcode": understood.postcode,
        "decided_by": PROGRAM if made.program else made.who,
        "rules_version": made.rules_version,
        "decided_at": now,
    }


def change_request(connection: Connection, made: StaffDecision, row: Any, *, now: datetime) -> None:
    """By a counted update: two people on one case, and the second is told."""
    reasons = made.still if made.still and made.folder is not Folder.REVIEW else [*made.reasons, *made.still]
    values = standing(state_after(made), reasons, since=row.waiting_since or now) | {"updated": now}
    if made.understood:
        details = made.understood.details
        values |= {
            "details": details_record(said_in(details, made.message) if made.message else details),
            "membership_number": made.understood.membership_number,
            "postcode": made.understood.postcode,
        }
    mine = update(request).where(request.c.id == made.request_id)
    if made.seen is not None:
        mine = mine.where(request.c.version == made.seen)
    if connection.execute(mine.values(**values)).rowcount == 0:
        raise changed_meanwhile(connection, made.request_id)


def state_after(made: StaffDecision) -> RequestState:
    if made.still or made.folder is Folder.REVIEW:
        return RequestState.WAITING
    if made.folder is Folder.IGNORED:
        return RequestState.DISMISSED
    answered = made.outcome is Outcome.SETTLED and (made.reply or made.posted or made.release is not None)
    return RequestState.ANSWERED if answered else STATE_AFTER[made.outcome]


def belong_in(connection: Connection, request_id: str, folder: Folder) -> None:
    """What machines wrote stays where it is when their request is settled, and so does what was erased."""
    by_people = or_(message.c.file_in.in_(OURS), and_(message.c.file_in == IGNORED, message.c.outcome != Outcome.IGNORE.value))
    connection.execute(update(message).where(message.c.request_id == request_id, by_people).values(file_in=folder.value))


def settle_replies(connection: Connection, made: StaffDecision) -> None:
    """Each by a counted update: one that is on its way meanwhile undoes the whole decision."""
    done = [replies.cancel(connection, reply_id, answer=f"Cancelled by {made.who}.") for reply_id in made.cancels]
    if made.arrived is not None:
        done.append(replies.arrived(connection, made.arrived, answer=f"Marked as sent by {made.who}."))
    if not all(done):
        raise changed_meanwhile(connection, made.request_id)


def changed_meanwhile(connection: Connection, request_id: str) -> ChangedMeanwhile:
    changed = connection.execute(select(request.c.updated).where(request.c.id == request_id)).scalar()
    last = select(audit.c.who, audit.c.action).where(audit.c.request_id == request_id, audit.c.done_at == changed)
    by = connection.execute(last.order_by(audit.c.id.desc()).limit(1)).first()
    told = f" by {by.who} ({by.action})" if by else ""
    return ChangedMeanwhile(
        f"Case {request_id} was changed{told} since you looked at it, and nothing was done: "
        f"look again with swc-mailer queue show {request_id}."
    )


# --- undo --------------------------------------------------------------------------------------------------


def standing_before(connection: Connection, row: Any, made: StaffDecision) -> dict[str, Any]:
    """How the request, its messages and the reply that is let go stand before a decision."""
    places = select(message.c.id, message.c.file_in).where(message.c.request_id == row.id, message.c.file_in.is_not(None))
    return {
        "request": {name: row._mapping[name] for name in STANDING},
        "waiting_since": row.waiting_since and row.waiting_since.isoformat(),
        "messages": [list(place) for place in connection.execute(places)],
        "released": made.release,
        "held": made.release is not None and replies.row_of(connection, made.release).state != ReplyState.DUE.value,
    }


def undo(connection: Connection, request_id: str, *, who: str, now: datetime) -> bool:
    """Put everything back as it stood before the newest decision, which is written once more in the name of who undid it."""
    newest = select(decision).where(decision.c.request_id == request_id).order_by(decision.c.id.desc()).limit(2)
    made = connection.execute(newest).all()
    if len(made) < 2 or made[0].undo_to is None or not take_back(connection, made[0], who=who, now=now):
        return False
    last, earlier = made
    for message_id, file_in in last.undo_to["messages"]:
        back = update(message).where(message.c.id == message_id, message.c.file_in != ERASED)
        connection.execute(back.values(file_in=file_in))
    since = last.undo_to["waiting_since"]
    values = last.undo_to["request"] | {"waiting_since": datetime.fromisoformat(since) if since else None, "updated": now}
    connection.execute(update(request).where(request.c.id == request_id).values(**values))
    again = {name: earlier._mapping[name] for name in DECIDED} | {"decided_by": who, "decided_at": now}
    connection.execute(insert(decision).values(**again))
    write_audit(connection, who=who, action="undo", request_id=request_id, now=now)
    return True


def take_back(connection: Connection, last: Any, *, who: str, now: datetime) -> bool:
    """The decision's reply is not sent; False where it is on its way."""
    released = last.undo_to["released"]
    if released is not None:
        return replies.stop(connection, released, held=last.undo_to["held"], answer=f"Undone by {who}.", now=now)
    asked_for = select(reply).where(reply.c.request_id == last.request_id, reply.c.by_staff, reply.c.created == last.decided_at)
    mine = connection.execute(asked_for).all()
    if any(one.unknowns for one in mine):  # perhaps it has arrived
        return False
    waits = (ReplyState.DUE, ReplyState.HELD)
    undone = f"Undone by {who}."
    return all(replies.move(connection, one.id, ReplyState.CANCELLED, out_of=waits, answer=undone) for one in mine)


# --- new cases ---------------------------------------------------------------------------------------------


def take_letter(connection: Connection, letter: NewLetter, made: StaffDecision, *, now: datetime) -> None:
    row = {
        "id": letter.request_id,
        "sender": letter.email.lower(),
        "name": letter.name,
        "subject": letter.subject,
        "origin": "letter",
        "received": letter.received,
        "details": details_record(letter.details),
        "by_post": letter.by_post,
    }
    open_request(connection, row, made, now=now)
    decide(connection, made, now=now)
    if letter.scan:
        content = kept_scan(connection, letter.scan.content)
        of_letter = {"name": letter.scan.name, "media_type": letter.scan.media_type, "content": content}
        connection.execute(insert(scan).values(request_id=letter.request_id, added_at=now, **of_letter))


def take(connection: Connection, message_id: int, made: StaffDecision, *, now: datetime) -> None:
    """An ignored message comes to the request of the decision, which is made for it where there is none."""
    row = connection.execute(select(message).where(message.c.id == message_id)).first()
    if row is None or row.file_in != IGNORED or row.request_id not in (None, made.request_id):
        shown = ignored_id(message_id)
        raise ChangedMeanwhile(f"Message {shown} is not ignored, or no longer: see swc-mailer queue list --ignored.")
    if row.request_id is None:
        known = {name: row._mapping[name] for name in ("sender", "name", "subject", "received")}
        open_request(connection, {"id": made.request_id, "latest_message": message_id, **known}, made, now=now)
    taken = {"request_id": made.request_id, "outcome": Outcome.REVIEW.value, "file_in": Folder.REVIEW.value}
    connection.execute(update(message).where(message.c.id == message_id).values(**taken))
    decide(connection, made, now=now)


def open_request(connection: Connection, row: dict[str, Any], made: StaffDecision, *, now: datetime) -> None:
    waits = standing(RequestState.WAITING, made.reasons, since=row["received"])
    connection.execute(insert(request).values(**row, **waits, created=now, updated=now))


def read_anew(connection: Connection, message_id: int, read: Message, *, now: datetime) -> None:
    values = {"sender": sender_of(read), "name": next((sender.name for sender in read.from_), ""), "subject": read.subject}
    connection.execute(update(message).where(message.c.id == message_id).values(**values, message_id=read.message_id))
    nameless = update(request).where(request.c.latest_message == message_id, request.c.sender == "")
    connection.execute(nameless.values(**values, updated=now))


def merge(connection: Connection, request_id: str, into: str, understood: Understood, *, who: str, now: datetime) -> None:
    row, other = request_row(connection, request_id), request_row(connection, into)
    if row.id == other.id:
        raise StoreError(f"Case {into} cannot be merged with itself.")
    for table in (message, decision, reply, note, scan):
        connection.execute(update(table).where(table.c.request_id == request_id).values(request_id=into))
    values = {
        "received": min(row.received, other.received),
        "by_post": row.by_post or other.by_post,
        "latest_message": max((each.latest_message for each in (row, other) if each.latest_message), default=None),
        "details": details_record(understood.details),
        "membership_number": understood.membership_number,
        "postcode": understood.postcode,
        "updated": now,
    }
    waiting = [each for each in (other, row) if each.state == RequestState.WAITING]
    if waiting:
        reasons = {reason["code"]: reason for each in reversed(waiting) for reason in each.reasons}
        since = min(each.waiting_since for each in waiting)
        values |= standing(RequestState.WAITING, list(reasons.values()), since=since)
    connection.execute(update(request).where(request.c.id == into).values(**values))
    connection.execute(update(decision).where(decision.c.request_id == into).values(undo_to=None))  # it was of one half
    connection.execute(delete(request).where(request.c.id == request_id))
    write_audit(connection, who=who, action=f"merge {request_id}", request_id=into, now=now)


# --- notes, blocked addresses, the audit -------------------------------------------------------------------


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
