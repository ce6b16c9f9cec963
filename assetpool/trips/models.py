"""Trips with their loads, gate passes, what was said at the gate, and the PIN that opens the gate page for a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key, OptionalFen


class Trip(Base):
    """车次: one vehicle's run from one store; shares its document's id. `hours` of all loaders together in hundredths; the fees are drafts."""

    __tablename__ = "trip"
    __table_args__ = (
        CheckConstraint("length(plate) > 0", name="a_trip_has_a_plate"),
        CheckConstraint("loaders >= 0 AND hours >= 0", name="loading_work_not_negative"),
        CheckConstraint("haulage IS NULL OR haulage >= 0", name="haulage_fee_not_negative"),
        CheckConstraint("loading IS NULL OR loading >= 0", name="loading_fee_not_negative"),
        Index("ix_trip_store_day", "store_id", "day"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    day: Mapped[date]
    plate: Mapped[str] = mapped_column(String(20))
    carrier: Mapped[str] = mapped_column(String(200), default="")
    driver_fact_id: Mapped[int | None] = mapped_column(ForeignKey("personal_fact.id"))
    loaders: Mapped[int] = mapped_column(default=0)
    hours: Mapped[int] = mapped_column(default=0)
    haulage: Mapped[OptionalFen]
    loading: Mapped[OptionalFen]
    note: Mapped[str] = mapped_column(Text, default="")
    departed_at: Mapped[datetime | None]
    entered_at: Mapped[datetime | None]


class TripLoad(Base):
    """So many units of a slip's line on a trip; a line may travel on several trips."""

    __tablename__ = "trip_load"
    __table_args__ = (UniqueConstraint("trip_id", "slip_id", "line_no"), CheckConstraint("units > 0", name="a_load_is_something"))

    id: Mapped[Key]
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id"))
    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), index=True)
    line_no: Mapped[int]
    units: Mapped[int]


class GatePass(Base):
    """出门单: lets one trip out once; shares its document's id. Plate and units as they were when it was issued."""

    __tablename__ = "gate_pass"
    __table_args__ = (CheckConstraint("units > 0", name="a_pass_is_for_something"),)

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id"), index=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    plate: Mapped[str] = mapped_column(String(20))
    units: Mapped[int]


SAID = ("let_go", "not_right", "entered", "again", "no_pass", "unseen")
ALERTS = ("not_right", "again", "no_pass", "unseen")


class GateWord(Base):
    """What was said or found at a gate, with who stood there; an alert waits until a keeper has answered it.

    `again`: a used or void pass was shown; `no_pass`: a truck left without one; `unseen`: what was on a trip arrived though no gate let it go.
    `key` marks one press of a button, so that the same press is the same word.
    """

    __tablename__ = "gate_word"
    __table_args__ = (
        CheckConstraint("said IN ('let_go','not_right','entered','again','no_pass','unseen')", name="gate_word_known"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="who_answered_the_gate_is_known"),
        Index(
            "uq_gate_word_let_go",
            "pass_id",
            unique=True,
            sqlite_where=text("said = 'let_go'"),
            postgresql_where=text("said = 'let_go'"),
        ),
        Index("ix_gate_word_store", "store_id", "id"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    said: Mapped[str] = mapped_column(String(10))
    pass_id: Mapped[int | None] = mapped_column(ForeignKey("gate_pass.id"))
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trip.id"), index=True)
    plate: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    guard_id: Mapped[int | None] = mapped_column(ForeignKey("personal_fact.id"))
    key: Mapped[str | None] = mapped_column(String(40), unique=True)
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]


class GatePin(Base):
    """The day's PIN of a store's gate: made from the installation's secret and `salt`, so it is never stored; a new salt ends the old one."""

    __tablename__ = "gate_pin"
    __table_args__ = (UniqueConstraint("store_id", "day"),)

    id: Mapped[Key]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    day: Mapped[date]
    salt: Mapped[str] = mapped_column(String(32))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
