"""The allocation standard with its versions, posts of organizations, terms for personal data, erased files, room for sealed secrets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "post_count",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("pool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grade", sa.String(length=60), nullable=False),
        sa.Column("posts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_at", sa.String(27), nullable=False),
        sa.CheckConstraint("posts >= 0", name=op.f("posts_not_negative")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_post_count_organization_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_post_count_pool_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_post_count_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_count")),
        sa.UniqueConstraint("organization_id", "grade", "valid_from", name=op.f("uq_post_count_organization_id_grade_valid_from")),
    )
    op.create_table(
        "standard_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("pool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("standard", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=100), nullable=False),
        sa.Column("grade", sa.String(length=60), nullable=False),
        sa.Column("class_code", sa.String(length=20), nullable=False),
        sa.Column("counted_class", sa.String(length=20), nullable=False),
        sa.Column("measure", sa.String(length=20), nullable=False),
        sa.Column("price_cap", sa.BigInteger(), nullable=True),
        sa.Column("min_years", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quantity_rule", sa.Text(), nullable=False),
        sa.Column("pieces", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("of_posts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("up_to_posts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("further_of_posts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("evidence", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_at", sa.String(27), nullable=False),
        sa.CheckConstraint("(pieces IS NULL) = (of_posts IS NULL)", name=op.f("pieces_are_of_posts")),
        sa.CheckConstraint("(up_to_posts IS NULL) = (further_of_posts IS NULL)", name=op.f("further_posts_have_a_share")),
        sa.CheckConstraint("min_years IS NULL OR min_years >= 1", name=op.f("standard_years_at_least_one")),
        sa.CheckConstraint("pieces IS NULL OR (pieces > 0 AND of_posts > 0)", name=op.f("pieces_and_posts_above_zero")),
        sa.CheckConstraint("price_cap IS NULL OR price_cap >= 0", name=op.f("standard_cap_not_negative")),
        sa.CheckConstraint("up_to_posts IS NULL OR (up_to_posts > 0 AND further_of_posts > 0)", name=op.f("further_posts_above_zero")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_standard_row_organization_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_standard_row_pool_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_standard_row_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_row")),
    )
    op.create_index(op.f("ix_standard_row_category"), "standard_row", ["pool_id", "category", "grade", "valid_from"], unique=False)
    op.create_table(
        "erasure_term",
        sa.Column("pool_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("facts_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("liaison_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("set_at", sa.String(27), nullable=False),
        sa.CheckConstraint("facts_days IS NULL OR facts_days >= 0", name=op.f("days_names_are_kept")),
        sa.CheckConstraint("liaison_days IS NULL OR liaison_days >= 0", name=op.f("days_a_liaison_is_kept")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_erasure_term_pool_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_erasure_term_set_by")),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pk_erasure_term")),
    )
    op.create_table(
        "file_erasure",
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("erased_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("erased_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["erased_by"], ["person.id"], name=op.f("fk_file_erasure_erased_by")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_file_erasure_file_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_erasure")),
    )
    with op.batch_alter_table("webhook") as table:
        table.alter_column("secret", existing_type=sa.String(length=200), type_=sa.String(length=500), existing_nullable=False)


def downgrade() -> None:
    """Drop the tables; a sealed secret that no longer fits is forgotten."""
    op.execute("UPDATE webhook SET secret = '' WHERE length(secret) > 200")
    with op.batch_alter_table("webhook") as table:
        table.alter_column("secret", existing_type=sa.String(length=500), type_=sa.String(length=200), existing_nullable=False)
    op.drop_table("file_erasure")
    op.drop_table("erasure_term")
    op.drop_table("standard_row")
    op.drop_table("post_count")
