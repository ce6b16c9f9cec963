"""What the tests of transfers share: the small world with clerks on both sides, an approved transfer in one call, and what stands where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset, Stock, Tranche
from assetpool.handovers import service as handovers
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.records.models import Document
from assetpool.reservations.models import Reservation
from assetpool.transfers import drafting, service
from assetpool.transfers.drafting import Given, Terms
from assetpool.transfers.models import Transfer, TransferLine
from tests import world as worlds

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FREE = handovers.Costs((), "own truck")
SIGNED = handovers.Receipt("何静", "13800002210", "typed_pin", "2210")
database_template = worlds.template


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Let it be Monday, 23 November 2026, nine in the morning."""
    with clock.at(MONDAY):
        yield


@dataclass
class Office:
    """Short ways to the states that the tests start from."""

    world: worlds.World

    def tags(self, kind_id: int) -> list[str]:
        found = list(db.session().scalars(select(Asset.tag).where(Asset.kind_id == kind_id).order_by(Asset.id)))
        db.session().rollback()
        return found

    def stock(self, kind_id: int, count: int, **more: object) -> list[str]:
        with atomic() as session:
            return worlds.stock(session, kind_id, count, **more)  # type: ignore[arg-type]

    def draft(self, given: list[Given], **more: object) -> str:
        """Draft a transfer from department A to department B out of the main store, by A's clerk."""
        w = self.world
        by = more.pop("by", w.clerk_a)
        terms = Terms(**{"giver_id": w.department_a, "receiver_id": w.department_b, "store_id": w.main, **more})  # type: ignore[arg-type]
        with atomic() as session:
            return drafting.draft(session, terms, given, by=by).number  # type: ignore[arg-type]

    def submitted(self, given: list[Given], **more: object) -> str:
        number = self.draft(given, **more)
        with atomic() as session:
            service.submit(session, number, by=more.get("by", self.world.clerk_a))  # type: ignore[arg-type]
        return number

    def approved(self, given: list[Given], **more: object) -> str:
        number = self.submitted(given, **more)
        for person in (self.world.head_a, self.world.head_b, self.world.approver):
            with atomic() as session:
                service.approve(session, number, by=person)
        return number

    def hand_over(self, number: str, items: list[tuple[str, int | None]], *, signed: bool = True, by: int | None = None) -> str:
        """Hand things over for a transfer (or requisition); return the slip's number."""
        listed = [handovers.Item(tag, count) for tag, count in items]
        with atomic() as session:
            receipt = SIGNED if signed else None
            return handovers.hand_over(session, number, listed, by=by or self.world.keeper, costs=FREE, receipt=receipt).document.number

    def accept(self, slip: str, counted: list[handovers.Counted] | None = None) -> str:
        with atomic() as session:
            return handovers.accept(session, slip, counted, SIGNED, by=self.world.keeper).state

    def state(self, number: str) -> str:
        found = db.session().scalars(select(Document.state).where(Document.number == number)).one()
        db.session().rollback()
        return found

    def row(self, number: str) -> Transfer:
        return db.session().scalars(select(Transfer).join(Document, Document.id == Transfer.id).where(Document.number == number)).one()

    def lines(self, number: str) -> list[TransferLine]:
        statement = select(TransferLine).join(Document, Document.id == TransferLine.transfer_id).where(Document.number == number)
        return list(db.session().scalars(statement.order_by(TransferLine.line_no)))

    def parts(self, tag: str) -> list[Tranche]:
        statement = select(Tranche).join(Asset, Asset.id == Tranche.asset_id).where(Asset.tag == tag, Tranche.count > 0).order_by(Tranche.id)
        return list(db.session().scalars(statement))

    def owned(self, kind_id: int, store_id: int) -> tuple[int, int]:
        row = db.session().get(Stock, (kind_id, store_id))
        found = (row.owned, row.present) if row else (0, 0)
        db.session().rollback()
        return found

    def promised(self) -> int:
        found = sum(db.session().scalars(select(Reservation.open_units)))
        db.session().rollback()
        return found


@pytest.fixture
def office(world: worlds.World) -> Office:
    with atomic() as session:
        org.grant(session, world.organizer_b, world.department_b, Role.CLERK)
        org.grant(session, world.finance, world.department_a, Role.FINANCE)
    return Office(world)
