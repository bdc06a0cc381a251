"""Who helps a run that has much to do: a process that reads messages ahead, and one that sends what becomes due meanwhile.

Both are forked from the run, and neither decides anything. The one that reads is given messages and gives back what they say. The
one that sends does what the send phase does, in turns of some hundred replies, from the store alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from swc_mailer import assemble
from swc_mailer.adapters.beside import Beside, Ended, can_fork, has_two_cores
from swc_mailer.answering import Answering
from swc_mailer.config import Config
from swc_mailer.errors import Unreachable
from swc_mailer.ports import Fetched, Store
from swc_mailer.sending import SendReport
from swc_mailer.taking_in import NOBODY, Read, read_all

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

A_TURN = 200  # replies: enough for connections that are opened anew for each turn
MORE, OVER, STOP = "more", "over", "stop"

Sends = Callable[[Store, Callable[[], bool]], SendReport]  # the send phase, by a store, until told to stop


class Helpers:
    """Implements `taking_in.Helpers`."""

    def __init__(self, config: Config, store: Store, sends: Sends, *, stopping: Callable[[], bool]) -> None:
        self._config = config
        self._store = store
        self._sends = sends
        self._stopping = stopping
        self._reader: Beside | None = None
        self._sender: Beside | None = None
        self._told = 0

    def come(self, means: Answering) -> None:
        if not can_fork():
            return
        self._store.close()  # it opens again by itself: a connection to SQLite must not be carried into another process
        self._sender = Beside("sender", lambda pipe: send_until_over(self._config, self._sends, pipe))
        if has_two_cores():
            self._reader = Beside("reader", lambda pipe: read_what_comes(means, pipe))

    # --- reading -------------------------------------------------------------------------------------------

    def read(self, batches: Iterator[list[Fetched]], means: Answering) -> Iterator[list[Read]]:
        return NOBODY.read(batches, means) if self._reader is None else read_ahead(self._reader, batches)

    # --- sending -------------------------------------------------------------------------------------------

    def written(self, messages: int) -> None:
        self._told += messages
        if self._told >= A_TURN:
            self._told = 0
            self._tell(MORE)

    def _tell(self, word: str) -> None:
        if self._sender is not None:
            try:
                self._sender.tell(word)
            except Ended:
                self._told = 0  # `sent` tells of it

    def taken_in(self) -> None:
        """Nothing more becomes due in this pass."""
        self._tell(OVER)

    @property
    def sending(self) -> bool:
        return self._sender is not None

    def sent(self) -> SendReport:
        """What the other process has sent, once it has sent all."""
        assert self._sender
        try:
            report: SendReport = self._sender.hear(self._stop_where_told)
        except Ended as ended:
            return SendReport(error=Unreachable(f"The process that sends was ended ({ended}): the next run goes on."))
        finally:
            self._end_sender()
        return report

    def _stop_where_told(self) -> None:
        if self._stopping():
            self._tell(STOP)

    def _end_sender(self) -> None:
        if self._sender is not None:
            self._sender.close()
        self._sender = None

    # --- the end -------------------------------------------------------------------------------------------

    def __enter__(self) -> Helpers:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _where: object) -> None:
        """Where something has failed, the reply in hand is finished; not so where the run itself is broken off."""
        if self._reader is not None:
            self._reader.close()
        if self._sender is not None and kind is not None and issubclass(kind, Exception):
            self._tell(STOP)
            self.sent()
        self._end_sender()


# --- the process that reads --------------------------------------------------------------------------------


def read_what_comes(means: Answering, pipe: Connection) -> None:
    while True:
        batch: list[Fetched] = pipe.recv()
        pipe.send([(read.digest, read.reading, read.error) for read in read_all(batch, means)])


def read_ahead(reader: Beside, batches: Iterator[list[Fetched]]) -> Iterator[list[Read]]:
    """While one batch is decided, the next is read. Only one is on its way at a time: neither pipe fills up."""
    ahead: list[Fetched] = []
    try:
        for batch in batches:
            read = joined(ahead, reader) if ahead else []
            reader.tell(batch)
            ahead = batch
            if read:
                yield read
    except Unreachable:
        if ahead:
            yield joined(ahead, reader)
        raise
    if ahead:
        yield joined(ahead, reader)


def joined(batch: list[Fetched], reader: Beside) -> list[Read]:
    found: list[Any] = reader.hear()
    return [Read(fetched, *told) for fetched, told in zip(batch, found, strict=True)]


# --- the process that sends --------------------------------------------------------------------------------


class Told:
    """What the run has said."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.over = self.stop = False
        self._news = False

    def wait(self, *, for_the_end: bool) -> None:
        """For the next word, unless one has come since the last wait; or until nothing more becomes due."""
        if not self._news:
            self._hear()
        while not self.stopping() and for_the_end and not self.over:
            self._hear()
        self._news = False

    def stopping(self) -> bool:
        while not self.stop and self._pipe.poll():
            self._hear()
        return self.stop

    def _hear(self) -> None:
        try:
            word = self._pipe.recv()
        except EOFError:  # the run has died
            word = STOP
        self._news = True
        self.over |= word == OVER
        self.stop |= word == STOP


def send_until_over(config: Config, sends: Sends, pipe: Connection) -> None:
    told, report = Told(pipe), SendReport()
    with closing(assemble.open_store(config)) as store:
        while True:
            over = told.over  # asked before the turn: what was taken in by then is sent in it
            turn = sends(store, told.stopping)
            report = added(report, turn)
            if over or told.stop or report.error:
                break
            told.wait(for_the_end=turn.held > 0)  # what the gate lets not go is asked about once more, and not in every turn
    pipe.send(report)


def added(one: SendReport, other: SendReport) -> SendReport:
    counts = {field.name: getattr(one, field.name) + getattr(other, field.name) for field in fields(one) if field.name != "error"}
    return SendReport(**counts, error=one.error or other.error)
