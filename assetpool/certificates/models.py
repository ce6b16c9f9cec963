"""Searches before buying, the certificates issued on them, and what each certificate covers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core import chain
from assetpool.core.db import Base, Key

REASONS = ("new", "replace")


class StockSearch(Base):
    """What an organization means to buy and what the pool had of it: `content` is canonical JSON, frozen once a certificate rests on it."""

    __tablename__ = "stock_search"
    __table_args__ = (
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="days_of_a_search_in_order"),
        CheckConstraint("reason IN ('new','replace')", name="reason_to_buy_known"),
        Index("ix_stock_search_organization", "organization_id", "id"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    searched_at: Mapped[datetime]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(10))
    content: Mapped[str] = mapped_column(Text)


class NoStockCertificate(Base):
    """A certificate as it was issued; append-only, chained. `content_digest` is the SHA-256 of the content of its search."""

    __tablename__ = "no_stock_certificate"
    __table_args__ = (UniqueConstraint("pool_id", "height"), Index("ix_no_stock_certificate_document", "document_id"))

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    search_id: Mapped[int] = mapped_column(ForeignKey("stock_search.id"))
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    content_digest: Mapped[str] = mapped_column(String(64))
    issued_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


assert isinstance(NoStockCertificate.__table__, Table)
chain.append_only(NoStockCertificate.__table__)


class NoStockLine(Base):
    """A line of a certificate: of `quantity` wanted units of a class `free` were there, so it covers buying `covers` of them."""

    __tablename__ = "no_stock_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND free >= 0 AND covers >= 0 AND covers <= quantity", name="a_certificate_covers_what_was_short"),
        Index("ix_no_stock_line_class", "organization_id", "class_code_set", "class_code"),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    class_code_set: Mapped[str] = mapped_column(String(20))
    class_code: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int]
    free: Mapped[int]
    covers: Mapped[int]
    declined: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date]
