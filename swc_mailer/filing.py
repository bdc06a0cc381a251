"""The third phase: every message that is decided leaves the inbox for its folder, from what the store says alone.

A message that is no longer in the inbox was filed by a run that died, or moved by a person: it counts as filed. The same holds
for messages of cases that staff have settled, which go on from one of our folders to another.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from swc_mailer.core.model import Folder
from swc_mailer.faults import fault_point
from swc_mailer.ports import MailboxPort, Store, ToFile, ToMove

BATCH = 500  # messages a MOVE: one at a time costs a look through the whole folder each


def file_all(mailbox: MailboxPort, store: Store, *, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> int:
    """How many messages were filed."""
    filed = 0
    while not stopping() and (waiting := store.to_file(limit=BATCH)):
        for folder in Folder:
            filed += file_batch([message for message in waiting if message.folder is folder], folder, mailbox, store, clock)
    while not stopping() and (settled := store.to_move(limit=BATCH)):
        filed += refile_batch(settled, mailbox, store, clock)
    return filed


def file_batch(messages: list[ToFile], folder: Folder, mailbox: MailboxPort, store: Store, clock: Callable[[], datetime]) -> int:
    if messages:
        fault_point("file.before_move")
        mailbox.file([message.location for message in messages], folder)
        fault_point("file.moved")
        store.filed([message.id for message in messages], now=clock())
        fault_point("file.recorded")
    return len(messages)


def refile_batch(messages: list[ToMove], mailbox: MailboxPort, store: Store, clock: Callable[[], datetime]) -> int:
    fault_point("file.before_move")
    mailbox.refile(messages)
    fault_point("file.moved")
    store.filed([message.id for message in messages], now=clock())
    fault_point("file.recorded")
    return len(messages)
