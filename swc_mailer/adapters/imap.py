"""The mailbox over IMAP: what waits in the inbox, the messages' bytes, and their filing in our folders.

Nothing here changes a message: folders are opened for reading only, save for moving. Every operation opens its folder anew, so
that one that was numbered anew (UIDVALIDITY) is noticed before any UID is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from sys import maxsize
from typing import Any, TypeGuard

from swc_mailer.adapters.imap_connection import ImapSettings
from swc_mailer.adapters.imap_folders import Folders, count, next_uid
from swc_mailer.adapters.imap_moving import Moving, lying, present
from swc_mailer.adapters.imap_session import NoSuchFolder, NotGiven, Opened, Session
from swc_mailer.adapters.tls import certificate_ends
from swc_mailer.core.mailwire import MESSAGE_ID
from swc_mailer.core.model import Folder
from swc_mailer.errors import ConfigError
from swc_mailer.ports import Begun, Fetched, Location, ToFile, ToMove, Waiting

__all__ = ["ImapMailbox", "ImapSettings", "open_mailbox"]

BATCH = 500  # messages a command: more win nothing, and its line stays below the 8,192 octets of RFC 7162 section 4
BATCH_BYTES = 2 * 1024 * 1024  # held three times while they are taken apart; more win nothing
LARGEST_HEADER = 256 * 1024

ENVELOPE = ("RFC822.SIZE", "INTERNALDATE")
ENVELOPE_KEY = b"RFC822.SIZE"
WHOLE = ("BODY.PEEK[]", b"BODY[]")
HEADER = (f"BODY.PEEK[HEADER]<0.{LARGEST_HEADER}>", b"BODY[HEADER]<0>")


def open_mailbox(settings: ImapSettings) -> ImapMailbox:
    """Connected and logged in. Raises ConfigError, LoginRefused or Unreachable."""
    return ImapMailbox(settings, Session(settings))


class ImapMailbox:
    """Implements `ports.MailboxPort`."""

    def __init__(self, settings: ImapSettings, session: Session) -> None:
        self._settings = settings
        self._session = session
        self._moving: dict[tuple[str, int], Moving] = {}
        with session.talking():
            self._folders = Folders(session.client, settings)

    @property
    def account(self) -> str:
        return self._settings.account

    @property
    def certificate_ends(self) -> datetime | None:
        """None where the connection is not encrypted."""
        return certificate_ends(self._session.client.socket())

    def prepare(self) -> None:
        with self._session.talking():
            self._open_inbox(writing=True)
            for folder in Folder:
                self._folders.make(self._session.client, folder)

    def close(self) -> None:
        self._session.close()

    # --- what waits ----------------------------------------------------------------------------------------

    def waiting(self, *, but: Collection[Location] = ()) -> Iterator[Waiting]:
        """As `ports.MailboxPort.waiting`; on a server without MOVE, messages that are marked as deleted count as filed."""
        with self._session.talking():
            inbox = self._open_inbox()
            uids = self._session.search(inbox, lying(self._session.client))
            # Not by fetching FLAGS: what a server says unasked of other messages' flags could be taken for this one's.
            answered = set(self._session.search(inbox, "ANSWERED"))
            left_out = {location.uid for location in but if self._lies_in(location, inbox)}
            for uid, told in self._envelopes(uid for uid in uids if uid not in left_out):
                yield self._waiting(inbox, uid, told, answered=uid in answered)

    def _envelopes(self, uids: Iterable[int]) -> Iterator[tuple[int, Mapping[bytes, Any] | NotGiven]]:
        return (one for part in batches(uids) for one in self._session.each(part, ENVELOPE, ENVELOPE_KEY))

    def _waiting(self, inbox: Opened, uid: int, told: Mapping[bytes, Any] | NotGiven, *, answered: bool) -> Waiting:
        location = Location(self.account, inbox.name, inbox.uidvalidity, uid)
        if isinstance(told, NotGiven):
            return Waiting(location, 0, datetime.now(UTC), answered)  # fetching it will tell what is wrong with it
        return Waiting(location, told[b"RFC822.SIZE"], aware(told.get(b"INTERNALDATE")), answered)

    def fetch(self, waiting: Iterable[Waiting], *, max_bytes: int) -> Iterator[Fetched]:
        """As `ports.MailboxPort.fetch`. A message that the server does not give, even alone, comes without bytes and with the
        error."""
        with self._session.talking():
            inbox = self._open_inbox()
            yield from self._fetch((message for message in waiting if self._lies_in(message.location, inbox)), max_bytes)

    def _fetch(self, here: Iterable[Waiting], max_bytes: int) -> Iterator[Fetched]:
        """From the open folder."""
        for portion in portions(here, max_bytes):
            item, key = HEADER if portion[0].size > max_bytes else WHOLE
            by_uid = {message.location.uid: message for message in portion}
            for uid, told in self._session.each(list(by_uid), [item], key):
                yield fetched(by_uid[uid], told, key)

    # --- filing --------------------------------------------------------------------------------------------

    def file(self, locations: Sequence[Location], folder: Folder) -> Mapping[Location, bool]:
        with self._session.talking():
            inbox = self._open_inbox(writing=True)
            here = {location for location in locations if self._lies_in(location, inbox)}
            moved = self._move(inbox, sorted(location.uid for location in here), folder)
        return {location: location in here and location.uid in moved for location in locations}

    def refile(self, messages: Sequence[ToMove]) -> Mapping[int, bool]:
        ways = {(message.lies_in, message.folder) for message in messages}
        moved: set[int] = set()
        with self._session.talking():
            for lies_in, folder in sorted(ways):
                going = [message for message in messages if (message.lies_in, message.folder) == (lies_in, folder)]
                moved |= self._refile([message for message in going if message.account == self.account], lies_in, folder)
        return {message.id: message.id in moved for message in messages}

    def _refile(self, messages: Sequence[ToMove], lies_in: Folder, folder: Folder) -> set[int]:
        """The ids of those that were moved."""
        try:
            opened = self._session.open(self._folders.ours(lies_in), writing=True)
        except NoSuchFolder:
            return set()
        found = {message.id: self._find(message) for message in messages}
        moved = self._move(opened, sorted(set().union(*found.values())), folder)
        return {id_ for id_, uids in found.items() if not moved.isdisjoint(uids)}

    def _find(self, message: ToMove) -> list[int]:
        """The UIDs of a message in the open folder."""
        client = self._session.client
        if message.message_id:
            return self._search(message.message_id, lying(client))
        alike = client.search(f"LARGER {message.size - 1} SMALLER {message.size + 1} {lying(client)}") if message.size else []
        return [
            uid
            for uid, told in self._session.each(alike, ENVELOPE, ENVELOPE_KEY)
            if not isinstance(told, NotGiven) and aware(told.get(b"INTERNALDATE")) == message.received
        ]

    def _move(self, opened: Opened, uids: Sequence[int], folder: Folder) -> set[int]:
        """Those of the UIDs that were moved out of the open folder."""
        client = self._session.client
        moving = self._out_of(opened)
        make = partial(self._folders.make, client, folder)
        name = self._folders.ours(folder)
        return {uid for part in batches(uids) for uid in moving.move(client, part, name, make=make)}

    def _out_of(self, opened: Opened) -> Moving:
        return self._moving.setdefault((opened.name, opened.uidvalidity), Moving())

    # --- what was begun ------------------------------------------------------------------------------------

    def next_place(self, folder: Folder) -> Location:
        with self._session.talking():
            self._open_inbox()
            client, name = self._session.client, self._folders.ours(folder)
            self._folders.make(client, folder)
            return Location(self.account, name, *next_uid(client, name))

    def finish(self, moves: Sequence[Begun]) -> Mapping[int, bool]:
        done: dict[int, bool] = {}
        ways = {(way_from(move), move.message.folder) for move in moves}
        with self._session.talking():
            for way in ways:
                done |= self._finish([move for move in moves if (way_from(move), move.message.folder) == way])
        return done

    def _finish(self, moves: Sequence[Begun]) -> Mapping[int, bool]:
        """Of moves between the same two folders."""
        try:
            left = self._left(moves, self._open_source(moves[0]))
            copied = self._copied(moves, left) if left else set()
            if copied:
                self._take_away([move for move in moves if move.message.id in copied])
        except NoSuchFolder:
            return {move.message.id: True for move in moves}
        return {move.message.id: move.message.id in copied or move.message.id not in left for move in moves}

    def _left(self, moves: Sequence[Begun], opened: Opened) -> Mapping[int, list[int]]:
        """The UIDs in the open folder of the messages that still lie where they lay, by the ids of their moves."""
        waiting = {move.message.location.uid: move.message.id for move in moves if self._waits_in(move.message, opened)}
        left = {waiting[uid]: [uid] for uid in present(self._session.client, list(waiting))}
        for move in moves:
            if isinstance(move.message, ToMove) and move.message.account == self.account:
                alike = self._alike([move], self._find(move.message), opened)
                left[move.message.id] = [one.waiting.location.uid for one in alike if one.digest == move.digest]
        return {id_: uids for id_, uids in left.items() if uids}

    def _waits_in(self, message: ToFile | ToMove, opened: Opened) -> TypeGuard[ToFile]:
        return isinstance(message, ToFile) and self._lies_in(message.location, opened)

    def _copied(self, moves: Sequence[Begun], left: Collection[int]) -> set[int]:
        """The ids of those left of which a copy came into the other folder. Each copy stands for one message: where several are
        the same, for those that are gone first."""
        copies = Counter(copy.digest for copy in self._came_since(moves))
        found: set[int] = set()
        for move in sorted(moves, key=lambda move: move.message.id in left):
            if copies[move.digest]:
                copies[move.digest] -= 1
                found.add(move.message.id)
        return found.intersection(left)

    def _came_since(self, moves: Sequence[Begun]) -> Iterator[Fetched]:
        try:
            opened = self._session.open(self._folders.ours(moves[0].message.folder))
        except NoSuchFolder:
            return
        first = min(move.since.uid if move.since.uidvalidity == opened.uidvalidity else 1 for move in moves)
        uids = self._session.client.search(["UID", f"{first}:*", lying(self._session.client)])
        # "*" is the last message, even where that one came before
        yield from self._alike(moves, [uid for uid in uids if uid >= first], opened)

    def _alike(self, moves: Sequence[Begun], uids: Sequence[int], opened: Opened) -> Iterator[Fetched]:
        """Those in the open folder that are as large as one of the messages, and may be the same."""
        found = [self._waiting(opened, uid, told, answered=False) for uid, told in self._envelopes(uids)]
        for whole, max_bytes in ((True, maxsize), (False, 0)):
            sizes = {move.size for move in moves if move.whole is whole}
            yield from self._fetch([message for message in found if message.size in sizes], max_bytes)

    def _take_away(self, moves: Sequence[Begun]) -> None:
        """What lies in both folders lies in the other one alone."""
        opened = self._open_source(moves[0], writing=True)
        uids: list[int] = []
        for theirs in self._left(moves, opened).values():
            uids += [uid for uid in theirs if uid not in uids][:1]  # each its own, where several are the same
        if uids:
            self._out_of(opened).take_away(self._session.client, uids)

    def _open_source(self, move: Begun, *, writing: bool = False) -> Opened:
        if isinstance(move.message, ToFile):
            return self._open_inbox(writing=writing)
        return self._session.open(self._folders.ours(move.message.lies_in), writing=writing)

    # --- looking -------------------------------------------------------------------------------------------

    def counts(self) -> Mapping[str, int]:
        with self._session.talking():
            inbox = self._open_inbox()
            client = self._session.client
            waiting = self._session.search(inbox, lying(client))
            ours = {folder.value: count(client, self._folders.ours(folder)) or 0 for folder in Folder}
        return {"inbox": len(waiting), **ours}

    def was_sent(self, message_id: str) -> bool | None:
        with self._session.talking():
            self._open_inbox()
            name = self._folders.sent(self._session.client)
            if name is None:
                return None
            try:
                self._session.open(name)
            except NoSuchFolder:
                return None
            return bool(self._search(message_id, "ALL"))

    def _search(self, message_id: str, key: str) -> list[int]:
        """The UIDs in the open folder; none for an id that is not of the usual form, and that no server need understand."""
        if not MESSAGE_ID.fullmatch(message_id):
            return []
        quoted = message_id.replace("\\", r"\\").replace('"', r"\"")  # imapclient would quote for spaces, not for parentheses
        return list(self._session.client.search(f'HEADER Message-ID "{quoted}" {key}'))

    def _open_inbox(self, *, writing: bool = False) -> Opened:
        try:
            return self._session.open(self._folders.inbox, writing=writing)
        except NoSuchFolder as error:
            raise ConfigError(
                f"imap.folder: {self._folders.inbox} cannot be opened on {self._settings.server} ({error}): correct imap.folder"
            ) from error

    def _lies_in(self, location: Location, opened: Opened) -> bool:
        numbering = (location.account, location.folder, location.uidvalidity)
        return numbering == (self.account, opened.name, opened.uidvalidity)


def way_from(move: Begun) -> Folder | None:
    """None: out of the inbox."""
    return move.message.lies_in if isinstance(move.message, ToMove) else None


def aware(internaldate: datetime | None) -> datetime:
    """INTERNALDATE in UTC. Where a server tells none that can be read, the message has come by now at the latest."""
    try:
        return internaldate.replace(tzinfo=internaldate.tzinfo or UTC).astimezone(UTC) if internaldate else datetime.now(UTC)
    except ValueError:  # an offset of more than a day
        return datetime.now(UTC)


def batches(uids: Iterable[int]) -> Iterator[list[int]]:
    left = iter(uids)
    while batch := list(islice(left, BATCH)):
        yield batch


def portions(waiting: Iterable[Waiting], max_bytes: int) -> Iterator[list[Waiting]]:
    """What is fetched by one command: not too much at once, and either whole messages or headers of those too large."""
    portion: list[Waiting] = []
    size = 0
    for message in waiting:
        large = message.size > max_bytes
        weight = min(message.size, LARGEST_HEADER) if large else message.size
        mixed = bool(portion) and large != (portion[0].size > max_bytes)
        if portion and (mixed or len(portion) == BATCH or size + weight > BATCH_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(message)
        size += weight
    if portion:
        yield portion


def fetched(message: Waiting, told: Mapping[bytes, Any] | NotGiven, key: bytes) -> Fetched:
    if isinstance(told, NotGiven):
        return Fetched(message, b"", whole=False, error=told.error)
    return Fetched(message, told[key], whole=key == WHOLE[1])
