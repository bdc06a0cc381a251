"""What the program needs from the outside, in its own words: the mailbox, the mailer and the store.

Adapters implement these; commands use them. No type of a library passes here. Errors are those of `errors.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from swc_mailer.core.follow_up import Earlier
from swc_mailer.core.model import Decision, Delivery, Details, Folder, History, Language, Message, Outcome
from swc_mailer.core.report import Facts
from swc_mailer.outgoing import DueReply as DueReply
from swc_mailer.outgoing import Outgoing
from swc_mailer.outgoing import ReplyFacts as ReplyFacts

# --- the mailbox (IMAP) ------------------------------------------------------------------------------------


def account_of(username: str, host: str) -> str:
    """Whose inbox a message lies in, as `Location.account` has it."""
    return f"{username}@{host}"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a message lies: a UID means nothing without its folder's UIDVALIDITY (RFC 9051 section 2.3.1.1)."""

    account: str  # by `account_of`
    folder: str  # the server's own name for it
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message in the inbox, before it is fetched."""

    location: Location
    size: int  # bytes, as the server says (RFC822.SIZE)
    received: datetime  # INTERNALDATE, aware
    answered: bool  # carries \\Answered


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message and its bytes; of one larger than the limit only the header block; of one that the server does not give, none."""

    waiting: Waiting
    raw: bytes
    whole: bool = True
    error: str = ""  # why the server does not give it

    @property
    def digest(self) -> str:
        """Of the bytes; of a message that came without any, of its place: two such are not the same message."""
        return hashlib.sha256(repr(self.waiting.location).encode() if self.error else self.raw).hexdigest()


class MailboxPort(Protocol):
    """The inbox and the folders that messages are filed in."""

    @property
    def account(self) -> str: ...

    def prepare(self) -> None:
        """Make the three folders that are missing, with the server's own prefix and separator."""

    def waiting(self, *, but: Collection[Location] = ()) -> Iterator[Waiting]:
        """Every message in the inbox besides those, oldest UID first, whatever its flags; no date window. On a server without
        MOVE those that are marked \\Deleted are left out: there the mark is how a message is filed. They are asked for some
        hundred at a time, also while others are fetched: a hundred thousand that wait are never held at once."""

    def fetch(self, waiting: Iterable[Waiting], *, max_bytes: int) -> Iterator[Fetched]:
        """In batches, without setting \\Seen; messages that vanished meanwhile are left out."""

    def file(self, locations: Sequence[Location], folder: Folder) -> Mapping[Location, bool]:
        """Move messages from the inbox; True: moved now, False: not there, as under another UIDVALIDITY than the inbox has."""

    def refile(self, messages: Sequence[ToMove]) -> Mapping[int, bool]:
        """Move messages from one of our folders to another; by their ids, True: moved now, False: not found where it lay."""

    def next_place(self, folder: Folder) -> Location:
        """Where the next message that comes into one of our folders will lie, at the earliest."""

    def finish(self, moves: Sequence[Begun]) -> Mapping[int, bool]:
        """Moves that may be half done, by their messages' ids. False: it lies where it lay, and no copy of it in the folder."""

    def counts(self) -> Mapping[str, int]:
        """How many messages the inbox ("inbox") and each of our folders ("answered" …) hold."""

    def was_sent(self, message_id: str) -> bool | None:
        """Whether the Sent folder holds a message with this Message-ID; None where there is no such folder."""

    def close(self) -> None: ...


# --- the mailer (SMTP) -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wire:
    """A reply ready for DATA: CRLF line ends, dot-stuffed, in pieces so that the pack is not copied. The pieces, joined, are the
    whole message without the closing ".\\r\\n"."""

    pieces: tuple[bytes, ...]

    @property
    def size(self) -> int:
        return sum(map(len, self.pieces))


class Mailer(Protocol):
    """One connection to the SMTP server; the caller opens as many as it is allowed."""

    async def send(self, wire: Wire, *, sender: str, recipient: str) -> str:
        """Return the server's answer to the whole message. Raises Refused, TryLater, DeliveryUnknown, Unreachable
        (nothing was taken, the connection is of no more use) or LoginRefused."""

    async def close(self) -> None: ...


# --- the store ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewReply:
    """A reply that a decision calls for: its bytes and its Message-ID are fixed before it is stored. One that goes by post has
    no recipient but the lines of a label, and its `head` is the letter's words in UTF-8."""

    message_id: str
    recipient: str
    subject: str
    kind: str  # the outcome that it is for: "pack", "details_missing", "closed"; or "acknowledgement", "answer"
    head: bytes  # the message up to the pack's MIME parts; the whole message where `pack` is ""
    pack: str = ""  # digest of the pack whose parts follow, kept in the store
    missing: tuple[str, ...] = ()  # for details_missing: what it asks for
    delivery: Delivery = Delivery.EMAIL
    post_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A message with everything that was decided about it: what one transaction of taking in writes."""

    fetched: Fetched
    digest: str  # sha256 of the raw bytes, hexadecimal
    message: Message
    details: Details
    decision: Decision
    reasons: Sequence[Mapping[str, Any]]  # record.reason_records
    evidence: Sequence[Mapping[str, Any]]
    membership_number: str | None
    postcode: str | None
    request_id: str  # of the open request it belongs to, or a new id; "" for messages that are ignored
    new_request: bool
    reply: NewReply | None
    rules_version: str
    posted: NewReply | None = None  # what goes by post, instead of the reply or beside it
    by_post: bool = False  # the writer asks for the documents by post
    language: Language = Language.ENGLISH  # in which the request is written


@dataclass(frozen=True, slots=True)
class ToFile:
    """A message that is decided and still lies in the inbox."""

    id: int
    location: Location
    folder: Folder


@dataclass(frozen=True, slots=True)
class ToMove:
    """A message that was filed in one of our folders, and that staff have settled since: it belongs in another."""

    id: int
    message_id: str  # "" where it has none: then size and time tell which it is
    size: int
    received: datetime
    account: str
    lies_in: Folder
    folder: Folder


@dataclass(frozen=True, slots=True)
class Begun:
    """A move that was begun and of which no end is recorded."""

    message: ToFile | ToMove  # its folder is the one that it was to go to, wherever it belongs by now
    since: Location  # what lies there from this place on came after the move was begun
    digest: str  # as Fetched.digest
    size: int
    whole: bool


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A case of the review queue, for lists."""

    id: str
    reasons: Sequence[Mapping[str, Any]]
    sender: str
    subject: str
    received: datetime
    message_id: str
    membership_number: str | None
    postcode: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What `status` shows of the store."""

    waiting: int
    oldest_waiting: datetime | None
    replies_due: int  # by email
    to_print: int  # what goes by post and is not printed
    delivery_unknown: int
    failed: int  # messages set aside after repeated failures, and replies refused
    messages: Mapping[str, int]  # "taken_in" in all, of which "answered", "review", "ignored", "erased"
    unfiled: int  # taken in, not yet filed
    last_run: datetime | None
    last_good_run: datetime | None
    last_error: str  # why the last run that ended was not good; "" where it was
    paused: bool


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message that was taken in, with what the rules decided of it last."""

    id: int
    request_id: str  # "" where it belongs to none
    message_id: str
    subject: str
    received: datetime
    taken_at: datetime
    size: int
    whole: bool
    outcome: Outcome
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """A message that is read, and about to be decided."""

    fetched: Fetched
    digest: str
    message: Message
    numbers: tuple[str, ...]  # the membership numbers that it gives


PROGRAM = "program"  # by whom a decision is that no member of staff made


class Intake(Protocol):
    """One transaction of taking in; what it remembers is seen by its own later `history` calls."""

    def expect(self, batch: Sequence[Coming]) -> None:
        """What will be asked of these messages is looked up for all of them at once, and what is remembered of them may be
        written together. Nothing else changes by it."""

    def already_taken(self, digest: str, location: Location) -> bool:
        """The same message was taken in before and still lies in the inbox (moving it failed, or UIDVALIDITY changed): note
        its place for filing, and say True. One that was put back from Ignored, or delivered a second time, is to be decided:
        `history` tells."""

    def earlier_requests(self, message: Message, digest: str) -> list[Earlier]:
        """The requests that a message may belong to, the likeliest first."""

    def history(self, message: Message, digest: str, belongs_to: str, *, now: datetime, in_all: bool = True) -> History:
        """What came before a message, and in the request that it belongs to; "" where it belongs to none. Without `in_all`,
        `replies_today` is 0: counting costs, and only a limit on all of them needs it."""

    def packs_to(self, membership_number: str, *, now: datetime) -> tuple[int, datetime | None]:
        """How many packs this member was sent, in whatever request, and when the last one was; one that is due counts as
        sent. The number is known only once the message is read, so this is asked apart from `history`."""

    def remember(self, taken: TakenIn, *, now: datetime) -> None: ...

    def write(self) -> Sequence[tuple[TakenIn, Exception]]:
        """To be said at the end: write what is remembered and not yet written. Gives what could not be, with the errors; the
        rest stands."""

    def set_aside(self, fetched: Fetched, digest: str, *, error: str, now: datetime) -> bool:
        """Count a failure to read or decide; after the third, keep it for review with reason `failed` and say True."""


class Store(Outgoing, Protocol):
    """The only truth: messages, requests, decisions, replies, runs. Every method is one transaction."""

    def intake(self) -> AbstractContextManager[Intake]: ...

    def known(self) -> set[Location]:
        """Where the messages of this account lie that are taken in already and wait to be filed: no need to fetch them."""

    def keep_pack(self, digest: str, block: bytes) -> None:
        """Keep a pack's MIME parts, once per digest."""

    def pack(self, digest: str) -> bytes: ...

    def to_file(self, *, limit: int) -> list[ToFile]: ...

    def moving(self, ids: Sequence[int], folder: Folder, *, since: Location) -> None:
        """To be said before a message is moved, with the folder's next place; `filed` or `not_moved` ends it."""

    def filed(self, ids: Sequence[int], folder: Folder, *, now: datetime) -> None: ...

    def not_moved(self, ids: Sequence[int]) -> None: ...

    def begun(self) -> list[Begun]:
        """The moves that no run has ended: those of the batch in which one died or lost its connection."""

    def to_move(self, *, limit: int) -> list[ToMove]:
        """Messages that lie in one of our folders and belong in another, since their case was settled; `filed` ends it."""

    def all_in_place(self, *, now: datetime) -> None:
        """Nothing was left to move at that time: what was decided long before it need not be looked at again."""

    def queue(self) -> list[WaitingCase]:
        """The cases that wait, oldest first."""

    def case(self, case_id: str) -> Mapping[str, Any] | None:
        """All that is known of one request, as plain values; None where there is none."""

    def history_again(self, new: Message, message: int, *, at: datetime) -> History:
        """The history of a message that was taken in already, by its number in `case`, as it was at a moment; without what its
        request had given before, for that is read again too."""

    def packs_before(self, membership_number: str, *, at: datetime) -> tuple[int, datetime | None]:
        """As Intake.packs_to, of the time before a moment."""

    def stored(self, message: int) -> StoredMessage | None:
        """A message that was decided, by its number in `case`."""

    def taken_in(self) -> list[StoredMessage]:
        """Every message that was decided, in the order of taking in."""

    def replies_due(self) -> int:
        """How many replies are to be sent by email."""

    def counts(self) -> Counts: ...

    def report_facts(self) -> Facts: ...

    def lying(self, account: str) -> Mapping[str, int]:
        """How many messages should lie in the inbox ("inbox": decided, not yet filed) and in each of our folders; so many as
        "copies" says may be missing, for they may be the same message moved back by a person."""

    def setting(self, name: str) -> Any:
        """A plain value kept under a name; None where there is none."""

    def set_setting(self, name: str, value: Any) -> None: ...

    def secret(self, name: str) -> bytes:
        """A random key of this store (32 bytes), made at first use: for Message-IDs' keyed hash."""

    def paused(self) -> bool: ...

    def pause(self, paused: bool, *, now: datetime) -> None: ...

    def run_lock(self) -> AbstractContextManager[bool]:
        """Beside the lock file: whether this is the only run on a shared store, from whatever machine."""

    def last_run_died(self) -> bool:
        """Whether the run that was started last has not ended; asked under the run lock."""

    def run_started(self, *, now: datetime) -> int: ...

    def run_ended(self, run_id: int, *, counts: Mapping[str, Any], error: str, now: datetime) -> None: ...

    def close(self) -> None: ...
