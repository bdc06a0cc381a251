"""Which moves were begun: a copy may lie in the other folder, and nowhere else is that known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("place", sa.Column("moving_to", sa.Text()))
    op.add_column("place", sa.Column("moving_uidvalidity", sa.BigInteger()))
    op.add_column("place", sa.Column("moving_uid", sa.BigInteger()))
    op.create_index("ix_place_moving_to", "place", ["moving_to"])
