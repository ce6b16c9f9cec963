"""Reports a person keeps: the question under a name, when it is asked anew by itself, and what was made of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class SavedReport(Base):
    """A question to the savings ledger under a person's own name for it; `schedule` asks it anew on `day` after each month or quarter."""

    __tablename__ = "saved_report"
    __table_args__ = (
        UniqueConstraint("person_id", "name", name="saved_under_one_name"),
        CheckConstraint("schedule IN ('none','monthly','quarterly')", name="report_schedule_known"),
        CheckConstraint("day BETWEEN 1 AND 28", name="report_day_in_every_month"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    breakdown: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(10), default="")
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    organization: Mapped[str] = mapped_column(String(40), default="")
    schedule: Mapped[str] = mapped_column(String(10), default="none")
    day: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class ReadyReport(Base):
    """A scheduled report as it was made for one period: workbook and paper, kept by digest."""

    __tablename__ = "ready_report"
    __table_args__ = (
        UniqueConstraint("saved_report_id", "first_day", "last_day", name="made_once_per_period"),
        Index("ix_ready_report_seen", "person_id", "seen_at"),
    )

    id: Mapped[Key]
    saved_report_id: Mapped[int] = mapped_column(ForeignKey("saved_report.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    height: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    workbook_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
