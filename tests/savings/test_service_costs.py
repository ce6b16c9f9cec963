"""Costs: never unknown, a voucher once in all pools, shared to the fen, late ones in the open period."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid
from assetpool.org import service as org
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.savings import service as savings
from assetpool.savings.models import Cost, SavingAct, SavingEntry, Voucher
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World

DAY = date(2026, 3, 2)
LATER = date(2026, 5, 4)
VOUCHER = savings.CostLine("haulage", fen("100"), "运输公司", "A-1")


@pytest.fixture
def slip(world: World) -> int:
    """Give a slip of one line with 10 things, without costs."""
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, DAY), 10, DAY)
        return ledger.hand_over(session, world, tag, 10, DAY, date(2026, 3, 31)).slip


def record(world: World, slip_id: int, lines: list[savings.CostLine], reason: str = "", day: date = DAY) -> None:
    """Record and share costs of a slip on a day."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        document = session.get_one(Document, slip_id)
        savings.record_costs(session, document, lines, reason, world.keeper, day)
        acts = session.scalars(select(SavingAct).where(SavingAct.document_id == slip_id))
        savings.post_costs(session, document, {act.id: act.units for act in acts}, world.keeper)


def test_neither_costs_nor_a_reason_is_refused(world: World, slip: int) -> None:
    with pytest.raises(savings.CostMissing) as refusal:
        record(world, slip, [], "  ")
    assert (refusal.value.status, refusal.value.code) == (422, "cost_missing")


def test_a_recorded_zero_is_not_unknown(world: World, slip: int) -> None:
    assert db.session().scalars(select(SavingAct.costed)).all() == [False]
    record(world, slip, [], "自行搬运，未发生费用")
    entry = db.session().scalars(select(SavingEntry).where(SavingEntry.entry == "cost")).one()
    assert (entry.cost, entry.reason) == (0, "自行搬运，未发生费用")
    assert db.session().scalars(select(SavingAct.costed)).all() == [True]


def test_a_voucher_is_entered_once_in_all_pools(world: World, slip: int) -> None:
    record(world, slip, [VOUCHER])
    with atomic() as session:
        pool = org.found_pool(session, "OTHER", "邻市公物仓", "Asia/Shanghai")
        other = org.add_organization(session, pool.id, "N", "邻市", "city", None)
        document = records.create(session, pool.id, "HS", other.id, "accepted", world.keeper)
    again = savings.CostLine("loading", 1, " 运输 公司 ", "Ａ-１")
    with pytest.raises(savings.VoucherTaken), atomic() as session:
        savings.record_costs(session, session.get_one(Document, document.id), [again], "", world.keeper, DAY)


def test_several_kinds_of_one_voucher_add_up(world: World, slip: int) -> None:
    record(world, slip, [VOUCHER, savings.CostLine("loading", fen("20"), "运输公司", "a-1")])
    assert db.session().scalars(select(Voucher.amount)).all() == [fen("120")]
    assert db.session().scalar(select(func.sum(SavingEntry.cost))) == fen("120")


def test_a_late_voucher_goes_to_the_open_period_and_names_the_one_it_corrects(world: World, slip: int) -> None:
    record(world, slip, [VOUCHER])
    with clock.at(ledger.at_noon(LATER)), atomic() as session:
        document = session.get_one(Document, slip)
        savings.record_costs(session, document, [savings.CostLine("cleaning", 700, "保洁", "7")], "", world.keeper, DAY)
        savings.post_costs(session, document, {session.scalars(select(SavingAct.id)).one(): 10}, world.keeper)
    entry = db.session().scalars(select(SavingEntry).where(SavingEntry.cost_kind == "cleaning")).one()
    assert (entry.business_day, entry.period, entry.corrects_period) == (LATER, "2026-05", "2026-03")
    assert db.session().scalar(select(func.count()).select_from(Cost)) == 2


def test_costs_are_shared_once(world: World, slip: int) -> None:
    record(world, slip, [VOUCHER])
    with atomic() as session:
        savings.post_costs(session, session.get_one(Document, slip), {session.scalars(select(SavingAct.id)).one(): 10}, world.keeper)
    assert db.session().scalar(select(func.sum(SavingEntry.cost))) == fen("100")


@pytest.mark.parametrize(
    "line",
    [
        savings.CostLine("bribery", 1, "甲", "1"),
        savings.CostLine("loss", 1, "甲", "1"),
        savings.CostLine("haulage", -1, "甲", "1"),
        savings.CostLine("haulage", 1, "", "1"),
    ],
)
def test_a_cost_that_cannot_be_is_refused(world: World, slip: int, line: savings.CostLine) -> None:
    with pytest.raises(FieldInvalid):
        record(world, slip, [line])


def test_repairs_fall_on_what_was_repaired(world: World) -> None:
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, DAY), 30, DAY)
        document = records.create(session, world.pool, "HS", world.city, "accepted", world.keeper)
        one, two = (ledger.hand_over_line(session, world, document, n, tag, 15, DAY, LATER).act for n in (1, 2))
        savings.record_costs(session, document, [savings.CostLine("repair", 900, "修理店", "9")], "", world.keeper, DAY)
        savings.post_costs(session, document, {one: 15, two: 15}, world.keeper, repaired={two: 2})
    assert {row.act_id: row.cost for row in db.session().scalars(select(SavingEntry).where(SavingEntry.entry == "cost"))} == {one: 0, two: 900}
