"""Who is praised for what: things given and taken, savings, ties, the same system apart, and what calls for a second look."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.org.queries import access_of
from assetpool.outcomes.ranking import Placed
from assetpool.outcomes.recognition import Merit, Year, years
from assetpool.reports.queries import ask
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct
from tests.reports import bill as bills
from tests.reports.bill import BEGUN, Bill
from tests.savings import golden, ledger
from tests.savings.golden import fen
from tests.world import World

LENT = date(2025, 3, 3)


def of(world: World, year: int, kind: str = "loan", who: str = "auditor") -> Year:
    session = db.session()
    return years(session, ask(session, access_of(session, getattr(world, who)), date(year, 1, 1), date(year, 12, 31), "kind", "adopted"))[kind]


def listed(several: list[Placed[Merit]]) -> list[tuple[int, str, int]]:
    return [(each.place, each.thing.organization.code, each.thing.things) for each in several]


def accept(world: World, *acts: int) -> None:
    """Let acts stand as accepted grade A, whatever papers they have."""
    with atomic() as session:
        session.execute(update(SavingAct).where(SavingAct.id.in_(acts)).values(reviewed="accepted", grade="A", costed=True))


def desks(world: World, owner: int, count: int = 100) -> str:
    with clock.at(ledger.at_noon(LENT)), atomic() as session:
        kind_id = ledger.add_kind(session, world, f"办公桌{owner}", fen("1600"), fen("4"), 180, LENT)
        return ledger.bring(session, world, kind_id, count, LENT, owner)


def lend(world: World, tag: str, count: int, day: date = LENT) -> ledger.Handed:
    with clock.at(ledger.at_noon(day)), atomic() as session:
        return ledger.hand_over(session, world, tag, count, day, day + timedelta(days=9))


def give(world: World, tag: str, count: int) -> ledger.Handed:
    with clock.at(ledger.at_noon(LENT)), atomic() as session:
        return ledger.give(session, world, tag, count, LENT)


def test_the_golden_loan_names_its_giver_its_taker_and_what_was_saved(world: World, bill: Bill) -> None:
    year = of(world, 2022)
    assert listed(year.lists["given"]) == [(1, "A", golden.G1_UNITS)]
    assert listed(year.lists["taken"]) == [(1, "B", golden.G1_UNITS)]
    assert [(each.thing.organization.code, each.thing.saving) for each in year.lists["saved"]] == [("B", golden.G1_PURCHASE_SAVING)]
    assert not any(each.thing.doubtful for several in year.lists.values() for each in several)


@pytest.mark.parametrize(("year", "kind"), [(2021, "loan"), (2023, "loan"), (2022, "transfer")])
def test_another_year_and_another_kind_of_saving_name_nobody(world: World, bill: Bill, year: int, kind: str) -> None:
    assert of(world, year, kind).empty


def test_kinds_of_saving_are_never_added(world: World) -> None:
    tag = desks(world, world.elsewhere)
    accept(world, lend(world, tag, 30).act, give(world, tag, 20).act)
    assert listed(of(world, 2025).lists["given"]) == [(1, "X", 30)]
    assert listed(of(world, 2025, "transfer").lists["given"]) == [(1, "X", 20)]


def test_the_same_things_lent_twice_are_counted_once_and_equals_share_a_place(world: World) -> None:
    first, other = desks(world, world.elsewhere), desks(world, world.department_a)
    handed = lend(world, first, 40)
    with clock.at(ledger.at_noon(LENT + timedelta(days=10))), atomic() as session:
        ledger.take_back(session, world, handed.tranches[0], LENT + timedelta(days=10))
    again = lend(world, first, 40, LENT + timedelta(days=20))
    accept(world, handed.act, again.act, lend(world, other, 40).act)
    year = of(world, 2025)
    assert listed(year.lists["given"]) == [(1, "A", 40), (1, "X", 40)]
    assert all(each.tied for each in year.lists["given"])
    assert [each.thing.item_loans for each in year.lists["given"]] == [40, 80]
    assert listed(year.lists["taken"]) == [(1, "B", 80)]


def test_the_same_system_stands_apart(world: World) -> None:
    handed = lend(world, desks(world, world.elsewhere), 10)
    accept(world, handed.act)
    with atomic() as session:
        session.get_one(SavingAct, handed.act).same_system = True
    year = of(world, 2025)
    assert year.lists["given"] == []
    assert listed(year.apart["given"]) == [(1, "X", 10)]


def test_reversed_acts_and_lower_grades_call_for_a_second_look(world: World) -> None:
    tag = desks(world, world.elsewhere)
    kept, undone, low = lend(world, tag, 10), lend(world, tag, 5), lend(world, tag, 3)
    accept(world, kept.act)
    with clock.at(ledger.at_noon(LENT)), atomic() as session:
        savings.review(session, [undone.act], "accepted", "齐全", world.reviewer)
    with clock.at(ledger.at_noon(LENT + timedelta(days=1))), atomic() as session:
        savings.reverse_act(session, undone.act, "另行购置", world.finance)
        session.get_one(SavingAct, undone.act).grade = "A"
    giver = of(world, 2025).lists["given"][0].thing
    assert (giver.things, giver.acts, giver.reversed, giver.lower, giver.doubtful) == (10, 1, 1, 1, True)
    assert low.act


def test_a_saving_whose_costs_are_unknown_has_no_place(world: World) -> None:
    handed = lend(world, desks(world, world.elsewhere), 10)
    with atomic() as session:
        act = session.get_one(SavingAct, handed.act)
        act.reviewed, act.grade, act.costed = "accepted", "A", False
    year = of(world, 2025)
    assert (year.lists["saved"], [merit.organization.code for merit in year.unknown]) == ([], ["B"])


def test_a_stranger_sees_nobody(world: World, bill: Bill) -> None:
    assert of(world, 2022, who="stranger").empty
    assert bill.acts and BEGUN.year == 2022 and bills.BEGUN == BEGUN
