"""Carbon, waste and what was asked for in vain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "stock_refusal",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("document_id", key, nullable=False),
        sa.Column("line_no", key, nullable=False),
        sa.Column("kind_id", key, nullable=False),
        sa.Column("wanted", key, nullable=False),
        sa.Column("free", key, nullable=False),
        sa.Column("times", key, nullable=False),
        sa.Column("refused_at", sa.String(27), nullable=False),
        sa.CheckConstraint("wanted > free AND free >= 0", name=op.f("refused_for_lack_of_stock")),
        sa.CheckConstraint("times > 0", name=op.f("refused_at_least_once")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_stock_refusal_document_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_stock_refusal_kind_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_stock_refusal_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_refusal")),
        sa.UniqueConstraint("document_id", "line_no", name="a_line_is_refused_in_one_row"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("stock_refusal")
