"""Versions of stock rows, so that what was reckoned once can be used again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each stock row a version; 0 until an act locks the row."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("stock", sa.Column("version", key, server_default="0", nullable=False))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("stock", "version")
