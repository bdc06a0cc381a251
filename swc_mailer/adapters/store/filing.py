"""Filing: which messages still lie in the inbox, and where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update

from swc_mailer.adapters.store.schema import message, place
from swc_mailer.core.model import Folder
from swc_mailer.ports import Location, ToFile, ToMove

FOLDERS = [folder.value for folder in Folder]  # a message that was erased is in none


def lies_in_inbox() -> Select[Any]:
    """Places whose message is decided and not yet filed."""
    columns = (place.c.id, place.c.account, place.c.folder, place.c.uidvalidity, place.c.uid, message.c.file_in)
    joined = select(*columns).join(message, message.c.id == place.c.message)
    return joined.where(place.c.filed_at.is_(None), message.c.file_in.in_(FOLDERS)).order_by(place.c.id)


def known(connection: Connection, locations: Sequence[Location]) -> set[Location]:
    return {location_of(row) for row in connection.execute(lies_in_inbox())} & set(locations)


def to_file(connection: Connection, *, limit: int) -> list[ToFile]:
    found = connection.execute(lies_in_inbox().limit(limit))
    return [ToFile(row.id, location_of(row), Folder(row.file_in)) for row in found]


def location_of(row: Any) -> Location:
    return Location(row.account, row.folder, row.uidvalidity, row.uid)


def filed(connection: Connection, ids: Sequence[int], *, now: datetime) -> None:
    belongs = select(message.c.file_in).where(message.c.id == place.c.message).scalar_subquery()
    connection.execute(update(place).where(place.c.id.in_(list(ids))).values(filed_at=now, lies_in=belongs))


def to_move(connection: Connection, *, limit: int) -> list[ToMove]:
    known_by = (message.c.message_id, message.c.size, message.c.received)
    columns = (place.c.id, *known_by, place.c.account, place.c.lies_in, message.c.file_in)
    found = (
        select(*columns)
        .join(message, message.c.id == place.c.message)
        .where(place.c.filed_at.is_not(None), place.c.lies_in != message.c.file_in, message.c.file_in.in_(FOLDERS))
        .order_by(place.c.id)
        .limit(limit)
    )
    rows = connection.execute(found)
    return [
        ToMove(row.id, row.message_id, row.size, row.received, row.account, Folder(row.lies_in), Folder(row.file_in))
        for row in rows
    ]
