"""The outbox, what people want to be told, webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "job_run",
        sa.Column("pool_id", key, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token", sa.String(length=32), server_default="", nullable=False),
        sa.Column("claimed_until", sa.String(27), nullable=True),
        sa.Column("started_at", sa.String(27), nullable=True),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("done", key, server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_job_run_pool_id")),
        sa.PrimaryKeyConstraint("pool_id", "name", name=op.f("pk_job_run")),
    )
    op.create_table(
        "telling",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("document_id", key, nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("once", sa.String(length=200), nullable=True),
        sa.Column("told_at", sa.String(27), nullable=False),
        sa.Column("passed_on_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_telling_document_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_telling_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telling")),
        sa.UniqueConstraint("pool_id", "once", name="told_once"),
    )
    op.create_index("ix_telling_document_id", "telling", ["document_id"])
    op.create_index("ix_telling_passed_on_at", "telling", ["passed_on_at"])
    op.create_table(
        "notice",
        sa.Column("id", key, nullable=False),
        sa.Column("telling_id", key, nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.Column("told_at", sa.String(27), nullable=False),
        sa.Column("read_at", sa.String(27), nullable=True),
        sa.Column("settled_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.ForeignKeyConstraint(["telling_id"], ["telling.id"], name=op.f("fk_notice_telling_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("telling_id", "person_id", name="a_person_is_told_once"),
    )
    op.create_index("ix_notice_person_id_read_at", "notice", ["person_id", "read_at"])
    op.create_index("ix_notice_settled_at", "notice", ["settled_at"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("notice", "telling", "job_run"):
        op.drop_table(table)
