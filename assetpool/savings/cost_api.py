"""Costs for machines: compensation for losses, rates, running costs of the stores, what the pool itself bought."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.catalog.queries import store_by_code
from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.queries import by_number
from assetpool.records.schemas import Query
from assetpool.savings import bought, compensation, policies, queries, rates, running_costs, service
from assetpool.savings.cost_models import CostRate
from assetpool.savings.cost_schemas import (
    CompensationAnswer,
    CompensationBody,
    OwnPurchaseAnswer,
    OwnPurchaseBody,
    RateAnswer,
    RateBody,
    RatesAnswer,
    RunningCostBody,
    YearAnswer,
    YearQuery,
)
from assetpool.savings.models import ValuationPolicy

bp = rest.blueprint("costs", __name__, "Savings")
REFUSES = (NotAllowed, NotFound, FieldInvalid, service.VoucherTaken, service.VoucherExceeded)


@bp.post("/slips/<number>/compensations")
@access.signed_in
@rest.writes(CompensationAnswer, CompensationBody, refuses=(*REFUSES, service.NothingLost))
def compensate(session: Session, body: CompensationBody, number: str) -> rest.Json:
    """Record what was paid in for the losses of a slip's line."""
    slip = by_number(session, access.current(), number, "HS")
    act = queries.act_of(session, slip.id, body.line)
    if act is None:
        raise NotFound(what=f"{slip.number} · {body.line}")
    paid = service.Paid(
        body.payer, body.payer_kind, body.amount_fen, body.paid_on, body.voucher.issuer, body.voucher.number, body.voucher.file_id, body.voucher.total_fen,
        body.voucher.share,
    )  # fmt: skip
    row = service.compensate(session, act.id, paid, by=access.me())
    loss = compensation.open_loss(session, act.id)
    return {"id": row.id, "act_id": act.id, "amount_fen": row.amount, "credited_fen": row.credited, "loss_fen": loss}


@bp.get("/savings/rates")
@access.signed_in
@rest.reads(RatesAnswer, Query)
def all_rates(asked: Query) -> rest.Json:
    """List what own trucks and staff cost, by policy."""
    session = db.session()
    known = {row.id: row.version for row in policies.all_of(session, access.current().pool_id)}
    return {"rates": [_rate(row, known[row.policy_id]) for row in rates.rates_of(session, list(known))]}


def _rate(row: CostRate, version: str) -> RateAnswer:
    return {"id": row.id, "policy": version, "kind": row.kind, "name": row.name, "per": row.per, "amount_fen": row.amount, "source": row.source}


@bp.post("/savings/rates")
@access.signed_in
@rest.writes(RateAnswer, RateBody, refuses=(NotAllowed, NotFound, FieldInvalid, rates.RateKnown))
def add_rate(session: Session, body: RateBody) -> rest.Json:
    """Put a rate into a policy."""
    known = {row.version: row.id for row in policies.all_of(session, access.current().pool_id)}
    if body.policy not in known:
        raise NotFound(what=body.policy)
    row = rates.set_rate(session, known[body.policy], body.kind, body.name, body.per, body.amount_fen, body.source, access.me(), body.file_id)
    return _rate(row, session.get_one(ValuationPolicy, row.policy_id).version)


@bp.get("/savings/running-costs")
@access.signed_in
@rest.reads(YearAnswer, YearQuery)
def running(asked: YearQuery) -> rest.Json:
    """Show what keeping the stores cost in a year, and what of it no act carries."""
    return _year(db.session(), access.current().pool_id, asked.year)


def _year(session: Session, pool_id: int, year: int) -> YearAnswer:
    found = running_costs.for_year(session, pool_id, year)
    codes = {row.id: row.code for row in session.scalars(select(Store).where(Store.pool_id == pool_id))}
    stores = [{"store": codes[one.store_id], "cost_fen": one.cost, "unshared_fen": one.unshared} for one in found.stores]
    return {"year": year, "cost_fen": found.cost, "unshared_fen": found.unshared, "repairs_fen": found.repairs, "stores": stores}  # type: ignore[typeddict-item]


@bp.post("/savings/running-costs")
@access.signed_in
@rest.writes(YearAnswer, RunningCostBody, refuses=REFUSES)
def add_running(session: Session, body: RunningCostBody) -> rest.Json:
    """Record what keeping a store cost in a year; answers that year."""
    store = store_by_code(session, access.current().pool_id, body.store_code)
    paper = body.voucher
    bill = running_costs.Bill(
        store.id, body.year, body.kind, body.amount_fen, paper.issuer, paper.number, paper.file_id, paper.total_fen, paper.share, body.note
    )
    running_costs.record(session, bill, by=access.me())
    return _year(session, store.pool_id, body.year)


@bp.post("/savings/own-purchases")
@access.signed_in
@rest.writes(OwnPurchaseAnswer, OwnPurchaseBody, refuses=(NotAllowed, NotFound, FieldInvalid, bought.PurchaseKnown, bought.ClaimedBefore))
def add_own(session: Session, body: OwnPurchaseBody) -> rest.Json:
    """Enter what the pool itself paid for the things under a label."""
    row = bought.enter(session, body.tag, body.price_fen, body.bought_on, body.source, by=access.me(), file_id=body.file_id)
    return {"id": row.id, "tag": body.tag, "price_fen": row.price, "bought_on": row.bought_on, "life_days": row.life_days}
