"""Tries to make a saving larger than it is, one by one: each must fail, and say so in the figures (SAVINGS.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select, update

from assetpool.catalog.models import Kind, Price, Rent
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import SamePerson
from assetpool.core.money import rhu
from assetpool.custody.models import Tranche
from assetpool.org import service as org
from assetpool.org.models import Role
from assetpool.prices import imports, reading, service
from assetpool.prices.models import PriceQuote
from assetpool.prices.service import NewPrice, Quote
from assetpool.requisitions import drafting
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.drafting import Wish
from assetpool.savings import policies, policy_drafting
from assetpool.savings import service as savings
from assetpool.savings.models import SavingAct, SavingShare, ValuationPolicy
from assetpool.standards import service as standards
from assetpool.standards.service import NewRow
from assetpool.transfers import drafting as giving
from assetpool.transfers import service as transfers
from tests import world as worlds
from tests.guards import past_the_guards
from tests.savings import ledger, papers
from tests.savings.golden import fen
from tests.world import World, stock

DAY = date(2026, 3, 2)
TODAY = clock.today(worlds.ZONE)
MONTH = timedelta(days=30)


def kind_at(world: World, name: str, price: str | None, rent: str | None = "4", months: int | None = 180) -> int:
    """Put a kind with a well-founded price and rent on file."""
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        return ledger.add_kind(session, world, name, fen(price) if price else None, fen(rent) if rent else None, months, DAY - timedelta(days=20))


def given(
    world: World, kind_id: int, asked_kind_id: int | None = None, acquired: date = DAY, told: dict[str, object] | None = None, **more: object
) -> SavingShare:
    """Give ten of a kind to department B for good; `told` is put on the units before. Return the terms frozen for them."""
    with clock.at(ledger.at_noon(DAY - timedelta(days=10))), atomic() as session:
        tag = ledger.bring(session, world, kind_id, 10, acquired)
        if told:
            session.execute(update(Tranche).where(Tranche.kind_id == kind_id).values(**told))
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        handed = ledger.give(session, world, tag, 10, DAY, asked_kind_id=asked_kind_id or kind_id, **more)
    return db.session().scalars(select(SavingShare).where(SavingShare.act_id == handed.act)).one()


def lent(world: World, tag: str, day: date, days: int = 30) -> SavingShare:
    """Lend ten units for so many days and take them back."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        handed = ledger.hand_over(session, world, tag, 10, day, day + timedelta(days=days - 1))
    with clock.at(ledger.at_noon(day + timedelta(days=days))), atomic() as session:
        ledger.take_back(session, world, handed.tranches[0], day + timedelta(days=days))
    return db.session().scalars(select(SavingShare).where(SavingShare.act_id == handed.act)).one()


def test_an_inflated_reference_price_yields_to_the_allocation_standards_cap(world: World) -> None:
    kind = kind_at(world, "桌", "9999")
    with atomic() as session:
        session.execute(update(Kind).where(Kind.id == kind).values(standard_cap=fen("1500")))
    share = given(world, kind)
    assert (share.price, share.price_source, share.posted_adopted) == (fen("1500"), "standard_cap", fen("1500"))


def test_an_inflated_price_or_life_yields_to_the_standard_on_file_for_its_class(world: World) -> None:
    first = DAY - timedelta(days=9)
    with atomic() as session:
        row = NewRow("标准", "办公桌", class_code="A05010000", price_cap=fen("1500"), min_years=10, valid_from=first)
        standards.put(session, world.pool, row, by=None)
        standards.put(session, world.pool, replace(row, category="办公桌（未核对）", price_cap=fen("1"), evidence="recalled"), by=None)
        standards.put(session, world.pool, replace(row, price_cap=fen("2"), organization_id=world.department_a), by=None)
        standards.put(session, world.pool, replace(row, price_cap=fen("3"), valid_from=DAY + timedelta(days=1)), by=None)
    desk = kind_at(world, "办公桌", "9999", months=240)
    share = given(world, desk, acquired=date(2021, 3, 2))
    assert (share.price, share.price_source, share.life_months) == (fen("1500"), "standard_cap", 120)
    assert share.posted_adopted == rhu(Fraction(fen("1500") * share.n_numerator, share.n_denominator))
    with atomic() as session:
        session.execute(update(Kind).where(Kind.id == desk).values(standard_cap=fen("1200")))
    assert given(world, kind_at(world, "另一张办公桌", "9999")).price == fen("1500")
    assert given(world, desk).price == fen("1200")


def test_an_inflated_reference_price_yields_to_the_approved_budget_price(world: World) -> None:
    share = given(world, kind_at(world, "桌", "9999"), budget_price=fen("1200"))
    assert (share.price, share.price_source) == (fen("1200"), "budget")


@pytest.mark.parametrize(("acquired", "price"), [(date(2023, 3, 3), "800"), (date(2023, 3, 2), "9999")])
def test_an_inflated_reference_price_yields_to_what_a_thing_younger_than_36_months_cost(world: World, acquired: date, price: str) -> None:
    assert given(world, kind_at(world, "桌", "9999"), told={"original_value": fen("800")}, acquired=acquired).price == fen(price)


def test_an_inflated_budget_price_yields_to_the_reference_price(world: World) -> None:
    assert given(world, kind_at(world, "桌", "1600"), budget_price=fen("5000")).price == fen("1600")


def test_asking_for_a_simple_thing_and_taking_a_dear_one_claims_the_simple_one(world: World) -> None:
    simple, dear = kind_at(world, "简易桌", "400"), kind_at(world, "大班台", "8800")
    share = given(world, dear, asked_kind_id=simple)
    assert (share.price, share.price_source) == (fen("400"), "asked_kind")


def test_a_cheap_substitute_does_not_claim_the_dear_kind_asked_for(world: World) -> None:
    simple, dear = kind_at(world, "简易桌", "400"), kind_at(world, "大班台", "8800")
    share = given(world, simple, asked_kind_id=dear)
    assert (share.price, share.price_source) == (fen("400"), "delivered_kind")


def test_the_dear_of_two_rents_does_not_count(world: World) -> None:
    simple, dear = kind_at(world, "简易桌", "400", "1"), kind_at(world, "大班台", "8800", "20")
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, simple, 10, DAY)
        handed = ledger.hand_over(session, world, tag, 10, DAY, DAY + MONTH, asked_kind_id=dear)
    assert db.session().scalars(select(SavingShare).where(SavingShare.act_id == handed.act)).one().rent_day == fen("1")


def test_an_old_price_is_at_best_grade_b(world: World) -> None:
    case = papers.full_act(world, DAY)
    assert db.session().get_one(SavingAct, case.act).grade == "A"
    db.session().rollback()
    with atomic() as session:
        past_the_guards(session, update(Price).values(dated_on=DAY - timedelta(days=366)))
        savings.regrade(session, [case.act])
    act = db.session().get_one(SavingAct, case.act, populate_existing=True)
    assert (act.grade, act.missing) == ("B", "price_stale")


@pytest.mark.parametrize(("age", "grade"), [(180, "A"), (181, "B")])
def test_a_computers_price_is_old_after_180_days(world: World, age: int, grade: str) -> None:
    case = papers.full_act(world, DAY)
    with atomic() as session:
        session.execute(update(Kind).values(computer=True))
        past_the_guards(session, update(Price).values(dated_on=DAY - timedelta(days=age)))
        savings.regrade(session, [case.act])
    assert db.session().get_one(SavingAct, case.act, populate_existing=True).grade == grade


def test_three_quotes_that_nobody_recorded_prove_nothing(world: World) -> None:
    case = papers.full_act(world, DAY)
    with atomic() as session:
        past_the_guards(session, update(Price).values(source_kind="quotes", quotes=3))
        savings.regrade(session, [case.act])
        assert session.get_one(SavingAct, case.act).missing == "price_weak"
        price = session.get_one(SavingAct, case.act).price_id
        for supplier in ("甲", "乙", "丙"):
            session.add(PriceQuote(price_id=price, supplier=supplier, amount=fen("1600"), dated_on=DAY))
        savings.regrade(session, [case.act])
    assert db.session().get_one(SavingAct, case.act, populate_existing=True).grade == "A"


def test_the_dearest_of_three_quotes_is_not_the_price(world: World) -> None:
    quotes = [Quote("甲", fen("900")), Quote("乙", fen("1500")), Quote("丙", fen("2600"))]
    with atomic() as session:
        assert service.set_price(session, world.desk, NewPrice(None, source="询价", dated_on=TODAY, quotes=quotes), world.valuer).amount == fen("900")
        for inflated in ("901", "1500", "2600"):
            with pytest.raises(service.QuoteIsLower):
                service.set_price(session, world.desk, NewPrice(fen(inflated), source="询价", dated_on=TODAY, quotes=quotes), world.valuer)


def test_a_thing_past_its_service_life_claims_nothing_by_age(world: World) -> None:
    share = given(world, kind_at(world, "旧桌", "1600", months=60), acquired=date(2020, 1, 1), told={"inspected_good": False})
    assert (share.n_numerator, share.posted_adopted, share.posted_purchase) == (0, 0, 0)


def test_a_thing_received_in_good_condition_past_its_life_claims_the_floor_and_no_more(world: World) -> None:
    share = given(world, kind_at(world, "旧桌", "1600", months=60), acquired=date(2020, 1, 1), told={"inspected_good": True})
    assert share.posted_adopted == fen("160")


def test_a_loan_of_days_claims_rent_and_not_the_price(world: World) -> None:
    kind = kind_at(world, "桌", "1600")
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, kind, 10, DAY)
    share = lent(world, tag, DAY, 3)
    assert (share.posted_adopted, share.posted_purchase) == (fen("12"), fen("1600"))


def test_rent_claimed_again_and_again_ends_below_what_buying_would_have_cost(world: World) -> None:
    kind = kind_at(world, "桌", "1600", "20")
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, kind, 10, DAY)
    claimed = [lent(world, tag, DAY + 2 * MONTH * n).posted_adopted for n in range(4)]
    assert claimed == [fen("600"), fen("600"), fen("80"), 0]
    assert sum(claimed) == fen("1600") * 8 // 10


def test_an_inflated_rent_is_bounded_by_the_price(world: World) -> None:
    kind = kind_at(world, "桌", "1600", "5000")
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, kind, 10, DAY)
    assert lent(world, tag, DAY, 3).posted_adopted == fen("1280")


def test_a_recurring_saving_is_never_added_to_a_total_again(world: World) -> None:
    kind = kind_at(world, "桌", "1600")
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, kind, 10, DAY)
        first = ledger.hand_over(session, world, tag, 10, DAY, DAY + MONTH)
    upto = DAY + timedelta(days=9)
    for _again in range(3):
        with clock.at(ledger.at_noon(upto)), atomic() as session:
            savings.accrue(session, world.pool, upto)
    share = db.session().scalars(select(SavingShare).where(SavingShare.act_id == first.act)).one()
    assert (share.posted_days, share.posted_adopted) == (10, fen("40"))


def test_a_price_raised_after_the_hand_over_changes_nothing(world: World) -> None:
    case = papers.full_act(world, DAY)
    before = db.session().scalars(select(SavingShare).where(SavingShare.act_id == case.act)).one().price
    kind = db.session().get_one(SavingAct, case.act).kind_id or 0
    db.session().rollback()
    after = DAY + timedelta(days=5)
    with clock.at(ledger.at_noon(after)), atomic() as session:
        for first_day in (DAY, DAY - timedelta(days=1)):
            with pytest.raises(service.PastRaised):
                service.set_price(session, kind, NewPrice(fen("9000"), valid_from=first_day, source="新协议", dated_on=DAY), world.valuer)
        service.set_price(session, kind, NewPrice(fen("9000"), source="新协议", dated_on=DAY), world.valuer)
        service.set_rent(session, kind, service.NewRent(fen("90"), source="新行情", dated_on=DAY), world.valuer)
        savings.accrue(session, world.pool, after)
    share = db.session().scalars(select(SavingShare).where(SavingShare.act_id == case.act)).one()
    assert (share.price, share.posted_adopted) == (before, fen("4") * share.posted_days)


def test_a_raised_price_for_days_gone_by_does_not_come_in_by_a_file_either(world: World) -> None:
    rows = f"品目编号,参考价,来源,来源日期,生效日\n{world.desk},5000,协议,2026-10-01,{TODAY - timedelta(days=1)}\n"
    plan, _ = imports.plan(db.session(), world.pool, reading.read_book(rows.encode(), "价格.csv"), world.valuer)
    assert [problem.refusal.code for problem in plan.problems] == ["past_raised"]


def asked_for(world: World, by: int) -> str:
    """Let somebody of department B ask for a desk."""
    with atomic() as session:
        number = drafting.draft(session, world.department_b, [Wish(1, world.desk)], TODAY, TODAY, by=by).number
        requisitions.submit(session, number, by=by)
    return number


def priced_by(world: World, who: int) -> None:
    """Let somebody set the price of desks."""
    with atomic() as session:
        service.set_price(session, world.desk, NewPrice(fen("900"), source="协议", dated_on=TODAY), who)


def test_who_priced_a_kind_cannot_request_it(world: World) -> None:
    with atomic() as session:
        org.grant(session, world.organizer_b, world.city, Role.VALUER)
    priced_by(world, world.organizer_b)
    with pytest.raises(SamePerson):
        asked_for(world, world.organizer_b)


def test_who_requested_a_kind_cannot_price_it_before_it_is_handed_over(world: World) -> None:
    with atomic() as session:
        org.grant(session, world.organizer_b, world.city, Role.VALUER)
    asked_for(world, world.organizer_b)
    with pytest.raises(SamePerson):
        priced_by(world, world.organizer_b)
    rows = f"品目编号,参考价,来源,来源日期\n{world.desk},500,协议,2026-10-01\n"
    plan, _ = imports.plan(db.session(), world.pool, reading.read_book(rows.encode(), "价格.csv"), world.organizer_b)
    assert [problem.refusal.code for problem in plan.problems] == ["same_person"]


@pytest.mark.parametrize("what", ["price", "rent", "coming price"])
def test_who_priced_a_kind_cannot_approve_a_request_for_it(world: World, what: str) -> None:
    number = asked_for(world, world.organizer_b)
    with atomic() as session:
        stock(session, world.desk, 1)
        if what == "rent":
            service.set_rent(session, world.desk, service.NewRent(100, source="行情", dated_on=TODAY), world.approver)
        else:
            first_day = TODAY + timedelta(days=1) if what == "coming price" else None
            service.set_price(session, world.desk, NewPrice(fen("9000"), first_day, TODAY, "协议"), world.approver)
    with atomic() as session, pytest.raises(SamePerson):
        requisitions.approve(session, number, by=world.approver)


def test_who_priced_a_kind_can_neither_request_nor_approve_its_transfer(world: World) -> None:
    with atomic() as session:
        tag = stock(session, world.desk, 1, store_id=world.virtual)[0]
        assert tag
        org.grant(session, world.clerk_a, world.city, Role.VALUER)
    terms = giving.Terms(world.department_a, world.department_b, world.virtual, reason="闲置")
    with atomic() as session:
        number = giving.draft(session, terms, [giving.Given(1, world.desk)], by=world.clerk_a).number
        transfers.submit(session, number, by=world.clerk_a)
    with pytest.raises(SamePerson):
        priced_by(world, world.clerk_a)
    with atomic() as session:
        org.grant(session, world.head_a, world.city, Role.VALUER)
    priced_by(world, world.head_a)
    with atomic() as session, pytest.raises(SamePerson):
        transfers.approve(session, number, by=world.head_a)
    with atomic() as session:
        transfers.cancel(session, number, by=world.clerk_a)
    priced_by(world, world.clerk_a)
    with atomic() as session:
        again = giving.draft(session, terms, [giving.Given(1, world.desk)], by=world.clerk_a).number
        with pytest.raises(SamePerson):
            transfers.submit(session, again, by=world.clerk_a)


@pytest.mark.parametrize("what", ["asked", "delivered", "rent"])
def test_who_priced_a_kind_cannot_review_the_act(world: World, what: str) -> None:
    asked, delivered = kind_at(world, "简易桌", "400"), kind_at(world, "大班台", "8800")
    with atomic() as session:
        priced = {"asked": asked, "delivered": delivered}.get(what)
        if priced is None:
            past_the_guards(session, update(Rent).where(Rent.kind_id == delivered).values(set_by=world.reviewer))
        else:
            past_the_guards(session, update(Price).where(Price.kind_id == priced).values(set_by=world.reviewer))
    share = given(world, delivered, asked_kind_id=asked)
    with clock.at(ledger.at_noon(DAY)), atomic() as session, pytest.raises(SamePerson):
        savings.review(session, [share.act_id], "accepted", "看过", world.reviewer)


def test_a_policy_is_not_chosen_for_one_event(world: World) -> None:
    kind = kind_at(world, "桌", "1600")
    year = TODAY.year + 1
    terms = policy_drafting.PolicyTerms(year, "purchase", "purchase", False, *(policies.policy_on(db.session(), world.pool, DAY).floor,) * 2)
    db.session().rollback()
    with atomic() as session:
        policy_drafting.draft(session, world.pool, terms, world.finance)
        policy_drafting.approve(session, world.pool, f"{year}-1", "", world.approver)
    share = given(world, kind)
    session = db.session()
    act = session.get_one(SavingAct, share.act_id)
    assert session.get_one(ValuationPolicy, act.policy_id).version == "2026-1"
    session.rollback()
    with atomic() as session, pytest.raises(policy_drafting.NotComing):
        policy_drafting.draft(
            session, world.pool, policy_drafting.PolicyTerms(TODAY.year, "purchase", "purchase", False, terms.floor, terms.rho), world.finance
        )
