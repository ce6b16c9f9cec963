"""Rows of the allocation standard with their versions, and how many posts an organization has."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key, OptionalFen


class StandardRow(Base):
    """What a standard says of a category (and grade of posts) from a day on, for an organization and all below it (None: the whole pool).

    The version that begins last holds; a `void` one says that the row no longer holds. `pieces` for every `of_posts` posts, up to `up_to_posts` of them,
    and one for every `further_of_posts` beyond; counted over `counted_class` where several categories share one number. Versions are never overwritten.
    """

    __tablename__ = "standard_row"
    __table_args__ = (
        CheckConstraint("price_cap IS NULL OR price_cap >= 0", name="standard_cap_not_negative"),
        CheckConstraint("min_years IS NULL OR min_years >= 1", name="standard_years_at_least_one"),
        CheckConstraint("(pieces IS NULL) = (of_posts IS NULL)", name="pieces_are_of_posts"),
        CheckConstraint("pieces IS NULL OR (pieces > 0 AND of_posts > 0)", name="pieces_and_posts_above_zero"),
        CheckConstraint("(up_to_posts IS NULL) = (further_of_posts IS NULL)", name="further_posts_have_a_share"),
        CheckConstraint("up_to_posts IS NULL OR (up_to_posts > 0 AND further_of_posts > 0)", name="further_posts_above_zero"),
        Index("ix_standard_row_category", "pool_id", "category", "grade", "valid_from"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    standard: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(100))
    grade: Mapped[str] = mapped_column(String(60), default="")
    class_code: Mapped[str] = mapped_column(String(20), default="")
    counted_class: Mapped[str] = mapped_column(String(20), default="")
    measure: Mapped[str] = mapped_column(String(20), default="")
    price_cap: Mapped[OptionalFen]
    min_years: Mapped[int | None]
    quantity_rule: Mapped[str] = mapped_column(Text, default="")
    pieces: Mapped[int | None]
    of_posts: Mapped[int | None]
    up_to_posts: Mapped[int | None]
    further_of_posts: Mapped[int | None]
    evidence: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(300), default="")
    valid_from: Mapped[date]
    void: Mapped[bool] = mapped_column(default=False)
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]

    @property
    def binding(self) -> bool:
        """Say whether it refuses; one that was not compared with the published text only advises."""
        return not self.evidence.startswith("recalled")


class PostCount(Base):
    """How many posts an organization has from a day on, of a grade or ('') of none that counts."""

    __tablename__ = "post_count"
    __table_args__ = (
        UniqueConstraint("organization_id", "grade", "valid_from"),
        CheckConstraint("posts >= 0", name="posts_not_negative"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    grade: Mapped[str] = mapped_column(String(60), default="")
    posts: Mapped[int]
    source: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
