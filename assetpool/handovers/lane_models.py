"""What left through a small lane: on an IOU, or as an emergency issue whose papers follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base


class LaneIssue(Base):
    """借条／应急出仓: the request that was made out at the counter, its slip, and until when the papers must follow (None: none are due)."""

    __tablename__ = "lane_issue"
    __table_args__ = (CheckConstraint("lane IN ('iou','emergency')", name="lane_known"),)

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    lane: Mapped[str] = mapped_column(String(10))
    slip_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    papers_due_at: Mapped[datetime | None]
    papers_at: Mapped[datetime | None]
    papers_file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    papers_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
