"""What the label studio keeps: layouts, printers, codes that wait for their thing, places, cages, boxes, prints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "label_count",
        sa.Column("pool_id", key, nullable=False),
        sa.Column("tag", sa.String(length=20), nullable=False),
        sa.Column("printed", key, nullable=False),
        sa.Column("last_at", sa.String(27), nullable=False),
        sa.Column("last_by", key, nullable=True),
        sa.CheckConstraint("printed > 0", name=op.f("a_print_counts")),
        sa.ForeignKeyConstraint(["last_by"], ["person.id"], name=op.f("fk_label_count_last_by")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_label_count_pool_id")),
        sa.PrimaryKeyConstraint("pool_id", "tag", name=op.f("pk_label_count")),
    )
    op.create_table(
        "label_layout",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("changed_by", key, nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.Column("withdrawn_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_label_layout_changed_by")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_label_layout_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_layout")),
        sa.UniqueConstraint("pool_id", "name", name="a_layout_has_its_own_name"),
    )
    op.create_table(
        "label_printer",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("shift_right", key, nullable=False),
        sa.Column("shift_down", key, nullable=False),
        sa.Column("dots", key, nullable=False),
        sa.Column("changed_by", key, nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.CheckConstraint("dots IN (203, 300, 600)", name=op.f("printer_dots_known")),
        sa.CheckConstraint("shift_right BETWEEN -2000 AND 2000 AND shift_down BETWEEN -2000 AND 2000", name=op.f("a_shift_is_small")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_label_printer_changed_by")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_label_printer_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_printer")),
        sa.UniqueConstraint("pool_id", "name", name="a_printer_has_its_own_name"),
    )
    op.create_table(
        "label_batch",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("store_id", key, nullable=False),
        sa.Column("purpose", sa.String(length=6), nullable=False),
        sa.Column("count", key, nullable=False),
        sa.Column("made_by", key, nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_label_batch_made_by")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_label_batch_pool_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_label_batch_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_batch")),
    )
    op.create_index("ix_label_batch_pool", "label_batch", ["pool_id", "id"], unique=False)
    op.create_table(
        "label_code",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("tag", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=6), nullable=False),
        sa.Column("batch_id", key, nullable=True),
        sa.Column("store_id", key, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("holds", key, nullable=False),
        sa.Column("event_id", key, nullable=True),
        sa.Column("asset_id", key, nullable=True),
        sa.Column("claimed_by", key, nullable=True),
        sa.Column("claimed_at", sa.String(27), nullable=True),
        sa.CheckConstraint("purpose <> 'box' OR event_id IS NOT NULL", name=op.f("a_box_has_an_event")),
        sa.CheckConstraint("purpose <> 'cage' OR (holds > 0 AND asset_id IS NOT NULL)", name=op.f("a_cage_holds_something")),
        sa.CheckConstraint("purpose IN ('blank','shelf','cage','box','former')", name=op.f("code_purpose_known")),
        sa.CheckConstraint("purpose NOT IN ('blank','former') OR (asset_id IS NULL) = (claimed_at IS NULL)", name=op.f("a_claim_names_its_thing")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_label_code_asset_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["label_batch.id"], name=op.f("fk_label_code_batch_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name=op.f("fk_label_code_claimed_by")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_label_code_event_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_label_code_pool_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_label_code_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_code")),
        sa.UniqueConstraint("tag", name=op.f("uq_label_code_tag")),
    )
    op.create_index("ix_label_code_asset", "label_code", ["asset_id"], unique=False)
    op.create_index("ix_label_code_batch", "label_code", ["batch_id", "id"], unique=False)
    op.create_index("ix_label_code_store", "label_code", ["store_id", "purpose", "name"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_label_code_store", table_name="label_code")
    op.drop_index("ix_label_code_batch", table_name="label_code")
    op.drop_index("ix_label_code_asset", table_name="label_code")
    op.drop_table("label_code")
    op.drop_index("ix_label_batch_pool", table_name="label_batch")
    op.drop_table("label_batch")
    op.drop_table("label_printer")
    op.drop_table("label_layout")
    op.drop_table("label_count")
