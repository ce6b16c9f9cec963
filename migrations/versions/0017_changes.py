"""Change orders and extensions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "extension",
        sa.Column("id", key, nullable=False),
        sa.Column("slip_id", key, nullable=False),
        sa.Column("requester_id", key, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_extension_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["person.id"], name=op.f("fk_extension_requester_id")),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_extension_slip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_slip_id"), "extension", ["slip_id"], unique=False)
    op.create_table(
        "extension_line",
        sa.Column("id", key, nullable=False),
        sa.Column("extension_id", key, nullable=False),
        sa.Column("line_no", key, nullable=False),
        sa.Column("asset_id", key, nullable=False),
        sa.Column("units", key, nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("something_is_extended")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_extension_line_asset_id")),
        sa.ForeignKeyConstraint(["extension_id"], ["extension.id"], name=op.f("fk_extension_line_extension_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_line")),
        sa.UniqueConstraint("extension_id", "line_no", "asset_id", name="a_tag_is_extended_once"),
    )
    op.create_table(
        "change_order",
        sa.Column("id", key, nullable=False),
        sa.Column("request_id", key, nullable=False),
        sa.Column("requester_id", key, nullable=False),
        sa.Column("first_before", sa.Date(), nullable=False),
        sa.Column("last_before", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("change_days_in_order")),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_change_order_id")),
        sa.ForeignKeyConstraint(["request_id"], ["requisition.id"], name=op.f("fk_change_order_request_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["person.id"], name=op.f("fk_change_order_requester_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_order")),
    )
    op.create_index(op.f("ix_change_order_request_id"), "change_order", ["request_id"], unique=False)
    op.create_table(
        "change_line",
        sa.Column("id", key, nullable=False),
        sa.Column("change_id", key, nullable=False),
        sa.Column("position", key, nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("line_no", key, nullable=True),
        sa.Column("of_line", key, nullable=True),
        sa.Column("kind_id", key, nullable=False),
        sa.Column("store_id", key, nullable=True),
        sa.Column("units_before", key, nullable=False),
        sa.Column("units_after", key, nullable=False),
        sa.Column("drop_before", sa.String(length=200), nullable=False),
        sa.Column("drop_point", sa.String(length=200), nullable=False),
        sa.Column("budget_price", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("units_before >= 0 AND units_after >= 0", name=op.f("changed_units_not_negative")),
        sa.CheckConstraint("what IN ('keep','add','swap','exchange')", name=op.f("kind_of_change_known")),
        sa.ForeignKeyConstraint(["change_id"], ["change_order.id"], name=op.f("fk_change_line_change_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_change_line_kind_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_change_line_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_line")),
        sa.UniqueConstraint("change_id", "position", name="change_lines_have_places"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("change_line", "change_order", "extension_line", "extension"):
        op.drop_table(table)
