"""Carbon and waste from the ledger: the golden loan to the gram, nothing twice, nothing outside the headline, nothing made up."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import update

from assetpool.catalog.models import Kind
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.org.queries import access_of
from assetpool.outcomes.avoidance import Weight
from assetpool.outcomes.carbon import BYS, CarbonReport, Sums, report
from assetpool.reports.queries import ask
from assetpool.savings import service as savings
from tests.reports import bill as bills
from tests.reports.bill import BEGUN, Bill
from tests.savings import golden, ledger
from tests.savings.golden import fen
from tests.world import World

FIRST, LAST = date(2022, 1, 1), date(2030, 12, 31)
LENT = date(2025, 3, 3)


def asked(world: World, by: str = "thing", who: str = "auditor", first: date = FIRST, last: date = LAST) -> CarbonReport:
    session = db.session()
    return report(session, ask(session, access_of(session, getattr(world, who)), first, last, "kind", "purchase"), by)


def total(found: CarbonReport, kind: str = "loan", stands: str = "A") -> Sums:
    return next((row.standings[stands] for row in found.totals if row.kind == kind), Sums())


def test_the_golden_loan_avoids_what_its_claimed_days_used_up_to_the_gram(world: World, bill: Bill) -> None:
    found = total(asked(world))
    assert (found.acts, found.units, found.nothing) == (6, golden.G1_UNITS, 0)
    # 13.954… meeting chairs × 22.5 kg, 8.541 desks × 35, 11.906… computers × 301, 1.478… cabinets × 31, 0.985… printers × 130
    assert found.weight("gross") == Weight(4_370_801, 313_969 + 298_935 + 2_929_088 + 45_822 + 108_401, 313_969 + 298_935 + 4_643_676 + 45_822 + 137_965)
    assert found.weight("net") == Weight(310_433, 310_433, 310_433)
    assert found.weight("waste") == Weight(240_739, 240_739, 240_739)
    assert found.estimated == {"gross": 1_804, "net": 540, "waste": 1_680}
    assert found.missing == {"gross": 540, "net": 1_804, "waste": 664}


@pytest.mark.parametrize("by", BYS)
def test_every_breakdown_adds_up_to_the_same_total(world: World, bill: Bill, by: str) -> None:
    found = asked(world, by)
    for measure in ("gross", "net", "waste"):
        assert sum(row.headline.weights[measure].grams for row in found.rows) == total(found).weights[measure].grams


def test_periods_add_up_to_their_whole(world: World) -> None:
    made, cut = bills.lend_the_bill(world), BEGUN + timedelta(days=40)
    with clock.at(ledger.at_noon(cut)), atomic() as session:
        savings.accrue(session, world.pool, cut)
    bills.bring_back(world, made, BEGUN + timedelta(days=90))
    parts = [total(asked(world, last=cut)).things, total(asked(world, first=cut + timedelta(days=1))).things]
    assert min(parts) > 0
    assert sum(parts) == total(asked(world)).things


def test_what_nobody_accepted_stands_apart(world: World) -> None:
    made = bills.lend_the_bill(world, accept=False)
    bills.bring_back(world, made, BEGUN + timedelta(days=90))
    found = asked(world)
    assert total(found) == Sums()
    assert total(found, stands="proposed").things > 0


def test_a_stranger_sees_no_act(world: World, bill: Bill) -> None:
    assert asked(world, who="stranger").totals == ()


def test_a_rejected_act_avoids_nothing(world: World) -> None:
    made = bills.lend_the_bill(world, accept=False)
    bills.review(world, made, "rejected")
    assert asked(world).totals == ()


def desks(world: World) -> str:
    """Bring 100 new desks that have a factor."""
    with clock.at(ledger.at_noon(LENT)), atomic() as session:
        kind_id = ledger.add_kind(session, world, "大办公桌", fen("1600"), fen("4"), 180, LENT)
        session.execute(update(Kind).where(Kind.id == kind_id).values(class_code="A05010201", class_path="/A05010000/A05010201/"))
        return ledger.bring(session, world, kind_id, 100, LENT)


def lend(world: World, tag: str, count: int, day: date, days: int = 30) -> ledger.Handed:
    with clock.at(ledger.at_noon(day)), atomic() as session:
        return ledger.hand_over(session, world, tag, count, day, day + timedelta(days=days - 1))


def give(world: World, tag: str, count: int, day: date) -> ledger.Handed:
    with clock.at(ledger.at_noon(day)), atomic() as session:
        return ledger.give(session, world, tag, count, day)


def back(world: World, tranche_id: int, day: date, how: str = "returned", count: int | None = None) -> int:
    with clock.at(ledger.at_noon(day)), atomic() as session:
        return ledger.take_back(session, world, tranche_id, day, how, count)


def of_act(world: World, handed: ledger.Handed) -> tuple[Fraction, dict[str, int]]:
    line = next(line for line in asked(world).lines if line.act_id == handed.act)
    return line.things, {name: units for name, units in line.units.items() if units}


def test_a_second_loan_of_the_same_desks_avoids_nothing_more(world: World) -> None:
    tag = desks(world)
    first = lend(world, tag, 100, LENT)
    back(world, first.tranches[0], LENT + timedelta(days=30))
    second = lend(world, tag, 100, LENT + timedelta(days=60))
    back(world, second.tranches[0], LENT + timedelta(days=90))
    # 30 days of 5,479 at 8.76 yuan each (G3)
    assert of_act(world, first) == (Fraction(100 * 876, 160_000), {"spares": 100})
    assert of_act(world, second) == (Fraction(0), {"nothing": 100})


def test_desks_given_for_good_avoid_whole_ones_and_only_once(world: World) -> None:
    tag = desks(world)
    given = give(world, tag, 40, LENT)
    assert of_act(world, given) == (Fraction(40), {"spares": 40})
    with clock.at(ledger.at_noon(LENT + timedelta(days=9))), atomic() as session:
        savings.reverse_act(session, given.act, "买过了", world.finance)
    assert of_act(world, given) == (Fraction(0), {})


def test_units_that_came_back_unused_avoid_nothing_and_take_nothing_from_the_others(world: World) -> None:
    tag = desks(world)
    handed = lend(world, tag, 100, LENT)
    with clock.at(ledger.at_noon(LENT + timedelta(days=9))), atomic() as session:
        savings.accrue(session, world.pool, LENT + timedelta(days=9))
    back(world, handed.tranches[0], LENT + timedelta(days=10), "unused", 40)
    back(world, handed.tranches[0], LENT + timedelta(days=30))
    assert of_act(world, handed) == (Fraction(60 * 876, 160_000), {"spares": 60, "nothing": 40})


def test_what_has_no_price_or_no_life_is_not_estimated_and_counted(world: World) -> None:
    with clock.at(ledger.at_noon(LENT)), atomic() as session:
        priceless = ledger.bring(session, world, ledger.add_kind(session, world, "无价桌", None, None, 180, LENT), 7, LENT)
        lifeless = ledger.bring(session, world, ledger.add_kind(session, world, "无年限桌", fen("100"), fen("1"), None, LENT), 5, LENT)
    assert of_act(world, lend(world, priceless, 7, LENT)) == (Fraction(0), {"unvalued": 7})
    assert of_act(world, lend(world, lifeless, 5, LENT)) == (Fraction(0), {"unvalued": 5})
    assert total(asked(world), stands="proposed").missing == {"gross": 12, "net": 12, "waste": 12}
    assert total(asked(world), stands="proposed").weight("gross") is None


def test_the_receivers_own_things_avoid_nothing(world: World) -> None:
    with clock.at(ledger.at_noon(LENT)), atomic() as session:
        kind_id = ledger.add_kind(session, world, "自有桌", fen("1600"), fen("4"), 180, LENT)
        tag = ledger.bring(session, world, kind_id, 9, LENT, world.department_b)
    assert of_act(world, lend(world, tag, 9, LENT)) == (Fraction(0), {"nothing": 9})


def test_the_queries_do_not_grow_with_the_acts(world: World, bill: Bill, asked_of: object) -> None:
    with asked_of() as few:  # type: ignore[operator]
        asked(world)
    tag = desks(world)
    for n in range(5):
        lend(world, tag, 2, LENT + timedelta(days=n), 3)
    with asked_of() as more:  # type: ignore[operator]
        asked(world)
    assert len(more) == len(few) <= 8
