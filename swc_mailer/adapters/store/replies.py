"""Replies on their way: every change of state is one counted update along states.TRANSITIONS."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, and_, bindparam, exists, false, func, insert, or_, select, update

from swc_mailer.adapters.store import history, pacing, requests
from swc_mailer.adapters.store.engine import living
from swc_mailer.adapters.store.schema import blocked_address, reply, setting
from swc_mailer.adapters.store.states import PERHAPS_ARRIVED, TRANSITIONS, ReplyState
from swc_mailer.core.model import Delivery
from swc_mailer.core.register import number_key
from swc_mailer.errors import StoreError, Unreachable
from swc_mailer.ports import DueReply, NewReply, ReplyFacts

SaysReason = Callable[[str, Mapping[str, str]], Mapping[str, Any]]  # code and facts -> one record as record.reason_records
PAUSED = "paused"  # the name of the setting
BY_EMAIL = reply.c.delivery == Delivery.EMAIL.value
BY_POST = reply.c.delivery == Delivery.POST.value
IS_DUE = and_(reply.c.state == ReplyState.DUE.value, BY_EMAIL)


def insert_reply(
    connection: Connection,
    new: NewReply,
    request_id: str,
    *,
    membership_number: str | None,
    not_before: datetime,
    now: datetime,
    by_staff: bool = False,
) -> int:
    """A due reply."""
    row = new_row(new, request_id, membership_number=membership_number, not_before=not_before, now=now, by_staff=by_staff)
    row_id: int = connection.execute(insert(reply).returning(reply.c.id), row).scalar_one()
    return row_id


def new_row(
    new: NewReply, request_id: str, *, membership_number: str | None, not_before: datetime, now: datetime, by_staff: bool = False
) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "message_id": new.message_id,
        "recipient": new.recipient,
        "recipient_key": new.recipient.lower(),
        "kind": new.kind,
        "subject": new.subject,
        "head": new.head,
        "pack": new.pack or None,
        "missing": list(new.missing),
        "delivery": new.delivery.value,
        "post_to": list(new.post_to) or None,
        "member_key": number_key(membership_number) if new.kind == "pack" and membership_number else None,
        "state": ReplyState.DUE.value,
        "by_staff": by_staff,
        "not_before": not_before,
        "created": now,
    }


def its_time(now: datetime) -> ColumnElement[bool]:
    """No reply waits for longer than a day, unless it was put off by a clock that was wrong."""
    return waits_no_more(**times(now))


def waits_no_more(now: Any, tomorrow: Any) -> ColumnElement[bool]:
    return or_(reply.c.not_before <= now, reply.c.not_before > tomorrow)


def times(now: datetime) -> dict[str, Any]:
    return {"now": now, "tomorrow": now + history.DAY}


FOR_SENDING = (
    select(
        reply.c.id,
        reply.c.request_id,
        reply.c.message_id,
        reply.c.recipient,
        reply.c.kind,
        reply.c.head,
        func.coalesce(reply.c.pack, "").label("pack"),
        reply.c.attempts,
        (reply.c.unknowns > 0).label("unknown_before"),
        reply.c.by_staff,
    )
    .where(IS_DUE, waits_no_more(bindparam("now"), bindparam("tomorrow")), reply.c.id > bindparam("after"))
    .order_by(reply.c.id)
    .limit(bindparam("most"))
)


def due(connection: Connection, *, now: datetime, limit: int) -> list[DueReply]:
    """The replies whose time has come, oldest first."""
    return take_up(connection, 0, after=0, now=now, limit=limit)


def take_up(connection: Connection, worker: int, *, after: int, now: datetime, limit: int) -> list[DueReply]:
    """As ports.Outgoing.take_up. What no worker that is alive has in hand is free; what others are just taking up is passed over
    without waiting for them. It is no claim: a death leaves all of it due."""
    chosen = FOR_SENDING
    if worker:
        free = or_(reply.c.worker.is_(None), reply.c.worker.not_in(others_than(worker, connection)))
        chosen = FOR_SENDING.where(free).with_for_update(skip_locked=True)
    rows = connection.execute(chosen, {"after": after, "most": limit, **times(now)}).all()
    if worker:
        connection.execute(update(reply).where(reply.c.id.in_([row.id for row in rows])).values(worker=worker))
    return [DueReply(**row._mapping) for row in rows]


def others_than(worker: int, connection: Connection) -> set[int]:
    """Those that are at work beside this one. Raises Unreachable where the others take this one for dead."""
    alive = living(connection)
    if worker not in alive:
        raise Unreachable("The store's server has ended the connection that tells others of this run: the next run goes on.")
    return alive - {worker}


# All that the gate asks is one statement: it is asked for every reply.
THIS = reply.alias("this")
SENT_BEFORE = and_(reply.c.id != THIS.c.id, history.WENT_OUT, BY_EMAIL)
IN_REQUEST = and_(SENT_BEFORE, reply.c.request_id == THIS.c.request_id)
LATELY = reply.c.sent_at.between(bindparam("since"), bindparam("until"))
PACKS = and_(IN_REQUEST, reply.c.kind == "pack", or_(*(reply.c.state == state.value for state in PERHAPS_ARRIVED)))
NEWEST_PACK = select(func.max(reply.c.sent_at)).where(PACKS, reply.c.sent_at <= bindparam("until"))  # as history.newest
NUMBER = select(func.count()).select_from(reply)
FACTS = select(
    THIS.c.by_staff,
    select(setting.c.value).where(setting.c.name == PAUSED).scalar_subquery().label("paused"),
    exists().where(blocked_address.c.address == THIS.c.recipient_key).label("blocked"),
    NUMBER.where(SENT_BEFORE, reply.c.recipient_key == THIS.c.recipient_key, LATELY).scalar_subquery().label("to_address"),
    NUMBER.where(IN_REQUEST).scalar_subquery().label("in_request"),
    NEWEST_PACK.scalar_subquery().label("pack_sent_at"),
).where(THIS.c.id == bindparam("reply"))
IN_ALL = NUMBER.where(reply.c.id != bindparam("reply"), history.WENT_OUT, BY_EMAIL, LATELY)


def facts(connection: Connection, reply_id: int, *, in_all: bool, now: datetime) -> ReplyFacts:
    """What the gate asks at the moment of sending."""
    known = {"reply": reply_id, "since": now - history.DAY, "until": now + history.DAY}
    row = found(connection.execute(FACTS, known).first(), reply_id)
    return ReplyFacts(
        by_staff=row.by_staff,
        paused=bool(row.paused),
        blocked=row.blocked,
        replies_to_address=row.to_address,
        replies_in_request=row.in_request,
        replies_today=connection.execute(IN_ALL, known).scalar_one() if in_all else 0,
        pack_sent_at=row.pack_sent_at,
    )


# --- the ways from one state to the next -------------------------------------------------------------------


def moving(to: ReplyState, *, out_of: Collection[ReplyState] = tuple(ReplyState), **values: Any) -> Update:
    """The counted update of one reply; it finds nothing where the reply is in no state from which TRANSITIONS leads there."""
    ways = or_(false(), *(reply.c.state == state.value for state in out_of if to in TRANSITIONS[state]))
    return update(reply).where(reply.c.id == bindparam("reply"), ways).values(state=to.value, **values)


def move(
    connection: Connection, reply_id: int, to: ReplyState, *, out_of: Collection[ReplyState] = tuple(ReplyState), **values: Any
) -> bool:
    """False where it is in no state from which there is a way."""
    return connection.execute(moving(to, out_of=out_of, **values), {"reply": reply_id}).rowcount == 1


def must_move(
    connection: Connection, reply_id: int, to: ReplyState, *, out_of: Collection[ReplyState] = tuple(ReplyState), **values: Any
) -> None:
    if not move(connection, reply_id, to, out_of=out_of, **values):
        raise cannot_become(connection, reply_id, to)


def cannot_become(connection: Connection, reply_id: int, to: ReplyState) -> StoreError:
    state = row_of(connection, reply_id).state
    return StoreError(f"Reply {reply_id} is {state} and cannot become {to.value}: is another run at work on the same store?")


# Every reply goes these two ways, so their statements are made once.
CLAIMED = moving(
    ReplyState.SENDING,
    attempts=reply.c.attempts + 1,
    claimed_at=bindparam("now"),
    worker=bindparam("by"),
    sent_through=bindparam("through"),
)
SENT = moving(ReplyState.SENT, answer=bindparam("said"), sent_at=bindparam("now"))


def claim(connection: Connection, reply_id: int, *, now: datetime, worker: int, through: str, per_day: int) -> bool:
    """As ports.Outgoing.claim."""
    if per_day and not pacing.take_room(connection, through, per_day=per_day, now=now):
        return False
    claimed = {"reply": reply_id, "now": now, "by": worker or None, "through": through}
    return connection.execute(CLAIMED, claimed).rowcount == 1


def sent(connection: Connection, reply_id: int, *, answer: str, now: datetime) -> None:
    if connection.execute(SENT, {"reply": reply_id, "said": answer, "now": now}).rowcount != 1:
        raise cannot_become(connection, reply_id, ReplyState.SENT)


def put_off(connection: Connection, reply_id: int, *, answer: str, next_attempt: datetime) -> None:
    values: dict[str, Any] = {"answer": answer, "not_before": next_attempt}
    if not wait(connection, reply_id, **values):
        must_move(connection, reply_id, ReplyState.DUE, out_of=(ReplyState.SENDING,), **values)


def refused(connection: Connection, reply_id: int, say: SaysReason, *, answer: str, now: datetime) -> None:
    must_move(connection, reply_id, ReplyState.REFUSED, out_of=(ReplyState.SENDING,), answer=answer)
    to_review(connection, reply_id, say("undeliverable", {"answer": answer}), now=now)


def hold(connection: Connection, reply_id: int, reason: Mapping[str, Any], *, now: datetime) -> None:
    must_move(connection, reply_id, ReplyState.HELD, answer=reason["text"])
    to_review(connection, reply_id, reason, now=now)


def unknown(connection: Connection, reply_id: int, say: SaysReason, *, answer: str, now: datetime) -> None:
    if not became_unknown(connection, reply_id, say, answer=answer, now=now):
        raise cannot_become(connection, reply_id, ReplyState.UNKNOWN)


def became_unknown(connection: Connection, reply_id: int, say: SaysReason, *, answer: str, now: datetime) -> bool:
    """It counts as sent at this moment: perhaps it was. False where it is not on its way."""
    values: dict[str, Any] = {"answer": answer, "sent_at": now, "unknowns": reply.c.unknowns + 1}
    if not move(connection, reply_id, ReplyState.UNKNOWN, **values):
        return False
    if row_of(connection, reply_id).unknowns > 1:
        to_review(connection, reply_id, say("delivery_unknown", {"answer": answer}), now=now)
    return True


def left_over(connection: Connection) -> bool:
    """Whether `interrupted` has anything to do: most runs find nothing, and need not write."""
    states = (ReplyState.SENDING.value, ReplyState.UNKNOWN.value)
    return connection.execute(select(reply.c.id).where(reply.c.state.in_(states)).limit(1)).first() is not None


def interrupted(connection: Connection, say: SaysReason, *, now: datetime) -> int:
    """Replies that a dead run was sending become unknown; those unknown for the first time are due once more. What has changed
    meanwhile is passed over: others are at work, and may do the same."""
    for reply_id in left_by_the_dead(connection):
        became_unknown(connection, reply_id, say, answer="The program was stopped while it was sending.", now=now)
    once_more = ids(connection, reply.c.state == ReplyState.UNKNOWN.value, reply.c.unknowns == 1)
    again: dict[str, Any] = {"out_of": (ReplyState.UNKNOWN,), "sent_at": None, "not_before": now}
    return sum(move(connection, reply_id, ReplyState.DUE, **again) for reply_id in once_more)


def left_by_the_dead(connection: Connection) -> list[int]:
    """The replies that are being sent by nobody who is at work. They are locked before that is asked: so nobody can record one as
    sent and leave in between."""
    sending = select(reply.c.id, reply.c.worker).where(reply.c.state == ReplyState.SENDING.value).order_by(reply.c.id)
    locked = connection.execute(sending.with_for_update()).all()
    alive = living(connection)
    return [row.id for row in locked if row.worker not in alive]


def release(connection: Connection, reply_id: int, *, not_before: datetime) -> bool:
    """A person lets a reply go: one that was held, refused or unknown, or is due and waits for approval. False where it is on
    its way."""
    values: dict[str, Any] = {"by_staff": True, "not_before": not_before, "sent_at": None}
    by_a_person = (ReplyState.HELD, ReplyState.REFUSED, ReplyState.UNKNOWN)  # never one that is being sent
    return wait(connection, reply_id, **values) or move(connection, reply_id, ReplyState.DUE, out_of=by_a_person, **values)


def stop(connection: Connection, reply_id: int, *, held: bool, answer: str, now: datetime) -> bool:
    """The undoing of `release`: what was not due before is held. False where it is on its way."""
    if held:
        return move(connection, reply_id, ReplyState.HELD, out_of=(ReplyState.DUE,), answer=answer)
    return wait(connection, reply_id, by_staff=False, not_before=now)


def wait(connection: Connection, reply_id: int, **values: Any) -> bool:
    """A due reply stays due with other values; False where it is not due."""
    waits = update(reply).where(reply.c.id == reply_id, reply.c.state == ReplyState.DUE.value).values(**values)
    return connection.execute(waits).rowcount == 1


def arrived(connection: Connection, reply_id: int, *, answer: str) -> bool:
    """A person knows that a reply has arrived whose delivery is unknown; False where it is not unknown."""
    return move(connection, reply_id, ReplyState.SENT, out_of=(ReplyState.UNKNOWN,), answer=answer)


def cancel(connection: Connection, reply_id: int, *, answer: str) -> bool:
    """False where it is too late."""
    return move(connection, reply_id, ReplyState.CANCELLED, answer=answer)


# --- shared ------------------------------------------------------------------------------------------------


def to_review(connection: Connection, reply_id: int, reason: Mapping[str, Any], *, now: datetime) -> None:
    requests.wait_for_person(connection, row_of(connection, reply_id).request_id, reason, since=now, now=now)


ALL_BUT_ITS_BYTES = [column for column in reply.c if column.name != "head"]
ONE_REPLY = select(*ALL_BUT_ITS_BYTES).where(reply.c.id == bindparam("reply"))


def row_of(connection: Connection, reply_id: int) -> Any:
    return found(connection.execute(ONE_REPLY, {"reply": reply_id}).first(), reply_id)


def found(row: Any, reply_id: int) -> Any:
    if row is None:
        raise StoreError(f"The store has no reply {reply_id}.")
    return row


def ids(connection: Connection, *conditions: Any) -> list[int]:
    return list(connection.execute(select(reply.c.id).where(*conditions).order_by(reply.c.id)).scalars())
