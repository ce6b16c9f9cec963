"""What people and machines are to be told: one telling per act and topic, one notice per person it concerns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class Telling(Base):
    """Something that happened and is to be told, written in the act's own transaction; `facts` is JSON, `once` a key told only once."""

    __tablename__ = "telling"
    __table_args__ = (
        UniqueConstraint("pool_id", "once", name="told_once"),
        Index("ix_telling_passed_on_at", "passed_on_at"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    topic: Mapped[str] = mapped_column(String(60))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    facts: Mapped[str] = mapped_column(Text, default="{}")
    urgent: Mapped[bool] = mapped_column(default=False)
    once: Mapped[str | None] = mapped_column(String(200))
    told_at: Mapped[datetime]
    passed_on_at: Mapped[datetime | None]


class Notice(Base):
    """One telling as one person has it: read or not, and whether its way by mail is settled (sent in a digest, or not wanted)."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("telling_id", "person_id", name="a_person_is_told_once"),
        Index("ix_notice_person_id_read_at", "person_id", "read_at"),
        Index("ix_notice_settled_at", "settled_at"),
    )

    id: Mapped[Key]
    telling_id: Mapped[int] = mapped_column(ForeignKey("telling.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    told_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
