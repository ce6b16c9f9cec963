"""Periods that are closed: their sheets with frozen figures, which months are locked by which sheet, and where each act stood then."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base


class Closing(Base):
    """A closing sheet (a document of kind PC): the figures of a period as they were drafted, and their digest, which two people sign.

    `sheet` is JSON in a canonical form; `digest` its SHA-256. Neither changes: other figures take another sheet.
    """

    __tablename__ = "closing"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="closing_days_in_order"),
        CheckConstraint("length(period) IN (4, 7)", name="period_is_named"),
        Index("ix_closing_period", "pool_id", "period"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    period: Mapped[str] = mapped_column(String(7))
    first_day: Mapped[date]
    last_day: Mapped[date]
    sheet: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))


class ClosedPeriod(Base):
    """A month, quarter or year that takes no entry any more, and the sheet that closed it; a row is never taken back."""

    __tablename__ = "closed_period"
    __table_args__ = (CheckConstraint("length(period) IN (4, 7)", name="closed_period_is_named"),)

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    closed_at: Mapped[datetime]


class ClosedAct(Base):
    """Where an act stood when a sheet was closed that counts entries of it; reviews given later change the act, not this."""

    __tablename__ = "closed_act"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"), primary_key=True, index=True)
    stands: Mapped[str] = mapped_column(String(12))
