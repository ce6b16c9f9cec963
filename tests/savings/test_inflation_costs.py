"""Ways to make a saving look larger by its costs, each tried and stopped or listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from assetpool.audit import exceptions, gathering
from assetpool.audit.verification import verify
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid
from assetpool.custody.models import Tranche
from assetpool.org.queries import access_of
from assetpool.purchases import service as purchases
from assetpool.purchases.models import PurchaseMatch
from assetpool.records import service as records
from assetpool.records.models import Document, File
from assetpool.reports import queries as reports
from assetpool.savings import compensation
from assetpool.savings import service as savings
from assetpool.savings.models import Cost, SavingAct, SavingEntry
from assetpool.savings.openings import StatementKnown
from tests.savings import ledger
from tests.savings.golden import fen
from tests.savings.papers import Case, full_act
from tests.world import World

DAY = date(2026, 3, 2)
END = date(2026, 4, 2)


def total(act_id: int, *kinds: str) -> int:
    """Return what an act costs by the ledger (of the kinds named)."""
    statement = select(func.sum(SavingEntry.cost)).where(SavingEntry.act_id == act_id)
    return int(db.session().scalar(statement.where(SavingEntry.cost_kind.in_(kinds)) if kinds else statement) or 0)


def headline(world: World, first: date = DAY, last: date = date(2026, 12, 31)) -> tuple[int | None, int, int | None]:
    """Return avoided cost, cost and saving of the loans in the headline."""
    with clock.at(ledger.at_noon(END)):
        report = reports.report(db.session(), access_of(db.session(), world.auditor), first, last, "kind", "adopted", [])
    row = next((row for row in report.totals if row.kind == "loan"), None)
    assert row is not None
    return row.headline.avoided("adopted"), row.headline.cost, row.headline.saving("adopted")


def accepted(world: World, case: Case) -> Case:
    """Let the reviewer accept an act."""
    with atomic() as session:
        savings.review(session, [case.act], "accepted", "材料齐全", world.reviewer)
    return case


def lose(world: World, case: Case, count: int, how: str = "lost") -> None:
    """Let some of the things be lost at the end of the loan, and the rest come back."""
    with clock.at(ledger.at_noon(END)), atomic() as session:
        ledger.take_back(session, world, case.tranche, END, how, count)
        left = session.get_one(Tranche, case.tranche)
        if left.count and left.state == "out":
            ledger.take_back(session, world, case.tranche, END)


def paid_in(world: World, case: Case, amount: int, **changed: Any) -> compensation.Compensation:
    """Record compensation by an outsider, with its receipt."""
    with clock.at(ledger.at_noon(END + timedelta(days=9))), atomic() as session:
        proof = ledger.paper(session, world, f"收据{changed.get('number', 'S')}{case.act}.pdf")
        session.get_one(File, proof).uploaded_by = world.finance
        paid = savings.Paid("某公司", "outside", amount, END, "财政局", "S", proof)
        return savings.compensate(session, case.act, replace(paid, **changed), by=world.finance)


def test_what_the_receiver_bought_anyway_leaves_the_headline_until_finance_decides_and_then_for_good(world: World) -> None:
    case = accepted(world, full_act(world, DAY))
    with clock.at(ledger.at_noon(END)), atomic() as session:
        savings.accrue(session, world.pool, END)
    assert (headline(world)[0] or 0) > 0
    with clock.at(ledger.at_noon(END)), atomic() as session:
        bought = purchases.NewPurchase(world.department_b, "A05010000", 10, END, "国库支付", "1")
        purchases.record(session, world.pool, [bought], world.finance)
    assert not headline(world)[0]
    with clock.at(ledger.at_noon(END)), atomic() as session:
        match_id = session.scalars(select(PurchaseMatch.id)).one()
        purchases.accept(session, match_id, "确已购置", world.finance)
    avoided, cost, saving = headline(world)
    assert (avoided or 0, saving) == (0, -cost)
    assert cost > 0
    assert case.act


def test_buying_in_small_parts_or_a_little_earlier_is_found_all_the_same(world: World) -> None:
    case = full_act(world, DAY)
    with clock.at(ledger.at_noon(END)), atomic() as session:
        parts = [purchases.NewPurchase(world.department_b, "A05010000", 1, DAY - timedelta(days=60 + n), "合同", str(n)) for n in range(10)]
        purchases.record(session, world.pool, parts, world.finance)
    doubted = db.session().scalar(select(func.sum(PurchaseMatch.units)).where(PurchaseMatch.act_id == case.act))
    assert doubted == 10


@pytest.mark.parametrize("how", ["lost", "damaged"])
def test_a_loss_on_return_costs_what_the_thing_is_worth_and_lowers_the_saving(world: World, how: str) -> None:
    case = full_act(world, DAY)
    before = total(case.act)
    lose(world, case, 3, how)
    worth = total(case.act, "loss")
    assert worth > 0
    assert worth % 3 == 0
    assert total(case.act) == before + worth
    assert verify(db.session(), world.pool).ok


def test_a_loss_cannot_be_left_out_of_the_books_afterwards(world: World) -> None:
    case = full_act(world, DAY)
    lose(world, case, 3)
    with atomic() as session:
        session.execute(update(Cost).where(Cost.kind == "loss").values(amount=0))
    found = verify(db.session(), world.pool)
    assert found.first_difference is not None
    assert found.first_difference.what == "cost.amount"


def test_compensation_above_the_loss_is_no_gain(world: World) -> None:
    case = full_act(world, DAY)
    before = total(case.act)
    lose(world, case, 1)
    paid_in(world, case, fen("999999"))
    assert (total(case.act, "loss"), total(case.act)) == (0, before)


def test_many_small_compensations_do_not_add_up_to_a_gain_either(world: World) -> None:
    case = full_act(world, DAY)
    lose(world, case, 1)
    worth = total(case.act, "loss")
    for n in range(4):
        paid_in(world, case, worth // 2, number=f"S{n}")
    assert total(case.act, "loss") == 0
    assert verify(db.session(), world.pool).ok


def test_the_treasury_does_not_make_a_loss_good_by_paying_itself(world: World) -> None:
    case = full_act(world, DAY)
    lose(world, case, 2)
    worth = total(case.act, "loss")
    paid_in(world, case, worth, kind="treasury")
    assert total(case.act, "loss") == worth


def test_missing_costs_keep_an_act_out_of_the_headline_and_without_a_rate(world: World) -> None:
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, DAY), 10, DAY)
        act = ledger.hand_over(session, world, tag, 10, DAY, END).act
        slip = session.get_one(Document, session.get_one(SavingAct, act).document_id)
        with pytest.raises(savings.CostMissing):
            savings.record_costs(session, slip, [], " ", world.keeper, DAY)
    row = db.session().get_one(SavingAct, act)
    assert "costs" in row.missing.split()
    assert row.grade == "C"


def test_a_cost_whose_paper_is_missing_is_told_and_lowers_the_grade(world: World) -> None:
    case = full_act(world, DAY)
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        slip = session.get_one(Document, case.slip)
        savings.record_costs(session, slip, [savings.CostLine("labour", 100, "劳务", "L-1")], "", world.keeper, DAY)
        savings.post_costs(session, slip, {case.act: 10}, world.keeper)
    assert db.session().get_one(SavingAct, case.act).missing == "costs"


def test_one_voucher_does_not_stand_for_many_costs(world: World) -> None:
    case, other = full_act(world, DAY), full_act(world, DAY, voucher="2")
    again = savings.CostLine("haulage", 5000, "运输 公司", "１")
    with pytest.raises(savings.VoucherTaken), atomic() as session:
        savings.record_costs(session, session.get_one(Document, other.slip), [again], "", world.keeper, DAY)
    with pytest.raises(savings.VoucherExceeded), atomic() as session:
        savings.record_costs(session, session.get_one(Document, other.slip), [replace(again, amount=1, share=True)], "", world.keeper, DAY)
    assert total(case.act) == 5000


def test_one_cost_for_many_slips_is_not_hidden_on_one_of_them(world: World) -> None:
    case, other = full_act(world, DAY), full_act(world, DAY, voucher="2")
    shared = savings.CostLine("haulage", fen("70"), "大件运输", "B-1", total=fen("100"))
    for held, line in ((case, shared), (other, replace(shared, amount=fen("30"), share=True, total=None))):
        with atomic() as session:
            slip = session.get_one(Document, held.slip)
            savings.record_costs(session, slip, [line], "", world.keeper, DAY)
            savings.post_costs(session, slip, {held.act: 10}, world.keeper)
    assert total(case.act) + total(other.act) == 5000 * 2 + fen("100")
    assert verify(db.session(), world.pool).ok


def test_an_act_that_lost_money_stays_in_the_headline_with_its_minus(world: World) -> None:
    good = accepted(world, full_act(world, DAY, voucher="1"))
    bad = full_act(world, DAY, voucher="2")
    with atomic() as session:
        slip = session.get_one(Document, bad.slip)
        file_id = ledger.paper(session, world, "大额运费.pdf")
        savings.record_costs(session, slip, [savings.CostLine("haulage", fen("50000"), "大件运输", "B-9", file_id)], "", world.keeper, DAY)
        savings.post_costs(session, slip, {bad.act: 10}, world.keeper)
    accepted(world, bad)
    with clock.at(ledger.at_noon(END)), atomic() as session:
        savings.accrue(session, world.pool, END)
    avoided, cost, saving = headline(world)
    assert cost == 5000 * 2 + fen("50000")
    assert saving is not None
    assert saving < 0
    assert saving == (avoided or 0) - cost
    assert good.act != bad.act


def test_what_was_spent_on_a_rejected_act_is_listed(world: World) -> None:
    case, kept = full_act(world, DAY), full_act(world, DAY, voucher="2")
    for act, decision in ((case.act, "rejected"), (kept.act, "accepted")):
        with atomic() as session:
            savings.review(session, [act], decision, "核定", world.reviewer)
    (group,) = exceptions.find(gathering.gather(db.session(), world.pool), "costs_gone")
    assert [(one.act_id, one.amount) for one in group.found] == [(case.act, 5000)]


def test_a_loser_cannot_be_reversed_away_by_who_kept_or_asked_for_it(world: World) -> None:
    case = full_act(world, DAY)
    for who in (world.keeper, world.organizer_b, world.reviewer):
        with pytest.raises(Exception, match="roles"), atomic() as session:
            savings.reverse_act(session, case.act, "不好看", who)
    assert db.session().get_one(SavingAct, case.act).reviewed == "proposed"


def test_the_same_hand_over_is_not_counted_by_giver_and_receiver(world: World) -> None:
    case = full_act(world, DAY)
    with clock.at(ledger.at_noon(END)), atomic() as session:
        savings.accrue(session, world.pool, END)
    session = db.session()
    grouped = session.scalar(select(func.count()).select_from(SavingAct).where(SavingAct.document_id == case.slip))
    whole = session.scalar(select(func.sum(SavingEntry.rental * SavingEntry.count)))
    for basis in ("organization", "store", "class"):
        with clock.at(ledger.at_noon(END)):
            report = reports.report(session, access_of(session, world.auditor), DAY, END, basis, "rental", [])
        rows = [row for row in report.rows if row.kind == "loan"]
        assert len(rows) == 1, "one row, under the receiver alone"
        assert sum((standing.avoided("rental") or 0) for standing in rows[0].standings.values()) == whole
    assert grouped == 1


def test_one_line_of_a_slip_makes_one_act_however_often_it_is_recognised(world: World) -> None:
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, DAY), 10, DAY)
        slip = records.create(session, world.pool, "HS", world.city, "accepted", world.keeper, [world.department_b])
        first = ledger.hand_over_line(session, world, slip, 1, tag, 4, DAY, END).act
        second = ledger.hand_over_line(session, world, slip, 1, tag, 6, DAY, END).act
    assert first == second
    assert db.session().get_one(SavingAct, first).units == 10
    assert verify(db.session(), world.pool).ok


def take_over(world: World, day: date, source: str = "2023 年工作简报") -> int:
    """Take over an opening statement of the city at noon of the last day of the loans."""
    with clock.at(ledger.at_noon(END)), atomic() as session:
        return savings.opening_statement(session, world.pool, world.city, "transfer", 11_600, fen("86000000"), source, day, world.finance).id


def test_an_opening_statement_is_neither_taken_over_twice_nor_dated_into_the_future(world: World) -> None:
    take_over(world, date(2023, 12, 31))
    with pytest.raises(StatementKnown) as refusal:
        take_over(world, date(2023, 12, 31), " 2023 年工作简报 ")
    assert refusal.value.figures["number"].startswith("OS-")
    with pytest.raises(FieldInvalid):
        take_over(world, END + timedelta(days=1), "2026 年工作简报")
    take_over(world, END, "2026 年工作简报")
    assert db.session().scalar(select(func.count()).select_from(SavingAct).where(SavingAct.opening)) == 2
