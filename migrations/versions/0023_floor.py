"""Photos of anything."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "photo",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", key, nullable=False),
        sa.Column("document_id", key, nullable=True),
        sa.Column("file_id", key, nullable=False),
        sa.Column("small_id", key, nullable=False),
        sa.Column("taken_by", key, nullable=True),
        sa.Column("kept_at", sa.String(27), nullable=False),
        sa.CheckConstraint("subject <> ''", name="photo_of_something"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_photo_document_id")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_photo_file_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_photo_pool_id")),
        sa.ForeignKeyConstraint(["small_id"], ["file.id"], name=op.f("fk_photo_small_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_photo_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index(op.f("ix_photo_document_id"), "photo", ["document_id"], unique=False)
    op.create_index("ix_photo_subject", "photo", ["subject", "subject_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_photo_subject", table_name="photo")
    op.drop_index(op.f("ix_photo_document_id"), table_name="photo")
    op.drop_table("photo")
