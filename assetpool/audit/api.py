"""Verification and the chain for machines."""

from __future__ import annotations

from flask import current_app

from assetpool.audit import browsing, verification
from assetpool.audit.schemas import ChainPage, ChainQuery, VerifyAnswer, VerifyQuery
from assetpool.core.db import db
from assetpool.core.errors import NotAllowed
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.records import rest

bp = rest.blueprint("audit", __name__, "Audit")


@bp.get("/audit/verify")
@access.role(Role.AUDITOR, Role.ADMINISTRATOR, Role.REVIEWER, Role.APPROVER, Role.FINANCE)
@rest.reads(VerifyAnswer, VerifyQuery, refuses=(NotAllowed,))
def verify(asked: VerifyQuery) -> rest.Json:
    """Recompute the whole book from its first row and name the first difference; nothing is written."""
    pool_id = access.current().pool_id
    anchor = None
    if asked.anchor:
        height, _, digest = asked.anchor.partition(":")
        anchor = (int(height), digest)
    return verification.verify(browsing.still(), pool_id, anchor, current_app.config["DATA_DIR"]).as_json()


@bp.get("/audit/chain")
@access.role(Role.AUDITOR, Role.ADMINISTRATOR)
@rest.reads(ChainPage, ChainQuery, refuses=(NotAllowed,))
def chain(asked: ChainQuery) -> rest.Json:
    """List the rows of the chain above a height, with the raw values their digests cover."""
    session, pool_id = db.session(), access.current().pool_id
    head = browsing.head_of(session, pool_id)
    rows = browsing.chain_rows(session, pool_id, asked.since, asked.limit)
    items = [{"height": row.height, "table": row.table, "id": row.id, "digest": row.digest, "values": row.values} for row in rows]
    following = rows[-1].height if rows and rows[-1].height < head.height else None
    return {"items": items, "next": following, "total": head.height, "chain": {"height": head.height, "head": head.digest}}
