"""The savings report against the golden cases: to the fen, kinds never added, what is not accepted grade A apart, for those who may see it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest

from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid
from assetpool.org.queries import access_of
from assetpool.reports.figures import BYS, Report, Row
from assetpool.reports.queries import report
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct
from tests.reports import bill as bills
from tests.reports.bill import BEGUN
from tests.savings import golden, ledger
from tests.savings.golden import fen
from tests.world import World

YEAR = (date(2022, 1, 1), date(2022, 12, 31))
LATER = BEGUN + timedelta(days=100)


def asked(world: World, by: str = "kind", basis: str = "adopted", who: str = "auditor", days: tuple[date, date] = YEAR, today: date = LATER) -> Report:
    """Return a report as one person sees it on a day."""
    with clock.at(ledger.at_noon(today)):
        return report(db.session(), access_of(db.session(), getattr(world, who)), *days, by, basis)


def only(rows: tuple[Row, ...], kind: str = "loan") -> Row:
    """Return the only row of a kind of saving."""
    found = [row for row in rows if row.kind == kind]
    assert len(found) == 1
    return found[0]


def plain(row: Row, basis: str = "adopted") -> dict[str, Any]:
    """Return a row as machines get it."""
    return row.data(basis)


def test_g1_is_the_bulletin_to_the_fen(world: World) -> None:
    bills.bring_back(world, bills.lend_the_bill(world), BEGUN + timedelta(days=90))
    found = plain(only(asked(world).totals))
    assert (found["items"], found["item_loans"]) == (golden.G1_UNITS, golden.G1_UNITS)
    assert (found["avoided_fen"], found["cost_fen"], found["saving_fen"]) == (262860000, 78858000, 184002000)
    assert found["rate"] == {"numerator": 7, "denominator": 10}
    assert found["bases"] == {"purchase": golden.G1_PURCHASE, "rental": golden.G1_RENTAL_90, "consumption": golden.G1_CONSUMPTION[90]}
    assert found["coverage"] == {"valued": golden.G1_UNITS, "costed": golden.G1_UNITS}
    assert found["lower_bound"] is None
    assert asked(world).policies == ("2020-1",)


@pytest.mark.parametrize(("basis", "saving"), [("purchase", "1840020.00"), ("rental", "-299880.00"), ("consumption", "-714428.42")])
def test_g1_on_each_basis(world: World, basis: str, saving: str) -> None:
    bills.bring_back(world, bills.lend_the_bill(world), BEGUN + timedelta(days=90))
    assert plain(only(asked(world, basis=basis).totals), basis)["saving_fen"] == fen(saving)


@pytest.mark.parametrize("by", BYS)
def test_every_breakdown_adds_up_to_the_same_total(world: World, by: str) -> None:
    bills.bring_back(world, bills.lend_the_bill(world), BEGUN + timedelta(days=90))
    found = asked(world, by)
    assert plain(only(found.totals))["saving_fen"] == golden.G1_PURCHASE_SAVING
    assert plain(only(found.totals))["items"] == golden.G1_UNITS
    assert sum(plain(row)["saving_fen"] for row in found.rows) == golden.G1_PURCHASE_SAVING
    labels = {"event": ["大运会"], "organization": ["体育局"], "store": ["中心仓"], "kind": ["loan"], "month": ["2022-04", "2022-06"]}
    if by in labels:
        assert [row.label for row in found.rows] == labels[by]
    if by == "class":
        assert {row.label: plain(row)["avoided_fen"] for row in found.rows} == {line.name: line.purchase for line in golden.G1_LINES}


def test_g2_is_a_lower_bound_outside_the_headline_and_never_added_to_g1(world: World) -> None:
    bills.lend_the_bill(world)
    bills.open_statement(world)
    found = asked(world, days=(date(2021, 1, 1), date(2022, 12, 31)))
    assert [row.kind for row in found.totals] == ["loan", "transfer"]
    opening = plain(only(found.totals, "transfer"))
    assert opening["lower_bound"] == golden.G2_AVOIDED
    assert (opening["items"], opening["avoided_fen"], opening["cost_fen"], opening["saving_fen"], opening["rate"]) == (0, None, None, None, None)
    apart = opening["apart"]["C"]
    assert (apart["items"], apart["avoided_fen"], apart["cost_fen"], apart["saving_fen"]) == (golden.G2_ITEMS, golden.G2_AVOIDED, None, None)
    assert plain(only(found.totals))["saving_fen"] == golden.G1_PURCHASE_SAVING


def test_what_nobody_accepted_stands_apart(world: World) -> None:
    bill = bills.lend_the_bill(world, accept=False)
    found = plain(only(asked(world).totals))
    assert (found["items"], found["avoided_fen"], found["saving_fen"], found["rate"]) == (0, 0, 0, None)
    assert found["apart"]["proposed"]["items"] == golden.G1_UNITS
    assert found["apart"]["proposed"]["avoided_fen"] == golden.G1_PURCHASE
    bills.review(world, bill, acts=bill.acts[:1])
    found = plain(only(asked(world).totals))
    assert (found["items"], found["apart"]["proposed"]["items"]) == (850, golden.G1_UNITS - 850)


def test_grades_below_a_and_the_same_system_stand_apart(world: World) -> None:
    bill = bills.lend_the_bill(world, accept=False)
    with atomic() as session:
        session.get_one(SavingAct, bill.acts[0]).budget_file_id = None
        session.get_one(SavingAct, bill.acts[1]).need_file_id = None
        session.get_one(SavingAct, bill.acts[2]).same_system = True
        savings.regrade(session, bill.acts)
    bills.review(world, bill)
    found = plain(only(asked(world).totals))
    assert [found["apart"][name]["items"] for name in ("proposed", "B", "C", "same_system")] == [0, 850, 540, 520]
    assert found["items"] == 290 + 120 + 24


def test_what_was_rejected_adds_up_to_nothing_anywhere(world: World) -> None:
    bill = bills.lend_the_bill(world, accept=False)
    bills.review(world, bill, "rejected")
    assert asked(world).totals == ()


def test_a_reversed_act_stays_in_its_period_and_is_taken_back_in_the_period_of_the_reversal(world: World) -> None:
    bill = bills.lend_the_bill(world)
    with clock.at(ledger.at_noon(date(2022, 8, 1))), atomic() as session:
        savings.reverse_act(session, bill.acts[0], "误记", world.finance)
    first, second = golden.G1_LINES[0].purchase, asked(world, "month", today=date(2022, 9, 1))
    months = {row.key: plain(row) for row in second.rows}
    assert months["2022-04"]["avoided_fen"] == golden.G1_PURCHASE
    assert (months["2022-08"]["avoided_fen"], months["2022-08"]["items"]) == (-first, 0)
    assert plain(only(second.totals))["avoided_fen"] == golden.G1_PURCHASE - first
    assert plain(only(second.totals))["items"] == golden.G1_UNITS - golden.G1_LINES[0].units


def test_a_reversed_act_that_nobody_had_reviewed_never_stands_in_the_headline(world: World) -> None:
    bill = bills.lend_the_bill(world, accept=False)
    with clock.at(ledger.at_noon(date(2022, 8, 1))), atomic() as session:
        savings.reverse_act(session, bill.acts[0], "误记", world.finance)
        assert session.get_one(SavingAct, bill.acts[0]).grade == "A"
    months = {row.key: plain(row) for row in asked(world, "month", today=date(2022, 9, 1)).rows}
    assert [months[key]["avoided_fen"] for key in ("2022-04", "2022-08")] == [0, 0]
    assert months["2022-08"]["apart"]["proposed"]["avoided_fen"] == -golden.G1_LINES[0].purchase


def test_a_running_loan_shows_what_it_is_worth_today_apart_and_posts_nothing(world: World) -> None:
    bills.lend_the_bill(world)
    today = BEGUN + timedelta(days=89)
    found = plain(only(asked(world, basis="rental", today=today).totals), "rental")
    assert (found["avoided_fen"], found["apart"]["proposed"]["provisional_fen"]) == (0, golden.G1_RENTAL_90)
    assert found["apart"]["proposed"]["bases"] == {"purchase": 0, "rental": golden.G1_RENTAL_90, "consumption": golden.G1_CONSUMPTION[90]}
    assert found["apart"]["proposed"]["items"] == 0
    half = plain(only(asked(world, basis="rental", today=BEGUN + timedelta(days=44)).totals), "rental")
    assert half["apart"]["proposed"]["avoided_fen"] == golden.G1_RENTAL_90 // 2
    for by in BYS:
        assert sum(row.standings["proposed"].provisional["rental"] or 0 for row in asked(world, by, "rental", today=today).rows) == golden.G1_RENTAL_90


def test_a_rate_needs_nine_tenths_valued_and_costed(world: World) -> None:
    bill = bills.lend_the_bill(world)
    for uncosted, printed in ((24, True), (290, False)):
        with atomic() as session:
            number = [line.units for line in golden.G1_LINES].index(uncosted)
            session.get_one(SavingAct, bill.acts[number]).costed = False
        found = plain(only(asked(world).totals))
        assert (found["rate"] is not None) is printed
        assert found["saving_fen"] is None


def test_a_thing_lent_twice_is_one_item_and_two_item_loans(world: World) -> None:
    day = date(2022, 4, 1)
    with clock.at(ledger.at_noon(day)), atomic() as session:
        tag = ledger.bring(session, world, ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, day), 100, day)
    out = day
    for count in (40, 40, 70):
        with clock.at(ledger.at_noon(out)), atomic() as session:
            handed = ledger.hand_over(session, world, tag, count, out, out + timedelta(days=9))
        with clock.at(ledger.at_noon(out + timedelta(days=5))), atomic() as session:
            for tranche in handed.tranches:
                ledger.take_back(session, world, tranche, out + timedelta(days=5))
        out += timedelta(days=10)
    found = plain(only(asked(world).totals))["apart"]["proposed"]
    assert (found["items"], found["item_loans"]) == (70, 150)


def test_units_of_a_lot_that_went_elsewhere_are_not_counted_with_those_that_came_here_twice(world: World) -> None:
    day = date(2022, 4, 1)
    with clock.at(ledger.at_noon(day)), atomic() as session:
        tag = ledger.bring(session, world, ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, day), 100, day)
    with clock.at(ledger.at_noon(day)), atomic() as session:
        ledger.hand_over(session, world, tag, 40, day, day + timedelta(days=99), receiver_id=world.city)
    for start in (0, 10):
        out = day + timedelta(days=start)
        with clock.at(ledger.at_noon(out)), atomic() as session:
            handed = ledger.hand_over(session, world, tag, 60, out, out + timedelta(days=9))
        with clock.at(ledger.at_noon(out + timedelta(days=5))), atomic() as session:
            ledger.take_back(session, world, handed.tranches[0], out + timedelta(days=5))
    found = asked(world, "organization")
    items = {row.key: (plain(row)["apart"]["proposed"]["items"], plain(row)["apart"]["proposed"]["item_loans"]) for row in found.rows}
    assert items == {"B": (60, 120), "CITY": (40, 40)}
    assert plain(only(found.totals))["apart"]["proposed"]["items"] == 100


def test_a_late_voucher_brings_its_cost_to_its_month_but_no_items(world: World) -> None:
    bill = bills.lend_the_bill(world)
    with clock.at(ledger.at_noon(date(2022, 5, 10))), atomic() as session:
        slip = session.get_one(bills.Document, bill.slip)
        paper = ledger.paper(session, world, "late.pdf")
        session.get_one(bills.File, paper).uploaded_by = world.keeper
        line = savings.CostLine("haulage", 100, "运输公司", "late", paper)
        savings.record_costs(session, slip, [line], "", world.keeper, date(2022, 4, 1))
        savings.post_costs(session, slip, dict(zip(bill.acts, [line.units for line in golden.G1_LINES], strict=True)), world.keeper)
    may = {row.key: plain(row) for row in asked(world, "month").rows}["2022-05"]
    assert (may["items"], may["cost_fen"], may["saving_fen"], may["rate"]) == (0, 100, -100, None)


@pytest.mark.parametrize(
    ("who", "sees"), [("auditor", True), ("keeper", True), ("organizer_b", True), ("clerk_a", True), ("administrator", True), ("stranger", False)]
)
def test_a_department_sees_what_it_gave_or_received_and_a_stranger_nothing(world: World, who: str, sees: bool) -> None:
    bills.lend_the_bill(world)
    found = asked(world, "event", who=who, today=BEGUN)
    assert bool(found.rows) is sees
    assert bool(found.totals) is sees


@pytest.mark.parametrize("by", BYS)
def test_the_queries_are_as_many_for_a_full_ledger_as_for_a_thin_one(world: World, by: str, asked_of: Callable[[], AbstractContextManager[list[str]]]) -> None:
    bill = bills.lend_the_bill(world)
    with asked_of() as first:
        asked(world, by)
    lend_again(world, 3)
    with asked_of() as more:
        asked(world, by)
    assert len(more) == len(first) <= 12
    bills.bring_back(world, bill, BEGUN + timedelta(days=90))
    bills.open_statement(world)
    with asked_of() as second:
        asked(world, by, days=(date(2021, 1, 1), date(2022, 12, 31)))
    assert len(second) == len(first)


def lend_again(world: World, times: int) -> None:
    """Lend one lot several times, so that its things stand in several acts; the last time it stays out."""
    with clock.at(ledger.at_noon(BEGUN)), atomic() as session:
        tag = ledger.bring(session, world, ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, BEGUN), 100, BEGUN)
    for number in range(times):
        day = BEGUN + timedelta(days=20 * number)
        with clock.at(ledger.at_noon(day)), atomic() as session:
            handed = ledger.hand_over(session, world, tag, 60, day, day + timedelta(days=300))
        for tranche in handed.tranches if number < times - 1 else ():
            with clock.at(ledger.at_noon(day + timedelta(days=5))), atomic() as session:
                ledger.take_back(session, world, tranche, day + timedelta(days=5))


@pytest.mark.parametrize(("by", "basis", "days"), [("mood", "adopted", YEAR), ("kind", "wish", YEAR), ("kind", "adopted", YEAR[::-1])])
def test_what_cannot_be_asked_is_refused(world: World, by: str, basis: str, days: tuple[date, date]) -> None:
    with pytest.raises(FieldInvalid):
        asked(world, by, basis, days=days)
