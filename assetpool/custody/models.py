"""What carries a label (asset), where its units are (tranche), how they got there (movement), and how many are owned (stock).

A tranche is a number of like units that stand together: same acquisition, owner, book organization, value, counters,
place and state. It moves as a whole; a part is split off first. Where it is, is its last movement.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core import chain
from assetpool.core.db import Base, Key, OptionalFen


class State(StrEnum):
    """Where a tranche stands in its life; the first group counts as owned by its store, the second is gone."""

    IN_STORE = "in_store"
    ARRIVED = "arrived"
    HELD = "held"
    REPAIR = "repair"
    LOADED = "loaded"
    OUT = "out"
    DAMAGED = "damaged"
    LOST = "lost"
    TRANSFERRED = "transferred"
    DISPOSED = "disposed"


OWNED = (State.IN_STORE, State.ARRIVED, State.HELD, State.REPAIR, State.LOADED, State.OUT)


class Condition(StrEnum):
    """Condition grade, best first."""

    NEW = "new"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    SCRAP = "scrap"


class Asset(Base):
    """What carries a label: one unit or a counted lot. Place, state, condition and custodian repeat its largest tranche for lists."""

    __tablename__ = "asset"
    __table_args__ = (
        CheckConstraint("form IN ('unit','lot')", name="asset_form_known"),
        CheckConstraint("units >= 0", name="asset_units_not_negative"),
        CheckConstraint("form = 'lot' OR units <= 1", name="a_unit_is_one"),
        Index("ix_asset_list", "kind_id", "id"),
        Index("ix_asset_store_kind", "store_id", "kind_id", "id"),
        Index("ix_asset_state", "state", "id"),
        Index("ix_asset_custodian", "custodian_id", "id"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    tag: Mapped[str] = mapped_column(String(20), unique=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    form: Mapped[str] = mapped_column(String(5))
    units: Mapped[int]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    place: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(15))
    condition: Mapped[str] = mapped_column(String(5))
    custodian_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    brand: Mapped[str] = mapped_column(String(100), default="")
    serial: Mapped[str] = mapped_column(String(100), default="", index=True)
    external_no: Mapped[str] = mapped_column(String(100), default="", index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    created_at: Mapped[datetime]


class Tranche(Base):
    """Like units of one asset standing together, with their book figures and what was ever claimed on each of them (per unit, in fen)."""

    __tablename__ = "tranche"
    __table_args__ = (
        CheckConstraint("count >= 0", name="tranche_count_not_negative"),
        CheckConstraint("state IN ('in_store','arrived','held','repair','loaded','out','damaged','lost','transferred','disposed')", name="tranche_state_known"),
        CheckConstraint("condition IN ('new','good','fair','poor','scrap')", name="tranche_condition_known"),
        CheckConstraint("cap IS NULL OR claimed_purchase <= cap", name="purchase_within_cap"),
        CheckConstraint("cap IS NULL OR claimed_adopted <= cap", name="adopted_within_cap"),
        CheckConstraint("cap IS NULL OR claimed_consumption <= cap", name="consumption_within_cap"),
        CheckConstraint("cap IS NULL OR claimed_rental <= cap", name="rental_within_cap"),
        CheckConstraint("claimed_purchase >= 0 AND claimed_rental >= 0 AND claimed_consumption >= 0 AND claimed_adopted >= 0", name="claims_not_negative"),
        Index("ix_tranche_stock", "kind_id", "store_id", "state"),
        Index("ix_tranche_asset", "asset_id"),
        Index("ix_tranche_document", "document_id", "line_no"),
        # On SQLite, which keeps no count of how common a state is, only where it narrows: else everything in store is read for a hundred labels.
        Index("ix_tranche_state_due", "state", "due_on", sqlite_where=text("due_on IS NOT NULL")),
        Index("ix_tranche_owner", "owner_id", "asset_id"),
        Index("ix_tranche_parent", "parent_id", sqlite_where=text("parent_id IS NOT NULL"), postgresql_where=text("parent_id IS NOT NULL")),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("tranche.id"))
    count: Mapped[int]
    acquired_on: Mapped[date | None]
    origin_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    book_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    custodian_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    original_value: Mapped[OptionalFen]
    accumulated_depreciation: Mapped[OptionalFen]
    inspected_good: Mapped[bool] = mapped_column(default=False)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    place: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(15))
    condition: Mapped[str] = mapped_column(String(5))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    line_no: Mapped[int | None]
    due_on: Mapped[date | None]
    turn_round: Mapped[int] = mapped_column(default=0)
    cap: Mapped[OptionalFen]
    claimed_purchase: Mapped[int] = mapped_column(default=0)
    claimed_rental: Mapped[int] = mapped_column(default=0)
    claimed_consumption: Mapped[int] = mapped_column(default=0)
    claimed_adopted: Mapped[int] = mapped_column(default=0)
    claimed_days: Mapped[int] = mapped_column(default=0)
    last_claimed_day: Mapped[date | None]


class Movement(Base):
    """One thing that happened to a tranche and how it stood after; append-only, chained. `count` is the tranche's count then.

    A split is a movement of the new tranche naming the one it came from in `from_tranche_id`.
    """

    __tablename__ = "movement"
    __table_args__ = (
        UniqueConstraint("pool_id", "height"),
        CheckConstraint("count > 0", name="a_movement_moves_something"),
        Index("ix_movement_asset", "asset_id", "height"),
        Index("ix_movement_tranche", "tranche_id", "height"),
        Index("ix_movement_document", "document_id"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    height: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(15))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    tranche_id: Mapped[int] = mapped_column(ForeignKey("tranche.id"))
    from_tranche_id: Mapped[int | None] = mapped_column(ForeignKey("tranche.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    count: Mapped[int]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    place: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(15))
    condition: Mapped[str] = mapped_column(String(5))
    custodian_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    book_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    line_no: Mapped[int | None]
    due_on: Mapped[date | None]
    turn_round: Mapped[int]
    acquired_on: Mapped[date | None]
    original_value: Mapped[OptionalFen]
    accumulated_depreciation: Mapped[OptionalFen]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    personal_digest: Mapped[str | None] = mapped_column(String(64))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class Stock(Base):
    """The lock of a kind in a store, with the sums its tranches give: owned, and present (in the store and free of holds).

    `version` is drawn anew, at random, by every act that locks the row; the same version always stands for the same tranches and
    promises, also in a copy of the database. 0 says nothing.
    """

    __tablename__ = "stock"
    __table_args__ = (CheckConstraint("present >= 0 AND owned >= present", name="present_within_owned"),)

    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True, index=True)
    owned: Mapped[int] = mapped_column(default=0)
    present: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0, server_default="0")


class TagCounter(Base):
    """The running number from which the next tags are made."""

    __tablename__ = "tag_counter"

    id: Mapped[Key]
    last: Mapped[int] = mapped_column(default=0)


assert isinstance(Movement.__table__, Table)
chain.append_only(Movement.__table__)
