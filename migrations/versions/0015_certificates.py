"""Look before buying: searches and no-stock certificates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

CHAINED = "no_stock_certificate"


def upgrade() -> None:
    """Make the tables; certificates are only ever added to."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "stock_search",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("organization_id", key, nullable=False),
        sa.Column("asked_by", key, nullable=False),
        sa.Column("searched_at", sa.String(27), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name=op.f("days_of_a_search_in_order")),
        sa.CheckConstraint("reason IN ('new','replace')", name=op.f("reason_to_buy_known")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_stock_search_asked_by")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_stock_search_organization_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_stock_search_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_search")),
    )
    op.create_index("ix_stock_search_organization", "stock_search", ["organization_id", "id"], unique=False)
    op.create_table(
        CHAINED,
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("height", key, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document_id", key, nullable=False),
        sa.Column("search_id", key, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("issued_by", key, nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_no_stock_certificate_document_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_no_stock_certificate_issued_by")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_no_stock_certificate_pool_id")),
        sa.ForeignKeyConstraint(["search_id"], ["stock_search.id"], name=op.f("fk_no_stock_certificate_search_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_no_stock_certificate")),
        sa.UniqueConstraint("pool_id", "height", name=op.f("uq_no_stock_certificate_pool_id_height")),
    )
    op.create_index("ix_no_stock_certificate_document", CHAINED, ["document_id"], unique=False)
    op.create_table(
        "no_stock_line",
        sa.Column("document_id", key, nullable=False),
        sa.Column("line_no", key, nullable=False),
        sa.Column("organization_id", key, nullable=False),
        sa.Column("class_code_set", sa.String(length=20), nullable=False),
        sa.Column("class_code", sa.String(length=20), nullable=False),
        sa.Column("quantity", key, nullable=False),
        sa.Column("free", key, nullable=False),
        sa.Column("covers", key, nullable=False),
        sa.Column("declined", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.CheckConstraint("quantity > 0 AND free >= 0 AND covers >= 0 AND covers <= quantity", name=op.f("a_certificate_covers_what_was_short")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_no_stock_line_document_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_no_stock_line_organization_id")),
        sa.PrimaryKeyConstraint("document_id", "line_no", name=op.f("pk_no_stock_line")),
    )
    op.create_index("ix_no_stock_line_class", "no_stock_line", ["organization_id", "class_code_set", "class_code"], unique=False)
    _guard()


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{CHAINED} is append-only'); END"
        op.execute(f"CREATE TRIGGER {CHAINED}_no_update BEFORE UPDATE ON {CHAINED} {refuse}")
        op.execute(f"CREATE TRIGGER {CHAINED}_no_delete BEFORE DELETE ON {CHAINED} {refuse}")
        taken = f"EXISTS (SELECT 1 FROM {CHAINED} WHERE id = NEW.id OR (pool_id = NEW.pool_id AND height = NEW.height))"
        op.execute(f"CREATE TRIGGER {CHAINED}_no_overwrite BEFORE INSERT ON {CHAINED} WHEN {taken} {refuse}")
        return
    op.execute(f"CREATE TRIGGER {CHAINED}_no_change BEFORE UPDATE OR DELETE ON {CHAINED} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute(f"CREATE TRIGGER {CHAINED}_no_truncate BEFORE TRUNCATE ON {CHAINED} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    op.execute(f"ALTER TABLE {CHAINED} ENABLE ALWAYS TRIGGER {CHAINED}_no_change")
    op.execute(f"ALTER TABLE {CHAINED} ENABLE ALWAYS TRIGGER {CHAINED}_no_truncate")


def downgrade() -> None:
    """Drop them with their guards."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("no_update", "no_delete", "no_overwrite") if sqlite else ("no_change", "no_truncate"):
        op.execute(f"DROP TRIGGER {CHAINED}_{name}" if sqlite else f"DROP TRIGGER {CHAINED}_{name} ON {CHAINED}")
    for table in ("no_stock_line", CHAINED, "stock_search"):
        op.drop_table(table)
