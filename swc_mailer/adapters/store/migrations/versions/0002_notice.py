"""When staff were told that a case waits too long, and what makes long lists quick."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("request", sa.Column("noticed_at", sa.DateTime(timezone=True)))
    op.drop_index("ix_request_state_waiting_since", "request")
    op.create_index("ix_request_state_waiting_since_created_id", "request", ["state", "waiting_since", "created", "id"])
    op.create_index("ix_request_state_reason", "request", ["state", "reason"])
