"""The golden cases through the ledger itself: documents, movements, entries and counters, to the fen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Price
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.custody.models import Tranche
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.savings import service as savings
from assetpool.savings.models import Cost, SavingAct, SavingEntry
from tests.savings import golden, ledger
from tests.savings.golden import fen
from tests.world import World

ACCEPTED = golden.BEGUN


def totals(session: Session, *acts: int) -> dict[str, int]:
    """Return what the entries of these acts (all, if none) add up to, per series and for costs."""
    e = SavingEntry
    wanted = [e.act_id.in_(acts)] if acts else []
    columns = [func.sum(e.count * getattr(e, series)).label(series) for series in ("purchase", "rental", "consumption", "adopted")]
    row = session.execute(select(*columns, func.sum(e.cost).label("cost"), func.sum(e.lower_bound).label("lower_bound")).where(*wanted)).one()
    return {name: int(value or 0) for name, value in row._mapping.items()}


def lend_the_bill(world: World, first_policy_day: date = ACCEPTED, days: int = 3000) -> list[ledger.Handed]:
    """Hand over the whole bill of G1 on one slip, a line per class, due long after."""
    made = []
    with clock.at(ledger.at_noon(ACCEPTED)), atomic() as session:
        tags = []
        for line in golden.G1_LINES:
            kind_id = ledger.add_kind(session, world, line.name, line.price, line.rent.per_day, line.life_months, ACCEPTED)
            tags.append((ledger.bring(session, world, kind_id, line.units, ACCEPTED), line.units))
        slip = records.create(session, world.pool, "HS", world.city, "accepted", world.keeper)
        for line_no, (tag, units) in enumerate(tags, 1):
            made.append(ledger.hand_over_line(session, world, slip, line_no, tag, units, ACCEPTED, ACCEPTED + timedelta(days=days)))
    return made


def desks(world: World, count: int, price: str = "1600", rent: str = "4", day: date = ACCEPTED) -> str:
    """Bring in a lot of desks of their own kind and return its tag."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        kind_id = ledger.add_kind(session, world, "大办公桌", fen(price), fen(rent), 180, day)
        return ledger.bring(session, world, kind_id, count, day)


def test_g1_the_bill_claims_purchase_at_once_and_grows_by_days_on_the_other_bases(world: World) -> None:
    lend_the_bill(world)
    assert totals(db.session())["purchase"] == golden.G1_PURCHASE
    assert totals(db.session())["adopted"] == golden.G1_PURCHASE
    assert totals(db.session())["rental"] == 0
    seen = {}
    for days, months in ((90, 3), (146, 3), (365, 8), (717, 12), (730, 1)):  # Each month holds its own days.
        until = ACCEPTED + timedelta(days=days - 1)
        with clock.at(ledger.at_noon(until)), atomic() as session:
            assert savings.accrue(session, world.pool, until) == 6 * months
        seen[days] = totals(db.session())
    assert seen[90]["rental"] == golden.G1_RENTAL_90
    assert seen[365]["rental"] == golden.G1_RENTAL_365
    for days, saving in golden.G1_RENTAL_SAVING.items():
        assert seen[days]["rental"] - golden.G1_COST == saving
    for days, consumed in golden.G1_CONSUMPTION.items():
        assert seen[days]["consumption"] == consumed
    assert seen[730]["adopted"] == seen[730]["purchase"] == golden.G1_PURCHASE


def test_g1_costs_fall_on_the_lines_and_leave_seven_tenths(world: World) -> None:
    made = lend_the_bill(world)
    kinds = {"cleaning and installation": "cleaning"}
    with clock.at(ledger.at_noon(ACCEPTED)), atomic() as session:
        slip = session.get_one(Document, made[0].slip)
        lines = [savings.CostLine(kinds.get(kind, kind), amount, "运输公司", f"V{n}") for n, (kind, amount) in enumerate(golden.G1_COSTS.items())]
        savings.record_costs(session, slip, lines, "", world.keeper, ACCEPTED)
        units = {handed.act: line.units for handed, line in zip(made, golden.G1_LINES, strict=True)}
        savings.post_costs(session, slip, units, world.keeper)
    found = totals(db.session())
    assert found["cost"] == golden.G1_COST
    assert found["adopted"] - found["cost"] == golden.G1_PURCHASE_SAVING
    assert (found["adopted"] - found["cost"]) * 10 == found["adopted"] * 7


def test_g2_an_opening_statement_is_a_lower_bound_of_grade_c(world: World) -> None:
    with atomic() as session:
        act = savings.opening_statement(
            session, world.pool, world.city, "transfer", golden.G2_ITEMS, golden.G2_AVOIDED, "2023 年工作简报", date(2023, 12, 31), world.finance
        )
        assert (act.grade, act.reviewed, act.opening) == ("C", "proposed", True)
        assert session.get_one(Document, act.document_id).kind == "OS"
    found = totals(db.session())
    assert found["lower_bound"] == golden.G2_AVOIDED
    assert found["adopted"] == found["cost"] == 0


def test_g3_single_days_add_up_to_the_price(world: World) -> None:
    tag = desks(world, 1, price="16", rent="0.04")
    price, life = fen("16"), golden.G3_LIFE_DAYS
    day, worn = ACCEPTED, []
    for length in (1, 9, 20, 700, 3000, 2000):
        with clock.at(ledger.at_noon(day + timedelta(days=length))), atomic() as session:
            handed = ledger.hand_over(session, world, tag, 1, day, day + timedelta(days=length - 1))
        with clock.at(ledger.at_noon(day + timedelta(days=length))), atomic() as session:
            ledger.take_back(session, world, handed.tranches[0], day + timedelta(days=length))
        worn.append(totals(db.session(), handed.act)["consumption"])
        day += timedelta(days=length)
    assert sum(worn) == price
    assert worn[0] == round(price / life)


def test_g4_the_same_desks_claim_no_second_purchase_and_later_only_what_the_cap_leaves(world: World) -> None:
    tag = desks(world, 520)
    for start, adopted, rental in ((ACCEPTED, fen("832000"), fen("187200")), (date(2022, 8, 1), 0, fen("4") * 520 * 10)):
        days = 90 if start == ACCEPTED else 10
        back = start + timedelta(days=days)
        with clock.at(ledger.at_noon(back)), atomic() as session:
            handed = ledger.hand_over(session, world, tag, 520, start, back + timedelta(days=30))
        with clock.at(ledger.at_noon(back)), atomic() as session:
            ledger.take_back(session, world, handed.tranches[0], back)
        found = totals(db.session(), handed.act)
        assert (found["purchase"], found["adopted"], found["rental"]) == (adopted, adopted, rental)
    with clock.at(ledger.at_noon(date(2022, 9, 1))), atomic() as session:
        given = ledger.hand_over(session, world, tag, 520, date(2022, 9, 1), None, kind="transfer")
        assert session.get_one(Tranche, given.tranches[0]).cap == fen("1600")
    assert totals(db.session(), given.act)["adopted"] == 0


def test_g4_rent_left_under_the_cap(world: World) -> None:
    tag = desks(world, 520)
    back = ACCEPTED + timedelta(days=90)
    with clock.at(ledger.at_noon(back)), atomic() as session:
        handed = ledger.hand_over(session, world, tag, 520, ACCEPTED, back + timedelta(days=30))
    with clock.at(ledger.at_noon(back)), atomic() as session:
        ledger.take_back(session, world, handed.tranches[0], back)
        unit = session.get_one(Tranche, handed.tranches[0])
        assert unit.cap is not None
        assert (unit.cap - unit.claimed_rental) * 520 == golden.G4_RENT_LEFT


def test_g5_a_voucher_over_three_equal_lines(world: World) -> None:
    tag = desks(world, 30)
    with atomic() as session:
        slip = records.create(session, world.pool, "HS", world.city, "accepted", world.keeper)
        made = [ledger.hand_over_line(session, world, slip, n, tag, 10, date(2026, 3, 2), date(2026, 3, 9)) for n in (1, 2, 3)]
        savings.record_costs(session, slip, [savings.CostLine("haulage", golden.G5_VOUCHER, "运输公司", "001")], "", world.keeper, date(2026, 3, 2))
        savings.post_costs(session, slip, {handed.act: 10 for handed in made}, world.keeper)
    rows = db.session().scalars(select(SavingEntry).where(SavingEntry.entry == "cost").order_by(SavingEntry.height))
    assert [row.cost for row in rows] == golden.G5_PARTS


@pytest.mark.parametrize("how", ["returned", "lost"])
def test_g6_late_days_claim_nothing_and_a_loss_costs(world: World, how: str) -> None:
    tag = desks(world, 520)
    with clock.at(ledger.at_noon(ACCEPTED)), atomic() as session:
        handed = ledger.hand_over(session, world, tag, 520, ACCEPTED, ACCEPTED + timedelta(days=11))
    with clock.at(ledger.at_noon(ACCEPTED + timedelta(days=40))), atomic() as session:
        ledger.take_back(session, world, handed.tranches[0], ACCEPTED + timedelta(days=40), how)
    found = totals(db.session(), handed.act)
    assert found["rental"] == golden.G6_RENTAL
    assert found["cost"] == (fen("832000") if how == "lost" else 0)
    assert [row.kind for row in db.session().scalars(select(Cost))] == (["loss"] if how == "lost" else [])


def test_g7_a_falling_price_claims_nothing_and_never_less(world: World) -> None:
    tag = desks(world, 2)
    back = ACCEPTED + timedelta(days=10)
    with clock.at(ledger.at_noon(back)), atomic() as session:
        first = ledger.hand_over(session, world, tag, 2, ACCEPTED, back)
        kind_id = session.get_one(Tranche, first.tranches[0]).kind_id
        session.add(Price(kind_id=kind_id, amount=fen("1500"), valid_from=back, dated_on=back, source="新价", set_at=clock.now()))
    with clock.at(ledger.at_noon(back)), atomic() as session:
        ledger.take_back(session, world, first.tranches[0], back)
    with clock.at(ledger.at_noon(back)), atomic() as session:
        second = ledger.hand_over(session, world, tag, 2, back, back + timedelta(days=5))
        assert ledger.share_of(session, second.act, second.tranches[0]).price == fen("1500")
    assert totals(db.session(), second.act)["purchase"] == 0
    assert totals(db.session(), second.act)["adopted"] == 0


def test_g8_after_a_purchase_the_new_policy_adopts_nothing_but_shows_its_rent(world: World) -> None:
    tag = desks(world, 1, day=date(2025, 1, 2))
    with clock.at(ledger.at_noon(date(2025, 3, 1))), atomic() as session:
        first = ledger.hand_over(session, world, tag, 1, date(2025, 3, 1), date(2025, 3, 31))
    with clock.at(ledger.at_noon(date(2025, 3, 11))), atomic() as session:
        ledger.take_back(session, world, first.tranches[0], date(2025, 3, 11))
    with clock.at(ledger.at_noon(date(2026, 5, 1))), atomic() as session:
        second = ledger.hand_over(session, world, tag, 1, date(2026, 5, 1), date(2026, 5, 31))
        policies = [session.get_one(SavingAct, handed.act).policy_id for handed in (first, second)]
        assert policies[0] != policies[1]
    with clock.at(ledger.at_noon(date(2026, 5, 21))), atomic() as session:
        ledger.take_back(session, world, second.tranches[0], date(2026, 5, 21))
    assert totals(db.session(), first.act)["adopted"] == fen("1600")
    found = totals(db.session(), second.act)
    assert (found["adopted"], found["rental"]) == (0, fen("80"))
