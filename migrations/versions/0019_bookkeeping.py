"""Prices, rents and quotes on file admit no UPDATE, no DELETE and no INSERT over an existing key; what both sides of a transfer enter in their books."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

GUARDED = ("price", "rent", "price_quote")


def upgrade() -> None:
    """Put the guards up."""
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
    """Take the guards down."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in GUARDED:
        for name in ("no_update", "no_delete", "no_overwrite") if sqlite else ("no_change", "no_truncate"):
            op.execute(f"DROP TRIGGER {table}_{name}" if sqlite else f"DROP TRIGGER {table}_{name} ON {table}")
