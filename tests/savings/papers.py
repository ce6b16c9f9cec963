"""An act with every paper an A needs, for tests of what takes the A away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from assetpool.core import clock
from assetpool.core.db import atomic
from assetpool.records.models import Document
from assetpool.savings import service as savings
from tests.savings import ledger
from tests.savings.golden import fen
from tests.world import World


@dataclass(frozen=True)
class Case:
    """An act with all its papers, by id."""

    request: int
    slip: int
    number: str
    act: int
    tranche: int
    tag: str


def full_act(world: World, day: date, count: int = 10, lent: int = 10, voucher: str = "1") -> Case:
    """Lend `lent` of a lot of `count` desks to department B for thirty days, with everything an A needs."""
    with clock.at(ledger.at_noon(day - timedelta(days=3))), atomic() as session:
        kind_id = ledger.add_kind(session, world, f"桌{voucher}", fen("1600"), fen("4"), 180, date(2026, 1, 5))
        tag = ledger.bring(session, world, kind_id, count, date(2026, 1, 5))
        asked = ledger.request(session, world).id
        need = {"need_file_id": ledger.paper(session, world, f"预算明细{voucher}.pdf"), "need_dated_on": date(2026, 1, 1), "budget_price": fen("1600")}
        budget = ledger.paper(session, world, f"预算调减{voucher}.pdf")
        invoice = ledger.paper(session, world, f"发票{voucher}.pdf")
    with clock.at(ledger.at_noon(day)), atomic() as session:
        handed = ledger.hand_over(session, world, tag, lent, day, day + timedelta(days=29), request_id=asked, budget_file_id=budget, **need)
        slip = session.get_one(Document, handed.slip)
        savings.record_costs(session, slip, [savings.CostLine("haulage", 5000, "运输公司", voucher, invoice)], "", world.keeper, day)
        savings.post_costs(session, slip, {handed.act: lent}, world.keeper)
        number = slip.number
    return Case(asked, handed.slip, number, handed.act, handed.tranches[0], tag)
