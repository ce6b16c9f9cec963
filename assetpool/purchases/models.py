"""Recorded later purchases, and which acts of the ledger they put in doubt (SAVINGS.md, rule 7)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key, OptionalFen


class LaterPurchase(Base):
    """Things an organization bought: class, how many, for how much in all, on which day, by which record."""

    __tablename__ = "later_purchase"
    __table_args__ = (
        UniqueConstraint("pool_id", "organization_id", "source", "source_no"),
        CheckConstraint("quantity > 0", name="a_purchase_has_units"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="purchase_amount_not_negative"),
        Index("ix_later_purchase_class", "pool_id", "class_code_set", "class_code", "bought_on"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    class_code_set: Mapped[str] = mapped_column(String(20))
    class_code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200), default="")
    quantity: Mapped[int]
    amount: Mapped[OptionalFen]
    bought_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    source_no: Mapped[str] = mapped_column(String(100))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]


class PurchaseMatch(Base):
    """A purchase beside an act it puts in doubt: so many units are proposed to be reversed, until finance accepts or dismisses it."""

    __tablename__ = "purchase_match"
    __table_args__ = (
        UniqueConstraint("purchase_id", "act_id"),
        CheckConstraint("side IN ('receiver','giver')", name="side_of_the_purchase_known"),
        CheckConstraint("state IN ('proposed','accepted','dismissed')", name="match_state_known"),
        CheckConstraint("units > 0", name="a_match_has_units"),
        Index("ix_purchase_match_state", "pool_id", "state", "id"),
        Index("ix_purchase_match_act", "act_id"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    purchase_id: Mapped[int] = mapped_column(ForeignKey("later_purchase.id"))
    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"))
    side: Mapped[str] = mapped_column(String(10))
    units: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    reason: Mapped[str] = mapped_column(Text, default="")
    found_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
