"""What is decided upon when a stocktake is approved: its digest, what the rules are asked, and who may not decide."""

from __future__ import annotations

import json
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.approvals.rules import Facts, Part
from assetpool.approvals.rules import Kind as Decided
from assetpool.core.errors import N_
from assetpool.org.models import Organization
from assetpool.records.models import Document
from assetpool.stocktake import comparing, queries
from assetpool.stocktake.models import Stocktake, StocktakeLine


def content_digest(session: Session, row: Stocktake) -> str:
    """Return the digest of what is decided upon: scope, expectation, and what becomes of every difference."""
    names = ("what", "asset_id", "kind_id", "words", "units", "from_place", "to_place", "resolution")
    found = [[getattr(one, name) for name in names] for one, _asset, _kind in queries.differences(session, row.id)]
    columns = (StocktakeLine.line_no, StocktakeLine.asset_id, StocktakeLine.place, StocktakeLine.expected, StocktakeLine.counted, StocktakeLine.explained)
    expected = [list(line) for line in session.execute(select(*columns).where(StocktakeLine.stocktake_id == row.id).order_by(StocktakeLine.line_no))]
    text = json.dumps([row.store_id, row.place, row.class_code, row.owner_id, row.frozen_height, expected, found], ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def question(session: Session, document: Document, row: Stocktake) -> approvals.Asked:
    """Return what the rules are asked about a stocktake: what is missing or written off, by class, value and units."""
    organization = session.get_one(Organization, document.organization_id)
    parts = tuple(
        Part(f"{kind.class_path}/{kind.class_code}", one.worth, one.units)
        for one, _asset, kind in queries.differences(session, row.id)
        if kind is not None and one.what in (comparing.MISSING, comparing.SURPLUS)
    )
    facts = Facts(Decided.STOCKTAKE, organization.path, organization.kind, parts)
    return approvals.Asked(facts, row.requester_id, organization.id, giver_id=organization.id, receiver_id=organization.id, store_id=organization.id)


def barred(session: Session, row: Stocktake) -> dict[int, str]:
    """Return who may not decide, and as what: whoever counted, and who planned it."""
    return {**dict.fromkeys(queries.counted_by(session, row.id), N_("counter")), row.requester_id: N_("requester")}
