"""Requests for a loan or a transfer, line by line."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key, OptionalFen


class Requisition(Base):
    """借用申请／调剂申请; shares its document's id.

    `granted_until` is the last day that those who decided so far left (None: the one asked for); when all have decided it becomes `last_day`, and
    `asked_last_day` keeps what was asked. `cut_reason` says why less or shorter was granted.
    """

    __tablename__ = "requisition"
    __table_args__ = (
        CheckConstraint("kind IN ('loan','transfer')", name="requisition_kind_known"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="requisition_days_in_order"),
        CheckConstraint("kind = 'transfer' OR last_day IS NOT NULL", name="a_loan_ends"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    purpose: Mapped[str] = mapped_column(Text, default="")
    budget_line: Mapped[str] = mapped_column(String(120), default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("personal_fact.id"))
    granted_until: Mapped[date | None]
    asked_last_day: Mapped[date | None]
    cut_reason: Mapped[str] = mapped_column(Text, default="", server_default="")


class RequisitionLine(Base):
    """So many of a kind (or one tag), from a store or from wherever, to a drop point; with its need in the budget.

    `granted` is the most that those who decided so far left of the quantity (None: all that was asked).
    """

    __tablename__ = "requisition_line"
    __table_args__ = (
        UniqueConstraint("requisition_id", "line_no"),
        CheckConstraint("asked > 0", name="a_line_asks_for_something"),
        CheckConstraint("approved >= 0 AND issued >= 0 AND issued <= approved", name="issued_within_approved"),
    )

    id: Mapped[Key]
    requisition_id: Mapped[int] = mapped_column(ForeignKey("requisition.id"))
    line_no: Mapped[int]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"))
    asked: Mapped[int]
    approved: Mapped[int] = mapped_column(default=0)
    issued: Mapped[int] = mapped_column(default=0)
    drop: Mapped[str] = mapped_column("drop_point", String(200), default="")
    budget_price: Mapped[OptionalFen]
    need_dated_on: Mapped[date | None]
    need_file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    budget_file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    replaces_line_id: Mapped[int | None] = mapped_column(ForeignKey("requisition_line.id"))
    granted: Mapped[int | None]
