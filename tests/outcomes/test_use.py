"""Use of things from real movements: loads, acceptances, returns, splits, transfers, and what nobody borrowed."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, Movement, State, Tranche
from assetpool.outcomes.use import OUT, OWNED, Narrow, Use, longest_idle, uses
from tests.savings import ledger
from tests.world import World, stock

CAME = date(2026, 3, 1)
TODAY = date(2026, 6, 30)


def bring(world: World, kind: int, count: int, day: date = CAME, lot: bool = True, store: int | None = None) -> list[str]:
    with clock.at(ledger.at_noon(day)), atomic() as session:
        return stock(session, kind, count, lot=lot, store_id=store or world.virtual)


def lend(world: World, tag: str, count: int, day: date) -> list[int]:
    """Let units of a label go out on a day; return their tranches."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        asset = session.scalars(select(Asset).where(Asset.tag == tag)).one()
        custody.lock_stock(session, [(asset.kind_id, asset.store_id)])
        cause = custody.Cause(None, None, world.keeper, ledger.at_noon(day))
        parts = custody.take(session, tag, custody.standing(session, asset.id), count, cause)
        for part in parts:
            custody.move(session, part, "load", cause, state=State.LOADED)
            custody.move(session, part, "accept", cause, state=State.OUT, due_on=day)
        return [part.id for part in parts]


def move(world: World, tranche_id: int, day: date, act: str, state: str, **more: object) -> None:
    with clock.at(ledger.at_noon(day)), atomic() as session:
        part = session.get_one(Tranche, tranche_id)
        custody.lock_stock(session, [(part.kind_id, part.store_id), (part.kind_id, int(str(more.get("store_id", part.store_id))))])
        custody.move(session, part, act, custody.Cause(None, None, world.keeper, ledger.at_noon(day)), state=state, **more)


def back(world: World, tranche_id: int, day: date) -> None:
    move(world, tranche_id, day, "return", State.ARRIVED)
    move(world, tranche_id, day + timedelta(days=1), "inspect", State.IN_STORE)


def found(world: World, kind: int, first: date, last: date, store: int | None = None) -> Use:
    with clock.at(ledger.at_noon(TODAY)):
        rows = uses(db.session(), world.pool, first, last, TODAY, Narrow(store or world.virtual, kind))
    assert len(rows) == 1
    return rows[0]


def test_ten_units_of_forty_out_for_twelve_days_are_a_hundred_and_twenty_unit_days(world: World) -> None:
    tag = bring(world, world.chair, 40)[0]
    part = lend(world, tag, 10, date(2026, 4, 5))[0]
    back(world, part, date(2026, 4, 17))
    use = found(world, world.chair, date(2026, 4, 1), date(2026, 4, 30))
    assert (use.owned_days, use.out_days, use.owned, use.out) == (1200, 120, 40, 0)
    assert use.share is not None and (use.share.numerator, use.share.denominator) == (1, 10)


def test_days_before_a_thing_came_and_after_it_went_are_not_owned(world: World) -> None:
    tag = bring(world, world.chair, 40)[0]
    part = lend(world, tag, 10, date(2026, 4, 5))[0]
    move(world, part, date(2026, 4, 11), "transfer", State.TRANSFERRED)
    use = found(world, world.chair, date(2026, 2, 1), date(2026, 4, 30))
    # from 1 March: 61 days of 40, less 20 days of 10; out from the 5th up to the 10th
    assert (use.owned_days, use.out_days) == (61 * 40 - 20 * 10, 6 * 10)


def test_what_is_out_today_counts_through_today_and_no_further(world: World) -> None:
    lend(world, bring(world, world.chair, 40)[0], 40, date(2026, 6, 21))
    use = found(world, world.chair, date(2026, 6, 1), date(2026, 12, 31))
    assert (use.owned_days, use.out_days, use.out) == (30 * 40, 10 * 40, 40)


def test_units_that_move_to_another_store_are_owned_there_from_that_day(world: World) -> None:
    tag = bring(world, world.computer, 4)[0]
    with db.session() as session:
        tranche = session.scalars(select(Tranche.id).join(Asset, Asset.id == Tranche.asset_id).where(Asset.tag == tag)).one()
    move(world, tranche, date(2026, 4, 11), "move", State.IN_STORE, store_id=world.main)
    first, last = date(2026, 4, 1), date(2026, 4, 30)
    assert found(world, world.computer, first, last).owned_days == 40
    assert found(world, world.computer, first, last, world.main).owned_days == 80


def test_the_same_as_walking_through_all_days_of_a_busy_lot(world: World) -> None:
    tag = bring(world, world.chair, 60)[0]
    a = lend(world, tag, 25, date(2026, 3, 10))[0]
    b = lend(world, tag, 20, date(2026, 3, 20))[0]
    back(world, a, date(2026, 4, 2))
    c = lend(world, tag, 30, date(2026, 4, 8))
    move(world, b, date(2026, 4, 9), "lose", State.LOST)
    for part in c:
        back(world, part, date(2026, 4, 28))
    first, last = date(2026, 3, 15), date(2026, 4, 20)
    asset = db.session().scalars(select(Asset.id).where(Asset.tag == tag)).one()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    owned, out = (sum(standing(asset, day, states) for day in days) for states in (OWNED, OUT))
    use = found(world, world.chair, first, last)
    assert (use.owned_days, use.out_days) == (owned, out)


def standing(asset_id: int, day: date, states: tuple[State, ...]) -> int:
    """Count the units of a label that stood in one of the states at the end of a day, movement by movement."""
    counts: dict[int, int] = {}
    state: dict[int, str] = {}
    for m in db.session().scalars(select(Movement).where(Movement.asset_id == asset_id).order_by(Movement.height)):
        if clock.day_of(m.occurred_at, "Asia/Shanghai") > day:
            continue
        if m.from_tranche_id is not None:
            counts[m.from_tranche_id] -= m.count
        counts[m.tranche_id], state[m.tranche_id] = m.count, m.state
    return sum(count for tranche, count in counts.items() if state[tranche] in states)


def test_what_nobody_ever_borrowed_is_named_with_the_day_it_came(world: World) -> None:
    old, young = bring(world, world.desk, 1, CAME, lot=False)[0], bring(world, world.desk, 1, CAME + timedelta(days=9), lot=False)[0]
    lent = bring(world, world.desk, 1, CAME - timedelta(days=9), lot=False)[0]
    back(world, lend(world, lent, 1, date(2026, 4, 1))[0], date(2026, 4, 4))
    here = Narrow(world.virtual, world.desk)
    never = longest_idle(db.session(), world.pool, here, True)
    assert [(each.asset.tag, each.since, each.borrowed) for each in never] == [(old, CAME, False), (young, CAME + timedelta(days=9), False)]
    every = longest_idle(db.session(), world.pool, here, False)
    assert [(each.asset.tag, each.since) for each in every][2:] == [(lent, date(2026, 4, 4))]
    use = found(world, world.desk, date(2026, 4, 1), date(2026, 4, 30))
    assert (use.labels, use.never_labels, use.never_units, use.idle_since) == (3, 2, 2, CAME)


def test_things_of_other_registers_are_left_out(world: World) -> None:
    bring(world, world.computer, 2)
    with atomic() as session:
        session.get_one(Kind, world.computer).register = "emergency"
    with clock.at(ledger.at_noon(TODAY)):
        rows = uses(db.session(), world.pool, CAME, TODAY, TODAY, Narrow())
    assert world.computer not in {row.kind_id for row in rows}
    assert world.computer not in {each.asset.kind_id for each in longest_idle(db.session(), world.pool, Narrow(), True)}


def test_the_queries_do_not_grow_with_the_things(world: World, asked_of: object) -> None:
    def asking() -> int:
        with asked_of() as sent:  # type: ignore[operator]
            uses(db.session(), world.pool, CAME, TODAY, TODAY, Narrow())
            longest_idle(db.session(), world.pool, Narrow(), True)
        return len(sent)

    few = asking()
    for kind in (world.desk, world.chair, world.computer):
        lend(world, bring(world, kind, 5)[0], 2, date(2026, 4, 1))
    assert asking() == few <= 9
