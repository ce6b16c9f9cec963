"""Compensation: only an outsider's money, paid in and proved, lessens a loss, never below nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from assetpool.audit.verification import verify
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed
from assetpool.records.models import File, PersonalFact
from assetpool.savings import compensation
from assetpool.savings import service as savings
from assetpool.savings.cost_models import Compensation
from assetpool.savings.models import SavingEntry
from tests.savings import ledger
from tests.savings.papers import Case, full_act
from tests.world import World

DAY = date(2026, 3, 2)
LOST = date(2026, 3, 20)
LATER = date(2026, 5, 6)
WORTH = 160_000 * 2
"""What two new desks cost when they are lost: the price, the newness being the whole."""


@pytest.fixture
def case(world: World) -> Case:
    """Give a loan of ten desks of which two were lost."""
    made = full_act(world, DAY)
    with clock.at(ledger.at_noon(LOST)), atomic() as session:
        ledger.take_back(session, world, made.tranche, LOST, "lost", 2)
    return made


def loss(act_id: int) -> int:
    """Return what the act's losses cost by the ledger."""
    return int(db.session().scalar(select(func.sum(SavingEntry.cost)).where(SavingEntry.act_id == act_id, SavingEntry.cost_kind == "loss")) or 0)


def pay(world: World, case: Case, by: int | None = None, **changed: Any) -> Compensation:
    """Record what somebody paid in, a month and a half after the loss."""
    with clock.at(ledger.at_noon(LATER)), atomic() as session:
        proof = ledger.paper(session, world, f"缴款书{changed.get('number', 'S-1')}-{session.scalar(select(func.count()).select_from(Compensation))}.pdf")
        session.get_one(File, proof).uploaded_by = by or world.finance
        paid = savings.Paid("某某搬运公司", "outside", 100_000, date(2026, 5, 4), "市财政局", "S-1", proof)
        return savings.compensate(session, case.act, replace(paid, **changed), by=by or world.finance)


def test_what_an_outsider_paid_in_lessens_the_loss_in_the_open_period(world: World, case: Case) -> None:
    before = loss(case.act)
    assert before > 0
    pay(world, case)
    assert loss(case.act) == before - 100_000
    entry = db.session().scalars(select(SavingEntry).where(SavingEntry.cost < 0)).one()
    assert (entry.cost_kind, entry.business_day, entry.period, entry.corrects_period) == ("loss", LATER, "2026-05", "2026-03")
    assert verify(db.session(), world.pool).ok


def test_what_the_treasury_paid_itself_is_recorded_and_lessens_nothing(world: World, case: Case) -> None:
    before = loss(case.act)
    row = pay(world, case, kind="treasury", file_id=None)
    assert (row.amount, row.credited) == (100_000, 0)
    assert loss(case.act) == before
    assert verify(db.session(), world.pool).ok


def test_compensation_above_the_loss_makes_it_nothing_and_never_a_gain(world: World, case: Case) -> None:
    before = loss(case.act)
    row = pay(world, case, amount=before + 50_000)
    assert (row.credited, loss(case.act)) == (before, 0)
    again = pay(world, case, number="S-2")
    assert (again.credited, loss(case.act)) == (0, 0)
    assert verify(db.session(), world.pool).ok


def test_without_proof_or_before_it_is_paid_nothing_counts(world: World, case: Case) -> None:
    for changed in ({"file_id": None}, {"paid_on": LATER + timedelta(days=1)}, {"payer": " "}, {"kind": "friend"}, {"amount": 0}, {"number": ""}):
        with pytest.raises(FieldInvalid):
            pay(world, case, **changed)


def test_one_receipt_is_not_used_for_two_losses_beyond_what_it_says(world: World, case: Case) -> None:
    other = full_act(world, DAY, voucher="2")
    with clock.at(ledger.at_noon(LOST)), atomic() as session:
        ledger.take_back(session, world, other.tranche, LOST, "damaged", 1)
    pay(world, case, total=120_000)
    with pytest.raises(savings.VoucherTaken):
        pay(world, other)
    with pytest.raises(savings.VoucherExceeded):
        pay(world, other, share=True, amount=20_001)
    assert pay(world, other, share=True, amount=20_000).credited == 20_000
    assert verify(db.session(), world.pool).ok


def test_an_act_that_lost_nothing_has_nothing_to_compensate(world: World) -> None:
    with pytest.raises(savings.NothingLost):
        pay(world, full_act(world, DAY))


def test_a_reversed_act_takes_its_compensation_back_with_its_loss(world: World, case: Case) -> None:
    pay(world, case)
    with clock.at(ledger.at_noon(LATER)), atomic() as session:
        savings.reverse_act(session, case.act, "误记", world.finance)
    assert (loss(case.act), compensation.open_loss(db.session(), case.act)) == (0, 0)
    assert verify(db.session(), world.pool).ok
    with pytest.raises(savings.NothingLost):
        pay(world, case, number="S-3")


def test_only_finance_enters_what_was_paid_in(world: World, case: Case) -> None:
    with pytest.raises(NotAllowed):
        pay(world, case, by=world.keeper)


@pytest.mark.parametrize(
    "change",
    [
        update(Compensation).values(payer_kind="outside", credited=1),
        update(Compensation).values(amount=Compensation.amount + 1),
        update(Compensation).values(paid_on=LOST),
        update(Compensation).values(payer_digest="0" * 64),
        delete(Compensation),
    ],
)
def test_a_change_of_what_was_paid_in_is_found(world: World, case: Case, change: Any) -> None:
    pay(world, case, kind="treasury")
    assert verify(db.session(), world.pool).ok
    with atomic() as session:
        session.execute(change)
    found = verify(db.session(), world.pool)
    assert found.first_difference is not None
    assert found.first_difference.what.startswith(("compensation", "saving_entry", "voucher"))


def test_the_payers_name_can_be_erased_without_a_difference(world: World, case: Case) -> None:
    pay(world, case)
    with atomic() as session:
        session.execute(update(PersonalFact).where(PersonalFact.role == "payer").values(name="", erased_at=clock.now()))
    assert verify(db.session(), world.pool).ok
