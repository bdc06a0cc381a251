"""Filing: which messages still lie in the inbox and where they belong, and which moves were begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, select, true, update

from swc_mailer.adapters.store.engine import reading, writing
from swc_mailer.adapters.store.schema import decision, message, place
from swc_mailer.adapters.store.settings import set_value, value
from swc_mailer.core.model import Folder
from swc_mailer.ports import Begun, Location, ToFile, ToMove

FOLDERS = [folder.value for folder in Folder]  # a message that was erased is in none
LIES = (place.c.id, place.c.account, place.c.folder, place.c.uidvalidity, place.c.uid, place.c.filed_at, place.c.lies_in)
KNOWN_BY = (message.c.message_id, message.c.size, message.c.received)
LATEST = timedelta(hours=1)  # a decision may be written down so long after its time
DONE = {"moving_to": None, "moving_uidvalidity": None, "moving_uid": None}


class Filing:
    """The part of `ports.Store` that is about it: of the store's own account, where it was opened with one."""

    _engine: Engine
    _account: str

    def known(self) -> set[Location]:
        with reading(self._engine) as connection:
            return {location_of(row) for row in connection.execute(lies_in_inbox().where(self._ours()))}

    def to_file(self, *, limit: int) -> list[ToFile]:
        with reading(self._engine) as connection:
            found = connection.execute(lies_in_inbox().where(self._ours()).limit(limit))
            return [to_file(row, Folder(row.file_in)) for row in found]

    def to_move(self, *, limit: int) -> list[ToMove]:
        """Only a decision makes a message belong elsewhere: those are looked through that are new since all was in its place."""
        with reading(self._engine) as connection:
            since = value(connection, self._in_place)
            found = connection.execute(lies_elsewhere(since).where(self._ours()).limit(limit))
            return [to_move(row, Folder(row.file_in)) for row in found]

    def all_in_place(self, *, now: datetime) -> None:
        with reading(self._engine) as connection:
            since = value(connection, self._in_place)
        if since is None or datetime.fromisoformat(since) < now - LATEST:
            with writing(self._engine) as connection:
                set_value(connection, self._in_place, now.isoformat())

    @property
    def _in_place(self) -> str:
        """The setting that tells when all messages lay where they belong."""
        return f"in place:{self._account}"

    def moving(self, ids: Sequence[int], folder: Folder, *, since: Location) -> None:
        begun = {"moving_to": folder.value, "moving_uidvalidity": since.uidvalidity, "moving_uid": since.uid}
        with writing(self._engine) as connection:
            connection.execute(update(place).where(place.c.id.in_(list(ids))).values(begun))

    def filed(self, ids: Sequence[int], folder: Folder, *, now: datetime) -> None:
        with writing(self._engine) as connection:
            there = {"filed_at": now, "lies_in": folder.value}
            connection.execute(update(place).where(place.c.id.in_(list(ids))).values(there | DONE))

    def not_moved(self, ids: Sequence[int]) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(place).where(place.c.id.in_(list(ids))).values(DONE))

    def begun(self) -> list[Begun]:
        with reading(self._engine) as connection:
            return [begun(row) for row in connection.execute(BEGUN.where(self._ours()))]

    def _ours(self) -> ColumnElement[bool]:
        return place.c.account == self._account if self._account else true()


def lies_in_inbox() -> Select[Any]:
    """Places whose message is decided and not yet filed."""
    joined = select(*LIES, message.c.file_in).join(message, message.c.id == place.c.message)
    return joined.where(place.c.filed_at.is_(None), message.c.file_in.in_(FOLDERS)).order_by(place.c.id)


def lies_elsewhere(since: str | None) -> Select[Any]:
    """Places in one of our folders whose message belongs in another, by a decision made after or not long before `since`."""
    joined = select(*LIES, *KNOWN_BY, message.c.file_in).join(message, message.c.id == place.c.message)
    belongs = (place.c.lies_in != message.c.file_in, message.c.file_in.in_(FOLDERS))
    elsewhere = joined.where(place.c.filed_at.is_not(None), *belongs).order_by(place.c.id)
    if since is None:
        return elsewhere
    new = select(decision.c.request_id).where(decision.c.decided_at >= datetime.fromisoformat(since) - LATEST)
    return elsewhere.where(message.c.request_id.in_(new))


BEGUN = (
    select(*LIES, *KNOWN_BY, message.c.digest, message.c.whole, place.c.moving_to, place.c.moving_uidvalidity, place.c.moving_uid)
    .join(message, message.c.id == place.c.message)
    .where(place.c.moving_to.is_not(None))
    .order_by(place.c.id)
)


def begun(row: Any) -> Begun:
    folder = Folder(row.moving_to)
    moved = to_move(row, folder) if row.filed_at else to_file(row, folder)
    since = Location(row.account, row.moving_to, row.moving_uidvalidity, row.moving_uid)
    return Begun(moved, since, row.digest, row.size, row.whole)


def to_file(row: Any, folder: Folder) -> ToFile:
    return ToFile(row.id, location_of(row), folder)


def to_move(row: Any, folder: Folder) -> ToMove:
    return ToMove(row.id, row.message_id, row.size, row.received, row.account, Folder(row.lies_in), folder)


def location_of(row: Any) -> Location:
    return Location(row.account, row.folder, row.uidvalidity, row.uid)
