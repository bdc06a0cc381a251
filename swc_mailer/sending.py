"""The second phase: replies that are due are sent, from what the store says alone, and what became of each is recorded.

Each reply is claimed by a counted update before its first byte and settled by the server's answer after its last: a death
between the two leaves `sending`, which the next run treats as *delivery unknown*. Async lives here and in the mailer only. The
store is called directly, without threads: a commit takes less than a millisecond, far less than one reply's way to the server.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from swc_mailer import logs
from swc_mailer.core.mailwire import SERVICE_CLOSING, wire
from swc_mailer.core.pacing import Limits, wait_after, wait_after_break
from swc_mailer.due import DueReplies, Gate, Quota
from swc_mailer.errors import ConfigError, DeliveryUnknown, LoginRefused, Refused, SwcMailerError, TryLater, Unreachable
from swc_mailer.faults import fault_point
from swc_mailer.ports import DueReply, Mailer, Store, Wire

Connect = Callable[[], Awaitable[Mailer]]
WasSent = Callable[[str], bool | None]  # as MailboxPort.was_sent: may block, and is asked one at a time


@dataclass(frozen=True, slots=True)
class SendReport:
    """What became of the replies that were due. With an `error` the server could not be used, and the rest is still due."""

    sent: int = 0
    refused: int = 0  # by the server, for good, or given up: now in the review queue
    put_off: int = 0
    unknown: int = 0
    held: int = 0  # not let through by the gate
    error: SwcMailerError | None = None


async def send_due(
    store: Store,
    connect: Connect,
    gate: Gate,
    *,
    sender: str,
    was_sent: WasSent,
    clock: Callable[[], datetime],
    through: str = "",
    limits: Limits | None = None,
    stop: asyncio.Event | None = None,
    limit: int | None = None,
) -> SendReport:
    """Send what is due, `limit` replies at most. `limits` are those of the mailbox that replies go `through`, for all runs that
    send through it. When `stop` is set, each connection finishes the reply in hand. A server that cannot be used ends the phase
    with `error` in the report; anything unforeseen is raised."""
    with store.worker() as worker:
        quota = Quota(store, through, limits or Limits(), worker, clock)
        due = DueReplies(store, gate, quota, clock=clock, limit=limit)
        outbox = Outbox(store, due, quota, sender, was_sent, clock)
        floor = Floor(connect, quota, stop or asyncio.Event())
        lines = (work(outbox, floor) for _ in range(max(1, quota.limits.connections)))
        for result in await asyncio.gather(*lines, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result
    counts = outbox.counts
    return SendReport(
        sent=counts["sent"],
        refused=counts["refused"],
        put_off=counts["put_off"],
        unknown=counts["unknown"],
        held=due.held,
        error=floor.error,
    )


async def work(outbox: Outbox, floor: Floor) -> None:
    """One connection's share: opened with the first reply in hand, and anew whenever it is lost."""
    line = Line(floor)
    try:
        while not floor.over and (reply := outbox.due.next()):
            waited = await floor.turn()
            if waited and not outbox.due.confirmed(reply):
                continue
            # The connection first, the claim after it: while the server is down no reply is touched.
            if floor.over or not await line.ready():
                outbox.due.put_back(reply)
                break
            try:
                await outbox.deliver(reply, line)
            except (Unreachable, LoginRefused, ConfigError) as error:
                floor.give_up(error)
    except BaseException:
        floor.broken = True
        raise
    finally:
        await line.close()


class Floor:
    """What the connections share: when to stop, how fast to go, and whether the server can be used at all."""

    def __init__(self, connect: Connect, quota: Quota, stop: asyncio.Event) -> None:
        self._connect = connect
        self._quota = quota
        self._stop = stop
        self._connecting = asyncio.Lock()
        self.open_lines = 0
        self.error: SwcMailerError | None = None
        self.broken = False  # something unforeseen happened on one line: the others finish the reply in hand

    @property
    def per_connection(self) -> int:
        return self._quota.limits.per_connection

    @property
    def over(self) -> bool:
        return self._stop.is_set() or self.broken or self.error is not None

    async def turn(self) -> bool:
        """Wait for the next place in the minute; whether there was any waiting."""
        delay = self._quota.delay()
        if delay:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), delay)
        return delay > 0

    async def connection(self) -> Mailer | None:
        """A new connection, one at a time; None where there shall be none. A server that allows fewer connections than are
        configured is used with those that it allows: only when none is open, the failure is the server's."""
        async with self._connecting:
            if self.over:
                return None
            try:
                mailer = await self._connect()
            except Unreachable as error:
                if not self.open_lines:
                    self.give_up(error)
                logs.warning("no_connection", open=self.open_lines, error=str(error))
                return None
            except SwcMailerError as error:
                self.give_up(error)
                return None
            self.open_lines += 1
            return mailer

    def give_up(self, error: SwcMailerError) -> None:
        self.error = self.error or error


class Line:
    """One connection at a time to the server."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._mailer: Mailer | None = None
        self._carried = 0  # replies on this connection

    async def ready(self) -> bool:
        """Connect where there is no connection, or it has carried as many replies as it may; False where there can be none."""
        if self._carried and self._carried == self._floor.per_connection:
            await self.close()
        if self._mailer is None:
            self._mailer = await self._floor.connection()
            self._carried = 0
        return self._mailer is not None

    async def send(self, message: Wire, *, sender: str, recipient: str) -> str:
        """As Mailer.send. A server may close a connection between two replies: such a reply is begun again on a new one."""
        served_before = self._carried > 0
        self._carried += 1
        try:
            return await self._send(message, sender=sender, recipient=recipient)
        except (Unreachable, TryLater) as error:
            closed = isinstance(error, Unreachable) or error.code == SERVICE_CLOSING
            if not (served_before and closed and await self.ready()):
                raise
        self._carried = 1
        return await self._send(message, sender=sender, recipient=recipient)

    async def _send(self, message: Wire, *, sender: str, recipient: str) -> str:
        assert self._mailer, "ready() comes first"
        try:
            return await self._mailer.send(message, sender=sender, recipient=recipient)
        except (Unreachable, LoginRefused, DeliveryUnknown):
            await self.close()
            raise
        except TryLater as error:
            if error.code == SERVICE_CLOSING:
                await self.close()
            raise

    async def close(self) -> None:
        if self._mailer is not None:
            mailer, self._mailer = self._mailer, None
            self._floor.open_lines -= 1
            await mailer.close()


class Outbox:
    """The replies' side: claims one, builds its bytes, and records what became of it."""

    def __init__(
        self, store: Store, due: DueReplies, quota: Quota, sender: str, was_sent: WasSent, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._quota = quota
        self._sender = sender
        self._was_sent = was_sent
        self._clock = clock
        self._asking = asyncio.Lock()
        self._blocks: dict[str, bytes] = {}
        self.due = due
        self.counts: Counter[str] = Counter()

    async def deliver(self, reply: DueReply, line: Line) -> None:
        """Send one reply and record it; raises where the server cannot be used, with the reply back among those due."""
        message = wire(reply.head, self._block(reply.pack))
        arrived = reply.unknown_before and await self._arrived(reply)
        fault_point("send.before_claim")
        if not self._quota.claim(reply):
            self.due.not_claimed()
            return
        fault_point("send.claimed")
        if arrived:
            self._sent(reply, "It was found in the Sent folder.")
            return
        try:
            answer = await line.send(message, sender=self._sender, recipient=reply.recipient)
        except Refused as error:
            self._refused(reply, f"{error.code} {error.answer}")
        except TryLater as error:
            self._put_off(reply, f"{error.code} {error.answer}", wait_after(reply.attempts + 1))
        except DeliveryUnknown as error:
            self._store.unknown(reply.id, answer=str(error), now=self._clock())
            self._count("unknown", reply)
        except (Unreachable, LoginRefused, ConfigError) as error:
            self._put_off(reply, str(error), wait_after_break(reply.attempts + 1))
            raise
        else:
            fault_point("send.answered")
            self._sent(reply, answer)

    async def _arrived(self, reply: DueReply) -> bool:
        """Whether the Sent folder holds it. In a thread: a slow answer must not look like a slow SMTP server."""
        async with self._asking:
            return bool(await asyncio.to_thread(self._was_sent, reply.message_id))

    def _block(self, digest: str) -> bytes:
        if digest and digest not in self._blocks:
            self._blocks[digest] = self._store.pack(digest)
        return self._blocks[digest] if digest else b""

    def _sent(self, reply: DueReply, answer: str) -> None:
        self._store.sent(reply.id, answer=answer, now=self._clock())
        fault_point("send.recorded")
        self._count("sent", reply)

    def _refused(self, reply: DueReply, answer: str) -> None:
        self._store.refused(reply.id, answer=answer, now=self._clock())
        self._count("refused", reply)

    def _put_off(self, reply: DueReply, answer: str, wait: timedelta | None) -> None:
        if wait is None:
            self._refused(reply, f"Given up after two days: {answer}")
            return
        self._store.put_off(reply.id, answer=answer, next_attempt=self._clock() + wait)
        self._count("put_off", reply)

    def _count(self, outcome: str, reply: DueReply) -> None:
        self.counts[outcome] += 1
        logs.info(f"reply_{outcome}", reply=reply.id, request=reply.request_id, kind=reply.kind)
