"""What the label studio keeps: own layouts, printers with their offsets, codes of their own (blanks, shelves, cages, boxes), and counts of prints."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class LabelLayout(Base):
    """A pool's own layout: its measures as JSON, by the names of `layouts.Layout`; a withdrawn one is no longer offered."""

    __tablename__ = "label_layout"
    __table_args__ = (UniqueConstraint("pool_id", "name", name="a_layout_has_its_own_name"),)

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    name: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120))
    measures: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class LabelPrinter(Base):
    """A printer and how far it prints off: what is added to the right and downwards, in hundredths of a millimetre."""

    __tablename__ = "label_printer"
    __table_args__ = (
        UniqueConstraint("pool_id", "name", name="a_printer_has_its_own_name"),
        CheckConstraint("shift_right BETWEEN -2000 AND 2000 AND shift_down BETWEEN -2000 AND 2000", name="a_shift_is_small"),
        CheckConstraint("dots IN (203, 300, 600)", name="printer_dots_known"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    name: Mapped[str] = mapped_column(String(80))
    shift_right: Mapped[int] = mapped_column(default=0)
    shift_down: Mapped[int] = mapped_column(default=0)
    dots: Mapped[int] = mapped_column(default=203)
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class LabelBatch(Base):
    """Codes made together, for a store: blank ones, or the labels of shelves, cages or boxes."""

    __tablename__ = "label_batch"
    __table_args__ = (Index("ix_label_batch_pool", "pool_id", "id"),)

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    purpose: Mapped[str] = mapped_column(String(6))
    count: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class LabelCode(Base):
    """A code that is more, or less, than the tag a thing was registered under.

    `blank`: printed before its thing was known, then claimed by one (it becomes the thing's tag). `former`: what a thing was called before.
    `shelf`: a place of a store. `cage`: holds `holds` units of a lot, taken together. `box`: belongs to an event.
    """

    __tablename__ = "label_code"
    __table_args__ = (
        CheckConstraint("purpose IN ('blank','shelf','cage','box','former')", name="code_purpose_known"),
        CheckConstraint("purpose <> 'cage' OR (holds > 0 AND asset_id IS NOT NULL)", name="a_cage_holds_something"),
        CheckConstraint("purpose <> 'box' OR event_id IS NOT NULL", name="a_box_has_an_event"),
        CheckConstraint("purpose NOT IN ('blank','former') OR (asset_id IS NULL) = (claimed_at IS NULL)", name="a_claim_names_its_thing"),
        Index("ix_label_code_asset", "asset_id"),
        Index("ix_label_code_batch", "batch_id", "id"),
        Index("ix_label_code_store", "store_id", "purpose", "name"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    tag: Mapped[str] = mapped_column(String(20), unique=True)
    purpose: Mapped[str] = mapped_column(String(6))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("label_batch.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    name: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    holds: Mapped[int] = mapped_column(default=0)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None]


class LabelCount(Base):
    """How often the label of a tag was printed, and when last."""

    __tablename__ = "label_count"
    __table_args__ = (CheckConstraint("printed > 0", name="a_print_counts"),)

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(20), primary_key=True)
    printed: Mapped[int] = mapped_column(default=1)
    last_at: Mapped[datetime]
    last_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
