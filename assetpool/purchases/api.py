"""Later purchases for machines: record them, list what they put in doubt, decide."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound
from assetpool.org import access
from assetpool.org.queries import organization_by_code
from assetpool.purchases import queries, service
from assetpool.purchases.models import LaterPurchase, PurchaseMatch
from assetpool.purchases.schemas import DecidedAnswer, DecisionBody, MatchPage, MatchQuery, PurchaseAnswer, PurchaseBody, PurchasePage
from assetpool.records import rest
from assetpool.records.schemas import ListQuery
from assetpool.savings.partial import FewerUnitsClaim

bp = rest.blueprint("purchases", __name__, "Savings")


@bp.post("/purchases")
@access.signed_in
@rest.writes(PurchaseAnswer, PurchaseBody, refuses=(NotAllowed, NotFound, FieldInvalid, service.PurchaseEntered))
def add(session: Session, body: PurchaseBody) -> rest.Json:
    """Record what an organization bought and compare it with the acts of the ledger."""
    mine = access.current()
    organization = organization_by_code(session, mine.pool_id, body.organization_code)
    one = service.NewPurchase(
        organization.id, body.class_code, body.quantity, body.bought_on, body.source, body.source_no, body.class_code_set, body.name, body.amount_fen,
        body.file_id,
    )  # fmt: skip
    row = service.record(session, mine.pool_id, [one], access.me())[0]
    found = session.scalar(select(func.count()).where(PurchaseMatch.purchase_id == row.id)) or 0
    return _purchase(row, organization.code, found)


def _purchase(row: LaterPurchase, organization_code: str, doubts: int) -> PurchaseAnswer:
    return {
        "id": row.id,
        "organization_code": organization_code,
        "class_code_set": row.class_code_set,
        "class_code": row.class_code,
        "name": row.name,
        "quantity": row.quantity,
        "amount_fen": row.amount,
        "bought_on": row.bought_on,
        "source": row.source,
        "source_no": row.source_no,
        "doubts": doubts,
    }


@bp.get("/purchases")
@access.signed_in
@rest.reads(PurchasePage, ListQuery)
def purchases(asked: ListQuery) -> rest.Json:
    """List recorded purchases of the organizations where one holds a role, the newest first."""
    before = rest.after(asked.cursor, (int,))
    found = queries.purchases(db.session(), access.current(), before[0] if before else None, asked.limit + 1)
    page = found[: asked.limit]
    return rest.page([_purchase(row, owner.code, doubts) for row, owner, doubts in page], (page[-1][0].id,) if len(found) > len(page) else None)


@bp.get("/purchases/matches")
@access.signed_in
@rest.reads(MatchPage, MatchQuery)
def matches(asked: MatchQuery) -> rest.Json:
    """List the acts that purchases put in doubt, the newest first."""
    before = rest.after(asked.cursor, (int,))
    found = queries.doubts(db.session(), access.current(), asked.state, before[0] if before else None, asked.limit + 1)
    page = found[: asked.limit]
    items = [
        {
            "id": one.match.id,
            "purchase_id": one.purchase.id,
            "act_id": one.act.id,
            "slip": one.number,
            "side": one.match.side,
            "units": one.match.units,
            "state": one.match.state,
            "reason": one.match.reason,
        }
        for one in page
    ]
    return rest.page(items, (page[-1].match.id,) if len(found) > len(page) else None)


@bp.post("/purchases/matches/<int:match_id>/accept")
@access.signed_in
@rest.writes(DecidedAnswer, DecisionBody, status=200, optional=True, refuses=(NotAllowed, NotFound, service.AlreadyDecided, FewerUnitsClaim))
def accept(session: Session, body: DecisionBody, match_id: int) -> rest.Json:
    """Reverse the act for the proposed units; what they cost stays."""
    return _decided(service.accept(session, match_id, body.reason, access.me()))


@bp.post("/purchases/matches/<int:match_id>/dismiss")
@access.signed_in
@rest.writes(DecidedAnswer, DecisionBody, status=200, refuses=(NotAllowed, NotFound, FieldInvalid, service.AlreadyDecided))
def dismiss(session: Session, body: DecisionBody, match_id: int) -> rest.Json:
    """Leave the act as it is, with the reason why."""
    return _decided(service.dismiss(session, match_id, body.reason, access.me()))


def _decided(row: PurchaseMatch) -> DecidedAnswer:
    return {"id": row.id, "act_id": row.act_id, "units": row.units, "state": row.state}
