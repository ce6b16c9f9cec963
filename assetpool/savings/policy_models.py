"""Who wrote a valuation policy and who decided on it, step by step."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class PolicyStep(Base):
    """One step of a policy: drafted, changed, approved or rejected, by whom and why."""

    __tablename__ = "policy_step"
    __table_args__ = (CheckConstraint("act IN ('draft','change','approve','reject')", name="policy_act_known"),)

    id: Mapped[Key]
    policy_id: Mapped[int] = mapped_column(ForeignKey("valuation_policy.id"), index=True)
    act: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
