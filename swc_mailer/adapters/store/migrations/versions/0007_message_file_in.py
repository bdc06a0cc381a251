"""Messages are counted by where they belong, without reading them."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("ix_message_file_in", "message", ["file_in"])
