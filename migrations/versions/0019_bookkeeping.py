"""Prices, rents and quotes on file admit no UPDATE, no DELETE and no INSERT over an existing key; payments for a transfer have their table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

GUARDED = ("price", "rent", "price_quote")


def upgrade() -> None:
    """Make the table and put the guards up."""
    op.create_table(
        "transfer_payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("receipt", sa.String(length=100), nullable=False),
        sa.Column("file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entered_at", sa.String(27), nullable=False),
        sa.Column("taken_back_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_back_at", sa.String(27), nullable=True),
        sa.CheckConstraint("(taken_back_at IS NULL) = (taken_back_by IS NULL)", name=op.f("who_took_it_back_is_known")),
        sa.CheckConstraint("amount > 0", name=op.f("a_payment_pays_something")),
        sa.CheckConstraint("length(receipt) > 0", name=op.f("a_payment_has_a_receipt")),
        sa.CheckConstraint("way IN ('to_giver','paid_in','direct')", name=op.f("way_of_payment_known")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_transfer_payment_entered_by")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_transfer_payment_file_id")),
        sa.ForeignKeyConstraint(["taken_back_by"], ["person.id"], name=op.f("fk_transfer_payment_taken_back_by")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_payment_transfer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_payment")),
    )
    op.create_index(op.f("ix_transfer_payment_transfer_id"), "transfer_payment", ["transfer_id"], unique=False)
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
    """Take the guards down and drop the table."""
    op.drop_table("transfer_payment")
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in GUARDED:
        for name in ("no_update", "no_delete", "no_overwrite") if sqlite else ("no_change", "no_truncate"):
            op.execute(f"DROP TRIGGER {table}_{name}" if sqlite else f"DROP TRIGGER {table}_{name} ON {table}")
