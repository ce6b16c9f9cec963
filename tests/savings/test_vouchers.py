"""Vouchers: entered once, shared by explicit parts that never exceed the paper, and found when changed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from assetpool.audit.verification import verify
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.savings import rates, vouchers
from assetpool.savings import service as savings
from assetpool.savings.cost_models import CostAtRate, CostRate
from assetpool.savings.models import Cost, SavingEntry, ValuationPolicy, Voucher
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World

DAY = date(2026, 3, 2)


@pytest.fixture
def slips(world: World) -> list[tuple[int, int]]:
    """Give three accepted slips of 1, 2 and 3 desks, each with its act, without costs."""
    made = []
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        tag = ledger.bring(session, world, ledger.add_kind(session, world, "桌", fen("1600"), fen("4"), 180, DAY), 10, DAY)
        for count in (1, 2, 3):
            handed = ledger.hand_over(session, world, tag, count, DAY, date(2026, 3, 31))
            made.append((handed.slip, handed.act))
    return made


def enter(world: World, slip: tuple[int, int], *lines: savings.CostLine) -> None:
    """Record and share costs of a slip."""
    with clock.at(ledger.at_noon(DAY)), atomic() as session:
        document = session.get_one(Document, slip[0])
        savings.record_costs(session, document, list(lines), "", world.keeper, DAY)
        savings.post_costs(session, document, {slip[1]: 1}, world.keeper)


def haul(amount: str, share: bool = False, total: str | None = None, number: str = "A-1") -> savings.CostLine:
    """Return a cost on voucher A-1 of the haulier."""
    return savings.CostLine("haulage", fen(amount), "运输公司", number, total=fen(total) if total else None, share=share)


def test_a_second_entry_by_accident_is_refused_and_says_where_it_was_entered_and_what_is_left(world: World, slips: list[tuple[int, int]]) -> None:
    enter(world, slips[0], haul("40", total="100"))
    first = db.session().get_one(Document, slips[0][0]).number
    with pytest.raises(savings.VoucherTaken) as refusal:
        enter(world, slips[1], haul("60"))
    assert (refusal.value.figures["where"], refusal.value.figures["left_fen"], refusal.value.figures["amount_fen"]) == (first, fen("60"), fen("100"))
    with pytest.raises(savings.VoucherTaken) as refusal, atomic() as session:
        document = records.create(session, world.pool, "HS", world.elsewhere, "accepted", world.stranger)
        savings.record_costs(session, document, [haul("60")], "", world.stranger, DAY)
    assert first not in str(refusal.value)


def test_another_document_takes_a_share_of_what_is_left_and_not_a_fen_more(world: World, slips: list[tuple[int, int]]) -> None:
    enter(world, slips[0], haul("40", total="100"))
    enter(world, slips[1], haul("35", share=True))
    with pytest.raises(savings.VoucherExceeded) as refusal:
        enter(world, slips[2], haul("25.01", share=True))
    assert refusal.value.figures["left_fen"] == fen("25")
    enter(world, slips[2], haul("25", share=True))
    assert db.session().scalar(select(func.sum(SavingEntry.cost))) == fen("100")
    assert verify(db.session(), world.pool).ok


def test_a_first_part_cannot_exceed_its_paper_and_a_share_needs_a_paper(world: World, slips: list[tuple[int, int]]) -> None:
    with pytest.raises(savings.VoucherExceeded):
        enter(world, slips[0], haul("100.01", total="100"))
    with pytest.raises(FieldInvalid):
        enter(world, slips[0], haul("10", share=True))
    with pytest.raises(FieldInvalid):
        enter(world, slips[0], haul("10", total="30"), haul("10", total="40"))


def test_a_voucher_made_larger_behind_the_back_is_found(world: World, slips: list[tuple[int, int]]) -> None:
    enter(world, slips[0], haul("40", total="100"))
    assert verify(db.session(), world.pool).ok
    with atomic() as session:
        session.execute(update(Voucher).values(amount=Voucher.amount + 1))
    found = verify(db.session(), world.pool)
    assert found.first_difference is not None
    assert found.first_difference.what == "voucher"


def test_own_trucks_are_reckoned_at_the_rate_and_the_reason_says_how(world: World, slips: list[tuple[int, int]]) -> None:
    with atomic() as session:
        policy = session.scalars(select(ValuationPolicy.id).where(ValuationPolicy.version == "2026-1")).one()
        rate = rates.set_rate(session, policy, "haulage", "自有货车5吨", "hour", fen("120"), "机关车队定额2026", world.valuer).id
        with pytest.raises(rates.RateKnown):
            rates.set_rate(session, policy, "haulage", "自有货车5吨", "hour", fen("150"), "另一份", world.valuer)
    enter(world, slips[0], savings.CostLine("other", 0, rate_id=rate, hundredths=333))
    cost = db.session().scalars(select(Cost)).one()
    assert (cost.kind, cost.amount, cost.voucher_id) == ("haulage", fen("399.60"), None)
    assert cost.reason == "自有货车5吨: 3.33 hour × 120.00 = 399.60 (2026-1; 机关车队定额2026)"
    assert verify(db.session(), world.pool).ok
    with atomic() as session:
        session.execute(update(CostRate).values(amount=fen("121")))
    assert not verify(db.session(), world.pool).ok
    with atomic() as session:
        session.execute(update(CostRate).values(amount=fen("120")))
        session.execute(update(CostAtRate).values(hundredths=300))
    assert not verify(db.session(), world.pool).ok


def test_a_rate_of_another_year_or_of_nothing_is_refused(world: World, slips: list[tuple[int, int]]) -> None:
    with atomic() as session:
        policy = session.scalars(select(ValuationPolicy.id).where(ValuationPolicy.version == "2020-1")).one()
        old = rates.set_rate(session, policy, "labour", "装卸工", "hour", fen("30"), "定额", world.valuer).id
    for line in (savings.CostLine("labour", 0, rate_id=old, hundredths=100), savings.CostLine("labour", 0, rate_id=old, hundredths=0)):
        with pytest.raises(FieldInvalid):
            enter(world, slips[0], line)


Share = tuple[int, int, bool, int]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.booleans(), st.integers(0, 7_000)), min_size=1, max_size=8),
    st.integers(0, 10_000),
)
def test_shares_of_random_vouchers_add_up_on_every_path(world: World, slips: list[tuple[int, int]], wanted: list[Share], total: int) -> None:
    kinds = ("haulage", "repair", "labour", "storage")
    with atomic() as session:
        run = session.scalar(select(func.count()).select_from(Voucher)) or 0
    for slip, paper, share, amount in wanted:
        line = savings.CostLine(kinds[paper], amount, "承运", f"{run}-{paper}", total=None if share else max(total, amount), share=share)
        try:
            enter(world, slips[slip], line)
        except (savings.VoucherTaken, savings.VoucherExceeded, FieldInvalid):
            continue
    session = db.session()
    for row in session.scalars(select(Voucher)):
        parts = session.scalar(select(func.sum(Cost.amount)).where(Cost.voucher_id == row.id)) or 0
        entries = session.scalar(select(func.sum(SavingEntry.cost)).join(Cost, Cost.id == SavingEntry.cost_id).where(Cost.voucher_id == row.id)) or 0
        assert parts == entries
        assert parts <= row.amount
        assert vouchers.left(session, row) == row.amount - parts
    assert verify(session, world.pool).ok
    session.rollback()
