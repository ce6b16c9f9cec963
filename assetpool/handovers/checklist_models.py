"""What is looked at when things come back: per class, as data; and what was found on a receipt."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class ChecklistItem(Base):
    """One thing to look at for a class and the classes below it; `pieces` counts an accessory per unit (2 keys a desk), 0 asks whether all is well."""

    __tablename__ = "checklist_item"
    __table_args__ = (CheckConstraint("pieces >= 0", name="accessories_not_negative"), Index("ix_checklist_item_class", "pool_id", "class_code"))

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    class_code: Mapped[str] = mapped_column(String(20), default="")
    text: Mapped[str] = mapped_column(String(200))
    text_en: Mapped[str] = mapped_column(String(200), default="")
    pieces: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class ReturnCheck(Base):
    """What was found of one item on a receipt's line, in the words of that day: `found` of `expected` (1 of 1 where all is well)."""

    __tablename__ = "return_check"
    __table_args__ = (CheckConstraint("found >= 0 AND expected > 0", name="found_is_a_count"), Index("ix_return_check_line", "return_id", "line_no"))

    id: Mapped[Key]
    return_id: Mapped[int] = mapped_column(ForeignKey("return_document.id"))
    line_no: Mapped[int]
    text: Mapped[str] = mapped_column(String(200))
    expected: Mapped[int]
    found: Mapped[int]
