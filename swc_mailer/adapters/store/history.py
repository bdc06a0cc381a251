"""What came before a message: the facts of the store that bear on its decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, or_, select

from swc_mailer.adapters.store.schema import blocked_address, decision, message, place, reply, request
from swc_mailer.adapters.store.states import GOES_ON, ON_THE_WAY, PERHAPS_ARRIVED
from swc_mailer.core.follow_up import Earlier, Link
from swc_mailer.core.model import Delivery, Details, Field, Folder, History, Language, Message
from swc_mailer.core.record import details_from
from swc_mailer.core.register import number_key
from swc_mailer.core.reply_address import writer

DAY = timedelta(hours=24)
LIVE = (*ON_THE_WAY, *PERHAPS_ARRIVED)
WENT_OUT = reply.c.sent_at.is_not(None)  # even if it came back
# A clock that was behind must not make a reply older than the message that it answers.
SENT_OR_ABOUT_TO_BE = case((reply.c.sent_at > reply.c.created, reply.c.sent_at), else_=reply.c.created)
PUT_BACK = frozenset({"put_back", "taken"})  # what a person says of a message that was ignored
MOST_REFERENCES = 100  # of the newest: a References field can be made to hold a hundred thousand
MOST_REQUESTS = 10  # of one sender: nobody goes on with one that was followed by so many


def history_of(
    connection: Connection, new: Message, digest: str, belongs_to: str, *, replies_today: int, now: datetime
) -> History:
    """The History of a message that is about to be decided, in the request that it belongs to, if any; `answered_by_hand` is
    the mailbox's to say."""
    sender = sender_of(new)
    earlier = taken_before(connection, new, digest, sender)
    put_back = was_put_back(connection, digest)
    return History(
        duplicate=earlier is not None and not put_back,
        put_back=put_back,
        blocked=is_blocked(connection, [sender, *addresses_of(new)]),
        replies_to_address=replies_to(connection, addresses_of(new), now=now),
        replies_today=replies_today,
        answers_our_reply=request_of_references(connection, new) is not None,
        numbers_tried=len(numbers_tried(connection, sender, now=now)),
        **(of_request(connection, belongs_to, now=now) if belongs_to else {}),
    )


def history_again(connection: Connection, new: Message, row_id: int, *, at: datetime) -> History:
    """The History of a message that has its row already, as it was at a moment; without what its request had given before."""
    row = connection.execute(select(message).where(message.c.id == row_id)).one()
    sender, already = sender_of(new), reply.c.created < at
    same = TAKEN_BEFORE.where(message.c.id < row_id)
    earlier = connection.execute(same, {"digest": row.digest, "message_id": new.message_id, "sender": sender}).first()
    codes = decided_codes(connection, row_id)
    of_its_request = of_request(connection, row.request_id, already, now=at) if row.request_id else {}
    return History(
        duplicate=earlier is not None,
        answered_by_hand="answered_by_hand" in codes,
        put_back=bool(PUT_BACK & codes),
        blocked=is_blocked(connection, [sender, *addresses_of(new)]),
        replies_to_address=count(connection, in_the_last_day(at), reply.c.recipient_key.in_(addresses_of(new)), already),
        replies_today=count(connection, in_the_last_day(at), already),
        answers_our_reply=request_of_references(connection, new) is not None,
        numbers_tried=len(numbers_tried(connection, sender, message.c.id < row_id, now=row.taken_at)),
        **{**of_its_request, "earlier": None},
    )


def decided_codes(connection: Connection, row_id: int) -> set[str]:
    """The codes of all that was ever decided of a message."""
    found = connection.execute(select(decision.c.reasons).where(decision.c.message == row_id)).scalars()
    return {reason["code"] for reasons in found for reason in reasons}


def of_request(connection: Connection, request_id: str, *conditions: ColumnElement[bool], now: datetime) -> Mapping[str, Any]:
    """The fields of History that are about the request that a message belongs to."""
    row = connection.execute(select(request).where(request.c.id == request_id)).one()
    replies = connection.execute(
        select(reply.c.kind, reply.c.missing, SENT_OR_ABOUT_TO_BE.label("at"), reply.c.state, reply.c.delivery)
        .where(reply.c.request_id == request_id, or_(reply.c.state.in_(LIVE), WENT_OUT), *conditions)
        .order_by(reply.c.id)
    ).all()
    stand = [sent for sent in replies if sent.state in LIVE]
    return {
        "open_request": request_id,
        "earlier": details_from(row.details) if row.details else None,
        "earlier_received": row.received,
        "wants_post": row.by_post,
        "language": Language(row.language),
        "replies_in_request": sum(sent.delivery == Delivery.EMAIL for sent in replies),
        "asked_for": tuple(frozenset(map(Field, sent.missing)) for sent in stand if sent.kind == "details_missing"),
        "asked_at": newest((sent.at for sent in stand if sent.kind == "details_missing"), now=now),
        "told_closed": any(sent.kind == "closed" for sent in stand),
        "pack_sent_at": newest((sent.at for sent in stand if sent.kind == "pack"), now=now),
    }


def packs_to(
    connection: Connection, membership_number: str, *, now: datetime, before: datetime | None = None
) -> tuple[int, datetime | None]:
    """How many packs a member was sent, or is about to be, and the moment of the last that did not come back; `before`: as it
    was at that moment."""
    theirs = [reply.c.member_key == number_key(membership_number), reply.c.kind == "pack", or_(reply.c.state.in_(LIVE), WENT_OUT)]
    if before is not None:
        theirs.append(reply.c.created < before)
    columns = (SENT_OR_ABOUT_TO_BE.label("at"), reply.c.state, reply.c.request_id, reply.c.created)
    packs = connection.execute(select(*columns).where(*theirs)).all()
    decided = {(pack.request_id, pack.created) for pack in packs}  # by email and by post it is still one
    return len(decided), newest((pack.at for pack in packs if pack.state in LIVE), now=now)


def newest(moments: Iterable[datetime], *, now: datetime) -> datetime | None:
    """One that lies far in the future was taken from a clock that was wrong, and says nothing."""
    return max((moment for moment in moments if moment <= now + DAY), default=None)


# --- the same message before -------------------------------------------------------------------------------


TAKEN_BEFORE = (
    select(message.c.digest, message.c.request_id, message.c.file_in)
    .where(
        message.c.outcome.is_not(None),
        or_(
            message.c.digest == bindparam("digest"),
            and_(
                message.c.message_id == bindparam("message_id"),
                message.c.sender == bindparam("sender"),
                message.c.message_id != "",
                message.c.sender != "",
                message.c.file_in != Folder.IGNORED,
            ),
        ),
    )
    .order_by((message.c.digest == bindparam("digest")).desc(), message.c.id.desc())
    .limit(1)
)


def taken_before(connection: Connection, new: Message, digest: str, sender: str) -> Any:
    """The newest decided message with the same bytes, or with the same Message-ID and sender; the latter only where it was
    not ignored: what a machine's mail was taken for says nothing of a person's."""
    return connection.execute(TAKEN_BEFORE, {"digest": digest, "message_id": new.message_id, "sender": sender}).first()


SAME_BYTES = (
    select(message.c.file_in, place.c.filed_at)
    .join(place, place.c.message == message.c.id)
    .where(message.c.digest == bindparam("digest"))
)


def was_put_back(connection: Connection, digest: str) -> bool:
    """Every message with these very bytes was filed in Ignored, and they lie in the inbox again: somebody put one back."""
    rows = connection.execute(SAME_BYTES, {"digest": digest}).all()
    return bool(rows) and all(row.file_in == Folder.IGNORED and row.filed_at for row in rows)


# --- the request that it belongs to ------------------------------------------------------------------------


def request_of_references(connection: Connection, new: Message) -> str | None:
    """The request of the newest of our own replies that a message refers to."""
    wanted = newest_references(new)
    if not wanted:
        return None
    found = select(reply.c.request_id).where(reply.c.message_id.in_(wanted)).order_by(reply.c.id.desc()).limit(1)
    return connection.execute(found).scalar()


OF_SENDER = (
    select(request)
    .where(request.c.sender == bindparam("sender"), request.c.state.in_(GOES_ON))
    .order_by(request.c.created.desc(), request.c.id)
    .limit(MOST_REQUESTS)
)


def earlier_requests(connection: Connection, new: Message, digest: str) -> list[Earlier]:
    """The requests that a message may belong to, the likeliest first."""
    sender = sender_of(new)
    same = taken_before(connection, new, digest, sender)
    linked = [
        (Link.SAME_MESSAGE, same.request_id if same else None),
        (Link.THREAD, request_of_references(connection, new)),
    ]
    found = [(link, connection.execute(select(request).where(request.c.id == named)).one()) for link, named in linked if named]
    found += [(Link.SENDER, row) for row in connection.execute(OF_SENDER, {"sender": sender})] if sender else []
    return [earlier_request(link, row) for link, row in found]


def earlier_request(link: Link, row: Any) -> Earlier:
    details = details_from(row.details) if row.details else Details()
    return Earlier(row.id, link, row.name, details, waits=row.state in GOES_ON)


# --- counts ------------------------------------------------------------------------------------------------


def in_the_last_day(now: datetime) -> ColumnElement[bool]:
    """Replies that count by the time of sending, whether they came back or not; those about to be sent count as sent now. What
    was sent far in the future was sent by a clock that was wrong."""
    sent = and_(reply.c.sent_at > now - DAY, reply.c.sent_at < now + DAY)
    return or_(sent, reply.c.state.in_(ON_THE_WAY))


def replies_in_all(connection: Connection, *, now: datetime) -> int:
    return count(connection, in_the_last_day(now))


def replies_to(connection: Connection, addresses: Iterable[str], *, now: datetime) -> int:
    """To whichever of the addresses that a message could be answered at."""
    return count(connection, in_the_last_day(now), reply.c.recipient_key.in_(list(addresses)))


def count(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    """Of the replies by email: no loop goes by post."""
    by_email = reply.c.delivery == Delivery.EMAIL.value
    return connection.execute(select(func.count()).select_from(reply).where(by_email, *conditions)).scalar_one()


GIVEN_SINCE = select(message.c.numbers).where(
    message.c.sender == bindparam("sender"), message.c.taken_at > bindparam("since"), message.c.numbers.is_not(None)
)


def numbers_tried(connection: Connection, sender: str, *conditions: ColumnElement[bool], now: datetime) -> set[str]:
    """The distinct membership numbers given from one address in the last 24 hours."""
    given = connection.execute(GIVEN_SINCE.where(*conditions), {"sender": sender, "since": now - DAY})
    return {number for numbers in given.scalars() for number in numbers}


def is_blocked(connection: Connection, addresses: Iterable[str]) -> bool:
    wanted = select(blocked_address.c.address).where(blocked_address.c.address.in_(list(addresses)))
    return connection.execute(wanted.limit(1)).first() is not None


# --- addresses ---------------------------------------------------------------------------------------------


def sender_of(new: Message) -> str:
    """The address of who wrote, lower case; "" where there is none."""
    found = writer(new)
    return found.address.lower() if found else ""


def name_of(new: Message) -> str:
    found = writer(new)
    return found.name if found else ""


def newest_references(new: Message) -> list[str]:
    return list(new.references)[-MOST_REFERENCES:]


def addresses_of(new: Message) -> list[str]:
    """Every address that the message could be answered at, lower case."""
    return sorted({mailbox.address.lower() for mailbox in (*new.from_, *new.reply_to) if mailbox.address})[:MOST_REFERENCES]
