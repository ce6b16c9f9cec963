"""What stands behind the prices on file: quotes of suppliers, and the price books that were taken over from a file."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Fen, Key


class PriceQuote(Base):
    """What one supplier asked for one unit on a day; a supplier's second quote for the same price proves nothing more."""

    __tablename__ = "price_quote"
    __table_args__ = (
        UniqueConstraint("price_id", "supplier", name="one_quote_a_supplier"),
        CheckConstraint("amount >= 0", name="quote_not_negative"),
        CheckConstraint("length(supplier) > 0", name="a_quote_has_a_supplier"),
    )

    id: Mapped[Key]
    price_id: Mapped[int] = mapped_column(ForeignKey("price.id"))
    supplier: Mapped[str] = mapped_column(String(200))
    amount: Mapped[Fen]
    dated_on: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))


class PriceImport(Base):
    """A price book taken over from a file in one act; undoing it restates what held before, as newer versions."""

    __tablename__ = "price_import"
    __table_args__ = (CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="who_undid_it_is_known"),)

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    imported_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    imported_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]


class PriceImportLine(Base):
    """One row of a price book: the version of price or rent it became."""

    __tablename__ = "price_import_line"
    __table_args__ = (
        UniqueConstraint("import_id", "row_no", name="a_row_is_taken_once"),
        CheckConstraint("price_id IS NOT NULL OR rent_id IS NOT NULL", name="a_row_became_a_version"),
    )

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(ForeignKey("price_import.id"))
    row_no: Mapped[int]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    price_id: Mapped[int | None] = mapped_column(ForeignKey("price.id"))
    rent_id: Mapped[int | None] = mapped_column(ForeignKey("rent.id"))
