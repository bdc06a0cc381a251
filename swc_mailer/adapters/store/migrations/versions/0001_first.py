"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_audit()
    create_blocked_address()
    create_pack()
    create_request()
    create_run()
    create_setting()
    create_staff()
    create_message()
    create_note()
    create_reply()
    create_decision()
    create_place()


def create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_done_at", "audit", ["done_at"])
    op.create_index("ix_audit_request_id", "audit", ["request_id"])


def create_blocked_address() -> None:
    op.create_table(
        "blocked_address",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("blocked_by", sa.Text(), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_blocked_address"),
    )


def create_pack() -> None:
    op.create_table(
        "pack",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("block", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_pack"),
    )


def create_request() -> None:
    op.create_table(
        "request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True)),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), server_default="email", nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("membership_number", sa.Text()),
        sa.Column("postcode", sa.Text()),
        sa.Column("details", sa.Text()),
        sa.Column("latest_message", sa.Integer()),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
    )
    op.create_index("ix_request_membership_number", "request", ["membership_number"])
    op.create_index("ix_request_sender_state", "request", ["sender", "state"])
    op.create_index("ix_request_state_waiting_since", "request", ["state", "waiting_since"])


def create_run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("counts", sa.Text()),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )


def create_setting() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )


def create_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_staff"),
    )


def create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("raw", sa.LargeBinary()),
        sa.Column("request_id", sa.Text()),
        sa.Column("outcome", sa.Text()),
        sa.Column("file_in", sa.Text()),
        sa.Column("numbers", sa.Text()),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("file_in in ('answered', 'review', 'ignored', 'erased')", name="ck_message_file_in"),
        sa.CheckConstraint("(outcome is null) = (file_in is null)", name="ck_message_decided"),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_message_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("digest", "copy", name="uq_message_digest_copy"),
    )
    op.create_index("ix_message_message_id_sender", "message", ["message_id", "sender"])
    op.create_index("ix_message_request_id", "message", ["request_id"])
    op.create_index("ix_message_sender_taken_at", "message", ["sender", "taken_at"])


def create_note() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_note_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_request_id", "note", ["request_id"])


def create_reply() -> None:
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("head", sa.LargeBinary()),
        sa.Column("pack", sa.Text()),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("member_key", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_staff", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unknowns", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["pack"], ["pack.digest"], name="fk_reply_pack"),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_reply_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reply"),
        sa.UniqueConstraint("message_id", name="uq_reply_message_id"),
    )
    op.create_index("ix_reply_member_key", "reply", ["member_key"])
    op.create_index("ix_reply_recipient_key_state", "reply", ["recipient_key", "state"])
    op.create_index("ix_reply_request_id", "reply", ["request_id"])
    op.create_index("ix_reply_sent_at", "reply", ["sent_at"])
    op.create_index("ix_reply_state_not_before", "reply", ["state", "not_before"])


def create_decision() -> None:
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Text()),
        sa.Column("message", sa.Integer()),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("membership_number", sa.Text()),
        sa.Column("postcode", sa.Text()),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undo_to", sa.Text()),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_decision_message"),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_decision_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_decided_at", "decision", ["decided_at"])
    op.create_index("ix_decision_message", "decision", ["message"])
    op.create_index("ix_decision_request_id", "decision", ["request_id"])


def create_place() -> None:
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True)),
        sa.Column("lies_in", sa.Text()),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_place_message"),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
        sa.UniqueConstraint("account", "folder", "uidvalidity", "uid", name="uq_place_account_folder_uidvalidity_uid"),
    )
    op.create_index("ix_place_filed_at", "place", ["filed_at"])
    op.create_index("ix_place_message", "place", ["message"])
