"""Over random lives of acts, returns, reversals, reviews, costs, prices and policies, closed months stay what they were to the fen."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from assetpool.catalog.models import Price, Rent
from assetpool.closings import sheet
from assetpool.closings.service import CannotClose
from assetpool.core.db import db
from assetpool.core.errors import DomainError
from assetpool.custody.models import State, Tranche
from assetpool.custody.service import NotThatMany
from assetpool.records.models import Document
from assetpool.savings import periods, policies
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct, SavingShare, ValuationPolicy
from assetpool.savings.period_models import Closing
from assetpool.savings.policy import SHIPPED
from tests.closings.months import MARCH, close, desks, on, record_cost, verified
from tests.guards import past_the_guards
from tests.savings import ledger
from tests.savings.ledger import Handed
from tests.world import World

STEPS = 22


class Life:
    """One random life of a pool: a day that goes on, things that are out, and months that close behind it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random, self.today = world, random.Random(seed), MARCH
        self.tags = [desks(world, 40), desks(world, 25)]
        self.made: list[Handed] = []
        self.vouchers = 0

    def live(self) -> None:
        """Let one thing happen, some days later, perhaps told late; what the rules refuse does not happen."""
        self.today += timedelta(days=self.random.randrange(1, 9))
        deed = self.random.choice((self.lend, self.lend, self.back, self.back, self.accrue, self.review, self.reverse, self.cost, self.reprice, self.end_month))
        with suppress(DomainError):
            deed()

    def told(self) -> date:
        """Return the business day of what is told today: often today, sometimes up to ten weeks back."""
        return max(MARCH, self.today - timedelta(days=self.random.choice((0, 0, 0, 6, 30, 70))))

    def lend(self) -> None:
        """Lend some units, accepted today or earlier."""
        day, count = self.told(), self.random.randrange(1, 6)
        with on(self.today) as session:
            tag = self.random.choice(self.tags)
            made = ledger.hand_over(session, self.world, tag, count, day, day + timedelta(days=self.random.randrange(3, 50)))
            self.vouchers += 1
            record_cost(session, self.world, made, count, day, self.random.randrange(0, 90_000), f"A{self.vouchers}")
        self.made.append(made)

    def back(self) -> None:
        """Take units back that are out, whole or in part, used, unused or lost."""
        with on(self.today) as session:
            out = list(session.scalars(select(Tranche).where(Tranche.state == State.OUT, Tranche.count > 0).order_by(Tranche.id)))
            if not out:
                return
            tranche = self.random.choice(out)
            share = session.scalars(select(SavingShare).where(SavingShare.tranche_id == tranche.id).order_by(SavingShare.id.desc())).first()
            act = session.get_one(SavingAct, share.act_id) if share else None
            day = max(self.told(), act.accepted_on if act else MARCH)
            how = self.random.choice(("returned", "returned", "unused", "lost", "damaged"))
            ledger.take_back(session, self.world, tranche.id, day, how, self.random.randrange(1, tranche.count + 1))

    def accrue(self) -> None:
        """Let the nightly work be done."""
        with on(self.today) as session:
            savings.accrue(session, self.world.pool, self.today)

    def review(self) -> None:
        """Accept or reject an act."""
        if self.made:
            with on(self.today) as session:
                decision = self.random.choice(("accepted", "rejected"))
                savings.review(session, [self.random.choice(self.made).act], decision, "抽查", self.world.reviewer)

    def reverse(self) -> None:
        """Reverse an act for good."""
        if self.made:
            with on(self.today) as session:
                savings.reverse_act(session, self.random.choice(self.made).act, "误记", self.world.finance)

    def cost(self) -> None:
        """Enter a late voucher."""
        if self.made:
            with on(self.today) as session:
                self.vouchers += 1
                record_cost(session, self.world, self.random.choice(self.made), 1, self.today, self.random.randrange(1, 9_999), f"B{self.vouchers}")

    def reprice(self) -> None:
        """Change every price and rent on file, and let another policy begin."""
        with on(self.today) as session:
            past_the_guards(session, update(Price).values(amount=Price.amount + self.random.randrange(-5_000, 5_000)))
            past_the_guards(session, update(Rent).values(per_day=Rent.per_day + 1))
            if session.scalar(select(ValuationPolicy.id).where(ValuationPolicy.first_day == self.today)) is None:
                policies.install(session, self.world.pool, [replace(self.random.choice(SHIPPED), version=f"{self.today}", first_day=self.today)])

    def end_month(self) -> None:
        """Close the newest month that is over, or the quarter it ends."""
        month = periods.month_of(self.today.replace(day=1) - timedelta(days=1))
        quarter = f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"
        name = quarter if month[5:] in ("03", "06", "09", "12") and self.random.random() < 0.5 else month
        with suppress(CannotClose):
            close(self.world, name, self.today)


def closed_sheets(world: World) -> dict[str, dict[sheet.Key, int | None]]:
    """Return the amounts of every closed period, added up from the entries as they stand now."""
    session = db.session()
    session.rollback()
    statement = select(Document, Closing).join(Closing, Closing.id == Document.id).where(Document.state == "closed")
    rows = session.execute(statement).all()
    return {document.number: sheet.frozen_amounts(session, world.pool, document.id, periods.named(closing.period)) for document, closing in rows}


@pytest.mark.parametrize("seed", range(4))
def test_closed_periods_never_change(world: World, seed: int) -> None:
    life = Life(world, seed)
    known: dict[str, dict[sheet.Key, int | None]] = {}
    for _ in range(STEPS):
        with suppress(NotThatMany):
            life.live()
        found = closed_sheets(world)
        assert {number: found[number] for number in known} == known
        known = found
    life.today = (life.today.replace(day=1) + timedelta(days=40)).replace(day=5)
    life.end_month()
    assert closed_sheets(world), "no period was closed, so nothing was tried"
    report = verified(world)
    assert report.ok, report.first_difference
