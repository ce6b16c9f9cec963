"""Intakes: what an organization announces, and what the keeper then received."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key, OptionalFen


class Intake(Base):
    """入仓单（调入）; shares its document's id. In custody the books stay; by transfer they move to the store's organization."""

    __tablename__ = "intake"
    __table_args__ = (CheckConstraint("mode IN ('custody','transfer','opening')", name="intake_mode_known"),)

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    mode: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")


class IntakeLine(Base):
    """So many announced of a kind; `received` counts up as the keeper takes them in. Values are per unit."""

    __tablename__ = "intake_line"
    __table_args__ = (
        UniqueConstraint("intake_id", "line_no"),
        CheckConstraint("announced > 0", name="a_line_announces_something"),
        CheckConstraint("received >= 0", name="received_not_negative"),
        CheckConstraint("original_value IS NULL OR original_value >= 0", name="value_not_negative"),
    )

    id: Mapped[Key]
    intake_id: Mapped[int] = mapped_column(ForeignKey("intake.id"))
    line_no: Mapped[int]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    lot: Mapped[bool] = mapped_column(default=False)
    announced: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    closed: Mapped[bool] = mapped_column(default=False)
    original_value: Mapped[OptionalFen]
    accumulated_depreciation: Mapped[OptionalFen]
    acquired_on: Mapped[date | None]
    condition: Mapped[str] = mapped_column(String(5), default="good")
    brand: Mapped[str] = mapped_column(String(100), default="")
    serial: Mapped[str] = mapped_column(String(100), default="")
    external_no: Mapped[str] = mapped_column(String(100), default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(Text, default="")
