"""How people want to be told, the mails made of notices, and the webhooks of a pool with what was sent to them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class NoticeSetting(Base):
    """What a pool has settled about telling: the hour of the digest, the days of reminders (before: negative), when a late loan is urgent."""

    __tablename__ = "notice_setting"
    __table_args__ = (
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour_of_a_day"),
        CheckConstraint("keep_days BETWEEN 7 AND 3650", name="mails_kept_for_a_while"),
    )

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    digest_hour: Mapped[int] = mapped_column(default=8)
    reminder_days: Mapped[str] = mapped_column(String(100), default="-7,0,7,30")
    urgent_from: Mapped[int] = mapped_column(default=30)
    keep_days: Mapped[int] = mapped_column(default=90)


class NoticeChoice(Base):
    """How one person wants one group of topics: at once, in the digest, never by mail; what one must decide cannot be never."""

    __tablename__ = "notice_choice"
    __table_args__ = (
        CheckConstraint("way IN ('at_once','digest','never')", name="notice_way_known"),
        CheckConstraint("NOT (topic_group = 'decide' AND way = 'never')", name="duties_are_always_told"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    topic_group: Mapped[str] = mapped_column(String(20), primary_key=True)
    way: Mapped[str] = mapped_column(String(10))


class Mail(Base):
    """One mail to one person; `digest_day` marks the one digest of a day. Address, subject and body are personal data and erased after a while.

    `claimed_until` is set while a process sends it; `unreported` counts sendings that never reported back, so that it repeats once at most.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("person_id", "digest_day", name="one_digest_a_day"),
        UniqueConstraint("message_id", name="mail_told_apart"),
        CheckConstraint("state IN ('waiting','sent','failed')", name="mail_state_known"),
        Index("ix_mail_state_next_at", "state", "next_at"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    digest_day: Mapped[date | None]
    message_id: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    notices: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    reason: Mapped[str] = mapped_column(String(500), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    unreported: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class MailPart(Base):
    """Which notices a mail carries; a notice goes into one mail only."""

    __tablename__ = "mail_part"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id", ondelete="CASCADE"), index=True)


class MailFile(Base):
    """A kept file that goes with a mail."""

    __tablename__ = "mail_file"

    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"), primary_key=True)


class Webhook(Base):
    """An address outside that is told what happens in a pool, in its own form; `topic_groups` empty means all of them. Secret and address are kept sealed."""

    __tablename__ = "webhook"
    __table_args__ = (CheckConstraint("form IN ('generic','wecom','dingtalk','feishu')", name="webhook_form_known"),)

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    name: Mapped[str] = mapped_column(String(120))
    form: Mapped[str] = mapped_column(String(20))
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(500), default="")
    topic_groups: Mapped[str] = mapped_column(String(400), default="")
    language: Mapped[str] = mapped_column(String(2), default="zh")
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Delivery(Base):
    """One message to a webhook, sent until it is taken or given up; `key` is the same at every try, so that a receiver can drop a repeat."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("key", name="delivery_told_apart"),
        CheckConstraint("state IN ('waiting','sent','failed')", name="delivery_state_known"),
        Index("ix_webhook_delivery_state_next_at", "state", "next_at"),
    )

    id: Mapped[Key]
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    reason: Mapped[str] = mapped_column(String(500), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    unreported: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
