"""Events: who borrows for what, with which approval and funds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key, OptionalFen


class Event(Base):
    """A meeting, games or temporary body that borrows, led by one organization."""

    __tablename__ = "event"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="event_days_in_order"),)

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    first_day: Mapped[date]
    last_day: Mapped[date]
    budget: Mapped[OptionalFen]
    approval_number: Mapped[str] = mapped_column(String(120), default="")
    funds: Mapped[str] = mapped_column(String(200), default="", server_default="")
    budget_line: Mapped[str] = mapped_column(String(120), default="", server_default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class EventMember(Base):
    """An organization that takes part beside the one that leads."""

    __tablename__ = "event_member"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)


class EventLiaison(Base):
    """Who speaks for an event; name, telephone and mail stand with the person, outside the chain. The newest row holds."""

    __tablename__ = "event_liaison"

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]


class EventVenue(Base):
    """Where things for an event are brought: floor, lift (None: not known), when a truck may come, and whom to ask there."""

    __tablename__ = "event_venue"
    __table_args__ = (UniqueConstraint("event_id", "name", name="a_venue_has_its_own_name"),)

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200), default="")
    floor: Mapped[str] = mapped_column(String(40), default="")
    lift: Mapped[bool | None]
    window: Mapped[str] = mapped_column("time_window", String(80), default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_telephone: Mapped[str] = mapped_column(String(60), default="")


class EventPack(Base):
    """What events of a sort usually need, per head; the pool keeps it. Withdrawn packs are no longer offered."""

    __tablename__ = "event_pack"

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class EventPackLine(Base):
    """So many units of a kind for every hundred people, counted in hundredths of a unit: 10250 is 102.5 chairs."""

    __tablename__ = "event_pack_line"
    __table_args__ = (
        UniqueConstraint("pack_id", "kind_id", name="a_pack_names_a_kind_once"),
        CheckConstraint("per_hundred > 0", name="a_pack_line_holds_something"),
    )

    id: Mapped[Key]
    pack_id: Mapped[int] = mapped_column(ForeignKey("event_pack.id"))
    position: Mapped[int]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    per_hundred: Mapped[int]
