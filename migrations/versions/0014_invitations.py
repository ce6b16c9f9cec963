"""The organizer's way in, and event packs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and say of an event which funds pay for it."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "event_pack",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("changed_by", key, nullable=True),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.Column("withdrawn_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_event_pack_changed_by")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_event_pack_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_pack")),
    )
    op.create_table(
        "event_liaison",
        sa.Column("id", key, nullable=False),
        sa.Column("event_id", key, nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.Column("named_by", key, nullable=False),
        sa.Column("named_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_liaison_event_id")),
        sa.ForeignKeyConstraint(["named_by"], ["person.id"], name=op.f("fk_event_liaison_named_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_liaison_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_liaison")),
    )
    op.create_index(op.f("ix_event_liaison_event_id"), "event_liaison", ["event_id"], unique=False)
    op.create_table(
        "event_member",
        sa.Column("event_id", key, nullable=False),
        sa.Column("organization_id", key, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_member_event_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_event_member_organization_id")),
        sa.PrimaryKeyConstraint("event_id", "organization_id", name=op.f("pk_event_member")),
    )
    op.create_table(
        "event_venue",
        sa.Column("id", key, nullable=False),
        sa.Column("event_id", key, nullable=False),
        sa.Column("position", key, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("floor", sa.String(length=40), nullable=False),
        sa.Column("lift", sa.Boolean(), nullable=True),
        sa.Column("time_window", sa.String(length=80), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_telephone", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_venue_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_venue")),
        sa.UniqueConstraint("event_id", "name", name="a_venue_has_its_own_name"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("event_id", key, nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("hauls", sa.String(length=10), nullable=False),
        sa.Column("sets_up", sa.String(length=10), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("invited_by", key, nullable=False),
        sa.Column("invited_at", sa.String(27), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("wrong_codes", key, nullable=False),
        sa.Column("revoked_at", sa.String(27), nullable=True),
        sa.Column("revoked_by", key, nullable=True),
        sa.CheckConstraint("hauls IN ('pool','organizer','agreed')", name=op.f("who_hauls_is_known")),
        sa.CheckConstraint("sets_up IN ('pool','organizer','agreed')", name=op.f("who_sets_up_is_known")),
        sa.CheckConstraint("wrong_codes >= 0", name=op.f("wrong_codes_not_negative")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_invitation_event_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_invitation_invited_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_invitation_pool_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_invitation_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_token_digest")),
    )
    op.create_index(op.f("ix_invitation_event_id"), "invitation", ["event_id"], unique=False)
    op.create_table(
        "event_pack_line",
        sa.Column("id", key, nullable=False),
        sa.Column("pack_id", key, nullable=False),
        sa.Column("position", key, nullable=False),
        sa.Column("kind_id", key, nullable=False),
        sa.Column("per_hundred", key, nullable=False),
        sa.CheckConstraint("per_hundred > 0", name=op.f("a_pack_line_holds_something")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_event_pack_line_kind_id")),
        sa.ForeignKeyConstraint(["pack_id"], ["event_pack.id"], name=op.f("fk_event_pack_line_pack_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_pack_line")),
        sa.UniqueConstraint("pack_id", "kind_id", name="a_pack_names_a_kind_once"),
    )
    op.create_table(
        "invitation_device",
        sa.Column("id", key, nullable=False),
        sa.Column("invitation_id", key, nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("admitted_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_invitation_device_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_device")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_invitation_device_key_digest")),
    )
    op.create_index(op.f("ix_invitation_device_invitation_id"), "invitation_device", ["invitation_id"], unique=False)
    op.create_table(
        "organizer_line",
        sa.Column("id", key, nullable=False),
        sa.Column("event_id", key, nullable=False),
        sa.Column("position", key, nullable=False),
        sa.Column("venue_id", key, nullable=True),
        sa.Column("thing", sa.String(length=300), nullable=False),
        sa.Column("kind_id", key, nullable=True),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("quantity", key, nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_telephone", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("said", sa.String(length=120), nullable=False),
        sa.Column("document_id", key, nullable=True),
        sa.Column("line_no", key, nullable=True),
        sa.Column("submitted_at", sa.String(27), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("listed_days_in_order")),
        sa.CheckConstraint("quantity IS NULL OR quantity > 0", name=op.f("a_listed_quantity_is_something")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_organizer_line_document_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_organizer_line_event_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["kind.id"], name=op.f("fk_organizer_line_kind_id")),
        sa.ForeignKeyConstraint(["venue_id"], ["event_venue.id"], name=op.f("fk_organizer_line_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizer_line")),
    )
    op.create_index("ix_organizer_line_document", "organizer_line", ["document_id"], unique=False)
    op.create_index("ix_organizer_line_event", "organizer_line", ["event_id", "position"], unique=False)
    op.add_column("event", sa.Column("funds", sa.String(length=200), server_default="", nullable=False))
    op.add_column("event", sa.Column("budget_line", sa.String(length=120), server_default="", nullable=False))


def downgrade() -> None:
    """Drop them."""
    for table in ("organizer_line", "invitation_device", "event_pack_line", "invitation", "event_venue", "event_member", "event_liaison", "event_pack"):
        op.drop_table(table)
    op.drop_column("event", "budget_line")
    op.drop_column("event", "funds")
