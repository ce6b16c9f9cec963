"""What stands beside costs and claims: flags, compensation, own rates, running costs, purchases of the pool, reviews from within.

None of these rows is chained; where a figure of the ledger rests on one, the chained entry carries a mark of it, which
`audit verify` compares.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class SavingFlag(Base):
    """A doubt about an act that somebody, or the nightly work, raised; while it is open the act is no grade A."""

    __tablename__ = "saving_flag"
    __table_args__ = (
        CheckConstraint("length(code) > 0", name="a_flag_has_a_code"),
        CheckConstraint("closed_at IS NOT NULL OR (closed_by IS NULL AND answer = '')", name="an_open_flag_has_no_answer"),
        Index("ix_saving_flag_act", "act_id", "id"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"))
    code: Mapped[str] = mapped_column(String(30))
    reference: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
