"""The third phase: every message that is decided leaves the inbox for its folder, from what the store says alone.

A message that is no longer in the inbox was filed by a run that died, or moved by a person: it counts as filed. The same holds
for messages of cases that staff have settled, which go on from one of our folders to another. That a move is begun is written
down before it, so that the next run looks for the copies that a broken one may have left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from swc_mailer.core.model import Folder
from swc_mailer.faults import fault_point
from swc_mailer.ports import MailboxPort, Store, ToFile, ToMove

BATCH = 500  # messages a MOVE: one at a time costs a look through the whole folder each


def file_all(mailbox: MailboxPort, store: Store, *, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> int:
    """How many messages were filed."""
    begun = clock()
    filed = finish(mailbox, store, clock)
    while not stopping() and (waiting := store.to_file(limit=BATCH)):
        for folder in Folder:
            filed += file_batch([message for message in waiting if message.folder is folder], folder, mailbox, store, clock)
    while not stopping() and (settled := store.to_move(limit=BATCH)):
        for folder in Folder:
            filed += refile_batch([message for message in settled if message.folder is folder], folder, mailbox, store, clock)
    if not stopping():
        store.all_in_place(now=begun)
    return filed


def finish(mailbox: MailboxPort, store: Store, clock: Callable[[], datetime]) -> int:
    """What another run has begun; what it left undone is to be moved as if it had never been begun."""
    begun = store.begun()
    if not begun:
        return 0
    done = mailbox.finish(begun)
    for folder in Folder:
        there = [move.message.id for move in begun if done[move.message.id] and move.message.folder is folder]
        store.filed(there, folder, now=clock())
    store.not_moved([move.message.id for move in begun if not done[move.message.id]])
    return sum(done.values())


def file_batch(messages: list[ToFile], folder: Folder, mailbox: MailboxPort, store: Store, clock: Callable[[], datetime]) -> int:
    if messages:
        with moving(messages, folder, mailbox, store, clock):
            mailbox.file([message.location for message in messages], folder)
    return len(messages)


def refile_batch(
    messages: list[ToMove], folder: Folder, mailbox: MailboxPort, store: Store, clock: Callable[[], datetime]
) -> int:
    if messages:
        with moving(messages, folder, mailbox, store, clock):
            mailbox.refile(messages)
    return len(messages)


@contextmanager
def moving(
    messages: Sequence[ToFile | ToMove], folder: Folder, mailbox: MailboxPort, store: Store, clock: Callable[[], datetime]
) -> Iterator[None]:
    """Write down that the messages are being moved, and then that they were."""
    ids = [message.id for message in messages]
    fault_point("file.before_move")
    store.moving(ids, folder, since=mailbox.next_place(folder))
    fault_point("file.begun")
    yield
    fault_point("file.moved")
    store.filed(ids, folder, now=clock())
    fault_point("file.recorded")
