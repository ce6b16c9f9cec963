"""Which trucks carry a slip, as its pages tell its keeper and its receiver; trips stand above and register themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Truck:
    """A truck with units of a slip: its trip, plate and day, and when it left (None: not yet)."""

    number: str
    plate: str
    day: date
    units: int
    departed_at: datetime | None


sources: list[Callable[[Session, int], list[Truck]]] = []
"""Called with the slip's id; filled where the application is put together."""


def of_slip(session: Session, slip_id: int) -> list[Truck]:
    """Return the trucks of a slip, in the order they were planned."""
    return [truck for source in sources for truck in source(session, slip_id)]
