"""What strangers write who scanned a label."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class FoundReport(Base):
    """One message about a found thing; `from_digest` tells senders apart without keeping their address."""

    __tablename__ = "found_report"
    __table_args__ = (
        CheckConstraint("length(message) > 0", name="a_finder_says_something"),
        Index("ix_found_report_store", "store_id", "handled_at"),
        Index("ix_found_report_sender", "from_digest", "sent_at"),
        Index("ix_found_report_asset", "asset_id", "sent_at"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    message: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(String(120), default="")
    from_digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handled_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(300), default="")
