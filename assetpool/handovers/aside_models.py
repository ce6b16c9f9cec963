"""What came back and was not expected, kept aside under a number; and the exchange by which two borrowers settle swapped things."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class Aside(Base):
    """暂存单: a thing without label, a wrong one, or somebody else's, lying in a store; shares its document's id.

    `slip_id` is the slip it came with, `asset_id` the label it bears or turned out to be, `outcome` how it ended ('' while it lies there).
    """

    __tablename__ = "kept_aside"
    __table_args__ = (
        CheckConstraint("sort IN ('no_label','wrong','foreign')", name="aside_sort_known"),
        CheckConstraint("outcome IN ('','matched','exchanged','handed_out','ours','taken_in')", name="aside_outcome_known"),
        CheckConstraint("count > 0", name="an_aside_is_something"),
        Index("ix_kept_aside_open", "store_id", "outcome"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    place: Mapped[str] = mapped_column(String(80), default="")
    sort: Mapped[str] = mapped_column(String(10))
    what: Mapped[str] = mapped_column(String(300))
    count: Mapped[int]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("slip.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    owner_name: Mapped[str] = mapped_column(String(200), default="")
    bringer_fact_id: Mapped[int | None] = mapped_column(ForeignKey("personal_fact.id"))
    kept_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12), default="")
    settled_at: Mapped[datetime | None]
    return_id: Mapped[int | None] = mapped_column(ForeignKey("return_document.id"))
    taker_fact_id: Mapped[int | None] = mapped_column(ForeignKey("personal_fact.id"))


class Exchange(Base):
    """换还单: two slips whose borrowers hold each other's things; shares its document's id. Each side signs with a personal fact."""

    __tablename__ = "exchange"
    __table_args__ = (CheckConstraint("first_slip_id <> second_slip_id", name="an_exchange_is_between_two"),)

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    first_slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), index=True)
    second_slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), index=True)
    first_fact_id: Mapped[int | None] = mapped_column(ForeignKey("personal_fact.id"))
    second_fact_id: Mapped[int | None] = mapped_column(ForeignKey("personal_fact.id"))
    return_id: Mapped[int | None] = mapped_column(ForeignKey("return_document.id"))


class ExchangeLine(Base):
    """Units out on one slip that the other slip's borrower had: they lie in the store (`aside_id`), or that borrower still has them."""

    __tablename__ = "exchange_line"
    __table_args__ = (UniqueConstraint("exchange_id", "line_no"), CheckConstraint("count > 0", name="an_exchange_line_is_something"))

    id: Mapped[Key]
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"))
    line_no: Mapped[int]
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    count: Mapped[int]
    holder_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    aside_id: Mapped[int | None] = mapped_column(ForeignKey("kept_aside.id"))
