"""Evidence grades and the review: what an A needs, who may not decide, and what a decision does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import Delete, Update, delete, select, update

from assetpool.catalog.models import Price, Rent, Store
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, SamePerson
from assetpool.custody import service as custody
from assetpool.custody.models import State, Tranche
from assetpool.org import service as org
from assetpool.org.models import Membership, Role
from assetpool.records import service as records
from assetpool.records.models import Document, PersonalFact
from assetpool.savings import rates
from assetpool.savings import service as savings
from assetpool.savings.cost_models import ReviewFromWithin
from assetpool.savings.models import SavingAct, SavingEntry, SavingReview, ValuationPolicy
from tests.guards import past_the_guards
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World

DAY = date(2026, 3, 2)


@dataclass(frozen=True)
class Case:
    """An act with all its papers, by id."""

    request: int
    slip: int
    act: int
    tranche: int


@pytest.fixture
def case(world: World) -> Case:
    """Give a loan of ten desks with everything an A needs."""
    with clock.at(ledger.at_noon(DAY - timedelta(days=3))), atomic() as session:
        kind_id = ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, date(2026, 1, 5))
        tag = ledger.bring(session, world, kind_id, 10, date(2026, 1, 5))
        asked = ledger.request(session, world)
        need = {"need_file_id": ledger.paper(session, world, "预算明细.pdf"), "need_dated_on": date(2026, 1, 1), "budget_price": fen("1600")}
        budget = ledger.paper(session, world, "预算调减.pdf")
        voucher = ledger.paper(session, world, "发票.pdf")
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        due = DAY + timedelta(days=29)
        handed = ledger.hand_over(session, world, tag, 10, DAY, due, request_id=asked.id, budget_file_id=budget, **need)
        slip = session.get_one(Document, handed.slip)
        savings.record_costs(session, slip, [savings.CostLine("haulage", 5000, "运输公司", "1", voucher)], "", world.keeper, DAY)
        savings.post_costs(session, slip, {handed.act: 10}, world.keeper)
    return Case(asked.id, handed.slip, handed.act, handed.tranches[0])


def regraded(case: Case) -> tuple[str, str]:
    """Grade anew and return letter and what is missing."""
    with atomic() as session:
        savings.regrade(session, [case.act])
    act = db.session().get_one(SavingAct, case.act, populate_existing=True)
    return act.grade, act.missing


def test_an_act_with_every_paper_is_an_a(case: Case) -> None:
    act = db.session().get_one(SavingAct, case.act)
    assert (act.grade, act.missing, act.reviewed) == ("A", "", "proposed")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (update(SavingAct).values(budget_file_id=None), ("B", "budget_paper")),
        (update(SavingAct).values(need_file_id=None), ("C", "need_line")),
        (update(SavingAct).values(budget_price=None), ("C", "need_line")),
        (update(SavingAct).values(need_dated_on=DAY - timedelta(days=3)), ("C", "need_late")),
        (update(SavingAct).values(costed=False), ("C", "costs")),
        (update(Price).values(source_kind="other", quotes=2), ("C", "price_weak")),
        (update(Price).values(dated_on=date(2025, 3, 1)), ("B", "price_stale")),
        (update(Price).values(source=" "), ("C", "price_unsourced")),
        (update(Rent).values(source=""), ("C", "rent_unsourced")),
        (delete(PersonalFact), ("C", "signature")),
    ],
)
def test_a_missing_paper_lowers_the_grade_and_is_named(case: Case, change: Update | Delete, expected: tuple[str, str]) -> None:
    with atomic() as session:
        past_the_guards(session, change)
    assert regraded(case) == expected


def test_a_cost_without_its_paper_lowers_the_grade(world: World, case: Case) -> None:
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        slip = session.get_one(Document, case.slip)
        savings.record_costs(session, slip, [savings.CostLine("labour", 100)], "", world.keeper, DAY)
        savings.post_costs(session, slip, {case.act: 10}, world.keeper)
        assert session.get_one(SavingAct, case.act).missing == "costs"


def test_things_that_arrived_and_were_not_inspected_lower_the_grade(world: World, case: Case) -> None:
    day = DAY + timedelta(days=5)
    with clock.at(ledger.at_noon(day)), atomic() as session:
        tranche = session.get_one(Tranche, case.tranche)
        custody.lock_stock(session, [(tranche.kind_id, tranche.store_id)])
        savings.end(session, tranche, day, "returned", world.keeper)
        cause = custody.Cause(case.slip, 1, world.keeper, ledger.at_noon(day))
        custody.move(session, tranche, "return", cause, state=State.ARRIVED, due_on=day)
    assert regraded(case) == ("C", "inspection")


def decide(case: Case, by: int, decision: str = "accepted", why: str = "材料齐全") -> None:
    """Review the act."""
    with clock.at(ledger.at_noon(DAY + timedelta(days=3))), atomic() as session:
        savings.review(session, [case.act], decision, why, by)


def test_a_reviewer_outside_the_act_accepts_it_once(world: World, case: Case) -> None:
    decide(case, world.reviewer)
    row = db.session().scalars(select(SavingReview)).one()
    assert (row.decision, row.grade, row.reason, row.person_id) == ("accepted", "A", "材料齐全", world.reviewer)
    assert db.session().get_one(SavingAct, case.act).reviewed == "accepted"
    with pytest.raises(savings.AlreadyReviewed):
        decide(case, world.reviewer)


@pytest.mark.parametrize("who", ["keeper", "organizer_b", "approver", "stranger"])
def test_only_reviewers_decide(world: World, case: Case, who: str) -> None:
    with pytest.raises(NotAllowed):
        decide(case, getattr(world, who))


@pytest.mark.parametrize(("who", "word"), [("keeper", "keeper"), ("organizer_b", "requester"), ("valuer", "price setter"), ("keeper2", "keeper")])
def test_who_took_part_may_not_decide(world: World, case: Case, who: str, word: str) -> None:
    with atomic() as session:
        org.grant(session, getattr(world, who), world.city, Role.REVIEWER)
        past_the_guards(session, update(Price).values(set_by=world.valuer))
        records.remark(session, session.get_one(Document, case.slip), world.keeper2, "load")
    with pytest.raises(SamePerson) as refusal:
        decide(case, getattr(world, who))
    assert refusal.value.figures["earlier"] == word


def test_who_took_the_things_back_may_not_decide(world: World, case: Case) -> None:
    day = DAY + timedelta(days=2)
    with clock.at(ledger.at_noon(day)), atomic() as session:
        back = records.create(session, world.pool, "RT", world.city, "done", world.keeper2)
        tranche = session.get_one(Tranche, case.tranche)
        custody.lock_stock(session, [(tranche.kind_id, tranche.store_id)])
        savings.end(session, tranche, day, "returned", world.keeper2)
        custody.move(session, tranche, "return", custody.Cause(back.id, 1, world.keeper2, ledger.at_noon(day)), state=State.IN_STORE, due_on=None)
        org.grant(session, world.keeper2, world.city, Role.REVIEWER)
    with pytest.raises(SamePerson):
        decide(case, world.keeper2)


def test_a_decision_needs_a_reason_and_a_known_word(world: World, case: Case) -> None:
    with pytest.raises(FieldInvalid):
        decide(case, world.reviewer, why=" ")
    with pytest.raises(FieldInvalid):
        decide(case, world.reviewer, "maybe")
    with pytest.raises(NotFound), atomic() as session:
        savings.review(session, [case.act, 999], "accepted", "好", world.reviewer)


def test_a_rejection_gives_everything_back(world: World, case: Case) -> None:
    decide(case, world.reviewer, "rejected", "预算未核减")
    unit = db.session().get_one(Tranche, case.tranche)
    assert (unit.cap, unit.claimed_purchase, unit.claimed_adopted) == (None, 0, 0)
    rows = db.session().scalars(select(SavingEntry).where(SavingEntry.act_id == case.act).order_by(SavingEntry.height)).all()
    assert sum((row.purchase or 0) * row.count for row in rows) == 0
    assert sum(row.cost or 0 for row in rows) == 0
    assert db.session().get_one(SavingAct, case.act).reviewed == "rejected"
    with pytest.raises(savings.AlreadyReviewed):
        decide(case, world.reviewer)


def test_a_review_holds_only_while_the_grade_does_and_comes_back_with_it(world: World, case: Case) -> None:
    decide(case, world.reviewer)
    with atomic() as session:
        kept = session.get_one(SavingAct, case.act).budget_file_id
        session.get_one(SavingAct, case.act).budget_file_id = None
    assert regraded(case)[0] == "B"
    assert db.session().get_one(SavingAct, case.act).reviewed == "proposed"
    with atomic() as session:
        session.get_one(SavingAct, case.act).budget_file_id = kept
    assert regraded(case)[0] == "A"
    assert db.session().get_one(SavingAct, case.act).reviewed == "accepted"


def test_many_acts_are_decided_in_one_go_or_none(world: World, case: Case) -> None:
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, ledger.add_kind(session, world, "椅", fen("300"), fen("1"), 180, DAY), 5, DAY)
        other = ledger.hand_over(session, world, tag, 5, DAY, DAY + timedelta(days=3)).act
    decide(case, world.reviewer)
    with pytest.raises(savings.AlreadyReviewed), atomic() as session:
        savings.review(session, [case.act, other], "accepted", "好", world.reviewer)
    with atomic() as session:
        savings.review(session, [other], "accepted", "好", world.reviewer)
    assert db.session().scalars(select(SavingAct.reviewed)).all() == ["accepted", "accepted"]


def test_a_reviewer_of_the_operator_leaves_it_to_one_from_elsewhere(world: World, case: Case) -> None:
    with atomic() as session:
        outsider = org.add_person(session, world.pool, "outsider", "外单位核定人")
        org.grant(session, outsider.id, world.city, Role.REVIEWER)
        named = outsider.id
    decide(case, world.reviewer)
    rows = db.session().scalars(select(ReviewFromWithin)).all()
    assert [(row.person_id, row.side) for row in rows] == [(world.reviewer, "operator")], "both belong to the city, so nobody stands outside"
    assert named != world.reviewer


def test_who_belongs_to_a_side_of_the_act_is_refused_while_others_can_decide(world: World, case: Case) -> None:
    with atomic() as session:
        pool_centre = org.add_organization(session, world.pool, "PC", "公物仓中心", "department", world.city)
        session.execute(update(Store).values(organization_id=pool_centre.id))
        org.grant(session, world.keeper2, pool_centre.id, Role.REVIEWER)
        org.grant(session, world.stranger, world.city, Role.REVIEWER)
        session.execute(delete(Membership).where(Membership.person_id == world.keeper2, Membership.role == Role.KEEPER))
    with pytest.raises(savings.FromWithin) as refusal:
        decide(case, world.keeper2)
    assert (refusal.value.status, refusal.value.figures["side"]) == (403, "operator of the store")
    assert refusal.value.figures["count"] >= 1
    decide(case, world.reviewer)
    assert db.session().scalars(select(ReviewFromWithin)).all() == []


def test_who_set_the_rate_of_own_trucks_may_not_decide(world: World, case: Case) -> None:
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        org.grant(session, world.valuer, world.city, Role.REVIEWER)
        policy = session.scalars(select(ValuationPolicy.id).where(ValuationPolicy.version == "2026-1")).one()
        rate = rates.set_rate(session, policy, "labour", "装卸工", "hour", 3000, "定额", world.valuer)
        slip = session.get_one(Document, case.slip)
        savings.record_costs(session, slip, [savings.CostLine("labour", 0, rate_id=rate.id, hundredths=100)], "", world.keeper, DAY)
        savings.post_costs(session, slip, {case.act: 10}, world.keeper)
    with pytest.raises(SamePerson) as refusal:
        decide(case, world.valuer)
    assert refusal.value.figures["earlier"] == "price setter"
