"""Trips with their loads, gate passes, what was said at the gate, and the gate's PIN of the day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "trip",
        sa.Column("id", _key(), autoincrement=False, nullable=False),
        sa.Column("store_id", _key(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("carrier", sa.String(length=200), nullable=False),
        sa.Column("driver_fact_id", _key(), nullable=True),
        sa.Column("loaders", _key(), nullable=False),
        sa.Column("hours", _key(), nullable=False),
        sa.Column("haulage", sa.BigInteger(), nullable=True),
        sa.Column("loading", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("departed_at", sa.String(27), nullable=True),
        sa.Column("entered_at", sa.String(27), nullable=True),
        sa.CheckConstraint("length(plate) > 0", name=op.f("a_trip_has_a_plate")),
        sa.CheckConstraint("loaders >= 0 AND hours >= 0", name=op.f("loading_work_not_negative")),
        sa.CheckConstraint("haulage IS NULL OR haulage >= 0", name=op.f("haulage_fee_not_negative")),
        sa.CheckConstraint("loading IS NULL OR loading >= 0", name=op.f("loading_fee_not_negative")),
        sa.ForeignKeyConstraint(["driver_fact_id"], ["personal_fact.id"], name=op.f("fk_trip_driver_fact_id")),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_trip_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_trip_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip")),
    )
    op.create_index("ix_trip_store_day", "trip", ["store_id", "day"], unique=False)
    op.create_table(
        "trip_load",
        sa.Column("id", _key(), autoincrement=True, nullable=False),
        sa.Column("trip_id", _key(), nullable=False),
        sa.Column("slip_id", _key(), nullable=False),
        sa.Column("line_no", _key(), nullable=False),
        sa.Column("units", _key(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("a_load_is_something")),
        sa.ForeignKeyConstraint(["slip_id"], ["slip.id"], name=op.f("fk_trip_load_slip_id")),
        sa.ForeignKeyConstraint(["trip_id"], ["trip.id"], name=op.f("fk_trip_load_trip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip_load")),
        sa.UniqueConstraint("trip_id", "slip_id", "line_no", name=op.f("uq_trip_load_trip_id_slip_id_line_no")),
    )
    op.create_index(op.f("ix_trip_load_slip_id"), "trip_load", ["slip_id"], unique=False)
    op.create_table(
        "gate_pass",
        sa.Column("id", _key(), autoincrement=False, nullable=False),
        sa.Column("trip_id", _key(), nullable=False),
        sa.Column("store_id", _key(), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("units", _key(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("a_pass_is_for_something")),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_gate_pass_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_gate_pass_store_id")),
        sa.ForeignKeyConstraint(["trip_id"], ["trip.id"], name=op.f("fk_gate_pass_trip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_pass")),
    )
    op.create_index(op.f("ix_gate_pass_store_id"), "gate_pass", ["store_id"], unique=False)
    op.create_index(op.f("ix_gate_pass_trip_id"), "gate_pass", ["trip_id"], unique=False)
    _words()
    op.create_table(
        "gate_pin",
        sa.Column("id", _key(), autoincrement=True, nullable=False),
        sa.Column("store_id", _key(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("made_by", _key(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_gate_pin_made_by")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_gate_pin_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_pin")),
        sa.UniqueConstraint("store_id", "day", name=op.f("uq_gate_pin_store_id_day")),
    )


def _words() -> None:
    op.create_table(
        "gate_word",
        sa.Column("id", _key(), autoincrement=True, nullable=False),
        sa.Column("pool_id", _key(), nullable=False),
        sa.Column("store_id", _key(), nullable=False),
        sa.Column("said", sa.String(length=10), nullable=False),
        sa.Column("pass_id", _key(), nullable=True),
        sa.Column("trip_id", _key(), nullable=True),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", _key(), nullable=True),
        sa.Column("guard_id", _key(), nullable=True),
        sa.Column("key", sa.String(length=40), nullable=True),
        sa.Column("occurred_at", sa.String(27), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", _key(), nullable=True),
        sa.Column("answered_at", sa.String(27), nullable=True),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("who_answered_the_gate_is_known")),
        sa.CheckConstraint("said IN ('let_go','not_right','entered','again','no_pass','unseen')", name=op.f("gate_word_known")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_gate_word_answered_by")),
        sa.ForeignKeyConstraint(["guard_id"], ["personal_fact.id"], name=op.f("fk_gate_word_guard_id")),
        sa.ForeignKeyConstraint(["pass_id"], ["gate_pass.id"], name=op.f("fk_gate_word_pass_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_gate_word_person_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_gate_word_pool_id")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_gate_word_store_id")),
        sa.ForeignKeyConstraint(["trip_id"], ["trip.id"], name=op.f("fk_gate_word_trip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_word")),
        sa.UniqueConstraint("key", name=op.f("uq_gate_word_key")),
    )
    op.create_index("ix_gate_word_store", "gate_word", ["store_id", "id"], unique=False)
    op.create_index(op.f("ix_gate_word_trip_id"), "gate_word", ["trip_id"], unique=False)
    once = sa.text("said = 'let_go'")
    op.create_index("uq_gate_word_let_go", "gate_word", ["pass_id"], unique=True, sqlite_where=once, postgresql_where=once)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("gate_pin", "gate_word", "gate_pass", "trip_load", "trip"):
        op.drop_table(table)
