"""The tables. A change here needs a migration beside it (migrations/versions); a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from swc_mailer.adapters.store.columns import Compressed, Moment, Plain, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

request = Table(
    "request",
    metadata,
    Column("id", Text, primary_key=True),  # short, unguessable, easy to type; made by the caller
    Column("state", Text, nullable=False),  # states.RequestState
    Column("reasons", Plain, nullable=False),  # why it waits, or of its last decision
    Column("reason", Text, nullable=False, server_default=""),  # the first one's code, to count and choose by
    Column("waiting_since", Moment),  # only while it waits
    Column("noticed_at", Moment),  # when staff were told that it waits too long
    Column("sender", Words, nullable=False),  # lower case; who asked first
    Column("name", Words, nullable=False, server_default=""),
    Column("subject", Words, nullable=False),
    Column("origin", Text, nullable=False, server_default="email"),  # email | letter
    Column("by_post", Boolean, nullable=False, server_default=false()),  # asked for the documents by post
    Column("language", Text, nullable=False, server_default="en"),  # model.Language, of its last message that showed one
    Column("received", Moment, nullable=False),  # of its first message
    Column("membership_number", Words),
    Column("postcode", Words),
    Column("details", Plain),  # record.details_record: all that was given so far
    Column("latest_message", Integer),  # the message that it was last decided by
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("version", Integer, nullable=False, server_default="0", onupdate=text("version + 1")),  # tells of every change
    Index(None, "sender", "state"),
    Index(None, "state", "waiting_since", "created", "id"),  # the order of the list
    Index(None, "state", "reason"),  # its counts
    Index(None, "membership_number"),
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Text, nullable=False),  # sha256 of the raw bytes
    Column("copy", Integer, nullable=False),  # 0; a second delivery of the same bytes 1, and so on
    Column("message_id", Words, nullable=False),
    Column("sender", Words, nullable=False),  # lower case
    Column("name", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("received", Moment, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Column("size", Integer, nullable=False),
    Column("whole", Boolean, nullable=False),  # false: only the header block was fetched
    Column("raw", LargeBinary),  # sealing.kept_message; none of a copy, and none after retention or erasure
    Column("request_id", Text, ForeignKey("request.id")),
    Column("outcome", Text),  # none while it could not be decided
    Column("file_in", Text),  # model.Folder, or "erased"
    Column("numbers", Plain),  # the membership numbers that it gives
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("error", Words, nullable=False, server_default=""),
    UniqueConstraint("digest", "copy"),
    CheckConstraint("file_in in ('answered', 'review', 'ignored', 'erased')", name="file_in"),
    CheckConstraint("(outcome is null) = (file_in is null)", name="decided"),
    Index(None, "message_id", "sender"),
    Index(None, "sender", "taken_at"),
    Index(None, "request_id"),
    Index(None, "file_in"),  # for its counts: the rows are large
)

place = Table(
    "place",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("message", Integer, ForeignKey("message.id"), nullable=False),
    Column("account", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("filed_at", Moment),  # none while it lies in the inbox
    Column("lies_in", Text),  # the model.Folder that it was filed in; staff may want it in another since
    Column("moving_to", Text),  # the model.Folder that it is being moved to; a copy may lie there
    Column("moving_uidvalidity", BigInteger),  # that folder's, when the move was begun
    Column("moving_uid", BigInteger),  # of what came there since: this or more
    UniqueConstraint("account", "folder", "uidvalidity", "uid"),
    Index(None, "message"),
    Index(None, "filed_at"),
    Index(None, "moving_to"),
)

decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request_id", Text, ForeignKey("request.id")),
    Column("message", Integer, ForeignKey("message.id")),  # none of a letter, and mostly none by staff
    Column("outcome", Text, nullable=False),
    Column("reasons", Plain, nullable=False),
    Column("evidence", Plain, nullable=False),
    Column("membership_number", Words),
    Column("postcode", Words),
    Column("decided_by", Words, nullable=False),  # "program", or the name of a member of staff
    Column("rules_version", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("undo_to", Plain),  # by staff: how the request stood before
    Index(None, "request_id"),
    Index(None, "message"),
    Index(None, "decided_at"),
)

pack = Table(
    "pack",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("block", LargeBinary, nullable=False),  # base64 already: compressing it again gains little
)

reply = Table(
    "reply",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request_id", Text, ForeignKey("request.id"), nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("recipient", Words, nullable=False),
    Column("recipient_key", Words, nullable=False),  # lower case, for counting
    Column("kind", Text, nullable=False),
    Column("subject", Words, nullable=False),
    Column("head", Compressed),  # by post the letter's words; none after retention or erasure
    Column("pack", Text, ForeignKey("pack.digest")),
    Column("missing", Plain, nullable=False),
    Column("member_key", Words),  # number_key of the member that a pack is for
    Column("state", Text, nullable=False),  # states.ReplyState
    Column("by_staff", Boolean, nullable=False, server_default=false()),  # a person asked for it, or approved it
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unknowns", Integer, nullable=False, server_default="0"),  # how often its delivery was unknown
    Column("not_before", Moment, nullable=False),  # a person's time to undo, or the next attempt
    Column("answer", Words, nullable=False, server_default=""),  # the server's, or why it is held
    Column("created", Moment, nullable=False),
    Column("claimed_at", Moment),
    Column("sent_at", Moment),  # by post: when it was printed
    Column("delivery", Text, nullable=False, server_default="email"),  # delivery.Delivery
    Column("post_to", Plain),  # by post: the lines of the label
    Column("batch", Text),  # by post: what it was printed with
    Column("printed_by", Words),
    Column("worker", BigInteger),  # who has it in hand: while it is due to send it next, while it is sending to tell a death
    Column("sent_through", Text, nullable=False, server_default=""),  # pace.mailbox
    Index(None, "state", "id"),  # what is due is read in the order of ids, a little at a time
    Index(None, "recipient_key", "state"),
    Index(None, "request_id"),
    Index(None, "member_key"),
    Index(None, "sent_at"),
    Index(None, "batch"),
    Index(None, "sent_through", "claimed_at"),
)

pace = Table(
    "pace",
    metadata,
    Column("mailbox", Text, primary_key=True),  # that replies are sent through: the provider's limits are for each
    Column("free_at", Moment),  # the next place in the minute
    Column("per_day", Integer),  # the day's number …
    Column("room", Integer),  # … and how many of it are surely left; counted anew when none is
)

scan = Table(
    "scan",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request_id", Text, ForeignKey("request.id"), nullable=False),
    Column("name", Words, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # sealing.kept_scan: a PDF or a picture, compressed already
    Column("added_at", Moment, nullable=False),
    Index(None, "request_id"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Plain, nullable=False),
)

blocked_address = Table(
    "blocked_address",
    metadata,
    Column("address", Words, primary_key=True),  # lower case
    Column("blocked_by", Words, nullable=False),
    Column("blocked_at", Moment, nullable=False),
)

note = Table(
    "note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request_id", Text, ForeignKey("request.id"), nullable=False),
    Column("written_by", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("written_at", Moment, nullable=False),
    Index(None, "request_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("who", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("request_id", Text),  # no foreign key: the trail outlives the request
    Column("done_at", Moment, nullable=False),
    Index(None, "request_id"),
    Index(None, "done_at"),
)

staff = Table(
    "staff",
    metadata,
    Column("name", Words, primary_key=True),
    Column("password_hash", Text, nullable=False),  # argon2
    Column("role", Text, nullable=False),  # reviewer | admin
    Column("added_at", Moment, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account", Text, nullable=False, server_default=""),  # place.account, of the inbox that it takes in from
    Column("started", Moment, nullable=False),
    Column("ended", Moment),
    Column("counts", Plain),
    Column("error", Words, nullable=False, server_default=""),
)
