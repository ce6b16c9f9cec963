"""What past events really used: of each kind how many went out and how many came back unused, beside what a pack says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.events.models import Event
from assetpool.handovers.models import ReturnLine, Slip, SlipItem, SlipLine
from assetpool.org.queries import Access

EVENTS = 3


@dataclass(frozen=True)
class Used:
    """Units of a kind that an event took, and how many of them came back unused."""

    issued: int = 0
    unused: int = 0


@dataclass(frozen=True)
class PastUse:
    """The last events that took something, and what each took, by (event, kind)."""

    events: tuple[Event, ...]
    used: dict[tuple[int, int], Used]


def of_kinds(session: Session, access: Access, kind_ids: Collection[int]) -> PastUse:
    """Return what the last three events that a person may see took of some kinds; three queries."""
    took = select(Slip.event_id).join(SlipItem, SlipItem.slip_id == Slip.id).where(SlipItem.accepted > 0, Slip.event_id.is_not(None))
    statement = select(Event).where(Event.pool_id == access.pool_id, access.sees(Event.organization_id), Event.id.in_(took))
    events = tuple(session.scalars(statement.order_by(Event.last_day.desc(), Event.id.desc()).limit(EVENTS)))
    ids = [event.id for event in events]
    issued = (
        select(Slip.event_id, SlipLine.kind_id, func.sum(SlipItem.accepted))
        .join(SlipLine, SlipLine.slip_id == Slip.id)
        .join(SlipItem, (SlipItem.slip_id == Slip.id) & (SlipItem.line_no == SlipLine.line_no))
        .where(Slip.event_id.in_(ids), SlipLine.kind_id.in_(set(kind_ids)))
        .group_by(Slip.event_id, SlipLine.kind_id)
    )
    unused = (
        select(Slip.event_id, SlipLine.kind_id, func.sum(ReturnLine.unused))
        .join(SlipLine, SlipLine.slip_id == Slip.id)
        .join(ReturnLine, (ReturnLine.slip_id == Slip.id) & (ReturnLine.slip_line_no == SlipLine.line_no))
        .where(Slip.event_id.in_(ids), SlipLine.kind_id.in_(set(kind_ids)))
        .group_by(Slip.event_id, SlipLine.kind_id)
    )
    came_back = {(row[0], row[1]): int(row[2] or 0) for row in session.execute(unused)}
    found = {(row[0] or 0, row[1]): Used(int(row[2] or 0), came_back.get((row[0], row[1]), 0)) for row in session.execute(issued)}
    return PastUse(events, found)
