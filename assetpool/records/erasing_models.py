"""How long personal data is kept, and which files were erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base


class ErasureTerm(Base):
    """How many days after its paper ended a name is kept, and after the event who spoke for it; None: until somebody erases it."""

    __tablename__ = "erasure_term"
    __table_args__ = (
        CheckConstraint("facts_days IS NULL OR facts_days >= 0", name="days_names_are_kept"),
        CheckConstraint("liaison_days IS NULL OR liaison_days >= 0", name="days_a_liaison_is_kept"),
    )

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    facts_days: Mapped[int | None]
    liaison_days: Mapped[int | None]
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]


class FileErasure(Base):
    """A file whose content was erased; its row and digest stay, so that what was sealed can still be told."""

    __tablename__ = "file_erasure"

    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300), default="")
    erased_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    erased_at: Mapped[datetime]
