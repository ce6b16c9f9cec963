"""Issued bulletins: what was asked, and the figures as they stood."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base


class Bulletin(Base):
    """One issued bulletin; shares its document's id. `figures` is canonical JSON, `digest` its SHA-256; `height` and `head` the chain it rests on."""

    __tablename__ = "bulletin"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="bulletin_days_in_order"),
        CheckConstraint("basis IN ('adopted','purchase','rental','consumption')", name="bulletin_basis_known"),
        Index("ix_bulletin_asked", "pool_id", "first_day", "last_day"),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    basis: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200), default="")
    figures: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    height: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
