"""Who waits for what, what they were offered, what somebody wishes for, and what stands in on a line still to be decided."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key

OPEN_STATES = ("waiting", "offered", "taken")


class LineSubstitute(Base):
    """So many units of another kind that whoever decides a request means to give on one of its lines; promised at the approval."""

    __tablename__ = "line_substitute"
    __table_args__ = (
        UniqueConstraint("document_id", "line_no", "kind_id", name="a_line_has_one_substitute_of_a_kind"),
        CheckConstraint("units > 0", name="something_stands_in"),
    )

    id: Mapped[Key]
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    line_no: Mapped[int]
    asked_kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    units: Mapped[int]
    chosen_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime]


class Waiting(Base):
    """Somebody waits for what a line of a request lacks. `id` is the place in the queue.

    States: waiting → offered (stock is kept until `keep_until`) → taken (kept for the decision) → ended; a lapsed or declined offer ends it too.
    `request_id` is the request that an offer was taken with, when it is not the one it came from.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','offered','taken','granted','lapsed','left')", name="waiting_state_known"),
        CheckConstraint("units > 0", name="somebody_waits_for_something"),
        CheckConstraint("(state IN ('offered','taken')) = (keep_until IS NOT NULL)", name="what_is_offered_is_kept_for_a_time"),
        Index("ix_waiting_kind", "kind_id", "state", "id"),
        Index("ix_waiting_document", "document_id", "line_no"),
    )

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    line_no: Mapped[int]
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"))
    units: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    keep_until: Mapped[datetime | None]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    joined_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Wish(Base):
    """Tell me when such a thing enters: of a class, by words, or both."""

    __tablename__ = "wish"
    __table_args__ = (CheckConstraint("class_code <> '' OR words <> ''", name="a_wish_says_for_what"),)

    id: Mapped[Key]
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    class_code: Mapped[str] = mapped_column(String(20), default="")
    words: Mapped[str] = mapped_column(String(100), default="")
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class WishMatch(Base):
    """Something that entered and fits a wish."""

    __tablename__ = "wish_match"
    __table_args__ = (CheckConstraint("units > 0", name="something_entered"), Index("ix_wish_match_wish", "wish_id", "id"))

    id: Mapped[Key]
    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("kind.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    units: Mapped[int]
    matched_at: Mapped[datetime]
