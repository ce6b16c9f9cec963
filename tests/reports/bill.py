"""The golden loan with all its papers, made through the ledger and accepted by a reviewer: what the headline of the reports rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from assetpool.catalog.models import AssetClass, Kind
from assetpool.core import clock
from assetpool.core.db import atomic
from assetpool.events.models import Event
from assetpool.records import service as records
from assetpool.records.models import Document, File
from assetpool.savings import service as savings
from tests.savings import golden, ledger
from tests.world import World

BEGUN = golden.BEGUN
KIND_OF_COST = {"cleaning and installation": "cleaning"}


@dataclass(frozen=True)
class Bill:
    """What the loan made, by id: event, request, slip, acts and the tranches that are out, line by line."""

    event: int
    request: int
    slip: int
    acts: tuple[int, ...]
    tranches: tuple[int, ...]


def lend_the_bill(world: World, days: int = 90, accept: bool = True) -> Bill:
    """Hand over the whole bill of G1 to department B for an event, six classes on one slip, with every paper; let the reviewer accept it."""
    with clock.at(ledger.at_noon(BEGUN - timedelta(days=3))), atomic() as session:
        tags = []
        for number, line in enumerate(golden.G1_LINES):
            kind_id = ledger.add_kind(session, world, line.name, line.price, line.rent.per_day, line.life_months, BEGUN - timedelta(days=3))
            session.get_one(Kind, kind_id).class_code = f"A0901{number:04d}"
            session.add(AssetClass(code_set="GPC-2022", code=f"A0901{number:04d}", name=line.name, name_en=f"Class {number}"))
            tags.append((ledger.bring(session, world, kind_id, line.units, BEGUN, world.department_a), line.units))
        event = Event(
            pool_id=world.pool,
            organization_id=world.department_b,
            name="大运会",
            name_en="Universiade",
            first_day=BEGUN,
            last_day=BEGUN + timedelta(days=days),
            created_at=clock.now(),
        )
        session.add(event)
        session.flush()
        asked = ledger.request(session, world)
        need, budget, voucher = (ledger.paper(session, world, name) for name in ("预算明细.pdf", "预算调减.pdf", "发票.pdf"))
        session.get_one(File, voucher).uploaded_by = world.keeper
        event_id, request_id = event.id, asked.id
    with clock.at(ledger.at_noon(BEGUN)), atomic() as session:
        slip = records.create(session, world.pool, "HS", world.city, "accepted", world.keeper, [world.department_a, world.department_b])
        records.keep_personal(session, world.pool, slip.id, "receiver", "孙签收", "", "drawn", "M0 0")
        made = [
            ledger.hand_over_line(
                session,
                world,
                slip,
                number,
                tag,
                units,
                BEGUN,
                BEGUN + timedelta(days=days - 1),
                event_id=event_id,
                request_id=request_id,
                need_file_id=need,
                need_dated_on=BEGUN - timedelta(days=60),
                budget_price=golden.fen("9999"),
                budget_file_id=budget,
            )
            for number, (tag, units) in enumerate(tags, 1)
        ]
        lines = [
            savings.CostLine(KIND_OF_COST.get(kind, kind), amount, "运输公司", f"V{n}", voucher) for n, (kind, amount) in enumerate(golden.G1_COSTS.items())
        ]
        savings.record_costs(session, slip, lines, "", world.keeper, BEGUN)
        savings.post_costs(session, slip, {m.act: line.units for m, line in zip(made, golden.G1_LINES, strict=True)}, world.keeper)
        slip_id = slip.id
    bill = Bill(event_id, request_id, slip_id, tuple(m.act for m in made), tuple(t for m in made for t in m.tranches))
    if accept:
        review(world, bill)
    return bill


def review(world: World, bill: Bill, decision: str = "accepted", acts: tuple[int, ...] | None = None) -> None:
    """Let the reviewer decide on the acts."""
    with clock.at(ledger.at_noon(BEGUN + timedelta(days=2))), atomic() as session:
        savings.review(session, acts or bill.acts, decision, "佐证齐全", world.reviewer)


def bring_back(world: World, bill: Bill, day: date) -> None:
    """Take everything back on a day, as it went."""
    with clock.at(ledger.at_noon(day)), atomic() as session:
        slip = session.get_one(Document, bill.slip)
        assert slip.kind == "HS"
        for tranche_id in bill.tranches:
            ledger.take_back(session, world, tranche_id, day)


def open_statement(world: World) -> int:
    """Take over the total of G2 as an opening statement; return its act."""
    with clock.at(ledger.at_noon(date(2023, 12, 31))), atomic() as session:
        act = savings.opening_statement(
            session, world.pool, world.city, "transfer", golden.G2_ITEMS, golden.G2_AVOIDED, "2023 年工作简报", date(2021, 12, 31), world.finance
        )
        return act.id
