"""Approval rules as data, stand-ins, deadlines, holidays, small lanes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; a step that is open keeps its place in the order."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "calendar_day",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_calendar_day_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("pool_id", "day", name=op.f("uq_calendar_day_pool_id_day")),
    )
    op.create_table(
        "rule_set",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("organization_id", key, nullable=False),
        sa.Column("version", key, nullable=False),
        sa.Column("inherits", sa.Boolean(), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("window_days", key, nullable=False),
        sa.Column("block_after_days", key, nullable=True),
        sa.Column("iou_things", key, nullable=False),
        sa.Column("iou_days", key, nullable=False),
        sa.Column("emergency_units", key, nullable=False),
        sa.Column("emergency_days", key, nullable=False),
        sa.Column("emergency_value", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", key, nullable=True),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.CheckConstraint("block_after_days IS NULL OR block_after_days >= 0", name=op.f("block_days_not_negative")),
        sa.CheckConstraint("version > 0", name=op.f("rule_version_above_zero")),
        sa.CheckConstraint(
            "window_days >= 0 AND iou_things >= 0 AND iou_days >= 0 AND emergency_units >= 0 AND emergency_days >= 0", name=op.f("lane_limits_not_negative")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_rule_set_made_by")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_rule_set_organization_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_rule_set_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
        sa.UniqueConstraint("organization_id", "version", name=op.f("uq_rule_set_organization_id_version")),
    )
    op.create_table(
        "stand_in",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.Column("stand_in_id", key, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("made_by", key, nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("stand_in_days_in_order")),
        sa.CheckConstraint("person_id <> stand_in_id", name=op.f("a_stand_in_is_another_person")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_stand_in_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stand_in_person_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_stand_in_pool_id")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["person.id"], name=op.f("fk_stand_in_stand_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
    )
    with op.batch_alter_table("stand_in") as batch_op:
        batch_op.create_index("ix_stand_in_person_last", ["person_id", "last_day"], unique=False)
        batch_op.create_index("ix_stand_in_stand_in_last", ["stand_in_id", "last_day"], unique=False)

    op.create_table(
        "approval_rule",
        sa.Column("id", key, nullable=False),
        sa.Column("rule_set_id", key, nullable=False),
        sa.Column("position", key, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kinds", sa.String(120), nullable=False),
        sa.Column("value_over", sa.BigInteger(), nullable=True),
        sa.Column("units_over", key, nullable=True),
        sa.Column("days_over", key, nullable=True),
        sa.Column("class_code", sa.String(20), nullable=False),
        sa.Column("organization_id", key, nullable=True),
        sa.Column("organization_kind", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_approval_rule_organization_id")),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_set.id"], name=op.f("fk_approval_rule_rule_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_rule")),
        sa.UniqueConstraint("rule_set_id", "position", name=op.f("uq_approval_rule_rule_set_id_position")),
    )
    op.create_table(
        "lane_issue",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("lane", sa.String(10), nullable=False),
        sa.Column("slip_id", key, nullable=True),
        sa.Column("issued_by", key, nullable=False),
        sa.Column("issued_at", sa.String(27), nullable=False),
        sa.Column("papers_due_at", sa.String(27), nullable=True),
        sa.Column("papers_at", sa.String(27), nullable=True),
        sa.Column("papers_file_id", key, nullable=True),
        sa.Column("papers_by", key, nullable=True),
        sa.CheckConstraint("lane IN ('iou','emergency')", name=op.f("lane_known")),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_lane_issue_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_lane_issue_issued_by")),
        sa.ForeignKeyConstraint(["papers_by"], ["person.id"], name=op.f("fk_lane_issue_papers_by")),
        sa.ForeignKeyConstraint(["papers_file_id"], ["file.id"], name=op.f("fk_lane_issue_papers_file_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_lane_issue_pool_id")),
        sa.ForeignKeyConstraint(["slip_id"], ["document.id"], name=op.f("fk_lane_issue_slip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane_issue")),
    )
    op.create_table(
        "approval_rule_step",
        sa.Column("id", key, nullable=False),
        sa.Column("rule_id", key, nullable=False),
        sa.Column("position", key, nullable=False),
        sa.Column("stage", key, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("organization_id", key, nullable=True),
        sa.Column("any_of", sa.Boolean(), nullable=False),
        sa.Column("optional", sa.Boolean(), nullable=False),
        sa.Column("deadline_days", key, nullable=True),
        sa.Column("deadline_working", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(place = 'named') = (organization_id IS NOT NULL)", name=op.f("a_named_place_has_its_name")),
        sa.CheckConstraint("place IN ('asking','supervising','giver','receiver','store','root','named')", name=op.f("step_place_known")),
        sa.CheckConstraint("deadline_days IS NULL OR deadline_days >= 0", name=op.f("deadline_not_negative")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_approval_rule_step_organization_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["approval_rule.id"], name=op.f("fk_approval_rule_step_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_rule_step")),
        sa.UniqueConstraint("rule_id", "position", name=op.f("uq_approval_rule_step_rule_id_position")),
    )
    with op.batch_alter_table("approval_due") as batch_op:
        batch_op.add_column(sa.Column("stage", key, server_default="0", nullable=False))
        batch_op.add_column(sa.Column("any_of", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("deadline_days", key, nullable=True))
        batch_op.add_column(sa.Column("deadline_working", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("due_at", sa.String(27), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.String(27), nullable=True))
        batch_op.add_column(sa.Column("escalated_at", sa.String(27), nullable=True))
        batch_op.add_column(sa.Column("taken_by", key, nullable=True))
        batch_op.add_column(sa.Column("stood_in_for", key, nullable=True))
        batch_op.add_column(sa.Column("rule_set_id", key, nullable=True))
        batch_op.add_column(sa.Column("why", sa.String(200), server_default="", nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_approval_due_rule_set_id"), "rule_set", ["rule_set_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_approval_due_stood_in_for"), "person", ["stood_in_for"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_approval_due_taken_by"), "person", ["taken_by"], ["id"])

    op.execute("UPDATE approval_due SET stage = position")
    op.add_column("requisition_line", sa.Column("granted", key, nullable=True))
    op.add_column("requisition", sa.Column("granted_until", sa.Date(), nullable=True))
    op.add_column("requisition", sa.Column("asked_last_day", sa.Date(), nullable=True))
    op.add_column("requisition", sa.Column("cut_reason", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Drop them."""
    for column in ("cut_reason", "asked_last_day", "granted_until"):
        op.drop_column("requisition", column)
    op.drop_column("requisition_line", "granted")
    with op.batch_alter_table("approval_due") as batch_op:
        for column in ("taken_by", "stood_in_for", "rule_set_id"):
            batch_op.drop_constraint(batch_op.f(f"fk_approval_due_{column}"), type_="foreignkey")
        for column in (
            "why", "rule_set_id", "stood_in_for", "taken_by", "escalated_at", "reminded_at", "due_at", "deadline_working", "deadline_days", "any_of", "stage",
        ):  # fmt: skip
            batch_op.drop_column(column)
    for table in ("lane_issue", "approval_rule_step", "approval_rule", "stand_in", "rule_set", "calendar_day"):
        op.drop_table(table)
