"""The outbox, what people want to be told, webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "job_run",
        sa.Column("pool_id", key, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token", sa.String(length=32), server_default="", nullable=False),
        sa.Column("claimed_until", sa.String(27), nullable=True),
        sa.Column("started_at", sa.String(27), nullable=True),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("done", key, server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_job_run_pool_id")),
        sa.PrimaryKeyConstraint("pool_id", "name", name=op.f("pk_job_run")),
    )
    op.create_table(
        "telling",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("document_id", key, nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("once", sa.String(length=200), nullable=True),
        sa.Column("told_at", sa.String(27), nullable=False),
        sa.Column("passed_on_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_telling_document_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_telling_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telling")),
        sa.UniqueConstraint("pool_id", "once", name="told_once"),
    )
    op.create_index("ix_telling_document_id", "telling", ["document_id"])
    op.create_index("ix_telling_passed_on_at", "telling", ["passed_on_at"])
    op.create_table(
        "notice",
        sa.Column("id", key, nullable=False),
        sa.Column("telling_id", key, nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.Column("told_at", sa.String(27), nullable=False),
        sa.Column("read_at", sa.String(27), nullable=True),
        sa.Column("settled_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.ForeignKeyConstraint(["telling_id"], ["telling.id"], name=op.f("fk_notice_telling_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("telling_id", "person_id", name="a_person_is_told_once"),
    )
    op.create_index("ix_notice_person_id_read_at", "notice", ["person_id", "read_at"])
    op.create_index("ix_notice_settled_at", "notice", ["settled_at"])
    op.create_table(
        "notice_setting",
        sa.Column("pool_id", key, nullable=False),
        sa.Column("digest_hour", key, nullable=False),
        sa.Column("reminder_days", sa.String(length=100), nullable=False),
        sa.Column("urgent_from", key, nullable=False),
        sa.Column("keep_days", key, nullable=False),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("digest_hour_of_a_day")),
        sa.CheckConstraint("keep_days BETWEEN 7 AND 3650", name=op.f("mails_kept_for_a_while")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_notice_setting_pool_id")),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pk_notice_setting")),
    )
    op.create_table(
        "mail",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("person_id", key, nullable=False),
        sa.Column("digest_day", sa.Date(), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("notices", key, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("attempts", key, nullable=False),
        sa.Column("unreported", key, nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("next_at", sa.String(27), nullable=False),
        sa.Column("claimed_until", sa.String(27), nullable=True),
        sa.Column("sent_at", sa.String(27), nullable=True),
        sa.Column("erased_at", sa.String(27), nullable=True),
        sa.CheckConstraint("state IN ('waiting','sent','failed')", name=op.f("mail_state_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_person_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_mail_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name="mail_told_apart"),
        sa.UniqueConstraint("person_id", "digest_day", name="one_digest_a_day"),
    )
    op.create_index("ix_mail_state_next_at", "mail", ["state", "next_at"])
    op.create_table(
        "notice_choice",
        sa.Column("person_id", key, nullable=False),
        sa.Column("topic_group", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.CheckConstraint("NOT (topic_group = 'decide' AND way = 'never')", name=op.f("duties_are_always_told")),
        sa.CheckConstraint("way IN ('at_once','digest','never')", name=op.f("notice_way_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_choice_person_id")),
        sa.PrimaryKeyConstraint("person_id", "topic_group", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "webhook",
        sa.Column("id", key, nullable=False),
        sa.Column("pool_id", key, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("topic_groups", sa.String(length=400), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_by", key, nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("removed_at", sa.String(27), nullable=True),
        sa.CheckConstraint("form IN ('generic','wecom','dingtalk','feishu')", name=op.f("webhook_form_known")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_webhook_created_by")),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_webhook_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "mail_file",
        sa.Column("mail_id", key, nullable=False),
        sa.Column("file_id", key, nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_mail_file_file_id")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mail_file_mail_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mail_id", "file_id", name=op.f("pk_mail_file")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("id", key, nullable=False),
        sa.Column("webhook_id", key, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("attempts", key, nullable=False),
        sa.Column("unreported", key, nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("next_at", sa.String(27), nullable=False),
        sa.Column("claimed_until", sa.String(27), nullable=True),
        sa.Column("sent_at", sa.String(27), nullable=True),
        sa.CheckConstraint("state IN ('waiting','sent','failed')", name=op.f("delivery_state_known")),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("key", name="delivery_told_apart"),
    )
    op.create_index("ix_webhook_delivery_state_next_at", "webhook_delivery", ["state", "next_at"])
    op.create_index("ix_webhook_delivery_webhook_id", "webhook_delivery", ["webhook_id"])
    op.create_table(
        "mail_part",
        sa.Column("notice_id", key, nullable=False),
        sa.Column("mail_id", key, nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_mail_part_mail_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_mail_part_notice_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_mail_part")),
    )
    op.create_index("ix_mail_part_mail_id", "mail_part", ["mail_id"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("mail_part", "webhook_delivery", "mail_file", "webhook", "notice_choice", "mail", "notice_setting", "notice", "telling", "job_run"):
        op.drop_table(table)
