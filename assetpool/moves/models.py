"""Moves between places and stores."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from assetpool.core.db import Base


class Move(Base):
    """移库单: things carried to another place or store; shares its document's id."""

    __tablename__ = "move"

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    place: Mapped[str] = mapped_column(String(80), default="")
