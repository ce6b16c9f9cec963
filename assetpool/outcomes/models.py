"""Approvals that failed for lack of stock: the act itself is rolled back, so the refusal is kept here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class StockRefusal(Base):
    """A line of a request that somebody wanted to grant and the stores could not; the last time it happened, and how often."""

    __tablename__ = "stock_refusal"
    __table_args__ = (
        UniqueConstraint("document_id", "line_no", name="a_line_is_refused_in_one_row"),
        CheckConstraint("wanted > free AND free >= 0", name="refused_for_lack_of_stock"),
        CheckConstraint("times > 0", name="refused_at_least_once"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    line_no: Mapped[int]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    wanted: Mapped[int]
    free: Mapped[int]
    times: Mapped[int] = mapped_column(default=1)
    refused_at: Mapped[datetime]
