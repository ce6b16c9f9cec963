"""Repairs of things in a store."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base


class Repair(Base):
    """维修单: units of one label that are mended; shares its document's id.

    `source_id` and `source_line` name the paper on which they were found broken (a return or a slip), `act_id` the
    loan that bears the cost; `mended` and `beyond` say how it ended.
    """

    __tablename__ = "repair"
    __table_args__ = (
        CheckConstraint("count > 0", name="a_repair_mends_something"),
        CheckConstraint("mended >= 0 AND beyond >= 0 AND mended + beyond <= count", name="repaired_within_opened"),
        Index("ix_repair_source", "source_id", "source_line"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    count: Mapped[int]
    fault: Mapped[str] = mapped_column(String(300), default="")
    source_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    source_line: Mapped[int | None]
    act_id: Mapped[int | None] = mapped_column(ForeignKey("saving_act.id"))
    workshop: Mapped[str] = mapped_column(String(200), default="")
    expected_on: Mapped[date | None]
    mended: Mapped[int] = mapped_column(default=0)
    beyond: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
