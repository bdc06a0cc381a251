"""The nouns of the program: every value that flows from a message to its reply, frozen and typed.

Nothing here computes more than a property of itself. The flow is message -> details -> decision -> reply;
`docs/policy.md` explains the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar, Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from swc_mailer.core.words import Words

# --- a message as it was read ------------------------------------------------------------------------------


class Zone(StrEnum):
    """Whose words a stretch of text is."""

    OWN = "own"  # what the writer says
    SIGNATURE = "signature"  # the writer's own contact block
    DISCLAIMER = "disclaimer"  # the employer's or the mail program's footer: nobody's details
    QUOTED = "quoted"  # somebody's earlier words, below an attribution or behind ">"
    FORWARDED = "forwarded"  # somebody's mail passed on, in the text or as an attached message
    OURS = "ours"  # our own notice or reply, quoted back to us


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of one part, all in one zone: `text == part.text[start:end]`."""

    part: str
    zone: Zone
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text as a person would see it: "subject", "text", or "attached 1" for an attached message.

    The sections cover the whole text, in order, without gaps or overlaps.
    """

    name: str
    text: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with the message; its content stays in the raw message and is not read for a decision."""

    name: str  # as given, without any path
    media_type: str  # "application/pdf"
    size: int  # bytes, decoded


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address of an address header (RFC 5322 section 3.4)."""

    name: str  # display name, decoded, "" where none
    address: str  # addr-spec as written, "" where there is none ("From: <>")

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()

    @property
    def local_part(self) -> str:
        return self.address.rpartition("@")[0].lower()


@dataclass(frozen=True, slots=True)
class MimePart:
    """The type of one MIME part of the message's own structure (not inside attached messages), outermost first."""

    media_type: str  # "multipart/report", lower case
    params: Mapping[str, str]  # lower-case names, values as given: {"report-type": "delivery-status"}
    disposition: str  # "attachment", "inline" or ""


@dataclass(frozen=True, slots=True)
class Message:
    """One email as received and read. What could not be read is named in `damage`; reading never raises."""

    received: datetime  # aware: when the receiving server took it in (INTERNALDATE), never the Date header
    size: int  # bytes of the raw message
    headers: tuple[tuple[str, str], ...]  # the top header fields in order, unfolded; names lower case, values decoded
    message_id: str  # "<…>" as given, "" where there is none
    subject: str  # decoded, one line
    from_: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    references: tuple[str, ...]  # References and In-Reply-To, oldest first, without doubles
    parts: tuple[Part, ...]  # "subject" first, then "text", then attached messages' texts
    attachments: tuple[Attachment, ...]
    structure: tuple[MimePart, ...]
    damage: tuple[str, ...] = ()  # each a sentence for staff: "The text is marked as x-unknown-8bit; read as UTF-8."
    unreadable: bool = False  # the text could not be read, or not all of it: no automatic answer is safe

    def all(self, name: str) -> tuple[str, ...]:
        """Every instance of a header field, in order; the name in any case."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple(section for part in self.parts for section in part.sections)

    @property
    def own_sections(self) -> tuple[Section, ...]:
        """What the writer says, and how she signs."""
        return tuple(section for section in self.sections if section.zone in (Zone.OWN, Zone.SIGNATURE))


class Language(StrEnum):
    """What replies are written in, by its code (RFC 5646)."""

    ENGLISH = "en"
    WELSH = "cy"


# --- what was found in it ----------------------------------------------------------------------------------


class Field(StrEnum):
    """The two details that a request must give."""

    MEMBERSHIP_NUMBER = "membership_number"
    POSTAL_ADDRESS = "postal_address"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something was found: `text == part.text[start:end]`, always, of the message that it stands in."""

    part: str  # the part's name
    start: int  # characters from the part's beginning
    end: int
    text: str
    message: int = 0  # the store's number of an earlier message of the request; 0: the message at hand

    def overlaps(self, other: Evidence) -> bool:
        return self.part == other.part and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Number:
    """A membership number candidate."""

    value: str  # digits only, repaired: "1234567"
    evidence: Evidence
    zone: Zone
    labelled: bool  # the text calls it a membership number
    repair: str = ""  # "" or how it was mended: 'read "58l7340" as "5817340"'
    set_aside: str = ""  # "" while it counts; else why it does not: "a phone number", "the old number"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address candidate: `lines` as the writer wrote them, without the postcode."""

    lines: tuple[str, ...]
    postcode: str  # normalised "LS6 2AB", overseas or BFPO as written ("44000", "BFPO 11"); "" where none was given
    country: str  # "" for the United Kingdom, Channel Islands, Isle of Man and BFPO; else the country as written
    evidence: Evidence
    zone: Zone
    lacking: tuple[str, ...] = ()  # what makes it incomplete: "postcode", "street", "house", "place"; empty: full
    repair: str = ""  # 'read "LE2 OTF" as "LE2 0TF"'
    set_aside: str = ""  # "" while it counts; else why not: "the sender's office", "our own address"

    @property
    def full(self) -> bool:
        return not self.lacking


Candidate = TypeVar("Candidate", Number, Address)


@dataclass(frozen=True, slots=True)
class Details:
    """What a request gives. Candidates that were set aside stay, so that staff see what lost and why."""

    numbers: tuple[Number, ...] = ()
    addresses: tuple[Address, ...] = ()
    quoted_numbers: tuple[Number, ...] = ()  # found only in quoted or forwarded words: never used to decide a pack
    quoted_addresses: tuple[Address, ...] = ()
    number_left_open: bool = False  # of several numbers that count, the writer may not know which is right

    @property
    def number_values(self) -> tuple[str, ...]:
        """The distinct numbers that count, in order of appearance."""
        return tuple(dict.fromkeys(number.value for number in self.numbers if not number.set_aside))

    @property
    def counting_addresses(self) -> tuple[Address, ...]:
        return tuple(address for address in self.addresses if not address.set_aside)

    @property
    def full_addresses(self) -> tuple[Address, ...]:
        return tuple(address for address in self.counting_addresses if address.full)

    @property
    def missing(self) -> frozenset[Field]:
        """What was not given. A number that is given wrongly is given; an address that is not full is missing."""
        given = {Field.MEMBERSHIP_NUMBER: self.number_values, Field.POSTAL_ADDRESS: self.full_addresses}
        return frozenset(field for field, found in given.items() if not found)


class Wish(StrEnum):
    """What the writer wants, as far as the words tell."""

    REQUEST = "request"  # asks for the pack, or gives details as asked
    THANKS = "thanks"  # thanks for what came, and nothing else
    WITHDRAWAL = "withdrawal"  # no longer wants the pack
    NEVER_ARRIVED = "never_arrived"  # asks where a pack is that should have come
    OTHER = "other"  # a question, complaint, opinion, consultation response, resignation …


@dataclass(frozen=True, slots=True)
class Intent:
    """What the writer wants, with the words that show it."""

    wish: Wish
    evidence: tuple[Evidence, ...] = ()
    asked: bool = False  # asked for in so many words, and not only details given
    kind: str = ""  # in words, what is written that is no request: "a question"
    several_members: tuple[Evidence, ...] = ()  # one message asks for several members; as all below, empty where it is not so
    on_behalf: tuple[Evidence, ...] = ()  # for somebody else, and not plainly that person's own wish
    dictated: tuple[Evidence, ...] = ()  # written down for the member, whose own wish it plainly is
    special_format: tuple[Evidence, ...] = ()  # large print, Braille, another language …: a person must act
    needs_a_person: tuple[Evidence, ...] = ()  # by its words, something must be settled before the pack goes
    in_attachment: tuple[Evidence, ...] = ()  # says that the details are attached
    other_attachment: bool = False  # says that what is attached is something else
    by_post: tuple[Evidence, ...] = ()  # wants the documents by post, and not by email


Place = Literal["header", "subject", "opening", "body", "below"]


@dataclass(frozen=True, slots=True)
class Automatic:
    """A sign that a machine wrote the message. `strength` as in AUTOMATIC_MAIL: A alone, B never by itself, C support."""

    code: str  # a reason code of `ignore`: "auto_reply", "bounce" …
    sign: str  # what showed it: "Auto-Submitted: auto-replied"
    strength: str  # "A", "B" or "C"
    place: Place = "header"  # where it stands; structure and sender count as header
    relay: bool = False  # a web form that relays what people write may show it too


# --- the register ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the register."""

    number: str  # as in the register, leading zeros kept
    name: str
    address: tuple[str, ...]  # the mapped address columns that are not empty, in order
    postcode: str
    email: str
    status: str
    current: bool  # its status is one of `accepted_statuses`, or the register has no status


class Register(Protocol):
    """The member CSV, looked up. Implementations hold an index; the core asks and never lists it."""

    def by_number(self, number: str) -> tuple[Member, ...]:
        """Members with this number; leading zeros are not compared. Exact ones first."""

    def at_postcode(self, postcode: str) -> tuple[Member, ...]:
        """Members at this postcode, compared without spaces and case."""

    def search(self, text: str, *, limit: int = 20) -> tuple[Member, ...]:
        """Members whose number, name, postcode, address or email holds the words of `text`."""


class Verdict(StrEnum):
    """What the register says of the details."""

    MATCH = "match"
    NUMBER_UNKNOWN = "number_unknown"
    ADDRESS_ELSEWHERE = "address_elsewhere"
    NOT_CURRENT = "not_current"


@dataclass(frozen=True, slots=True)
class Match:
    """The register's answer to one number and one address, with what agreed and what differed, for people."""

    verdict: Verdict
    member: Member | None  # the member with that number, if there is one
    address: Address | None  # the candidate that matched, or the one that was compared
    agrees: tuple[str, ...] = ()  # "postcode LS6 2AB", "house 12", "street Station Road"
    differs: tuple[str, ...] = ()  # 'house "12A", the register has "12"'


# --- what came before --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class History:
    """What the store knows that bears on a decision. All counts are of the time before this message."""

    duplicate: bool = False  # the same bytes, or the same Message-ID and sender, were taken in before
    answered_by_hand: bool = False  # carried \Answered when first seen
    put_back: bool = False  # a person moved it back from Ignored into the inbox
    blocked: bool = False  # staff said: never answer this address
    open_request: str = ""  # id of the request that this message belongs to, "" for a new one
    earlier: Details | None = None  # what that request gave before
    earlier_received: datetime | None = None  # when that request's first message was received
    wants_post: bool = False  # an earlier message of that request asked for the documents by post
    language: Language = Language.ENGLISH  # of that request so far
    replies_to_address: int = 0  # in the last 24 hours
    replies_in_request: int = 0
    replies_today: int = 0  # in all, in the last 24 hours
    asked_for: tuple[frozenset[Field], ...] = ()  # the gaps of the details-missing replies sent in this request
    asked_at: datetime | None = None  # when the last of them was sent, or was about to be
    told_closed: bool = False  # a reply in this request said that the consultation has closed
    pack_sent_at: datetime | None = None  # the last pack in this request or to this member
    packs_to_member: int = 0
    answers_our_reply: bool = False  # References or In-Reply-To hold a Message-ID of ours, with its keyed hash
    numbers_tried: int = 0  # distinct numbers given from this address in the last 24 hours


# --- the rules' own settings -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limits:
    """`[limits]` of the configuration; 0 means no limit where the configuration says so."""

    replies_per_day: int = 3
    replies_per_request: int = 5
    replies_total_per_day: int = 0
    details_missing_per_gap: int = 1
    packs_per_member: int = 3
    pack_again_after_hours: int = 24
    numbers_per_day: int = 4  # different membership numbers tried from one address in 24 hours


@dataclass(frozen=True, slots=True)
class Policy:
    """What the rules need from the configuration."""

    deadline: date
    timezone: ZoneInfo
    own_addresses: frozenset[str]  # our email addresses, lower case
    own_postcodes: frozenset[str]  # postcodes of our office, without spaces, upper case
    post_to: tuple[str, ...]  # our office's address as the notice prints it
    number_pattern: str = r"\d{6,8}"
    authserv_id: str = ""
    own_lists: frozenset[str] = frozenset()
    spam_headers: tuple[str, ...] = ("X-Spam-Flag: YES",)
    max_message_bytes: int = 26_214_400
    limits: Limits = Limits()

    @property
    def closes_at(self) -> datetime:
        """The first moment that is too late: midnight after the deadline, in the configured zone."""
        return datetime.combine(self.deadline + timedelta(days=1), time(), tzinfo=self.timezone)


# --- decisions ---------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    IGNORE = "ignore"
    SETTLED = "settled"
    CLOSED = "closed"
    REVIEW = "review"
    DETAILS_MISSING = "details_missing"
    PACK = "pack"


class Delivery(StrEnum):
    """How an answer reaches its reader."""

    EMAIL = "email"
    POST = "post"


class Folder(StrEnum):
    """Where a message is filed."""

    ANSWERED = "answered"
    REVIEW = "review"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code, and the facts that its sentence (rules/reasons.toml) is filled with."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ignore:
    outcome: ClassVar = Outcome.IGNORE
    folder: ClassVar = Folder.IGNORED
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    outcome: ClassVar = Outcome.SETTLED
    folder: ClassVar = Folder.ANSWERED
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    outcome: ClassVar = Outcome.CLOSED
    folder: ClassVar = Folder.ANSWERED
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Review:
    outcome: ClassVar = Outcome.REVIEW
    folder: ClassVar = Folder.REVIEW
    reasons: tuple[Reason, ...]  # the first is the one shown in lists
    match: Match | None = None  # the register's best candidate, if it was consulted


@dataclass(frozen=True, slots=True)
class DetailsMissing:
    outcome: ClassVar = Outcome.DETAILS_MISSING
    folder: ClassVar = Folder.ANSWERED
    reasons: tuple[Reason, ...]
    missing: frozenset[Field]  # never empty


@dataclass(frozen=True, slots=True)
class Pack:
    outcome: ClassVar = Outcome.PACK
    folder: ClassVar = Folder.ANSWERED
    reasons: tuple[Reason, ...]
    match: Match


Decision = Ignore | Settled | Closed | Review | DetailsMissing | Pack


@dataclass(frozen=True, slots=True)
class Case:
    """All that a decision is made from: same case, same decision, for run, explain, replay and redecide."""

    message: Message
    automatic: tuple[Automatic, ...]
    details: Details
    intent: Intent
    register: Register
    history: History
    policy: Policy
    words: Words
