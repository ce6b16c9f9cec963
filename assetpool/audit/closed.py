"""Closed periods against the chain: who signed which sheet and when it was closed, the months it locked, and its totals added up anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval
from assetpool.audit.differences import Differs, same
from assetpool.closings import sheet
from assetpool.closings.steps import CLOSE, SIGN, SIGNATURES
from assetpool.records.models import Document
from assetpool.savings import periods
from assetpool.savings.period_models import ClosedPeriod, Closing


def closed_at(session: Session, pool_id: int) -> dict[str, int]:
    """Return at which height each closed month was closed, as the chained approvals say; raise Differs where sheets and locks say otherwise."""
    found: dict[str, int] = {}
    locked = {row.period: row for row in session.scalars(select(ClosedPeriod).where(ClosedPeriod.pool_id == pool_id))}
    executed = set()
    for document, closing, approvals in _sheets(session, pool_id):
        closes = [row for row in approvals if row.step == CLOSE]
        same("closing.state", document.id, "closed" if closes else document.state, document.state)
        if not closes:
            same("closing.state", document.id, False, document.state == "closed")
            continue
        executed.add(document.id)
        _check_signed(closing, approvals, closes)
        for name in periods.named(closing.period).contained:
            if name not in locked:
                raise Differs("closed_period", document.id, name, None)
            if locked[name].document_id == document.id and name in periods.named(closing.period).months:
                found[name] = closes[0].height
    for name, row in locked.items():
        same(f"closed_period {name}", row.document_id, True, row.document_id in executed)
    return found


def check_totals(session: Session, pool_id: int) -> int:
    """Add up the entries of every closed period anew and compare them with the totals on its sheet; return how many sheets."""
    checked = 0
    for document, closing, approvals in _sheets(session, pool_id):
        if not any(row.step == CLOSE for row in approvals):
            continue
        checked += 1
        printed = sheet.amounts_on(sheet.read(closing.sheet))
        found = sheet.frozen_amounts(session, pool_id, document.id, periods.named(closing.period))
        for key in sorted(printed.keys() | found.keys()):
            same(f"closing {document.number} {' '.join(key)}", document.id, printed.get(key), found.get(key))
        standings = sheet.read(closing.sheet)["figures"]["standings"]
        same(f"closing {document.number} standings", document.id, standings, sheet.frozen_standings(session, document.id))
    return checked


def _sheets(session: Session, pool_id: int) -> list[tuple[Document, Closing, Sequence[Approval]]]:
    statement = select(Document, Closing).join(Closing, Closing.id == Document.id).where(Document.pool_id == pool_id).order_by(Document.id)
    rows = list(session.execute(statement))
    signed: dict[int, list[Approval]] = defaultdict(list)
    steps = select(Approval).where(Approval.pool_id == pool_id, Approval.step.in_((SIGN, CLOSE))).order_by(Approval.height)
    for approval in session.scalars(steps):
        signed[approval.document_id].append(approval)
    for orphan in signed.keys() - {document.id for document, _ in rows}:
        raise Differs("closing", orphan, "a closing sheet", None)
    return [(document, closing, signed[document.id]) for document, closing in rows]


def _check_signed(closing: Closing, approvals: Sequence[Approval], closes: Sequence[Approval]) -> None:
    """A closed sheet says what two different people signed before it was closed."""
    digest = sha256(closing.sheet.encode()).hexdigest()
    same("closing.digest", closing.id, digest, closing.digest)
    same("closing.period", closing.id, sheet.read(closing.sheet)["period"], closing.period)
    for row in approvals:
        same("closing.sheet", closing.id, row.content_digest, digest)
    signers = {row.person_id for row in approvals if row.step == SIGN and row.height < closes[0].height}
    if len(signers) < SIGNATURES:
        raise Differs("closing.signatures", closing.id, SIGNATURES, len(signers))
