"""Letters and what goes by post: the wish for it, labels, batches of printing, scans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("request", sa.Column("by_post", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reply", sa.Column("delivery", sa.Text(), server_default="email", nullable=False))
    op.add_column("reply", sa.Column("post_to", sa.Text()))
    op.add_column("reply", sa.Column("batch", sa.Text()))
    op.add_column("reply", sa.Column("printed_by", sa.Text()))
    op.create_index("ix_reply_batch", "reply", ["batch"])
    create_scan()


def create_scan() -> None:
    op.create_table(
        "scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name="fk_scan_request_id"),
        sa.PrimaryKeyConstraint("id", name="pk_scan"),
    )
    op.create_index("ix_scan_request_id", "scan", ["request_id"])
