"""Permanent transfers between two organizations, from a store or straight from one to the other."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Fen, Key, OptionalFen


class Transfer(Base):
    """调拨／无偿划转／有偿调剂; shares its document's id. `request_id` is the requisition it came from, if any."""

    __tablename__ = "transfer"
    __table_args__ = (CheckConstraint("consideration >= 0", name="consideration_not_negative"),)

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    first_day: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    consideration: Mapped[Fen] = mapped_column(default=0)
    giver_booked: Mapped[bool] = mapped_column(default=False)
    receiver_booked: Mapped[bool] = mapped_column(default=False)


class TransferLine(Base):
    """So many units of one kind or tag; the book figures per line are frozen at acceptance."""

    __tablename__ = "transfer_line"
    __table_args__ = (UniqueConstraint("transfer_id", "line_no"), CheckConstraint("asked > 0", name="a_transfer_line_asks_for_something"))

    id: Mapped[Key]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"))
    line_no: Mapped[int]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    asked: Mapped[int]
    handed_over: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    original_value: Mapped[OptionalFen]
    accumulated_depreciation: Mapped[OptionalFen]
    carrying_amount: Mapped[OptionalFen]
