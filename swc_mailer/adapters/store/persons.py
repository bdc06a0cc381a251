"""Who is named in the store: a person's email address or membership number in, all that is held about them out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Text, func, select, type_coerce

from swc_mailer.adapters.store import queue
from swc_mailer.adapters.store.schema import audit, blocked_address, decision, message, reply, request
from swc_mailer.core.register import number_key
from swc_mailer.desk_port import Held


def held(connection: Connection, *, email: str, membership_number: str) -> Held:
    cases = requests_of(connection, email=email, membership_number=membership_number)
    messages = messages_of(connection, email=email, membership_number=membership_number)
    done = select(audit).where(audit.c.request_id.in_(cases)).order_by(audit.c.id)
    blocked = connection.execute(select(blocked_address).where(blocked_address.c.address == email.lower())).mappings().first()
    return Held(
        cases=[case for case_id in cases if (case := queue.case(connection, case_id))],
        ignored=[ignored_message(connection, message_id) for message_id in messages],
        audit=[dict(row) for row in connection.execute(done).mappings()],
        blocked=dict(blocked) if blocked else None,
    )


def ignored_message(connection: Connection, message_id: int) -> Mapping[str, Any]:
    """A message of no case, told as a case tells its own, with its decisions."""
    row = queue.rows_of(connection, message, message.c.id == message_id)[0]
    return dict(row) | {"decisions": queue.rows_of(connection, decision, decision.c.message == message_id)}


# --- where somebody is named -------------------------------------------------------------------------------


def requests_of(connection: Connection, *, email: str, membership_number: str) -> list[str]:
    """The requests in which a person is named: as who asked, wrote or was answered, or by the membership number."""
    found: set[str | None] = set()
    if email:
        address = email.lower()
        found |= set(connection.execute(select(request.c.id).where(request.c.sender == address)).scalars())
        found |= set(connection.execute(select(message.c.request_id).where(message.c.sender == address)).scalars())
        found |= set(connection.execute(select(reply.c.request_id).where(reply.c.recipient_key == address)).scalars())
    if membership_number:
        key = number_key(membership_number)
        found |= set(requests_with(connection, key))
        found |= set(connection.execute(select(reply.c.request_id).where(reply.c.member_key == key)).scalars())
        found |= {row.request_id for row in messages_with(connection, key)}
    return sorted(request_id for request_id in found if request_id)


def messages_of(connection: Connection, *, email: str, membership_number: str) -> list[int]:
    """The messages that name a person and belong to no request: what was ignored."""
    found: set[int] = set()
    if email:
        theirs = select(message.c.id).where(message.c.sender == email.lower(), message.c.request_id.is_(None))
        found |= set(connection.execute(theirs).scalars())
    if membership_number:
        found |= {row.id for row in messages_with(connection, number_key(membership_number)) if row.request_id is None}
    return sorted(found)


def requests_with(connection: Connection, key: str) -> Iterator[str | None]:
    """Those whose decisions or details have the number: also one that was quoted, or that does not count."""
    yield from connection.execute(select(request.c.id).where(func.ltrim(request.c.membership_number, "0") == key)).scalars()
    yield from connection.execute(
        select(decision.c.request_id).where(func.ltrim(decision.c.membership_number, "0") == key)
    ).scalars()
    # The database looks for the digits anywhere in the record; whether they are the number is seen in the record itself.
    written = type_coerce(request.c.details, Text).contains(key, autoescape=True)
    for row in connection.execute(select(request.c.id, request.c.details).where(written)):
        numbers = [number["value"] for name in ("numbers", "quoted_numbers") for number in row.details[name]]
        if has_key(numbers, key):
            yield row.id


def messages_with(connection: Connection, key: str) -> Sequence[Any]:
    written = type_coerce(message.c.numbers, Text).contains(key, autoescape=True)
    found = connection.execute(select(message.c.id, message.c.request_id, message.c.numbers).where(written))
    return [row for row in found if has_key(row.numbers, key)]


def has_key(numbers: Collection[str], key: str) -> bool:
    return any(number_key(number) == key for number in numbers)
