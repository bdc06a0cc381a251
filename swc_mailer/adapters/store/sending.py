"""Sending: which replies are due, who has them in hand, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlalchemy import Engine

from swc_mailer.adapters.store import pacing, replies
from swc_mailer.adapters.store.engine import reading, worker_lock, writing
from swc_mailer.ports import DueReply, ReplyFacts


class Sending:
    """The part of `ports.Store` that is about it."""

    _engine: Engine
    _say: replies.SaysReason

    def due(self, *, now: datetime, limit: int) -> list[DueReply]:
        with reading(self._engine) as connection:
            return replies.due(connection, now=now, limit=limit)

    def worker(self) -> AbstractContextManager[int]:
        return worker_lock(self._engine)

    def take_up(self, worker: int, *, after: int, now: datetime, limit: int) -> list[DueReply]:
        with (writing if worker else reading)(self._engine) as connection:
            return replies.take_up(connection, worker, after=after, now=now, limit=limit)

    def take_place(self, mailbox: str, *, gap: timedelta, now: datetime) -> datetime:
        with writing(self._engine) as connection:
            return pacing.take_place(connection, mailbox, gap=gap, now=now)

    def has_room(self, mailbox: str, *, per_day: int, now: datetime) -> bool:
        with writing(self._engine) as connection:
            return pacing.room_left(connection, mailbox, per_day=per_day, now=now) > 0

    def gone(self, mailbox: str, *, now: datetime) -> Sequence[datetime]:
        with reading(self._engine) as connection:
            return pacing.gone(connection, mailbox, now=now)

    def claim(self, reply_id: int, *, now: datetime, worker: int = 0, through: str = "", per_day: int = 0) -> bool:
        with writing(self._engine) as connection:
            return replies.claim(connection, reply_id, now=now, worker=worker, through=through, per_day=per_day)

    def facts(self, reply_id: int, *, now: datetime, in_all: bool = True) -> ReplyFacts:
        with reading(self._engine) as connection:
            return replies.facts(connection, reply_id, in_all=in_all, now=now)

    def hold(self, reply_id: int, *, code: str, sentence: str, now: datetime) -> None:
        with writing(self._engine) as connection:
            replies.hold(connection, reply_id, {"code": code, "text": sentence, "facts": {}}, now=now)

    def sent(self, reply_id: int, *, answer: str, now: datetime) -> None:
        with writing(self._engine) as connection:
            replies.sent(connection, reply_id, answer=answer, now=now)

    def refused(self, reply_id: int, *, answer: str, now: datetime) -> None:
        with writing(self._engine) as connection:
            replies.refused(connection, reply_id, self._say, answer=answer, now=now)

    def put_off(self, reply_id: int, *, answer: str, next_attempt: datetime) -> None:
        with writing(self._engine) as connection:
            replies.put_off(connection, reply_id, answer=answer, next_attempt=next_attempt)

    def unknown(self, reply_id: int, *, answer: str, now: datetime) -> None:
        with writing(self._engine) as connection:
            replies.unknown(connection, reply_id, self._say, answer=answer, now=now)

    def interrupted(self, *, now: datetime) -> int:
        with reading(self._engine) as connection:
            if not replies.left_over(connection):
                return 0
        with writing(self._engine) as connection:
            return replies.interrupted(connection, self._say, now=now)
