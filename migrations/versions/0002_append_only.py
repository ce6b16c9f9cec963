"""Ledger rows admit no UPDATE, no DELETE and no INSERT over an existing key; on PostgreSQL no TRUNCATE either."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LEDGERS = ("movement", "approval", "saving_entry", "saving_review")


def upgrade() -> None:
    """Put the guards up."""
    if op.get_bind().dialect.name == "sqlite":
        for table in LEDGERS:
            refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
            op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
            taken = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR (pool_id = NEW.pool_id AND height = NEW.height))"
            op.execute(f"CREATE TRIGGER {table}_no_overwrite BEFORE INSERT ON {table} WHEN {taken} {refuse}")
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in LEDGERS:
        op.execute(f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change")


def downgrade() -> None:
    """Take the guards down."""
    names = ("no_update", "no_delete", "no_overwrite") if op.get_bind().dialect.name == "sqlite" else ("no_change", "no_truncate")
    for table in LEDGERS:
        for name in names:
            op.execute(f"DROP TRIGGER {table}_{name}" if op.get_bind().dialect.name == "sqlite" else f"DROP TRIGGER {table}_{name} ON {table}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change()")
