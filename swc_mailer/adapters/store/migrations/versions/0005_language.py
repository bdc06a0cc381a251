"""The language in which a request is answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("request", sa.Column("language", sa.Text(), server_default="en", nullable=False))
