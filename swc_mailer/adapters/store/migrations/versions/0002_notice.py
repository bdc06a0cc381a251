"""When staff were told that a case waits too long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("request", sa.Column("noticed_at", sa.DateTime(timezone=True)))
