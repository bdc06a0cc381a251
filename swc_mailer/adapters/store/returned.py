"""A bounce of one of our own replies: which reply it is about, and what becomes of that reply and its request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, select

from swc_mailer.adapters.store import replies, requests
from swc_mailer.adapters.store.schema import reply
from swc_mailer.adapters.store.states import PERHAPS_ARRIVED, ReplyState
from swc_mailer.core.bounces import Bounce, read_bounce
from swc_mailer.ports import TakenIn

MOST_DAYS = timedelta(days=7)  # servers give up after five
MOST_IDS = 100


@dataclass(frozen=True, slots=True)
class Returned:
    """A reply that came back, or is late."""

    reply_id: int
    request_id: str
    permanent: bool
    words: str  # the other server's, or the bounce's subject


def returned_reply(connection: Connection, taken: TakenIn) -> Returned | None:
    """By our Message-ID, which a bounce repeats in whatever dialect and part; else by whom it could not be delivered to. None
    for a bounce of anything else: spammers forge our address too."""
    if not may_be_returned(taken):
        return None
    bounce = read_bounce(taken.fetched.raw)
    found = by_message_id(connection, bounce) or by_recipient(connection, bounce, received=taken.message.received)
    if found is None:
        return None
    reply_id, request_id = found
    return Returned(reply_id, request_id, bounce.permanent, bounce.words or taken.message.subject)


def may_be_returned(taken: TakenIn) -> bool:
    return any(reason["code"] == "bounce" for reason in taken.reasons)


def by_message_id(connection: Connection, bounce: Bounce) -> tuple[int, str] | None:
    return newest(connection, bounce.message_ids[:MOST_IDS], reply.c.message_id.in_(bounce.message_ids[:MOST_IDS]))


def by_recipient(connection: Connection, bounce: Bounce, *, received: datetime) -> tuple[int, str] | None:
    """The newest reply that went there lately."""
    lately = reply.c.sent_at.between(received - MOST_DAYS, received + MOST_DAYS)
    return newest(connection, bounce.recipients, reply.c.recipient_key.in_(bounce.recipients), lately)


def newest(connection: Connection, named: Sequence[str], *conditions: ColumnElement[bool]) -> tuple[int, str] | None:
    if not named:
        return None
    found = select(reply.c.id, reply.c.request_id).where(*conditions).order_by(reply.c.id.desc()).limit(1)
    row = connection.execute(found).first()
    return (row.id, row.request_id) if row else None


def came_back(connection: Connection, returned: Returned, say: replies.SaysReason, *, now: datetime) -> None:
    """The reply counts as refused, and its request waits for a person. Where the other server goes on trying nothing is lost yet;
    a second report of the same reply tells nothing new."""
    if not returned.permanent:
        return
    refused = replies.move(connection, returned.reply_id, ReplyState.REFUSED, out_of=PERHAPS_ARRIVED, answer=returned.words)
    if refused:
        reason = say("undeliverable", {"answer": returned.words.rstrip(".")})
        requests.wait_for_person(connection, returned.request_id, reason, since=now, now=now)
