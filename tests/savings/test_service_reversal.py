"""What is reversed, rejected or came back unused is given back to the thing; split shares follow their units."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed
from assetpool.custody import service as custody
from assetpool.custody.models import Tranche
from assetpool.records import service as records
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct, SavingEntry, SavingShare
from assetpool.savings.policy import POLICY_2020_1
from assetpool.savings.posting import SERIES
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World, stock

FIRST = date(2025, 3, 3)


def summed(session: Session, act_id: int) -> dict[str, int]:
    """Return what an act's entries add up to, per series and for costs and days."""
    e = SavingEntry
    columns = [func.coalesce(func.sum(e.count * getattr(e, name)), 0).label(name) for name in (*SERIES, "days")]
    row = session.execute(select(*columns, func.coalesce(func.sum(e.cost), 0).label("cost")).where(e.act_id == act_id)).one()
    return {name: int(value) for name, value in row._mapping.items()}


@pytest.fixture
def desks(world: World) -> str:
    """Give the tag of a lot of 100 new desks at 1,600 yuan and 4 yuan a day."""
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        kind_id = ledger.add_kind(session, world, "大办公桌", fen("1600"), fen("4"), 180, FIRST)
        return ledger.bring(session, world, kind_id, 100, FIRST)


def lend(world: World, tag: str, count: int, day: date, days: int = 30) -> ledger.Handed:
    """Hand over units of the lot for some days."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        return ledger.hand_over(session, world, tag, count, day, day + timedelta(days=days - 1))


def back(world: World, tranche_id: int, day: date, how: str = "returned", count: int | None = None) -> int:
    """Take units back."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        return ledger.take_back(session, world, tranche_id, day, how, count)


def counters(tranche_id: int) -> tuple[int | None, int, int, int, int, int, date | None]:
    """Return a tranche's cap and counters."""
    t = db.session().get_one(Tranche, tranche_id, populate_existing=True)
    return (t.cap, t.claimed_purchase, t.claimed_rental, t.claimed_consumption, t.claimed_adopted, t.claimed_days, t.last_claimed_day)


def test_unused_units_give_everything_back_and_the_rest_stays(world: World, desks: str) -> None:
    handed = lend(world, desks, 100, FIRST)
    part = back(world, handed.tranches[0], FIRST + timedelta(days=5), "unused", 40)
    assert counters(part) == (None, 0, 0, 0, 0, 0, None)
    assert counters(handed.tranches[0])[0] == fen("1600")
    found = summed(db.session(), handed.act)
    assert found["purchase"] == 60 * fen("1600")
    assert db.session().scalars(select(SavingEntry.count).where(SavingEntry.entry == "reversal")).all() == [40]


def test_unused_units_give_back_what_had_accrued(world: World, desks: str) -> None:
    handed = lend(world, desks, 100, FIRST)
    with clock.at(ledger.at_noon(FIRST + timedelta(days=9))), atomic() as session:
        assert savings.accrue(session, world.pool, FIRST + timedelta(days=9)) == 1
    part = back(world, handed.tranches[0], FIRST + timedelta(days=12), "unused", 40)
    assert counters(part) == (None, 0, 0, 0, 0, 0, None)
    assert summed(db.session(), handed.act)["rental"] == 60 * 10 * fen("4")


def test_accruing_twice_posts_nothing_more_and_never_the_future(world: World, desks: str) -> None:
    handed = lend(world, desks, 10, FIRST)
    for _ in range(2):
        with clock.at(ledger.at_noon(FIRST + timedelta(days=9))), atomic() as session:
            savings.accrue(session, world.pool, FIRST + timedelta(days=20))
    assert summed(db.session(), handed.act)["days"] == 10 * 10


def test_accruing_for_an_earlier_day_takes_nothing_back(world: World, desks: str) -> None:
    handed = lend(world, desks, 10, FIRST)
    with clock.at(ledger.at_noon(FIRST + timedelta(days=9))), atomic() as session:
        assert savings.accrue(session, world.pool, FIRST + timedelta(days=9)) == 1
    with clock.at(ledger.at_noon(FIRST + timedelta(days=9))), atomic() as session:
        assert savings.accrue(session, world.pool, FIRST + timedelta(days=4)) == 0
    assert summed(db.session(), handed.act)["days"] == 10 * 10


def test_split_shares_keep_their_terms_and_their_posted_amounts(world: World, desks: str) -> None:
    handed = lend(world, desks, 100, FIRST)
    first = back(world, handed.tranches[0], FIRST + timedelta(days=10), count=30)
    back(world, handed.tranches[0], FIRST + timedelta(days=20))
    shares = {share.tranche_id: share for share in db.session().scalars(select(SavingShare).where(SavingShare.act_id == handed.act))}
    assert {share.count for share in shares.values()} == {30, 70}
    assert shares[first].posted_rental == 10 * fen("4")
    assert shares[handed.tranches[0]].posted_rental == 20 * fen("4")
    assert summed(db.session(), handed.act)["rental"] == (30 * 10 + 70 * 20) * fen("4")


def test_reversing_an_act_gives_back_counters_days_and_cap_and_leaves_zero(world: World, desks: str) -> None:
    handed = lend(world, desks, 100, FIRST)
    back(world, handed.tranches[0], FIRST + timedelta(days=10))
    with clock.at(ledger.at_noon(FIRST + timedelta(days=40))), atomic() as session:
        savings.reverse_act(session, handed.act, "重复登记", world.finance)
    assert set(summed(db.session(), handed.act).values()) == {0}
    assert counters(handed.tranches[0]) == (None, 0, 0, 0, 0, 0, None)
    reversals = db.session().scalars(select(SavingEntry).where(SavingEntry.entry == "reversal").order_by(SavingEntry.height)).all()
    assert [row.reason for row in reversals] == ["重复登记"] * 2
    assert [row.corrects_period for row in reversals] == ["2025-03"] * 2
    again = lend(world, desks, 100, FIRST + timedelta(days=50))
    assert summed(db.session(), again.act)["purchase"] == 100 * fen("1600")


def test_reversing_reaches_units_parted_in_the_store_since(world: World, desks: str) -> None:
    first = lend(world, desks, 100, FIRST)
    back(world, first.tranches[0], FIRST + timedelta(days=10))
    second = lend(world, desks, 40, FIRST + timedelta(days=20))
    parted = second.tranches[0]
    assert parted != first.tranches[0]
    assert summed(db.session(), second.act)["purchase"] == 0
    with clock.at(ledger.at_noon(FIRST + timedelta(days=30))), atomic() as session:
        savings.reverse_act(session, first.act, "误记", world.finance)
    assert summed(db.session(), first.act)["purchase"] == 0
    assert counters(parted)[1:3] == (0, 0)
    assert counters(first.tranches[0])[:2] == (None, 0)


def test_an_act_is_reversed_once_by_finance_with_a_reason(world: World, desks: str) -> None:
    handed = lend(world, desks, 10, FIRST)
    with pytest.raises(NotAllowed), atomic() as session:
        savings.reverse_act(session, handed.act, "误记", world.keeper)
    with pytest.raises(FieldInvalid), atomic() as session:
        savings.reverse_act(session, handed.act, " ", world.finance)
    with atomic() as session:
        savings.reverse_act(session, handed.act, "误记", world.finance)
    with pytest.raises(savings.NothingToReverse), atomic() as session:
        savings.reverse_act(session, handed.act, "误记", world.finance)


def test_a_reversed_loan_accrues_no_more_though_it_is_still_out(world: World, desks: str) -> None:
    handed = lend(world, desks, 10, FIRST)
    with clock.at(ledger.at_noon(FIRST + timedelta(days=1))), atomic() as session:
        savings.reverse_act(session, handed.act, "误记", world.finance)
    with clock.at(ledger.at_noon(FIRST + timedelta(days=9))), atomic() as session:
        assert savings.accrue(session, world.pool, FIRST + timedelta(days=9)) == 0
    back(world, handed.tranches[0], FIRST + timedelta(days=12))
    assert summed(db.session(), handed.act)["rental"] == 0


def test_a_thing_goes_out_again_on_days_nobody_claimed(world: World, desks: str) -> None:
    first = lend(world, desks, 100, FIRST)
    back(world, first.tranches[0], FIRST + timedelta(days=10))
    second = lend(world, desks, 100, FIRST + timedelta(days=9))
    back(world, second.tranches[0], FIRST + timedelta(days=12))
    assert summed(db.session(), second.act)["days"] == 100 * 2
    share = ledger.share_of(db.session(), second.act, second.tranches[0])
    assert (share.prior_claimed_days, share.prior_last_day) == (10, FIRST + timedelta(days=9))


def test_an_extended_loan_claims_to_its_new_due_day(world: World, desks: str) -> None:
    handed = lend(world, desks, 1, FIRST, days=5)
    with atomic() as session:
        tranche = session.get_one(Tranche, handed.tranches[0])
        custody.lock_stock(session, [(tranche.kind_id, tranche.store_id)])
        tranche.due_on = FIRST + timedelta(days=7)
    back(world, handed.tranches[0], FIRST + timedelta(days=30))
    assert summed(db.session(), handed.act)["days"] == 8


def test_nothing_is_valued_without_a_price_and_no_rental_without_a_rent(world: World) -> None:
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        bare = ledger.bring(session, world, ledger.add_kind(session, world, "无价", None, None, 180, FIRST), 2, FIRST)
        unrented = ledger.bring(session, world, ledger.add_kind(session, world, "无租", fen("1600"), None, 180, FIRST), 2, FIRST)
    rows = []
    for tag in (bare, unrented):
        handed = lend(world, tag, 2, FIRST)
        entry = db.session().scalars(select(SavingEntry).where(SavingEntry.act_id == handed.act)).one()
        rows.append((entry.purchase, entry.rental, entry.consumption, entry.adopted))
    assert rows == [(None, None, None, None), (fen("1600"), None, 0, fen("1600"))]


def test_the_policy_of_the_acceptance_decides(world: World, desks: str) -> None:
    handed = lend(world, desks, 1, FIRST)
    act = db.session().get_one(SavingAct, handed.act)
    assert summed(db.session(), handed.act)["adopted"] == fen("1600")
    with clock.at(ledger.at_noon(date(2026, 3, 2))), atomic() as session:
        kind_id = ledger.add_kind(session, world, "新办公桌", fen("1600"), fen("4"), 180, date(2026, 3, 1))
        tag = ledger.bring(session, world, kind_id, 1, date(2026, 3, 2))
    later = lend(world, tag, 1, date(2026, 3, 2))
    assert summed(db.session(), later.act) == {"purchase": fen("1600"), "rental": 0, "consumption": 0, "adopted": 0, "days": 0, "cost": 0}
    assert POLICY_2020_1.first_day < act.accepted_on


def test_the_inspection_later_gives_back_what_was_unused_and_books_what_is_damaged(world: World, desks: str) -> None:
    handed = lend(world, desks, 100, FIRST)
    [tranche_id] = handed.tranches
    with clock.at(ledger.at_noon(FIRST + timedelta(days=10))), atomic() as session:
        ledger.arrive(session, world, tranche_id, FIRST + timedelta(days=10))
    assert summed(db.session(), handed.act)["rental"] == 100 * 10 * fen("4")
    for how, count in (("unused", 30), ("damaged", 20), ("returned", None)):
        with clock.at(ledger.at_noon(FIRST + timedelta(days=12))), atomic() as session:
            ledger.take_back(session, world, tranche_id, FIRST + timedelta(days=10), how, count)
    found = summed(db.session(), handed.act)
    assert (found["rental"], found["purchase"], found["cost"]) == (70 * 10 * fen("4"), 70 * fen("1600"), 20 * fen("1600"))
    shares = db.session().scalars(select(SavingShare).where(SavingShare.act_id == handed.act).order_by(SavingShare.count))
    assert [(share.count, share.ended_by) for share in shares] == [(20, "damaged"), (30, "unused"), (50, "returned")]


def test_several_units_of_one_act_come_back_unused_in_one_go(world: World) -> None:
    with clock.at(ledger.at_noon(FIRST)), atomic() as session:
        kind_id = ledger.add_kind(session, world, "件", fen("1600"), fen("4"), 180, FIRST)
        tags = stock(session, kind_id, 3, owner_id=world.elsewhere, acquired_on=FIRST, value=None)
        slip = records.create(session, world.pool, "HS", world.city, "accepted", world.keeper)
        act, tranches = ledger.hand_over_together(session, world, slip, tags, FIRST, FIRST + timedelta(days=9))
    with clock.at(ledger.at_noon(FIRST + timedelta(days=3))), atomic() as session:
        for tranche_id, how in zip(tranches, ("returned", "unused", "unused"), strict=True):
            ledger.take_back(session, world, tranche_id, FIRST + timedelta(days=3), how)
    assert summed(db.session(), act)["rental"] == 3 * fen("4")
    assert summed(db.session(), act)["purchase"] == fen("1600")
