"""Quotes behind prices, versions that end, price books taken over from files; policies are drafted, approved and then stand still."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and columns, and put up the guard of approved policies."""
    with op.batch_alter_table("price") as price:
        price.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        price.add_column(sa.Column("void", sa.Boolean(), server_default=sa.false(), nullable=False))
        price.create_check_constraint("price_days_in_order", "valid_until IS NULL OR valid_until >= valid_from")
    with op.batch_alter_table("rent") as rent:
        rent.add_column(sa.Column("dated_on", sa.Date(), nullable=True))
        rent.add_column(sa.Column("source_kind", sa.String(length=20), server_default="other", nullable=False))
        rent.add_column(sa.Column("tax_included", sa.Boolean(), server_default=sa.true(), nullable=False))
        rent.add_column(sa.Column("transport_included", sa.Boolean(), server_default=sa.true(), nullable=False))
        rent.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        rent.add_column(sa.Column("void", sa.Boolean(), server_default=sa.false(), nullable=False))
        rent.create_check_constraint("rent_days_in_order", "valid_until IS NULL OR valid_until >= valid_from")
    with op.batch_alter_table("valuation_policy") as policy:
        policy.add_column(sa.Column("state", sa.String(length=10), server_default="approved", nullable=False))
        policy.add_column(sa.Column("approved_at", sa.String(length=27), nullable=True))
        policy.add_column(sa.Column("note", sa.Text(), server_default="", nullable=False))
        policy.create_check_constraint("policy_state_known", "state IN ('draft','approved','rejected')")
    _make_tables()
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER valuation_policy_no_{deed.lower()} BEFORE {deed} ON valuation_policy WHEN OLD.state = 'approved' "
                "BEGIN SELECT RAISE(ABORT, 'an approved valuation_policy never changes'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER valuation_policy_no_change BEFORE UPDATE OR DELETE ON valuation_policy FOR EACH ROW "
        "WHEN (OLD.state = 'approved') EXECUTE FUNCTION refuse_change()"
    )
    op.execute("ALTER TABLE valuation_policy ENABLE ALWAYS TRIGGER valuation_policy_no_change")


def _make_tables() -> None:
    op.create_table(
        "price_quote",
        sa.Column("id", KEY, nullable=False),
        sa.Column("price_id", KEY, nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("file_id", KEY, nullable=True),
        sa.CheckConstraint("amount >= 0", name="quote_not_negative"),
        sa.CheckConstraint("length(supplier) > 0", name="a_quote_has_a_supplier"),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name="fk_price_quote_file_id"),
        sa.ForeignKeyConstraint(["price_id"], ["price.id"], name="fk_price_quote_price_id"),
        sa.PrimaryKeyConstraint("id", name="pk_price_quote"),
        sa.UniqueConstraint("price_id", "supplier", name="one_quote_a_supplier"),
    )
    op.create_table(
        "price_import",
        sa.Column("id", KEY, nullable=False),
        sa.Column("pool_id", KEY, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("imported_by", KEY, nullable=False),
        sa.Column("imported_at", sa.String(length=27), nullable=False),
        sa.Column("undone_by", KEY, nullable=True),
        sa.Column("undone_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="who_undid_it_is_known"),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name="fk_price_import_imported_by"),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name="fk_price_import_pool_id"),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name="fk_price_import_undone_by"),
        sa.PrimaryKeyConstraint("id", name="pk_price_import"),
    )
    op.create_index("ix_price_import_pool_id", "price_import", ["pool_id"])
    op.create_table(
        "price_import_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("import_id", KEY, nullable=False),
        sa.Column("row_no", KEY, nullable=False),
        sa.Column("kind_id", KEY, nullable=False),
        sa.Column("price_id", KEY, nullable=True),
        sa.Column("rent_id", KEY, nullable=True),
        sa.CheckConstraint("price_id IS NOT NULL OR rent_id IS NOT NULL", name="a_row_became_a_version"),
        sa.ForeignKeyConstraint(["import_id"], ["price_import.id"], name="fk_price_import_line_import_id"),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name="fk_price_import_line_kind_id"),
        sa.ForeignKeyConstraint(["price_id"], ["price.id"], name="fk_price_import_line_price_id"),
        sa.ForeignKeyConstraint(["rent_id"], ["rent.id"], name="fk_price_import_line_rent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_price_import_line"),
        sa.UniqueConstraint("import_id", "row_no", name="a_row_is_taken_once"),
    )
    op.create_table(
        "policy_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("policy_id", KEY, nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.CheckConstraint("act IN ('draft','change','approve','reject')", name="policy_act_known"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_policy_step_person_id"),
        sa.ForeignKeyConstraint(["policy_id"], ["valuation_policy.id"], name="fk_policy_step_policy_id"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_step"),
    )
    op.create_index("ix_policy_step_policy_id", "policy_step", ["policy_id"])


def downgrade() -> None:
    """Take the guard down and drop what was made."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER valuation_policy_no_update")
        op.execute("DROP TRIGGER valuation_policy_no_delete")
    else:
        op.execute("DROP TRIGGER valuation_policy_no_change ON valuation_policy")
    for table in ("policy_step", "price_import_line", "price_import", "price_quote"):
        op.drop_table(table)
    with op.batch_alter_table("valuation_policy") as policy:
        policy.drop_constraint("policy_state_known", type_="check")
        for column in ("note", "approved_at", "state"):
            policy.drop_column(column)
    with op.batch_alter_table("rent") as rent:
        rent.drop_constraint("rent_days_in_order", type_="check")
        for column in ("void", "valid_until", "transport_included", "tax_included", "source_kind", "dated_on"):
            rent.drop_column(column)
    with op.batch_alter_table("price") as price:
        price.drop_constraint("price_days_in_order", type_="check")
        for column in ("void", "valid_until"):
            price.drop_column(column)
