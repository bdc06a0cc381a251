"""Several workers on one store: who has a reply in hand, and how fast each mailbox sends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("reply", sa.Column("worker", sa.BigInteger()))
    op.add_column("reply", sa.Column("sent_through", sa.Text(), server_default="", nullable=False))
    op.drop_index("ix_reply_state_not_before", "reply")
    op.create_index("ix_reply_state_id", "reply", ["state", "id"])
    op.create_index("ix_reply_sent_through_claimed_at", "reply", ["sent_through", "claimed_at"])
    op.add_column("run", sa.Column("account", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "pace",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True)),
        sa.Column("per_day", sa.Integer()),
        sa.Column("room", sa.Integer()),
        sa.PrimaryKeyConstraint("mailbox", name="pk_pace"),
    )
