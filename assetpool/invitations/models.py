"""Links that let an organizer in for one event, the devices they were opened on, and the list that is put together there."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class Invitation(Base):
    """A link for the liaison of one event. Token and code are kept as digests; the code is forgotten once it was used.

    `hauls` and `sets_up` say who brings the things and who puts them up: the pool, the organizer, or as they agree.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("hauls IN ('pool','organizer','agreed')", name="who_hauls_is_known"),
        CheckConstraint("sets_up IN ('pool','organizer','agreed')", name="who_sets_up_is_known"),
        CheckConstraint("wrong_codes >= 0", name="wrong_codes_not_negative"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    code_digest: Mapped[str | None] = mapped_column(String(64))
    hauls: Mapped[str] = mapped_column(String(10), default="agreed")
    sets_up: Mapped[str] = mapped_column(String(10), default="agreed")
    terms: Mapped[str] = mapped_column(Text, default="")
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime]
    expires_on: Mapped[date]
    wrong_codes: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class InvitationDevice(Base):
    """A browser in which the right code was entered; it keeps a key, we its digest."""

    __tablename__ = "invitation_device"

    id: Mapped[Key]
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), index=True)
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    admitted_at: Mapped[datetime]


class ListLine(Base):
    """A line of an event's list, as the organizer wrote it and as it was understood; without a kind it is a wish.

    `sure`: the kind was the only one that fits, or a person chose it. `said`: a quantity or day that could not be read. `document_id` and
    `line_no` name the line of the request it became.
    """

    __tablename__ = "organizer_line"
    __table_args__ = (
        CheckConstraint("quantity IS NULL OR quantity > 0", name="a_listed_quantity_is_something"),
        CheckConstraint("last_day >= first_day", name="listed_days_in_order"),
        Index("ix_organizer_line_event", "event_id", "position"),
        Index("ix_organizer_line_document", "document_id"),
    )

    id: Mapped[Key]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("event_venue.id"))
    thing: Mapped[str] = mapped_column(String(300))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kind.id"))
    sure: Mapped[bool] = mapped_column(default=False)
    quantity: Mapped[int | None]
    first_day: Mapped[date]
    last_day: Mapped[date]
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_telephone: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    said: Mapped[str] = mapped_column(String(120), default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    line_no: Mapped[int | None]
    submitted_at: Mapped[datetime | None]
