"""Sums kept with the entries, and indexes for the reads that matter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADD_UP = """
INSERT INTO saving_sum (act_id, period, business_day, cost_kind, pool_id, purchase, rental, consumption, adopted, cost, lower_bound, claims, entries)
SELECT act_id, period, business_day, coalesce(cost_kind, ''), min(pool_id), sum(count * purchase), sum(count * rental), sum(count * consumption),
  sum(count * adopted), sum(cost), sum(lower_bound), sum(CASE WHEN entry IN ('claim', 'accrual', 'opening') THEN 1 ELSE 0 END), count(*)
FROM saving_entry GROUP BY act_id, period, business_day, coalesce(cost_kind, '')
"""
AGAIN = """
UPDATE saving_share SET reused = {true} WHERE tranche_id IN (SELECT id FROM tranche WHERE asset_id IN (
  SELECT tranche.asset_id FROM saving_share AS other JOIN tranche ON tranche.id = other.tranche_id
  GROUP BY tranche.asset_id HAVING count(DISTINCT other.act_id) > 1))
"""


def upgrade() -> None:
    """Make the table, add up what is there, and mark what was handed over several times."""
    op.create_table(
        "saving_sum",
        sa.Column("act_id", KEY, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("business_day", sa.Date(), nullable=False),
        sa.Column("cost_kind", sa.String(length=15), nullable=False),
        sa.Column("pool_id", KEY, nullable=False),
        sa.Column("purchase", sa.BigInteger(), nullable=True),
        sa.Column("rental", sa.BigInteger(), nullable=True),
        sa.Column("consumption", sa.BigInteger(), nullable=True),
        sa.Column("adopted", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("lower_bound", sa.BigInteger(), nullable=True),
        sa.Column("claims", KEY, nullable=False),
        sa.Column("entries", KEY, nullable=False),
        sa.CheckConstraint("entries > 0 AND claims >= 0", name="a_sum_adds_entries"),
        sa.ForeignKeyConstraint(["act_id"], ["saving_act.id"], name="fk_saving_sum_act_id"),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name="fk_saving_sum_pool_id"),
        sa.PrimaryKeyConstraint("act_id", "period", "business_day", "cost_kind", name="pk_saving_sum"),
    )
    op.create_index("ix_saving_sum_period", "saving_sum", ["pool_id", "period"])
    op.execute(ADD_UP)
    op.add_column("saving_share", sa.Column("reused", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(AGAIN.format(true="1" if op.get_bind().dialect.name == "sqlite" else "true"))
    reused, running = ("reused = 1" if op.get_bind().dialect.name == "sqlite" else "reused"), "ended_on IS NULL"
    with_cost = sa.text("cost_id IS NOT NULL")
    op.create_index("ix_saving_entry_cost", "saving_entry", ["cost_id"], sqlite_where=with_cost, postgresql_where=with_cost)
    for name, where in (("ix_saving_share_reused", reused), ("ix_saving_share_running", running)):
        op.create_index(name, "saving_share", ["act_id"], sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    """Drop what was made."""
    op.drop_index("ix_saving_entry_cost", table_name="saving_entry")
    op.drop_index("ix_saving_share_running", table_name="saving_share")
    op.drop_index("ix_saving_share_reused", table_name="saving_share")
    op.drop_column("saving_share", "reused")
    op.drop_index("ix_saving_sum_period", table_name="saving_sum")
    op.drop_table("saving_sum")
