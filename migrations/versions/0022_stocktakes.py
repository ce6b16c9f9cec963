"""Stocktakes: plans, scopes, what was expected, what was counted (admits no UPDATE, no DELETE and no INSERT over an existing key), what differs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

GUARDED = ("stocktake_count",)
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and put the guards up."""
    op.create_table(
        "stocktake_plan",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("pool_id", _ID, nullable=False),
        sa.Column("store_id", _ID, nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("ordered_by", sa.String(length=10), nullable=False),
        sa.Column("per_week", _ID, nullable=False),
        sa.Column("month", _ID, nullable=False),
        sa.Column("made_by", _ID, nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.CheckConstraint("ordered_by IN ('class','value')", name=op.f("order_of_a_plan_known")),
        sa.CheckConstraint("way IN ('full','cyclic')", name=op.f("way_of_a_plan_known")),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("a_plan_has_a_month")),
        sa.CheckConstraint("per_week > 0", name=op.f("a_plan_counts_something")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_stocktake_plan_made_by")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_stocktake_plan_pool_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_stocktake_plan_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_plan")),
    )
    op.create_index(op.f("ix_stocktake_plan_store_id"), "stocktake_plan", ["store_id"], unique=False)
    op.create_table(
        "stocktake",
        sa.Column("id", _ID, nullable=False),
        sa.Column("store_id", _ID, nullable=False),
        sa.Column("requester_id", _ID, nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("plan_id", _ID, nullable=True),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("class_code", sa.String(length=20), nullable=False),
        sa.Column("owner_id", _ID, nullable=True),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("round", _ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.String(27), nullable=True),
        sa.Column("frozen_height", _ID, nullable=True),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("posted_at", sa.String(27), nullable=True),
        sa.CheckConstraint("way IN ('full','cyclic','spot')", name=op.f("way_of_a_stocktake_known")),
        sa.CheckConstraint("(frozen_at IS NULL) = (frozen_height IS NULL)", name=op.f("what_is_frozen_has_a_height")),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_stocktake_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organization.id"], name=op.f("fk_stocktake_owner_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["stocktake_plan.id"], name=op.f("fk_stocktake_plan_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["person.id"], name=op.f("fk_stocktake_requester_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_stocktake_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake")),
    )
    op.create_index(op.f("ix_stocktake_plan_id"), "stocktake", ["plan_id"], unique=False)
    op.create_index(op.f("ix_stocktake_store"), "stocktake", ["store_id", "id"], unique=False)
    op.create_table(
        "stocktake_choice",
        sa.Column("stocktake_id", _ID, nullable=False),
        sa.Column("asset_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_stocktake_choice_asset_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_choice_stocktake_id")),
        sa.PrimaryKeyConstraint("stocktake_id", "asset_id", name=op.f("pk_stocktake_choice")),
    )
    op.create_index(op.f("ix_stocktake_choice_asset"), "stocktake_choice", ["asset_id"], unique=False)
    op.create_table(
        "stocktake_count",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("stocktake_id", _ID, nullable=False),
        sa.Column("round", _ID, nullable=False),
        sa.Column("asset_id", _ID, nullable=True),
        sa.Column("kind_id", _ID, nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("units", _ID, nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("undoes_id", _ID, nullable=True),
        sa.Column("client_key", sa.String(length=100), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("occurred_at", sa.String(27), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.CheckConstraint("asset_id IS NOT NULL OR length(words) > 0", name=op.f("a_count_says_of_what")),
        sa.CheckConstraint("round > 0", name=op.f("a_count_has_a_round")),
        sa.CheckConstraint("units >= 0", name=op.f("a_count_is_not_negative")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_stocktake_count_asset_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_stocktake_count_kind_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stocktake_count_person_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_count_stocktake_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["stocktake_count.id"], name=op.f("fk_stocktake_count_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_count")),
        sa.UniqueConstraint("stocktake_id", "person_id", "client_key", name="a_count_is_kept_once"),
        sa.UniqueConstraint("undoes_id", name="a_count_is_taken_back_once"),
    )
    op.create_index(op.f("ix_stocktake_count_asset"), "stocktake_count", ["stocktake_id", "asset_id"], unique=False)
    op.create_table(
        "stocktake_difference",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("stocktake_id", _ID, nullable=False),
        sa.Column("position", _ID, nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("asset_id", _ID, nullable=True),
        sa.Column("kind_id", _ID, nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("units", _ID, nullable=False),
        sa.Column("from_place", sa.String(length=80), nullable=False),
        sa.Column("to_place", sa.String(length=80), nullable=False),
        sa.Column("worth", sa.BigInteger(), nullable=True),
        sa.Column("resolution", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("posted", _ID, nullable=False),
        sa.CheckConstraint("resolution IN ('lost','held','move','number','propose')", name=op.f("resolution_known")),
        sa.CheckConstraint("what IN ('missing','misplaced','surplus','on_loan','elsewhere','unknown')", name=op.f("kind_of_difference_known")),
        sa.CheckConstraint("units > 0 AND posted >= 0 AND posted <= units", name=op.f("no_more_is_posted_than_differs")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_stocktake_difference_asset_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_stocktake_difference_kind_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_difference_stocktake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_difference")),
        sa.UniqueConstraint("stocktake_id", "position", name="differences_have_places"),
    )
    op.create_index(op.f("ix_stocktake_difference_asset"), "stocktake_difference", ["asset_id"], unique=False)
    op.create_table(
        "stocktake_line",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("stocktake_id", _ID, nullable=False),
        sa.Column("line_no", _ID, nullable=False),
        sa.Column("asset_id", _ID, nullable=False),
        sa.Column("kind_id", _ID, nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("expected", _ID, nullable=False),
        sa.Column("worth", sa.BigInteger(), nullable=True),
        sa.Column("counted", _ID, nullable=True),
        sa.Column("explained", _ID, nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.CheckConstraint("counted IS NULL OR counted >= 0", name=op.f("counted_units_not_negative")),
        sa.CheckConstraint("expected > 0", name=op.f("something_is_expected")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_stocktake_line_asset_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_stocktake_line_kind_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_line_stocktake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_line")),
        sa.UniqueConstraint("stocktake_id", "asset_id", "place", name="a_label_is_expected_once_at_a_place"),
        sa.UniqueConstraint("stocktake_id", "line_no", name="stocktake_lines_have_numbers"),
    )
    op.create_index(op.f("ix_stocktake_line_asset"), "stocktake_line", ["asset_id"], unique=False)
    for table in GUARDED:
        if op.get_bind().dialect.name == "sqlite":
            refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
            taken = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
            op.execute(f"CREATE TRIGGER {table}_no_overwrite BEFORE INSERT ON {table} WHEN {taken} {refuse}")
            continue
        op.execute(f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change")


def downgrade() -> None:
    """Drop the tables; their guards go with them."""
    op.drop_table("stocktake_difference")
    op.drop_table("stocktake_count")
    op.drop_table("stocktake_line")
    op.drop_table("stocktake_choice")
    op.drop_table("stocktake")
    op.drop_table("stocktake_plan")
