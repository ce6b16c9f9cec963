"""A period closes with two signatures, takes no entry any more, and its figures stay what they were."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from assetpool.closings import service as closings
from assetpool.closings import sheet
from assetpool.closings.service import AlreadyClosed, CannotClose, FiguresChanged, NoSheet, NotSigned, PriceSetterSigns
from assetpool.core.db import db
from assetpool.core.errors import NotAllowed, SamePerson, WrongState
from assetpool.org import service as org
from assetpool.records.models import Document
from assetpool.savings import periods
from assetpool.savings import service as savings
from assetpool.savings.models import SavingEntry
from assetpool.savings.period_models import ClosedPeriod, Closing
from tests.closings import months
from tests.closings.months import MARCH, close, desks, draft, entries, lend, on, sheet_of, sign, verified
from tests.closings.test_bridge import accepted
from tests.guards import past_the_guards
from tests.savings import ledger
from tests.world import World

APRIL = date(2025, 4, 2)
MAY = date(2025, 5, 6)


def test_a_closed_month_holds_what_it_held_and_the_book_verifies(world: World) -> None:
    lend(world, desks(world), 60, MARCH, date(2025, 5, 20))
    number = close(world, "2025-03", APRIL)
    session = db.session()
    assert session.scalars(select(Document.state).where(Document.number == number)).one() == "closed"
    total = sheet.kinds_on(sheet_of(number)["figures"]["totals"])["loan"]["proposed"]
    assert (total["bases"]["purchase"], total["cost"], total["acts"], total["items"]) == (60 * 160_000, 10_000, 1, 60)
    assert total["bases"]["rental"] == 60 * 400 * 29, "the loan still out is posted up to the month's last day"
    found = verified(world)
    assert found.ok, found.first_difference
    assert found.checked["closing"] == 1


def test_a_running_loan_is_posted_month_by_month(world: World) -> None:
    lend(world, desks(world), 1, MARCH, date(2025, 6, 30))
    with on(date(2025, 5, 15)) as session:
        savings.accrue(session, world.pool, date(2025, 5, 15))
    posted = {row.period: row.days for row in entries() if row.entry == "accrual"}
    assert posted == {"2025-03": 29, "2025-04": 30, "2025-05": 15}
    with on(date(2025, 5, 15)) as session:
        assert savings.accrue(session, world.pool, date(2025, 5, 15)) == 0


def test_a_late_fact_stands_in_the_open_month_and_names_the_closed_one(world: World) -> None:
    tag = desks(world)
    made = lend(world, tag, 60, MARCH, date(2025, 3, 20))
    number = close(world, "2025-03", APRIL)
    with on(APRIL) as session:  # Told late: ten of them came back unused in March.
        ledger.take_back(session, world, made.tranches[0], date(2025, 3, 25), "unused", 10)
    late = [row for row in entries() if row.entry == "reversal"]
    assert {(row.period, row.corrects_period, row.business_day) for row in late} == {("2025-04", "2025-03", date(2025, 3, 25))}
    assert verified(world).ok
    again = sheet.frozen_amounts(db.session(), world.pool, document_id(number), periods.named("2025-03"))
    assert again == sheet.amounts_on(sheet_of(number))


def document_id(number: str) -> int:
    return db.session().scalars(select(Document.id).where(Document.number == number)).one()


def test_a_quarter_closes_its_open_months_and_a_fact_goes_to_the_month_after_it(world: World) -> None:
    tag = desks(world)
    lend(world, tag, 10, MARCH, date(2025, 3, 20))
    close(world, "2025-03", APRIL)
    close(world, "2025-Q1", APRIL)
    session = db.session()
    assert set(session.scalars(select(ClosedPeriod.period))) == {"2025-01", "2025-02", "2025-03", "2025-Q1"}
    lend(world, tag, 5, date(2025, 1, 9), date(2025, 1, 20), number="LATE")
    assert {(row.period, row.corrects_period) for row in entries() if row.business_day < MARCH} == {("2025-04", "2025-01")}
    with on(APRIL) as session, pytest.raises(AlreadyClosed):
        closings.draft(session, world.pool, "2025-02", world.finance)
    assert verified(world).ok


def test_a_year_closes_everything_in_it(world: World) -> None:
    lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    close(world, "2025", date(2026, 1, 5))
    session = db.session()
    assert session.scalar(select(func.count()).select_from(ClosedPeriod)) == 17
    assert verified(world).ok


def test_two_signatures_of_one_person_are_refused(world: World) -> None:
    lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    number = draft(world, "2025-03", APRIL)
    sign(number, APRIL, world.finance)
    with pytest.raises(SamePerson):
        sign(number, APRIL, world.finance)
    with on(APRIL) as session, pytest.raises(NotSigned) as refusal:
        closings.close(session, number, world.finance)
    assert refusal.value.figures["signed"] == 1
    with pytest.raises(NotAllowed):
        sign(number, APRIL, world.keeper)


def test_one_person_with_both_roles_signs_once(world: World) -> None:
    lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    with on(APRIL) as session:
        org.grant(session, world.finance, world.city, "reviewer")
    number = draft(world, "2025-03", APRIL)
    sign(number, APRIL, world.finance)
    with pytest.raises(SamePerson):
        sign(number, APRIL, world.finance)
    sign(number, APRIL, world.reviewer)
    with pytest.raises((SamePerson, NotAllowed, WrongState)):
        sign(number, APRIL, world.head_a)


def test_what_was_signed_must_still_be_so(world: World) -> None:
    tag = desks(world)
    lend(world, tag, 10, MARCH, date(2025, 3, 20))
    number = draft(world, "2025-03", APRIL)
    sign(number, APRIL, world.finance, world.reviewer)
    lend(world, tag, 5, date(2025, 3, 10), date(2025, 3, 20), number="LATE")
    with on(APRIL) as session, pytest.raises(FiguresChanged):
        closings.close_period(session, world.pool, "2025-03", world.finance)
    newer = draft(world, "2025-03", APRIL)
    assert db.session().scalars(select(Document.state).where(Document.number == number)).one() == "cancelled"
    with pytest.raises(WrongState):
        sign(number, APRIL, world.finance)
    sign(newer, APRIL, world.reviewer, world.finance)
    with on(APRIL) as session:
        closings.close_period(session, world.pool, "2025-03", world.finance)
    assert verified(world).ok


def test_another_sheet_than_the_one_shown_is_not_signed(world: World) -> None:
    lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    number = draft(world, "2025-03", APRIL)
    with on(APRIL) as session, pytest.raises(FiguresChanged):
        closings.sign(session, number, "0" * 64, world.finance)


def test_who_set_a_price_does_not_sign_what_it_comes_to(world: World) -> None:
    lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    with on(APRIL) as session:
        past_the_guards(session, months.prices_set_by(world.finance))
    number = draft(world, "2025-03", APRIL)
    with pytest.raises(PriceSetterSigns):
        sign(number, APRIL, world.finance)


def test_a_period_that_is_not_over_or_lacks_costs_does_not_close(world: World) -> None:
    tag = desks(world)
    lend(world, tag, 10, MARCH, date(2025, 3, 20))
    with on(date(2025, 3, 31)) as session, pytest.raises(CannotClose) as refusal:
        closings.draft(session, world.pool, "2025-03", world.finance)
    assert refusal.value.figures["what"] == "Days of the period still to come"
    with on(date(2025, 3, 9)) as session:
        ledger.hand_over(session, world, tag, 3, date(2025, 3, 9), date(2025, 3, 20))
    with on(APRIL) as session, pytest.raises(CannotClose) as refusal:
        closings.draft(session, world.pool, "2025-03", world.finance)
    assert refusal.value.figures["what"].startswith("Acts without their costs")
    assert db.session().scalars(select(func.count()).select_from(Closing)).one() == 0


def test_without_a_sheet_or_a_role_nothing_closes(world: World) -> None:
    with on(APRIL) as session, pytest.raises(NoSheet):
        closings.close_period(session, world.pool, "2025-03", world.finance)
    with on(APRIL) as session, pytest.raises(NotAllowed):
        closings.draft(session, world.pool, "2025-03", world.keeper)
    with on(APRIL) as session, pytest.raises(periods.NoSuchPeriod):
        closings.draft(session, world.pool, "2025-13", world.finance)


def test_a_sheet_that_is_closed_is_neither_given_up_nor_closed_again(world: World) -> None:
    lend(world, desks(world), 10, MARCH, date(2025, 3, 20))
    number = close(world, "2025-03", APRIL)
    with on(MAY) as session, pytest.raises(WrongState):
        closings.give_up(session, number, world.finance)
    with on(MAY) as session, pytest.raises(AlreadyClosed):
        closings.close(session, number, world.finance)
    with on(MAY) as session, pytest.raises(AlreadyClosed):
        closings.draft(session, world.pool, "2025-03", world.finance)


def test_the_newest_closed_months_take_no_entry_and_the_entries_before_stay(world: World) -> None:
    tag = desks(world)
    lend(world, tag, 10, MARCH, date(2025, 3, 20))
    lend(world, tag, 10, date(2025, 4, 7), date(2025, 4, 20))
    close(world, "2025-03", MAY)
    close(world, "2025-04", MAY)
    before = [(row.id, row.period) for row in entries()]
    lend(world, tag, 10, date(2025, 3, 8), date(2025, 3, 20), number="LATE")
    assert [(row.id, row.period) for row in entries()][: len(before)] == before
    assert {(row.period, row.corrects_period) for row in entries()[len(before) :] if row.entry != "cost"} == {("2025-05", "2025-03")}
    assert db.session().scalars(select(func.count()).select_from(SavingEntry).where(SavingEntry.period == "2025-03")).one() == 3


def test_the_sheet_of_the_next_month_bridges_to_the_late_facts_it_holds(world: World) -> None:
    tag = desks(world)
    made = lend(world, tag, 10, MARCH, date(2025, 3, 20))
    accepted(world, made, date(2025, 3, 30))
    close(world, "2025-03", APRIL)
    with on(date(2025, 4, 9)) as session:
        months.record_cost(session, world, made, 10, date(2025, 4, 9), 4_400, "LATE")
        savings.regrade(session, [made.act])
    (bridge,) = sheet_of(draft(world, "2025-04", MAY))["bridges"]
    assert (bridge["posted"]["cost_fen"], bridge["late_facts_of_other_periods"]["cost_fen"], bridge["known_today"]["cost_fen"]) == (4_400, 4_400, 0)
