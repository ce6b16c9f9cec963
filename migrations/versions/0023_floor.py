"""Photos of anything; things kept aside, exchanges, repairs, checklists, messages of finders."""

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
    op.create_table(
        "kept_aside",
        sa.Column("id", key, nullable=False),
        sa.Column("store_id", key, nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("count", key, nullable=False),
        sa.Column("asset_id", key, nullable=True),
        sa.Column("slip_id", key, nullable=True),
        sa.Column("owner_id", key, nullable=True),
        sa.Column("owner_name", sa.String(length=200), nullable=False),
        sa.Column("bringer_fact_id", key, nullable=True),
        sa.Column("kept_at", sa.String(27), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("settled_at", sa.String(27), nullable=True),
        sa.Column("return_id", key, nullable=True),
        sa.Column("taker_fact_id", key, nullable=True),
        sa.CheckConstraint("outcome IN ('','matched','exchanged','handed_out','ours','taken_in')", name=op.f("aside_outcome_known")),
        sa.CheckConstraint("sort IN ('no_label','wrong','foreign')", name=op.f("aside_sort_known")),
        sa.CheckConstraint("count > 0", name=op.f("an_aside_is_something")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_kept_aside_asset_id")),
        sa.ForeignKeyConstraint(["bringer_fact_id"], ["personal_fact.id"], name=op.f("fk_kept_aside_bringer_fact_id")),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_kept_aside_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organization.id"], name=op.f("fk_kept_aside_owner_id")),
        sa.ForeignKeyConstraint(["return_id"], ["return_document.id"], name=op.f("fk_kept_aside_return_id")),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_kept_aside_slip_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_kept_aside_store_id")),
        sa.ForeignKeyConstraint(["taker_fact_id"], ["personal_fact.id"], name=op.f("fk_kept_aside_taker_fact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_aside")),
    )
    op.create_index(op.f("ix_kept_aside_asset_id"), "kept_aside", ["asset_id"], unique=False)
    op.create_index("ix_kept_aside_open", "kept_aside", ["store_id", "outcome"], unique=False)
    op.create_index(op.f("ix_kept_aside_slip_id"), "kept_aside", ["slip_id"], unique=False)
    op.create_table(
        "exchange",
        sa.Column("id", key, nullable=False),
        sa.Column("store_id", key, nullable=False),
        sa.Column("first_slip_id", key, nullable=False),
        sa.Column("second_slip_id", key, nullable=False),
        sa.Column("first_fact_id", key, nullable=True),
        sa.Column("second_fact_id", key, nullable=True),
        sa.Column("return_id", key, nullable=True),
        sa.CheckConstraint("first_slip_id <> second_slip_id", name=op.f("an_exchange_is_between_two")),
        sa.ForeignKeyConstraint(["first_fact_id"], ["personal_fact.id"], name=op.f("fk_exchange_first_fact_id")),
        sa.ForeignKeyConstraint(["first_slip_id"], ["slip.id"], name=op.f("fk_exchange_first_slip_id")),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_exchange_id")),
        sa.ForeignKeyConstraint(["return_id"], ["return_document.id"], name=op.f("fk_exchange_return_id")),
        sa.ForeignKeyConstraint(["second_fact_id"], ["personal_fact.id"], name=op.f("fk_exchange_second_fact_id")),
        sa.ForeignKeyConstraint(["second_slip_id"], ["slip.id"], name=op.f("fk_exchange_second_slip_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_exchange_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
    )
    op.create_index(op.f("ix_exchange_first_slip_id"), "exchange", ["first_slip_id"], unique=False)
    op.create_index(op.f("ix_exchange_second_slip_id"), "exchange", ["second_slip_id"], unique=False)
    op.create_table(
        "exchange_line",
        sa.Column("id", key, nullable=False),
        sa.Column("exchange_id", key, nullable=False),
        sa.Column("line_no", key, nullable=False),
        sa.Column("slip_id", key, nullable=False),
        sa.Column("asset_id", key, nullable=False),
        sa.Column("count", key, nullable=False),
        sa.Column("holder_id", key, nullable=False),
        sa.Column("aside_id", key, nullable=True),
        sa.CheckConstraint("count > 0", name=op.f("an_exchange_line_is_something")),
        sa.ForeignKeyConstraint(["aside_id"], ["kept_aside.id"], name=op.f("fk_exchange_line_aside_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_exchange_line_asset_id")),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchange.id"], name=op.f("fk_exchange_line_exchange_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["organization.id"], name=op.f("fk_exchange_line_holder_id")),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_exchange_line_slip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_line")),
        sa.UniqueConstraint("exchange_id", "line_no", name=op.f("uq_exchange_line_exchange_id_line_no")),
    )
    op.create_table(
        "checklist_item",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("class_code", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("text_en", sa.String(length=200), nullable=False),
        sa.Column("pieces", key, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("pieces >= 0", name=op.f("accessories_not_negative")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_checklist_item_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
    )
    op.create_index("ix_checklist_item_class", "checklist_item", ["pool_id", "class_code"], unique=False)
    op.create_table(
        "return_check",
        sa.Column("id", key, nullable=False),
        sa.Column("return_id", key, nullable=False),
        sa.Column("line_no", key, nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("expected", key, nullable=False),
        sa.Column("found", key, nullable=False),
        sa.CheckConstraint("found >= 0 AND expected > 0", name=op.f("found_is_a_count")),
        sa.ForeignKeyConstraint(["return_id"], ["return_document.id"], name=op.f("fk_return_check_return_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_check")),
    )
    op.create_index("ix_return_check_line", "return_check", ["return_id", "line_no"], unique=False)
    op.create_table(
        "repair",
        sa.Column("id", key, nullable=False),
        sa.Column("store_id", key, nullable=False),
        sa.Column("asset_id", key, nullable=False),
        sa.Column("kind_id", key, nullable=False),
        sa.Column("count", key, nullable=False),
        sa.Column("fault", sa.String(length=300), nullable=False),
        sa.Column("source_id", key, nullable=True),
        sa.Column("source_line", key, nullable=True),
        sa.Column("act_id", key, nullable=True),
        sa.Column("workshop", sa.String(length=200), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("mended", key, nullable=False),
        sa.Column("beyond", key, nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("done_at", sa.String(27), nullable=True),
        sa.CheckConstraint("count > 0", name=op.f("a_repair_mends_something")),
        sa.CheckConstraint("mended >= 0 AND beyond >= 0 AND mended + beyond <= count", name=op.f("repaired_within_opened")),
        sa.ForeignKeyConstraint(["act_id"], ["saving_act.id"], name=op.f("fk_repair_act_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_repair_asset_id")),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_repair_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_repair_kind_id")),
        sa.ForeignKeyConstraint(["source_id"], ["document.id"], name=op.f("fk_repair_source_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_repair_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair")),
    )
    op.create_index(op.f("ix_repair_asset_id"), "repair", ["asset_id"], unique=False)
    op.create_index("ix_repair_source", "repair", ["source_id", "source_line"], unique=False)
    op.create_table(
        "found_report",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("asset_id", key, nullable=False),
        sa.Column("store_id", key, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("from_digest", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.String(27), nullable=False),
        sa.Column("handled_by", key, nullable=True),
        sa.Column("handled_at", sa.String(27), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("length(message) > 0", name=op.f("a_finder_says_something")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_found_report_asset_id")),
        sa.ForeignKeyConstraint(["handled_by"], ["person.id"], name=op.f("fk_found_report_handled_by")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_found_report_pool_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_found_report_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_report")),
    )
    op.create_index("ix_found_report_asset", "found_report", ["asset_id", "sent_at"], unique=False)
    op.create_index("ix_found_report_sender", "found_report", ["from_digest", "sent_at"], unique=False)
    op.create_index("ix_found_report_store", "found_report", ["store_id", "handled_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_found_report_store", table_name="found_report")
    op.drop_index("ix_found_report_sender", table_name="found_report")
    op.drop_index("ix_found_report_asset", table_name="found_report")
    op.drop_table("found_report")
    op.drop_index("ix_repair_source", table_name="repair")
    op.drop_index("ix_repair_asset_id", table_name="repair")
    op.drop_table("repair")
    op.drop_index("ix_return_check_line", table_name="return_check")
    op.drop_table("return_check")
    op.drop_index("ix_checklist_item_class", table_name="checklist_item")
    op.drop_table("checklist_item")
    op.drop_table("exchange_line")
    op.drop_index("ix_exchange_second_slip_id", table_name="exchange")
    op.drop_index("ix_exchange_first_slip_id", table_name="exchange")
    op.drop_table("exchange")
    op.drop_index("ix_kept_aside_slip_id", table_name="kept_aside")
    op.drop_index("ix_kept_aside_open", table_name="kept_aside")
    op.drop_index("ix_kept_aside_asset_id", table_name="kept_aside")
    op.drop_table("kept_aside")
    op.drop_index("ix_photo_subject", table_name="photo")
    op.drop_index(op.f("ix_photo_document_id"), table_name="photo")
    op.drop_table("photo")
