"""A book in which everything happened once that can happen to a thing, an act and an entry."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask

from assetpool.approvals.models import Approval
from assetpool.core import chain, clock
from assetpool.core.db import atomic
from assetpool.records.models import Document
from assetpool.savings import service as savings
from tests import world as small_world
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World

FIRST = date(2025, 3, 3)


def day(number: int) -> date:
    """Return the day so many days after the first."""
    return FIRST + timedelta(days=number)


def fill(app: Flask) -> None:
    """Fill the small world with everything that happens: partings, accruals, losses, unused things, transfers, costs, reviews, reversals."""
    small_world.fill(app)
    world = small_world.found()
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        kind_id = ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, FIRST)
        tag = ledger.bring(session, world, kind_id, 100, FIRST)
        old = ledger.bring(session, world, ledger.add_kind(session, world, "旧桌", fen("900"), None, 180, FIRST), 20, date(2012, 5, 31))
        savings.opening_statement(session, world.pool, world.city, "transfer", 11_600, fen("86000000"), "简报", FIRST, world.finance)
    _lend_and_take_back(world, tag)
    _decide_and_reverse(world, tag, old)


def _lend_and_take_back(world: World, tag: str) -> None:
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        one = ledger.hand_over(session, world, tag, 60, FIRST, day(20))
        slip = session.get_one(Document, one.slip)
        costs = [savings.CostLine("haulage", 9_999, "运输公司", "1"), savings.CostLine("labour", 51, "运输公司", "1")]
        savings.record_costs(session, slip, costs, "", world.keeper, FIRST)
        savings.post_costs(session, slip, {one.act: 60}, world.keeper)
    with clock.at(ledger.at_noon(day(5))), atomic() as session:
        savings.accrue(session, world.pool, day(5))
    with clock.at(ledger.at_noon(day(8))), atomic() as session:
        ledger.take_back(session, world, one.tranches[0], day(8), "unused", 5)
        ledger.take_back(session, world, one.tranches[0], day(8), "lost", 2)
        ledger.take_back(session, world, one.tranches[0], day(8), count=20)
    with clock.at(ledger.at_noon(day(30))), atomic() as session:
        ledger.take_back(session, world, one.tranches[0], day(30))
    with clock.at(ledger.at_noon(day(31))), atomic() as session:
        savings.review(session, [one.act], "accepted", "好", world.reviewer)


def _decide_and_reverse(world: World, tag: str, old: str) -> None:
    with clock.at(ledger.at_noon(day(40))), atomic() as session:
        two = ledger.hand_over(session, world, tag, 70, day(40), day(60))
        three = ledger.hand_over(session, world, old, 4, day(40), None, kind="transfer")
        four = ledger.hand_over(session, world, old, 6, day(40), day(60))
    with clock.at(ledger.at_noon(day(45))), atomic() as session:
        savings.accrue(session, world.pool, day(45))
    with clock.at(ledger.at_noon(day(50))), atomic() as session:
        ledger.take_back(session, world, two.tranches[0], day(50), count=1)
    with clock.at(ledger.at_noon(day(51))), atomic() as session:
        savings.review(session, [two.act], "rejected", "预算未核减", world.reviewer)
        savings.reverse_act(session, three.act, "误记", world.finance)
    with clock.at(ledger.at_noon(day(400))), atomic() as session:
        for tranche_id in four.tranches:
            ledger.take_back(session, world, tranche_id, day(400))
        five = ledger.hand_over(session, world, old, 14, day(400), day(420))
        ledger.arrive(session, world, five.tranches[0], day(400))
    with clock.at(ledger.at_noon(day(402))), atomic() as session:
        ledger.take_back(session, world, five.tranches[0], day(400), "unused", 1)
        ledger.take_back(session, world, five.tranches[0], day(400), "damaged", 1)
        ledger.take_back(session, world, five.tranches[0], day(400))
        chain.append(
            session, Approval, pool_id=world.pool, document_id=four.slip, step="approve", decision="yes", role="approver", organization_id=world.city,
            person_id=world.approver, reason="", content_digest="0" * 64, occurred_at=clock.now(), recorded_at=clock.now(),
        )  # fmt: skip
