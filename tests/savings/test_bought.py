"""What the pool itself bought carries its price into the costs of acts: by claimed days, the rest on a transfer, all of it in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from assetpool.audit.verification import verify
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, State, Tranche
from assetpool.records import service as records
from assetpool.savings import bought
from assetpool.savings import service as savings
from assetpool.savings.cost_models import PoolPurchase
from assetpool.savings.models import SavingEntry
from assetpool.savings.valuation import consumed
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World

DAY = date(2026, 3, 2)
LIFE = 180
N = (date(2041, 3, 2) - DAY).days


@pytest.fixture
def tag(world: World) -> str:
    """Give a lot of ten desks that the pool bought for 1,200.00 each."""
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        made = ledger.bring(session, world, ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), LIFE, DAY), 10, DAY)
        bought.enter(session, made, fen("1200"), DAY, "采购合同2026-7", by=world.finance)
    return made


def carried(act_id: int | None = None) -> int:
    """Return what acts carry of the price."""
    statement = select(func.sum(SavingEntry.cost)).where(SavingEntry.cost_kind == "purchase", SavingEntry.tranche_id.is_not(None))
    return int(db.session().scalar(statement if act_id is None else statement.where(SavingEntry.act_id == act_id)) or 0)


def lend(world: World, tag: str, count: int, first: date, days: int) -> ledger.Handed:
    """Lend units for so many days and take them back on the day after."""
    with clock.at(ledger.at_noon(first)), atomic() as session:
        handed = ledger.hand_over(session, world, tag, count, first, first + timedelta(days=days - 1))
    with clock.at(ledger.at_noon(first + timedelta(days=days))), atomic() as session:
        for tranche_id in handed.tranches:
            ledger.take_back(session, world, tranche_id, first + timedelta(days=days))
    return handed


def give(world: World, label: str, day: date) -> None:
    """Give ten units to department B for good; the books follow when both have booked it."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        slip = records.create(session, world.pool, "HS", world.city, "accepted", world.keeper, [world.department_b])
        asset = session.scalars(select(Asset).where(Asset.tag == label)).one()
        cause = custody.Cause(slip.id, 1, world.keeper, ledger.at_noon(day))
        custody.lock_stock(session, [(asset.kind_id, asset.store_id)])
        taken = custody.take(session, label, custody.standing(session, asset.id), 10, cause)
        for tranche in taken:
            custody.move(session, tranche, "accept", cause, state=State.TRANSFERRED, custodian_id=world.department_b)
        savings.recognise(session, replace(ledger.delivery_of(world, slip.id, 1, asset, day, None), kind="transfer"), taken)


def test_a_loan_carries_what_its_days_consumed_of_the_price(world: World, tag: str) -> None:
    handed = lend(world, tag, 4, DAY, 30)
    assert carried(handed.act) == 4 * consumed(fen("1200"), N, 30)
    assert verify(db.session(), world.pool).ok


def test_the_next_loan_carries_the_days_after_those_and_a_transfer_the_rest(world: World, tag: str) -> None:
    lend(world, tag, 10, DAY, 30)
    second = lend(world, tag, 10, DAY + timedelta(days=40), 20)
    assert carried(second.act) == 10 * (consumed(fen("1200"), N, 50) - consumed(fen("1200"), N, 30))
    day = DAY + timedelta(days=80)
    give(world, tag, day)
    assert carried() == 10 * fen("1200")
    assert verify(db.session(), world.pool).ok


def test_units_returned_unused_carry_nothing(world: World, tag: str) -> None:
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        handed = ledger.hand_over(session, world, tag, 10, DAY, DAY + timedelta(days=29))
    later = DAY + timedelta(days=5)
    with clock.at(ledger.at_noon(later)), atomic() as session:
        savings.accrue(session, world.pool, later)
    assert carried() == 10 * consumed(fen("1200"), N, 6)
    with clock.at(ledger.at_noon(later + timedelta(days=1))), atomic() as session:
        ledger.take_back(session, world, handed.tranches[0], later + timedelta(days=1), "unused", 3)
    assert carried() == 7 * consumed(fen("1200"), N, 6)
    assert verify(db.session(), world.pool).ok


def test_a_reversed_act_gives_its_part_of_the_price_back(world: World, tag: str) -> None:
    handed = lend(world, tag, 10, DAY, 30)
    with clock.at(ledger.at_noon(DAY + timedelta(days=50))), atomic() as session:
        savings.reverse_act(session, handed.act, "误记", world.finance)
    assert carried() == 0
    assert verify(db.session(), world.pool).ok


def test_the_price_is_entered_once_before_the_first_hand_over_with_its_paper(world: World, tag: str) -> None:
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        bare = ledger.bring(session, world, ledger.add_kind(session, world, "柜", fen("500"), None, None, DAY), 1, DAY)
        lent = ledger.bring(session, world, ledger.add_kind(session, world, "椅", fen("300"), fen("1"), LIFE, DAY), 1, DAY)
    lend(world, lent, 1, DAY, 3)
    for label, refusal in ((tag, bought.PurchaseKnown), (lent, bought.ClaimedBefore), (bare, FieldInvalid)):
        with pytest.raises(refusal), atomic() as session:
            bought.enter(session, label, fen("300"), DAY, "合同", by=world.finance)
    with pytest.raises(NotAllowed), atomic() as session:
        bought.enter(session, lent, fen("300"), DAY, "合同", by=world.keeper)


@pytest.mark.parametrize("column", ["price", "life_days", "source"])
def test_a_price_changed_behind_the_back_is_found(world: World, tag: str, column: str) -> None:
    lend(world, tag, 4, DAY, 30)
    with atomic() as session:
        session.execute(update(PoolPurchase).values({column: "另一份" if column == "source" else getattr(PoolPurchase, column) - 1}))
    assert not verify(db.session(), world.pool).ok


def test_a_purchase_taken_away_behind_the_back_is_found(world: World, tag: str) -> None:
    lend(world, tag, 4, DAY, 30)
    with atomic() as session:
        other = session.scalars(select(Asset.id).where(Asset.tag != tag)).first()
        session.execute(update(PoolPurchase).values(asset_id=other))
    assert not verify(db.session(), world.pool).ok


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 10), st.integers(1, 40)), min_size=1, max_size=4))
def test_random_loans_never_carry_more_than_was_paid_and_a_last_transfer_carries_all(world: World, loans: list[tuple[int, int]]) -> None:
    session = db.session()
    run = session.scalar(select(func.count()).select_from(PoolPurchase)) or 0
    before = carried()
    with clock.at(ledger.at_noon(DAY)), atomic() as writing:
        label = ledger.bring(writing, world, ledger.add_kind(writing, world, f"桌{run}", fen("1600"), fen("4"), LIFE, DAY), 10, DAY)
        bought.enter(writing, label, 99_999, DAY, "合同", by=world.finance)
    first = DAY
    for count, days in loans:
        lend(world, label, count, first, days)
        first += timedelta(days=days + 1)
    assert carried() - before <= 10 * 99_999
    give(world, label, first)
    assert carried() - before == 10 * 99_999
    assert verify(db.session(), world.pool).ok
    db.session().rollback()


def test_every_tranche_of_a_parted_lot_is_meant(world: World, tag: str) -> None:
    lend(world, tag, 4, DAY, 30)
    lend(world, tag, 6, DAY + timedelta(days=31), 10)
    assert db.session().scalar(select(func.count()).select_from(Tranche).join(Asset, Asset.id == Tranche.asset_id).where(Asset.tag == tag)) > 1
    assert verify(db.session(), world.pool).ok
