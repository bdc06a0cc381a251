"""What the review queue needs of the store, beside reading it: decisions of staff, notes, merging, data protection.

The other half of the store is in `ports.py`; one adapter implements both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from swc_mailer.core.model import Details, Folder, Language, Message, Outcome
from swc_mailer.core.notice import Told, Waits
from swc_mailer.ports import NewReply, Store, WaitingCase

IGNORED_MARK = "i"  # no case's id has this letter


def ignored_id(message: int) -> str:
    """How lists call an ignored message, which is no case: "i12"."""
    return f"{IGNORED_MARK}{message}"


def ignored_message(shown_id: str) -> int | None:
    """The message that `ignored_id` names; None for the id of a case."""
    number = shown_id.removeprefix(IGNORED_MARK)
    return int(number) if shown_id != number and number.isdecimal() and len(number) < 10 else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of the waiting cases a person looks at: those with this first reason that hold every word; "": all. `unapproved`:
    those too that wait for nothing but approval of their reply."""

    reason: str = ""
    text: str = ""
    unapproved: bool = False


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some of the chosen cases, oldest first, and how many there are in all."""

    cases: Sequence[WaitingCase]
    fitting: int  # of the choice
    by_reason: Mapping[str, int]  # of all that wait, whatever was chosen; the commonest first


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a case stands among the chosen ones; "" where there is none before or after it."""

    place: int
    fitting: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What a request gives, with the two details that lists show."""

    details: Details
    membership_number: str | None
    postcode: str | None


@dataclass(frozen=True, slots=True)
class StaffDecision:
    """What a member of staff decided on a case, or the rules anew: written with its reply and its audit line in one
    transaction."""

    request_id: str
    who: str
    action: str  # for the audit: "approve", "dismiss" …
    outcome: Outcome
    reasons: Sequence[Mapping[str, Any]]
    folder: Folder  # where the request's messages belong now
    seen: int | None = None  # the case's `version` when it was looked at; None: decide whatever has happened since
    reply: NewReply | None = None
    posted: NewReply | None = None  # what goes by post, instead of the reply or beside it
    release: int | None = None  # instead of a new reply: let this one go that was held, refused or unknown, or waits for approval
    not_before: datetime | None = None  # the reply's time to undo; None: due at once
    cancels: Sequence[int] = ()  # replies that will not be sent
    arrived: int | None = None  # a reply of which a person knows that it arrived
    understood: Understood | None = None  # from now on; None: as it was
    still: Sequence[Mapping[str, Any]] = ()  # reasons for which the case goes on waiting all the same
    message: int | None = None  # the message that was decided anew
    evidence: Sequence[Mapping[str, Any]] = ()
    rules_version: str = ""  # where the rules had their say
    program: bool = False  # the rules decided, at the wish of `who`: the limits on replies hold


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A request that came by post, as staff typed it in."""

    request_id: str
    name: str
    email: str  # "" where the letter gives none
    subject: str  # for lists: "Letter of 3 March 2014"
    received: datetime
    details: Details
    by_post: bool = False  # asks for the documents by post
    scan: Scan | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """The picture of a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PostedItem:
    """What goes by post: a letter's words and its label."""

    id: int
    request_id: str
    kind: str  # as NewReply.kind
    post_to: Sequence[str]  # the lines of the label
    subject: str
    text: str  # a paragraph a line
    membership_number: str | None
    created: datetime
    batch: str  # "" until it is printed
    printed_at: datetime | None
    printed_by: str
    language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True)
class Batch:
    """What was printed together."""

    id: str
    printed_at: datetime
    printed_by: str
    items: int


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held about one person."""

    cases: Sequence[Mapping[str, Any]]  # as Store.case tells them
    ignored: Sequence[Mapping[str, Any]]  # messages of no case, as a case tells its own, each with its `decisions`
    audit: Sequence[Mapping[str, Any]]  # what was done in these cases
    blocked: Mapping[str, Any] | None  # their address on the list of those never answered

    def __bool__(self) -> bool:
        return bool(self.cases or self.ignored or self.blocked)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased from a store, without naming anybody."""

    messages: frozenset[str]  # digests
    requests: frozenset[str]


class Desk(Protocol):
    """What the review queue does to the store, beside reading it. Every method is one transaction with its audit line."""

    def decide(self, decision: StaffDecision, *, now: datetime) -> None:
        """Raises StoreError where there is no such request, and ChangedMeanwhile where the case is no longer as it was seen or
        a reply is on its way: then nothing is written."""

    def take(self, message: int, decision: StaffDecision, *, now: datetime) -> None:
        """An ignored message becomes a case, or comes back into the one it belongs to. Raises ChangedMeanwhile."""

    def read_anew(self, message: int, read: Message, *, now: datetime) -> None:
        """What is shown of a message that could not be read when it was taken in."""

    def letter(self, letter: NewLetter, decision: StaffDecision, *, now: datetime) -> None:
        """A request by post, with its first decision. Raises ChangedMeanwhile where there is one with its id."""

    def scans(self, request_id: str) -> list[Scan]:
        """The pictures of a letter; none after retention or erasure."""

    def to_print(self, *, approved_only: bool, now: datetime) -> list[PostedItem]:
        """What goes by post and is due, oldest first. `approved_only`: `delivery.hold` is set."""

    def printed(self, ids: Sequence[int], *, batch: str, who: str, now: datetime) -> None:
        """due -> printed, all of them or, with ChangedMeanwhile, none."""

    def printed_again(self, ids: Sequence[int], *, who: str, now: datetime) -> None:
        """Write down that items of a batch were printed once more: the same copies, not further ones."""

    def batches(self) -> list[Batch]:
        """The newest first."""

    def printed_in(self, batch: str) -> list[PostedItem]: ...

    def undo(self, request_id: str, *, who: str, now: datetime) -> bool:
        """Take the newest decision back, if staff made it and its reply is not on its way; False: too late."""

    def note(self, request_id: str, *, who: str, text: str, now: datetime) -> None: ...

    def merge(self, request_id: str, into: str, understood: Understood, *, who: str, now: datetime) -> None:
        """Everything of one request belongs to another from now on, which waits if one of the two did."""

    def block(self, address: str, *, who: str, now: datetime) -> None: ...

    def unblock(self, address: str, *, who: str, now: datetime) -> bool: ...

    def blocked(self) -> list[str]: ...

    def audit(self, *, who: str, action: str, request_id: str = "", now: datetime) -> None: ...

    def raw(self, message: int) -> bytes | None:
        """The bytes of a message by its number in `case`; None after retention or erasure."""

    def reply_head(self, reply: int) -> bytes | None:
        """A reply as it goes out, without the pack, by its number in `case`; None after retention or erasure."""

    def ignored(self) -> list[WaitingCase]:
        """What was ignored or dismissed, newest first; what was dismissed by the id of its case, all else by `ignored_id`."""

    def queue_page(self, chosen: Chosen, *, offset: int, limit: int) -> QueuePage: ...

    def waits(self, *, late_before: datetime | None, unapproved: bool) -> Waits:
        """For the mail that tells staff; None: nothing counts as late. `unapproved` as in `Chosen`."""

    def told(self) -> Told: ...

    def claim_notice(self, *, day: str, late_before: datetime | None, unapproved: bool, now: datetime) -> bool:
        """Before such a mail is sent: whether it is this process's to send. `day` is that of the daily one, "" for one about
        what is late alone; what is late counts as told by either."""

    def neighbours(self, case_id: str, chosen: Chosen) -> Neighbours: ...

    def for_approval(self) -> list[WaitingCase]:
        """Cases with a reply that is due and that no person asked for or approved: they wait where `delivery.hold` is set."""

    def staff(self) -> Sequence[Mapping[str, Any]]:
        """The accounts of those who may log in."""

    def held(self, *, email: str = "", membership_number: str = "") -> Held:
        """What names a person by the one or by the other."""

    def erase(self, *, email: str = "", membership_number: str = "", who: str, now: datetime) -> int:
        """Take out all that names a person; in how many cases. Raises StoreError while a reply to them is being sent."""

    def erased(self) -> Erased: ...

    def erase_again(self, erased: Erased, *, who: str, now: datetime) -> int:
        """In an older copy of the store that told this: take out what was erased since; in how many cases."""

    def purge(
        self, *, raw: datetime | None, requests: datetime | None, audit: datetime | None, who: str, dry: bool, now: datetime
    ) -> Mapping[str, int]:
        """Take out what is older than these moments, None for what is kept; how many of each. `dry` only counts. In several
        transactions, so that a run beside it goes on."""


class ReviewStore(Store, Desk, Protocol):
    """All of the store, as the review queue uses it."""
