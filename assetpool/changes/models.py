"""Extensions of what is out, and change orders of what was approved, each with its lines."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key, OptionalFen


class Extension(Base):
    """续借审批单: things of one slip are to stay out until a later day; shares its document's id."""

    __tablename__ = "extension"

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), index=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")


class ExtensionLine(Base):
    """So many units of one tag on one line of the slip; `due_before` is the earliest day on which one of them was due when asked."""

    __tablename__ = "extension_line"
    __table_args__ = (
        UniqueConstraint("extension_id", "line_no", "asset_id", name="a_tag_is_extended_once"),
        CheckConstraint("units > 0", name="something_is_extended"),
    )

    id: Mapped[Key]
    extension_id: Mapped[int] = mapped_column(ForeignKey("extension.id"))
    line_no: Mapped[int]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    units: Mapped[int]
    due_before: Mapped[date]


class ChangeOrder(Base):
    """变更单: what is to become of an approved loan request; shares its document's id. The days before are kept beside those after."""

    __tablename__ = "change_order"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="change_days_in_order"),)

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requisition.id"), index=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    first_before: Mapped[date]
    last_before: Mapped[date]
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")


class ChangeLine(Base):
    """One line before and after, in units granted. `line_no` is the request's line: null until a new one is made, `of_line` the one it comes from.

    `what`: keep (only units or place differ), add, swap (another kind from now on), exchange (a good thing for a broken one that was handed over).
    """

    __tablename__ = "change_line"
    __table_args__ = (
        UniqueConstraint("change_id", "position", name="change_lines_have_places"),
        CheckConstraint("units_before >= 0 AND units_after >= 0", name="changed_units_not_negative"),
        CheckConstraint("what IN ('keep','add','swap','exchange')", name="kind_of_change_known"),
    )

    id: Mapped[Key]
    change_id: Mapped[int] = mapped_column(ForeignKey("change_order.id"))
    position: Mapped[int]
    what: Mapped[str] = mapped_column(String(10))
    line_no: Mapped[int | None]
    of_line: Mapped[int | None]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"))
    units_before: Mapped[int]
    units_after: Mapped[int]
    drop_before: Mapped[str] = mapped_column(String(200), default="")
    drop: Mapped[str] = mapped_column("drop_point", String(200), default="")
    budget_price: Mapped[OptionalFen]
