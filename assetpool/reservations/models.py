"""Promises: how many units of a kind from which store, for which days, to which document."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class Reservation(Base):
    """A promise given at approval; what was issued or released no longer counts. `last_day` null: for good (transfer).

    `purpose` 'offer' keeps stock for somebody who waited and has not taken it yet. `id` gives the order of approval.
    `asset_id` pins the promise to one tag. Turn-round is kept as it was when promised.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="days_in_order"),
        CheckConstraint("promised > 0 AND issued >= 0 AND released >= 0 AND issued + released <= promised", name="no_more_than_promised"),
        CheckConstraint("turn_round >= 0", name="promise_turn_round_not_negative"),
        Index("ix_reservation_stock", "kind_id", "store_id", "open_units"),
        Index("ix_reservation_document", "document_id", "line_no"),
        CheckConstraint("open_units = promised - issued - released", name="open_is_what_is_left"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    line_no: Mapped[int]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    promised: Mapped[int]
    issued: Mapped[int] = mapped_column(default=0)
    released: Mapped[int] = mapped_column(default=0)
    open_units: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    turn_round: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(10), default="loan")
    created_at: Mapped[datetime]


class Substitute(Base):
    """A kind that may stand in for another, as the pool declared it; `mutual`: also the other way round."""

    __tablename__ = "substitute"
    __table_args__ = (
        UniqueConstraint("kind_id", "other_id", name="a_substitute_is_declared_once"),
        CheckConstraint("kind_id <> other_id", name="nothing_stands_in_for_itself"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("kind.id"), index=True)
    mutual: Mapped[bool] = mapped_column(default=False)
    declared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]
