"""Secret addresses under which a person's own calendar program reads a calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base, Key


class CalendarFeed(Base):
    """One person's address of a calendar in a scope; the secret is kept as a digest. What it shows is asked anew at each reading."""

    __tablename__ = "calendar_feed"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"))
    kind_id: Mapped[int | None] = mapped_column(ForeignKey("kind.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    mine: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
