"""Hand-over slips and returns: what went out, what was accepted, what came back and in which state."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class Slip(Base):
    """签收交接单: one hand-over from one store; shares its document's id. `token_digest` opens the receiver's one-time page."""

    __tablename__ = "slip"
    __table_args__ = (CheckConstraint("purpose IN ('loan','transfer')", name="slip_purpose_known"),)

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    keeper_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    destination: Mapped[str] = mapped_column(String(300), default="")
    no_cost_reason: Mapped[str] = mapped_column(Text, default="")
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    receiver_fact_id: Mapped[int | None] = mapped_column(ForeignKey("personal_fact.id"))
    loaded_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


class SlipLine(Base):
    """A line of the slip as people read it: so many of a kind for a line of the request; one act of the savings ledger."""

    __tablename__ = "slip_line"
    __table_args__ = (UniqueConstraint("slip_id", "line_no"),)

    id: Mapped[Key]
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    line_no: Mapped[int]
    request_line_no: Mapped[int]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    drop: Mapped[str] = mapped_column("drop_point", String(200), default="")


class SlipItem(Base):
    """One tag on a slip line with its counts: loaded = accepted + short + damaged + refused once accepted.

    `returned` counts what came back of the accepted, `lost` and `damaged_beyond` what never will.
    """

    __tablename__ = "slip_item"
    __table_args__ = (
        UniqueConstraint("slip_id", "asset_id", "line_no"),
        CheckConstraint("loaded > 0", name="an_item_is_something"),
        CheckConstraint("accepted + short + damaged + refused <= loaded", name="no_more_than_loaded"),
        CheckConstraint("returned + lost <= accepted", name="no_more_back_than_accepted"),
        Index("ix_slip_item_asset", "asset_id"),
    )

    id: Mapped[Key]
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    line_no: Mapped[int]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    loaded: Mapped[int]
    accepted: Mapped[int] = mapped_column(default=0)
    short: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)


class Return(Base):
    """归还单: one batch brought back to one store; shares its document's id."""

    __tablename__ = "return_document"

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    keeper_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    returner_fact_id: Mapped[int | None] = mapped_column(ForeignKey("personal_fact.id"))
    no_cost_reason: Mapped[str] = mapped_column(Text, default="")
    arrived_at: Mapped[datetime]
    inspected_at: Mapped[datetime | None]


class ReturnLine(Base):
    """What came back of one slip item: arrived = good + repair + damaged + unused once inspected; lost is declared beside it."""

    __tablename__ = "return_line"
    __table_args__ = (
        UniqueConstraint("return_id", "line_no"),
        CheckConstraint("arrived >= 0 AND lost >= 0 AND arrived + lost > 0", name="a_return_brings_something"),
        CheckConstraint("good + repair + damaged + unused <= arrived", name="inspected_within_arrived"),
        Index("ix_return_line_slip", "slip_id"),
    )

    id: Mapped[Key]
    return_id: Mapped[int] = mapped_column(ForeignKey("return_document.id"))
    line_no: Mapped[int]
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"))
    slip_line_no: Mapped[int]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    arrived: Mapped[int]
    good: Mapped[int] = mapped_column(default=0)
    repair: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    unused: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    accessories: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    inspected: Mapped[bool] = mapped_column(default=False)
