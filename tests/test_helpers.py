"""The process beside a run, and what it is given to read."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import pytest

from swc_mailer.adapters.beside import Beside, Ended
from swc_mailer.commands.helpers import read_ahead
from swc_mailer.errors import Unreachable
from swc_mailer.ports import Fetched, Location, Waiting

NOW = datetime(2014, 2, 10, 9, 15, tzinfo=UTC)


def fetched(uid: int) -> Fetched:
    return Fetched(Waiting(Location("swc@example.org", "INBOX", 1, uid), 4, NOW, answered=False), b"mail")


def reads(pipe: Connection) -> None:
    while True:
        pipe.send([(f"digest {one.waiting.location.uid}", None, "") for one in pipe.recv()])


def dies(pipe: Connection) -> None:
    pipe.recv()
    os.kill(os.getpid(), signal.SIGKILL)


def ends(pipe: Connection) -> None:
    pipe.recv()


def breaks(pipe: Connection) -> None:
    pipe.recv()
    raise ValueError("the words of a member")


def test_messages_are_read_ahead_and_come_back_in_their_order() -> None:
    batches = [[fetched(1), fetched(2)], [fetched(3)], [fetched(4)]]
    with closing(Beside("reader", reads)) as reader:
        read = [[(one.fetched.waiting.location.uid, one.digest) for one in batch] for batch in read_ahead(reader, iter(batches))]

    assert read == [[(1, "digest 1"), (2, "digest 2")], [(3, "digest 3")], [(4, "digest 4")]]


def test_what_came_before_the_connection_was_lost_is_given_before_the_error() -> None:
    def lost() -> Iterator[list[Fetched]]:
        yield [fetched(1)]
        yield [fetched(2)]
        raise Unreachable("the line is dead")

    with closing(Beside("reader", reads)) as reader:
        given = read_ahead(reader, lost())

        assert [next(given)[0].digest, next(given)[0].digest] == ["digest 1", "digest 2"]
        with pytest.raises(Unreachable, match="the line is dead"):
            next(given)


@pytest.mark.parametrize(("work", "how"), [(dies, "signal 9"), (ends, "exit code 0"), (breaks, "exit code 1")])
def test_how_a_process_ended_is_told(work: object, how: str, capfd: pytest.CaptureFixture[str]) -> None:
    with closing(Beside("helper", work)) as helper:  # type: ignore[arg-type] # one of the above
        helper.tell("go on")
        with pytest.raises(Ended, match=how):
            helper.hear()

    assert "words of a member" not in "".join(capfd.readouterr())
