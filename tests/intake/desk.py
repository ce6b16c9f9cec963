"""Short ways to the states that the tests of intakes start from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset, Movement, Stock, Tranche
from assetpool.intake import receiving, service
from assetpool.intake.models import IntakeLine
from assetpool.records.models import Document
from tests.world import World


def announce(world: World, lines: Sequence[service.Announced], **more: object) -> str:
    """Draft department A's intake for the main store; return its number."""
    settings = {"by": world.clerk_a, **more}
    with atomic() as session:
        return service.draft(session, world.department_a, settings.pop("store_id", world.main), lines, **settings).number  # type: ignore[arg-type]


def approved(world: World, lines: Sequence[service.Announced], **more: object) -> str:
    """Return the number of an endorsed and approved intake."""
    number = announce(world, lines, **more)
    with atomic() as session:
        service.submit(session, number, by=world.clerk_a)
    with atomic() as session:
        service.approve(session, number, by=world.head_a)
    with atomic() as session:
        service.approve(session, number, by=world.approver)
    return number


def receive(world: World, number: str, *came: receiving.Received, by: int | None = None) -> list[str]:
    """Receive what came; return the tags made."""
    with atomic() as session:
        return receiving.receive(session, number, came, by=by or world.keeper)[1]


def state(number: str) -> str:
    """Return an intake's state."""
    session = db.session()
    found = session.scalars(select(Document.state).where(Document.number == number)).one()
    session.rollback()
    return found


def lines(number: str) -> list[tuple[int, int, bool]]:
    """Return (announced, received, closed) of each line."""
    session = db.session()
    statement = select(IntakeLine).join(Document, Document.id == IntakeLine.intake_id).where(Document.number == number).order_by(IntakeLine.line_no)
    found = [(line.announced, line.received, line.closed) for line in session.scalars(statement)]
    session.rollback()
    return found


def counted() -> dict[str, int]:
    """Return how many labels, units and movements there are, and what the stock rows say."""
    session = db.session()
    found = {
        "labels": session.scalar(select(func.count()).select_from(Asset)) or 0,
        "units": int(session.scalar(select(func.sum(Tranche.count))) or 0),
        "movements": session.scalar(select(func.count()).select_from(Movement)) or 0,
        "owned": int(session.scalar(select(func.sum(Stock.owned))) or 0),
    }
    session.rollback()
    return found


def tranches(tag: str) -> list[Tranche]:
    """Return what stands under a label."""
    session = db.session()
    return list(session.scalars(select(Tranche).join(Asset, Asset.id == Tranche.asset_id).where(Asset.tag == tag, Tranche.count > 0)))
