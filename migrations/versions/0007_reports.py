"""Reports that are saved, sent and printed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "bulletin",
        sa.Column("document_id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("event_id", key, nullable=True),
        sa.Column("organization_id", key, nullable=True),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("height", key, nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("issued_by", key, nullable=False),
        sa.Column("issued_at", sa.String(27), nullable=False),
        sa.CheckConstraint("basis IN ('adopted','purchase','rental','consumption')", name=op.f("bulletin_basis_known")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("bulletin_days_in_order")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_bulletin_document_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_bulletin_event_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_bulletin_issued_by")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_bulletin_organization_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_bulletin_pool_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_bulletin")),
    )
    op.create_index("ix_bulletin_asked", "bulletin", ["pool_id", "first_day", "last_day"])
    op.create_table(
        "saved_report",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("breakdown", sa.String(length=20), nullable=False),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("event_id", key, nullable=True),
        sa.Column("organization", sa.String(length=40), nullable=False),
        sa.Column("schedule", sa.String(length=10), nullable=False),
        sa.Column("day", key, nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.CheckConstraint("schedule IN ('none','monthly','quarterly')", name=op.f("report_schedule_known")),
        sa.CheckConstraint("day BETWEEN 1 AND 28", name=op.f("report_day_in_every_month")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_saved_report_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_report_person_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_saved_report_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_report")),
        sa.UniqueConstraint("person_id", "name", name="saved_under_one_name"),
    )
    op.create_index(op.f("ix_saved_report_person_id"), "saved_report", ["person_id"])
    op.create_table(
        "ready_report",
        sa.Column("id", key, nullable=False),
        sa.Column("saved_report_id", key, nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("height", key, nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("workbook_id", key, nullable=False),
        sa.Column("paper_id", key, nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["paper_id"], ["file.id"], name=op.f("fk_ready_report_paper_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ready_report_person_id")),
        sa.ForeignKeyConstraint(["saved_report_id"], ["saved_report.id"], name=op.f("fk_ready_report_saved_report_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["workbook_id"], ["file.id"], name=op.f("fk_ready_report_workbook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_report")),
        sa.UniqueConstraint("saved_report_id", "first_day", "last_day", name="made_once_per_period"),
    )
    op.create_index("ix_ready_report_seen", "ready_report", ["person_id", "seen_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("ready_report")
    op.drop_table("saved_report")
    op.drop_table("bulletin")
