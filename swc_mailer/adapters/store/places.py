"""Places: where a message lies by the mail server's numbers, and whether the message there was taken in before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from swc_mailer.adapters.store.schema import message, place
from swc_mailer.ports import Location


def note_again(connection: Connection, digest: str, location: Location) -> bool:
    """Whether the message at a location needs no decision, for it has one; it is then noted as not yet filed."""
    here = place_at(connection, location)
    if here is not None:
        if here.outcome is not None:
            connection.execute(update(place).where(place.c.id == here.id).values(filed_at=None))
        return here.outcome is not None
    same = same_in_a_renumbered_folder(connection, digest, location)
    if same is not None:
        connection.execute(update(place).where(place.c.id == same).values(place_values(location)))
    return same is not None


PLACE_AT = (
    select(place.c.id, place.c.message, message.c.outcome)
    .join(message, message.c.id == place.c.message)
    .where(*(place.c[name] == bindparam(name) for name in ("account", "folder", "uidvalidity", "uid")))
)


def place_at(connection: Connection, location: Location) -> Any:
    return connection.execute(PLACE_AT, place_values(location)).first()


def place_values(location: Location) -> dict[str, Any]:
    return {
        "account": location.account,
        "folder": location.folder,
        "uidvalidity": location.uidvalidity,
        "uid": location.uid,
    }


# By the digest alone, for that index finds one row: told more, SQLite prefers the one that finds all that wait to be filed.
PLACES_OF_BYTES = (
    select(place.c.id, message.c.outcome, place.c.account, place.c.folder, place.c.uidvalidity, place.c.filed_at)
    .join(place, place.c.message == message.c.id)
    .where(message.c.digest == bindparam("digest"))
    .order_by(message.c.id)
)


def same_in_a_renumbered_folder(connection: Connection, digest: str, location: Location) -> int | None:
    """The place of a decided message with these bytes that is not yet filed, and whose folder has another UIDVALIDITY now: its
    old UID means nothing any more, so this is where it lies. Under the same UIDVALIDITY another UID is another message."""
    for row in connection.execute(PLACES_OF_BYTES, {"digest": digest}):
        waits = row.outcome is not None and row.filed_at is None
        same_folder = (row.account, row.folder) == (location.account, location.folder)
        if waits and same_folder and row.uidvalidity != location.uidvalidity:
            return int(row.id)
    return None
