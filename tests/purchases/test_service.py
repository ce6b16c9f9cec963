"""Bought anyway: what a later purchase puts in doubt is proposed, flagged, and reversed for as many units or dismissed with a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from assetpool.audit.verification import verify
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed
from assetpool.purchases import service as purchases
from assetpool.purchases.models import PurchaseMatch
from assetpool.savings import partial
from assetpool.savings import service as savings
from assetpool.savings.cost_models import SavingFlag
from assetpool.savings.models import SavingAct, SavingEntry
from tests.savings import ledger
from tests.savings.papers import Case, full_act
from tests.world import World

DAY = date(2026, 3, 2)
BOUGHT = date(2026, 4, 20)
NOW = date(2026, 5, 6)


@pytest.fixture
def case(world: World) -> Case:
    """Give a loan of ten desks, grade A."""
    return full_act(world, DAY)


def buy(world: World, quantity: int, bought_on: date = BOUGHT, organization_id: int | None = None, no: str = "C-1", code: str = "A05010000") -> list[int]:
    """Record a purchase of department B (or another) and return the ids of what it put in doubt."""
    with clock.at(ledger.at_noon(NOW)), atomic() as session:
        one = purchases.NewPurchase(organization_id or world.department_b, code, quantity, bought_on, "国库支付2026-04", no)
        row = purchases.record(session, world.pool, [one], world.finance)[0]
        return list(session.scalars(select(PurchaseMatch.id).where(PurchaseMatch.purchase_id == row.id).order_by(PurchaseMatch.id)))


def accept(world: World, match_id: int, by: int | None = None) -> None:
    """Accept a proposal."""
    with clock.at(ledger.at_noon(NOW)), atomic() as session:
        purchases.accept(session, match_id, "确已购置", by or world.finance)


def claimed(act_id: int, series: str = "purchase") -> int:
    """Return what an act claims on a series."""
    column = getattr(SavingEntry, series)
    return int(db.session().scalar(select(func.sum(column * SavingEntry.count)).where(SavingEntry.act_id == act_id)) or 0)


def grade(act_id: int) -> tuple[str, str]:
    """Return grade and what is missing."""
    act = db.session().get_one(SavingAct, act_id, populate_existing=True)
    return act.grade, act.missing


def test_a_purchase_by_the_receiver_is_proposed_and_flags_the_act(world: World, case: Case) -> None:
    matches = buy(world, 4)
    row = db.session().get_one(PurchaseMatch, matches[0])
    assert (len(matches), row.act_id, row.side, row.units, row.state) == (1, case.act, "receiver", 4, "proposed")
    assert grade(case.act) == ("C", "open_flag")


@pytest.mark.parametrize(
    ("bought_on", "side", "found"),
    [
        (date(2025, 12, 2), "receiver", True),
        (date(2025, 12, 1), "receiver", False),
        (date(2025, 3, 2), "giver", True),
        (date(2025, 3, 1), "giver", False),
        (BOUGHT, "stranger", False),
    ],
)
def test_only_the_months_around_the_hand_over_count(world: World, case: Case, bought_on: date, side: str, found: bool) -> None:
    buyer = {"receiver": world.department_b, "giver": world.elsewhere, "stranger": world.department_a}[side]
    assert len(buy(world, 4, bought_on, buyer)) == found


def test_another_class_is_no_match(world: World, case: Case) -> None:
    assert buy(world, 4, code="A02010105") == []


def test_accepting_reverses_as_many_units_leaves_the_costs_and_closes_the_flag(world: World, case: Case) -> None:
    costs = db.session().scalar(select(func.sum(SavingEntry.cost)))
    whole = claimed(case.act)
    accept(world, buy(world, 4)[0])
    assert claimed(case.act) == whole // 10 * 6
    assert db.session().scalar(select(func.sum(SavingEntry.cost))) == costs
    assert grade(case.act) == ("A", "")
    assert verify(db.session(), world.pool).ok


def test_what_was_reversed_claims_nothing_more_while_the_rest_runs_on(world: World, case: Case) -> None:
    accept(world, buy(world, 4)[0])
    with clock.at(ledger.at_noon(NOW)), atomic() as session:
        savings.accrue(session, world.pool, NOW)
    assert claimed(case.act, "rental") == 6 * 30 * 400
    with clock.at(ledger.at_noon(NOW)), atomic() as session:
        for tranche in partial.claiming(session, session.get_one(SavingAct, case.act)):
            ledger.take_back(session, world, tranche.id, NOW)
    assert claimed(case.act, "rental") == 6 * 30 * 400
    assert verify(db.session(), world.pool).ok


def test_units_that_came_back_and_went_out_again_are_reversed_too(world: World, case: Case) -> None:
    back, whole = DAY + timedelta(days=10), claimed(case.act)
    with clock.at(ledger.at_noon(back)), atomic() as session:
        ledger.take_back(session, world, case.tranche, back)
    with clock.at(ledger.at_noon(back + timedelta(days=1))), atomic() as session:
        again = ledger.hand_over(session, world, case.tag, 7, back + timedelta(days=1), back + timedelta(days=30), receiver_id=world.department_a)
    accept(world, buy(world, 9)[0])
    assert claimed(case.act) == whole // 10
    assert claimed(again.act) == 0
    assert verify(db.session(), world.pool).ok
    assert sum(t.count for t in partial.claiming(db.session(), db.session().get_one(SavingAct, case.act))) == 1


def test_a_loan_on_a_need_line_used_up_stops_running_where_it_was_bought_anyway(world: World) -> None:
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        kind_id = ledger.add_kind(session, world, "桌", 160_000, 400, 180, date(2026, 1, 5))
        tag = ledger.bring(session, world, kind_id, 20, date(2026, 1, 5))
        need = {"need_file_id": ledger.paper(session, world, "预算.pdf"), "need_dated_on": date(2026, 1, 1)}
        one, two = (ledger.request(session, world).id for _ in range(2))
        ledger.hand_over(session, world, tag, 10, DAY, DAY + timedelta(days=9), request_id=one, **need)
        act = ledger.hand_over(session, world, tag, 10, DAY, NOW + timedelta(days=90), request_id=two, **need).act
    with clock.at(ledger.at_noon(BOUGHT)), atomic() as session:
        savings.accrue(session, world.pool, BOUGHT)
    assert (claimed(act, "purchase"), claimed(act, "rental") > 0) == (0, True)
    for match_id in buy(world, 20):
        accept(world, match_id)
    assert claimed(act, "rental") == 0
    with clock.at(ledger.at_noon(NOW)), atomic() as session:
        savings.accrue(session, world.pool, NOW)
    assert (claimed(act, "rental"), claimed(act, "adopted")) == (0, 0)
    assert verify(db.session(), world.pool).ok


def test_dismissing_keeps_the_claim_and_says_why(world: World, case: Case) -> None:
    match_id = buy(world, 4)[0]
    whole = claimed(case.act)
    with pytest.raises(FieldInvalid), atomic() as session:
        purchases.dismiss(session, match_id, " ", world.finance)
    with atomic() as session:
        purchases.dismiss(session, match_id, "另一处办公室所用", world.finance)
    assert (claimed(case.act), grade(case.act)) == (whole, ("A", ""))
    assert db.session().scalars(select(SavingFlag.answer)).one() == "另一处办公室所用"
    with pytest.raises(purchases.AlreadyDecided):
        accept(world, match_id)


def test_one_purchase_takes_no_more_units_than_it_bought_and_no_act_gives_more_than_it_claims(world: World, case: Case) -> None:
    second = full_act(world, date(2026, 4, 1), voucher="2")
    matches = buy(world, 14)
    rows = {row.act_id: row.units for row in db.session().scalars(select(PurchaseMatch).where(PurchaseMatch.id.in_(matches)))}
    assert rows == {second.act: 10, case.act: 4}, "the nearest hand-over first"
    later = buy(world, 14, no="C-2")
    assert [db.session().get_one(PurchaseMatch, i).units for i in later] == [6]


def test_the_look_back_finds_acts_that_came_after_the_purchase_and_adds_nothing_twice(world: World) -> None:
    assert buy(world, 4, date(2026, 2, 10)) == []
    case = full_act(world, DAY)
    with atomic() as session:
        assert purchases.look_back(session, world.pool) == 1
        assert purchases.look_back(session, world.pool) == 0
    assert grade(case.act) == ("C", "open_flag")


def test_a_purchase_is_recorded_once_with_its_source_and_by_finance(world: World, case: Case) -> None:
    buy(world, 1)
    with pytest.raises(purchases.PurchaseEntered):
        buy(world, 1)
    for wrong in ({"quantity": 0}, {"no": " "}, {"code": ""}, {"bought_on": NOW + timedelta(days=1)}):
        with pytest.raises(FieldInvalid):
            buy(world, **({"quantity": 1} | wrong))  # type: ignore[arg-type]
    with pytest.raises(NotAllowed), atomic() as session:
        purchases.record(session, world.pool, [purchases.NewPurchase(world.department_b, "A05010000", 1, BOUGHT, "账", "9")], world.keeper)
    with pytest.raises(NotAllowed):
        accept(world, db.session().scalars(select(PurchaseMatch.id)).first() or 0, world.keeper)


def test_an_act_reversed_in_part_can_still_be_reversed_whole(world: World, case: Case) -> None:
    accept(world, buy(world, 4)[0])
    with clock.at(ledger.at_noon(NOW)), atomic() as session:
        savings.reverse_act(session, case.act, "误记", world.finance)
    assert (claimed(case.act), claimed(case.act, "rental")) == (0, 0)
    assert verify(db.session(), world.pool).ok


def test_a_proposal_on_an_act_that_was_undone_meanwhile_reverses_nothing_twice(world: World, case: Case) -> None:
    match_id = buy(world, 4)[0]
    with clock.at(ledger.at_noon(NOW)), atomic() as session:
        savings.reverse_act(session, case.act, "误记", world.finance)
    accept(world, match_id)
    assert claimed(case.act) == 0
    assert verify(db.session(), world.pool).ok
