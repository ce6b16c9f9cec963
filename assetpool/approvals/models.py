"""Who must still say yes (may change) and what was said (append-only, chained)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.approvals import rule_models as _rule_models  # noqa: F401
from assetpool.core import chain
from assetpool.core.db import Base, Key


class ApprovalDue(Base):
    """One step that a document still waits for; closed when it was taken or fell away.

    Steps of one `stage` are asked at once; of those marked `any_of` one is enough. `taken_by` closed it, perhaps in the place of `stood_in_for`.
    `rule_set_id`: the version of the rules that asked for it (None: the usual steps).
    """

    __tablename__ = "approval_due"
    __table_args__ = (UniqueConstraint("document_id", "round", "position"), Index("ix_approval_due_open", "closed_at", "organization_id"))

    id: Mapped[Key]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    round: Mapped[int] = mapped_column(default=1)
    position: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    stage: Mapped[int] = mapped_column(default=0, server_default="0")
    any_of: Mapped[bool] = mapped_column(default=False, server_default=false())
    deadline_days: Mapped[int | None]
    deadline_working: Mapped[bool] = mapped_column(default=True, server_default=true())
    due_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stood_in_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    rule_set_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"))
    why: Mapped[str] = mapped_column(String(200), default="", server_default="")


class Approval(Base):
    """One decision on a document, as it stood then (`content_digest`); never changed, never deleted."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("pool_id", "height"),
        CheckConstraint("decision IN ('yes','no','sent_back')", name="decision_known"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    step: Mapped[str] = mapped_column(String(20))
    decision: Mapped[str] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(20))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    content_digest: Mapped[str] = mapped_column(String(64))
    paper_number: Mapped[str | None] = mapped_column(String(80))
    paper_day: Mapped[date | None]
    paper_signer_digest: Mapped[str | None] = mapped_column(String(64))
    paper_file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


assert isinstance(Approval.__table__, Table)
chain.append_only(Approval.__table__)
