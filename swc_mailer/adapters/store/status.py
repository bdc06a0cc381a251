"""The state of the whole: counts that must add up, runs, settings and the packs."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from swc_mailer.adapters.store.filing import lies_in_inbox
from swc_mailer.adapters.store.replies import BY_POST, IS_DUE, PAUSED
from swc_mailer.adapters.store.schema import message, pack, place, reply, request, run, setting
from swc_mailer.adapters.store.settings import value
from swc_mailer.adapters.store.states import ReplyState, RequestState
from swc_mailer.core.model import Folder
from swc_mailer.errors import StoreError
from swc_mailer.ports import Counts

FILED_IN = ("answered", "review", "ignored", "erased")
SECRET_BYTES = 32


def replies_due(connection: Connection) -> int:
    return how_many(connection, IS_DUE)


def counts(connection: Connection) -> Counts:
    oldest = select(func.min(request.c.waiting_since)).where(request.c.state == RequestState.WAITING.value)
    return Counts(
        waiting=how_many(connection, request.c.state == RequestState.WAITING.value),
        oldest_waiting=connection.execute(oldest).scalar(),
        replies_due=replies_due(connection),
        to_print=how_many(connection, and_(reply.c.state == ReplyState.DUE.value, BY_POST)),
        delivery_unknown=how_many(connection, reply.c.state == ReplyState.UNKNOWN.value),
        failed=failed(connection),
        messages=messages(connection),
        unfiled=connection.execute(select(func.count()).select_from(lies_in_inbox().order_by(None).subquery())).scalar_one(),
        last_run=connection.execute(select(func.max(run.c.started))).scalar(),
        last_good_run=connection.execute(select(func.max(run.c.ended)).where(run.c.error == "")).scalar(),
        last_error=connection.execute(LAST_ERROR).scalar() or "",
        paused=bool(value(connection, PAUSED)),
    )


LAST_ERROR = select(run.c.error).where(run.c.ended.is_not(None)).order_by(run.c.id.desc()).limit(1)


def how_many(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).where(condition)).scalar_one()


def messages(connection: Connection) -> Mapping[str, int]:
    """All that were taken in and decided, and where each is: the sum of the parts is the whole."""
    decided = select(message.c.file_in, func.count().label("number")).where(message.c.file_in.is_not(None))
    found = {row.file_in: row.number for row in connection.execute(decided.group_by(message.c.file_in))}
    return {"taken_in": sum(found.values())} | {name: found.get(name, 0) for name in FILED_IN}


def lying(connection: Connection, account: str) -> Mapping[str, int]:
    """How many messages should lie in the inbox and in each of our folders. "copies": that many may be missing, for the same
    bytes were taken in before: delivered twice, or moved back into the inbox by a person."""
    decided, here = message.c.outcome.is_not(None), place.c.account == account
    places = (
        select(place.c.lies_in, func.count().label("number"))
        .join(message, message.c.id == place.c.message)
        .where(decided, here, place.c.filed_at.is_not(None))
        .group_by(place.c.lies_in)
    )
    found = {row.lies_in: row.number for row in connection.execute(places)}
    unfiled = select(func.count()).select_from(place.join(message, message.c.id == place.c.message))
    inbox = connection.execute(unfiled.where(decided, here, place.c.filed_at.is_(None))).scalar_one()
    copies = select(func.count()).where(message.c.copy > 0, message.c.id.in_(select(place.c.message).where(here)))
    again = connection.execute(copies).scalar_one()
    return {"inbox": inbox, "copies": again} | {folder.value: found.get(folder.value, 0) for folder in Folder}


def failed(connection: Connection) -> int:
    """Cases that wait because a message or its reply failed, and messages that are still being tried."""
    waiting = connection.execute(select(request.c.reasons).where(request.c.state == RequestState.WAITING.value)).scalars()
    cases = sum(any(reason["code"] in ("failed", "undeliverable") for reason in reasons) for reasons in waiting)
    return cases + how_many(connection, message.c.file_in.is_(None))


# --- runs --------------------------------------------------------------------------------------------------


def last_run_died(connection: Connection, account: str) -> bool:
    theirs = run.c.account.in_((account, ""))  # "": of a version that did not note it
    last = connection.execute(select(run.c.ended).where(theirs).order_by(run.c.id.desc()).limit(1)).first()
    return last is not None and last.ended is None


def run_started(connection: Connection, account: str, *, now: datetime) -> int:
    run_id: int = connection.execute(insert(run).values(account=account, started=now).returning(run.c.id)).scalar_one()
    return run_id


def run_ended(connection: Connection, run_id: int, *, counts: Mapping[str, Any], error: str, now: datetime) -> None:
    connection.execute(update(run).where(run.c.id == run_id).values(ended=now, counts=dict(counts), error=error))


# --- secrets -----------------------------------------------------------------------------------------------


def secret(connection: Connection, name: str) -> bytes | None:
    kept = value(connection, f"secret:{name}")
    return base64.b64decode(kept) if kept else None


def make_secret(connection: Connection, name: str) -> None:
    """A new random key; IntegrityError where another process made it meanwhile."""
    key = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    connection.execute(insert(setting).values(name=f"secret:{name}", value=key))


# --- packs -------------------------------------------------------------------------------------------------


def has_pack(connection: Connection, digest: str) -> bool:
    return connection.execute(select(pack.c.digest).where(pack.c.digest == digest)).first() is not None


def keep_pack(connection: Connection, digest: str, block: bytes) -> None:
    connection.execute(insert(pack).values(digest=digest, block=block))


def pack_block(connection: Connection, digest: str) -> bytes:
    block: bytes | None = connection.execute(select(pack.c.block).where(pack.c.digest == digest)).scalar()
    if block is None:
        raise StoreError(f"The store has no pack {digest}: put a backup back with swc-mailer restore.")
    return block
