"""Stocktakes: their scope, what the book expected when it was frozen, what people counted, what differs, and the plans that propose the next one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key, OptionalFen


class StocktakePlan(Base):
    """How often what of a store is counted: everything once a year (`full`), or so many labels a week (`cyclic`) by class or by value."""

    __tablename__ = "stocktake_plan"
    __table_args__ = (
        CheckConstraint("way IN ('full','cyclic')", name="way_of_a_plan_known"),
        CheckConstraint("ordered_by IN ('class','value')", name="order_of_a_plan_known"),
        CheckConstraint("per_week > 0", name="a_plan_counts_something"),
        CheckConstraint("month BETWEEN 1 AND 12", name="a_plan_has_a_month"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    way: Mapped[str] = mapped_column(String(10))
    ordered_by: Mapped[str] = mapped_column(String(10), default="class")
    per_week: Mapped[int] = mapped_column(default=50)
    month: Mapped[int] = mapped_column(default=12)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Stocktake(Base):
    """盘点单: one count of a store, or of a place, class or organization in it; shares its document's id.

    `frozen_height` is the height of the chain when the expectation was frozen: what stands higher happened afterwards.
    """

    __tablename__ = "stocktake"
    __table_args__ = (
        CheckConstraint("way IN ('full','cyclic','spot')", name="way_of_a_stocktake_known"),
        CheckConstraint("(frozen_at IS NULL) = (frozen_height IS NULL)", name="what_is_frozen_has_a_height"),
        Index("ix_stocktake_store", "store_id", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    way: Mapped[str] = mapped_column(String(10))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("stocktake_plan.id"), index=True)
    place: Mapped[str] = mapped_column(String(80), default="")
    class_code: Mapped[str] = mapped_column(String(20), default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    blind: Mapped[bool] = mapped_column(default=True)
    round: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(Text, default="")
    frozen_at: Mapped[datetime | None]
    frozen_height: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]


class StocktakeLine(Base):
    """What the book expected of one label at one place, and after the count: what was found, what movements explain, and whether it is right.

    `worth` is the original value of all expected units in fen, as far as it is known. `again`: it is counted a second time by somebody else.
    """

    __tablename__ = "stocktake_line"
    __table_args__ = (
        UniqueConstraint("stocktake_id", "line_no", name="stocktake_lines_have_numbers"),
        UniqueConstraint("stocktake_id", "asset_id", "place", name="a_label_is_expected_once_at_a_place"),
        CheckConstraint("expected > 0", name="something_is_expected"),
        CheckConstraint("counted IS NULL OR counted >= 0", name="counted_units_not_negative"),
        Index("ix_stocktake_line_asset", "asset_id"),
    )

    id: Mapped[Key]
    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"))
    line_no: Mapped[int]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    place: Mapped[str] = mapped_column(String(80), default="")
    expected: Mapped[int]
    worth: Mapped[OptionalFen]
    counted: Mapped[int | None]
    explained: Mapped[int] = mapped_column(default=0)
    again: Mapped[bool] = mapped_column(default=False)


class StocktakeCount(Base):
    """What one person counted at one place; only ever added. A slip of the finger is taken back by another row naming it in `undoes_id`.

    Without a known label `asset_id` is empty and `words` say what stands there. `client_key` makes a count that is sent twice the same one.
    """

    __tablename__ = "stocktake_count"
    __table_args__ = (
        UniqueConstraint("stocktake_id", "person_id", "client_key", name="a_count_is_kept_once"),
        UniqueConstraint("undoes_id", name="a_count_is_taken_back_once"),
        CheckConstraint("units >= 0", name="a_count_is_not_negative"),
        CheckConstraint("round > 0", name="a_count_has_a_round"),
        CheckConstraint("asset_id IS NOT NULL OR length(words) > 0", name="a_count_says_of_what"),
        Index("ix_stocktake_count_asset", "stocktake_id", "asset_id"),
    )

    id: Mapped[Key]
    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"))
    round: Mapped[int]
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kind.id"))
    words: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    units: Mapped[int]
    on_paper: Mapped[bool] = mapped_column(default=False)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("stocktake_count.id"))
    client_key: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class StocktakeDifference(Base):
    """One thing that is not as the book says: how many units, where, and what becomes of it; `posted` of them the book took over.

    `what`: missing, misplaced (elsewhere in this store), surplus (more than the book knows), on_loan (the book says it is out, on the way or
    in repair), elsewhere (another store's), unknown (no label that we know). `resolution`: lost, held, move, number (held under a new number),
    propose (nothing moves).
    """

    __tablename__ = "stocktake_difference"
    __table_args__ = (
        UniqueConstraint("stocktake_id", "position", name="differences_have_places"),
        CheckConstraint("what IN ('missing','misplaced','surplus','on_loan','elsewhere','unknown')", name="kind_of_difference_known"),
        CheckConstraint("resolution IN ('lost','held','move','number','propose')", name="resolution_known"),
        CheckConstraint("units > 0 AND posted >= 0 AND posted <= units", name="no_more_is_posted_than_differs"),
        Index("ix_stocktake_difference_asset", "asset_id"),
    )

    id: Mapped[Key]
    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"))
    position: Mapped[int]
    what: Mapped[str] = mapped_column(String(10))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kind.id"))
    words: Mapped[str] = mapped_column(String(200), default="")
    units: Mapped[int]
    from_place: Mapped[str] = mapped_column(String(80), default="")
    to_place: Mapped[str] = mapped_column(String(80), default="")
    worth: Mapped[OptionalFen]
    resolution: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(300), default="")
    posted: Mapped[int] = mapped_column(default=0)


class StocktakeChoice(Base):
    """The labels a cyclic stocktake was proposed for; without rows a stocktake counts its whole scope."""

    __tablename__ = "stocktake_choice"
    __table_args__ = (Index("ix_stocktake_choice_asset", "asset_id"),)

    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), primary_key=True)


YEARLY, CYCLIC, SPOT = "full", "cyclic", "spot"
WAYS = (YEARLY, CYCLIC, SPOT)
