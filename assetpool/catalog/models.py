"""What people ask for: classes, kinds with their prices and rents, stores and places."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Fen, Key, OptionalFen


class AssetClass(Base):
    """A code of a code set; the same code can mean another thing in another set."""

    __tablename__ = "asset_class"
    __table_args__ = (UniqueConstraint("code_set", "code"), Index("ix_asset_class_parent", "code_set", "parent_code"))

    id: Mapped[Key]
    code_set: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(20))
    parent_code: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    measure: Mapped[str] = mapped_column(String(20), default="")
    evidence: Mapped[str] = mapped_column(String(60), default="")


class Kind(Base):
    """A name and spec within a class: what is asked for, promised and priced. `path` holds the class ancestry for filters."""

    __tablename__ = "kind"
    __table_args__ = (
        UniqueConstraint("pool_id", "class_code_set", "class_code", "name", "spec"),
        CheckConstraint("turn_round_days >= 0", name="turn_round_not_negative"),
        CheckConstraint("service_life_months IS NULL OR service_life_months >= 1", name="life_at_least_a_month"),
        CheckConstraint("label_policy IN ('unit','lot')", name="label_policy_known"),
        CheckConstraint("volume_litres IS NULL OR volume_litres > 0", name="volume_above_zero"),
        Index("ix_kind_class", "class_code_set", "class_code"),
        Index("ix_kind_class_root", "pool_id", "class_root"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    class_code_set: Mapped[str] = mapped_column(String(20))
    class_code: Mapped[str] = mapped_column(String(20))
    class_confirmed: Mapped[bool] = mapped_column(default=True)
    class_path: Mapped[str] = mapped_column(String(120), default="")
    class_root: Mapped[str] = mapped_column(String(20), default="")
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    spec: Mapped[str] = mapped_column(String(200), default="")
    measure: Mapped[str] = mapped_column(String(20), default="件")
    volume_litres: Mapped[int | None]
    service_life_months: Mapped[int | None]
    service_life_source: Mapped[str] = mapped_column(String(200), default="")
    standard_cap: Mapped[OptionalFen]
    standard_cap_source: Mapped[str] = mapped_column(String(200), default="")
    turn_round_days: Mapped[int] = mapped_column(default=0)
    label_policy: Mapped[str] = mapped_column(String(10), default="unit")
    register: Mapped[str] = mapped_column(String(20), default="ordinary")
    computer: Mapped[bool] = mapped_column(default=False)
    photo_file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    withdrawn_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


SOURCE_KINDS = ("framework", "quotes", "market", "catalogue", "book", "invoice", "other")
"""Framework agreement, three quotes, market list, price catalogue, another pool's price book, invoice, anything else."""


class Price(Base):
    """A reference price of a kind from a day on, per unit, tax included unless said; versions are never overwritten.

    The version that begins last holds, through `valid_until` if one is given; a `void` version says that nothing is on file from its first day on.
    `quotes` counts the quotes recorded with it.
    """

    __tablename__ = "price"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="price_not_negative"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="price_days_in_order"),
        Index("ix_price_kind_valid", "kind_id", "valid_from"),
    )

    id: Mapped[Key]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    amount: Mapped[Fen]
    valid_from: Mapped[date]
    dated_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300), default="")
    source_kind: Mapped[str] = mapped_column(String(20), default="other")
    quotes: Mapped[int] = mapped_column(default=0)
    tax_included: Mapped[bool] = mapped_column(default=True)
    transport_included: Mapped[bool] = mapped_column(default=True)
    evidence_file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    valid_until: Mapped[date | None]
    void: Mapped[bool] = mapped_column(default=False, server_default=false())


class Rent(Base):
    """A rent tariff of a kind from a day on, per unit; versions hold as those of prices do."""

    __tablename__ = "rent"
    __table_args__ = (
        CheckConstraint("per_day >= 0", name="rent_not_negative"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="rent_days_in_order"),
        Index("ix_rent_kind_valid", "kind_id", "valid_from"),
    )

    id: Mapped[Key]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    per_day: Mapped[Fen]
    per_7_days: Mapped[OptionalFen]
    per_30_days: Mapped[OptionalFen]
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(300), default="")
    evidence_file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    dated_on: Mapped[date | None]
    source_kind: Mapped[str] = mapped_column(String(20), default="other", server_default="other")
    tax_included: Mapped[bool] = mapped_column(default=True, server_default=true())
    transport_included: Mapped[bool] = mapped_column(default=True, server_default=true())
    valid_until: Mapped[date | None]
    void: Mapped[bool] = mapped_column(default=False, server_default=false())


class Store(Base):
    """A building of the pool (physical) or things listed where they stand (virtual)."""

    __tablename__ = "store"
    __table_args__ = (UniqueConstraint("pool_id", "code"), CheckConstraint("type IN ('physical','virtual')", name="store_type_known"))

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    type: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(300), default="")
    telephone: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]
