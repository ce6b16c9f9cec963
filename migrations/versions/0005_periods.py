"""Periods that close, and their sheets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "closing",
        sa.Column("id", KEY, nullable=False),
        sa.Column("pool_id", KEY, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name="closing_days_in_order"),
        sa.CheckConstraint("length(period) IN (4, 7)", name="period_is_named"),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name="fk_closing_id"),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name="fk_closing_pool_id"),
        sa.PrimaryKeyConstraint("id", name="pk_closing"),
    )
    op.create_index("ix_closing_period", "closing", ["pool_id", "period"])
    op.create_table(
        "closed_period",
        sa.Column("pool_id", KEY, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("closed_at", sa.String(length=27), nullable=False),
        sa.CheckConstraint("length(period) IN (4, 7)", name="closed_period_is_named"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_closed_period_document_id"),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name="fk_closed_period_pool_id"),
        sa.PrimaryKeyConstraint("pool_id", "period", name="pk_closed_period"),
    )
    op.create_index("ix_closed_period_document_id", "closed_period", ["document_id"])
    op.create_table(
        "closed_act",
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("act_id", KEY, nullable=False),
        sa.Column("stands", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["saving_act.id"], name="fk_closed_act_act_id"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_closed_act_document_id"),
        sa.PrimaryKeyConstraint("document_id", "act_id", name="pk_closed_act"),
    )
    op.create_index("ix_closed_act_act_id", "closed_act", ["act_id"])
    op.create_index("ix_saving_entry_posted", "saving_entry", ["pool_id", "period"])
    op.create_index("ix_saving_entry_corrects", "saving_entry", ["pool_id", "corrects_period"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("ix_saving_entry_corrects", "saving_entry")
    op.drop_index("ix_saving_entry_posted", "saving_entry")
    op.drop_table("closed_act")
    op.drop_table("closed_period")
    op.drop_table("closing")
