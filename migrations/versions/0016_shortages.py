"""Waiting list, wishes, substitutes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "wish",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.Column("class_code", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.CheckConstraint("class_code <> '' OR words <> ''", name=op.f("a_wish_says_for_what")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_wish_person_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_wish_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
    )
    op.create_index(op.f("ix_wish_person_id"), "wish", ["person_id"], unique=False)
    op.create_index(op.f("ix_wish_pool_id"), "wish", ["pool_id"], unique=False)
    op.create_table(
        "line_substitute",
        sa.Column("id", key, nullable=False),
        sa.Column("document_id", key, nullable=False),
        sa.Column("line_no", key, nullable=False),
        sa.Column("asked_kind_id", key, nullable=False),
        sa.Column("kind_id", key, nullable=False),
        sa.Column("units", key, nullable=False),
        sa.Column("chosen_by", key, nullable=False),
        sa.Column("chosen_at", sa.String(27), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("something_stands_in")),
        sa.ForeignKeyConstraint(["asked_kind_id"], ["kind.id"], name=op.f("fk_line_substitute_asked_kind_id")),
        sa.ForeignKeyConstraint(["chosen_by"], ["person.id"], name=op.f("fk_line_substitute_chosen_by")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_line_substitute_document_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_line_substitute_kind_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_substitute")),
        sa.UniqueConstraint("document_id", "line_no", "kind_id", name="a_line_has_one_substitute_of_a_kind"),
    )
    op.create_table(
        "substitute",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("kind_id", key, nullable=False),
        sa.Column("other_id", key, nullable=False),
        sa.Column("mutual", sa.Boolean(), nullable=False),
        sa.Column("declared_by", key, nullable=False),
        sa.Column("declared_at", sa.String(27), nullable=False),
        sa.CheckConstraint("kind_id <> other_id", name=op.f("nothing_stands_in_for_itself")),
        sa.ForeignKeyConstraint(["declared_by"], ["person.id"], name=op.f("fk_substitute_declared_by")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_substitute_kind_id")),
        sa.ForeignKeyConstraint(["other_id"], ["kind.id"], name=op.f("fk_substitute_other_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_substitute_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitute")),
        sa.UniqueConstraint("kind_id", "other_id", name="a_substitute_is_declared_once"),
    )
    op.create_index(op.f("ix_substitute_other_id"), "substitute", ["other_id"], unique=False)
    op.create_table(
        "waiting",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("document_id", key, nullable=False),
        sa.Column("line_no", key, nullable=False),
        sa.Column("kind_id", key, nullable=False),
        sa.Column("store_id", key, nullable=True),
        sa.Column("units", key, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("person_id", key, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("keep_until", sa.String(27), nullable=True),
        sa.Column("request_id", key, nullable=True),
        sa.Column("joined_at", sa.String(27), nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.CheckConstraint("(state IN ('offered','taken')) = (keep_until IS NOT NULL)", name=op.f("what_is_offered_is_kept_for_a_time")),
        sa.CheckConstraint("state IN ('waiting','offered','taken','granted','lapsed','left')", name=op.f("waiting_state_known")),
        sa.CheckConstraint("units > 0", name=op.f("somebody_waits_for_something")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_waiting_document_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_waiting_kind_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_person_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_waiting_pool_id")),
        sa.ForeignKeyConstraint(["request_id"], ["document.id"], name=op.f("fk_waiting_request_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_waiting_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    op.create_index("ix_waiting_document", "waiting", ["document_id", "line_no"], unique=False)
    op.create_index("ix_waiting_kind", "waiting", ["kind_id", "state", "id"], unique=False)
    op.create_table(
        "wish_match",
        sa.Column("id", key, nullable=False),
        sa.Column("wish_id", key, nullable=False),
        sa.Column("kind_id", key, nullable=False),
        sa.Column("store_id", key, nullable=False),
        sa.Column("units", key, nullable=False),
        sa.Column("matched_at", sa.String(27), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("something_entered")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_wish_match_kind_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_wish_match_store_id")),
        sa.ForeignKeyConstraint(["wish_id"], ["wish.id"], name=op.f("fk_wish_match_wish_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish_match")),
    )
    op.create_index("ix_wish_match_wish", "wish_match", ["wish_id", "id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("wish_match", "waiting", "substitute", "line_substitute", "wish"):
        op.drop_table(table)
