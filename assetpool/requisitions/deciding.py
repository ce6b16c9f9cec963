"""What the rules of approval are asked about a request: its kinds by value, class and units, its days, and what was asked for of the same classes lately."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from assetpool.approvals import rule_sets
from assetpool.approvals import service as approvals
from assetpool.approvals.rules import Earlier, Facts, Part
from assetpool.approvals.rules import Kind as Decided
from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import prices_on
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.org.models import Organization, Role
from assetpool.org.queries import root_of
from assetpool.records.models import Document, Trail
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import lines as lines_of
from assetpool.reservations import queries as stock
from assetpool.reservations.service import pool_today

COUNTED = ("submitted", "endorsed", "stock_checked", "approved", "partly_issued", "issued", "partly_returned", "returned", "closed")
"""A request in one of these states was asked for in earnest and counts towards the limits of the next ones."""
UNDECIDED = frozenset({"submitted", "endorsed", "stock_checked"})


def class_path(kind: Kind) -> str:
    """Return the path of a kind's class, its own code last."""
    return f"{kind.class_path}/{kind.class_code}"


def parts_of(session: Session, pool_id: int, asked: Iterable[tuple[int, int]]) -> tuple[Part, ...]:
    """Return (kind, units) as parts by reference price of today; a kind without a price has no known value."""
    pairs = list(asked)
    kinds = kinds_of(session, {kind_id for kind_id, _units in pairs})
    prices = prices_on(session, kinds, pool_today(session, pool_id))
    return tuple(Part(class_path(kinds[kind_id]), prices[kind_id].amount * units if kind_id in prices else None, units) for kind_id, units in pairs)


def asked_of(session: Session, document: Document, row: Requisition, wished: Sequence[RequisitionLine] | None = None) -> approvals.Asked:
    """Return what the rules are asked about a request; `wished` are the lines of one that is not written yet."""
    lines = lines_of(session, row.id) if wished is None else wished
    organization = session.get_one(Organization, row.organization_id)
    before = _earlier(session, document, row.organization_id, {line.kind_id for line in lines})
    pairs = [*((line.kind_id, line.asked) for line in lines), *((kind_id, units) for _number, kind_id, units in before)]
    parts = parts_of(session, document.pool_id, pairs)
    days = None if row.kind == "transfer" or row.last_day is None else (row.last_day - row.first_day).days + 1
    facts = Facts(
        kind=Decided.REALLOCATION if row.kind == "transfer" else Decided.LOAN,
        organization_path=organization.path,
        organization_kind=organization.kind,
        parts=parts[: len(lines)],
        days=days,
        earlier=tuple(Earlier(number, part) for (number, _kind, _units), part in zip(before, parts[len(lines) :], strict=True)),
    )
    store = deciding_organization(session, document, lines)
    return approvals.Asked(facts, row.requester_id, row.organization_id, giver_id=store, receiver_id=row.organization_id, store_id=store)


def _earlier(session: Session, document: Document, organization_id: int, kind_ids: Iterable[int]) -> list[tuple[str, int, int]]:
    """Return number, kind and units of what the organization asked for of the same classes in the window its rules name, other than by this request."""
    window = rule_sets.held(session, organization_id).settings.window_days
    if not window:
        return []
    since = clock.moment_on(pool_today(session, document.pool_id) - timedelta(days=window), session.get_one(Pool, document.pool_id).time_zone, 0)
    handed_in = select(Trail.document_id).where(Trail.act == "submit", Trail.occurred_at >= since)
    same = select(Kind.class_code_set, Kind.class_code).where(Kind.id.in_(set(kind_ids)))
    rows = session.execute(
        select(Document.number, RequisitionLine.kind_id, RequisitionLine.asked, RequisitionLine.approved, Document.state)
        .join(Requisition, Requisition.id == Document.id)
        .join(RequisitionLine, RequisitionLine.requisition_id == Requisition.id)
        .join(Kind, Kind.id == RequisitionLine.kind_id)
        .where(Requisition.organization_id == organization_id, Document.id != document.id, Document.state.in_(COUNTED), Document.id.in_(handed_in))
        .where(tuple_(Kind.class_code_set, Kind.class_code).in_(same))
        .order_by(Document.id, RequisitionLine.line_no)
    )
    found = [(row.number, row.kind_id, row.asked if row.state in UNDECIDED else row.approved) for row in rows]
    return [one for one in found if one[2]]


def deciding_organization(session: Session, document: Document, asked: Iterable[RequisitionLine]) -> int:
    """Return the organization whose approver decides: the stores' own, or the nearest one above all of them."""
    lines = list(asked)
    keys = stock.keys_of(session, [line.kind_id for line in lines])
    stores = {line.store_id for line in lines if line.store_id is not None}
    stores |= {store for kind, store in keys if any(line.kind_id == kind and line.store_id is None for line in lines)}
    rows = session.execute(select(Organization.path).join(Store, Store.organization_id == Organization.id).where(Store.id.in_(stores)))
    paths = [[int(part) for part in path.split("/") if part] for (path,) in rows]
    root = root_of(session, document.pool_id)
    if not paths:
        return root.id if root else document.organization_id
    common = [level[0] for level in zip(*paths, strict=False) if len(set(level)) == 1]
    return common[-1] if common else (root.id if root else document.organization_id)


def usual(asked: approvals.Asked) -> list[approvals.Step]:
    """Return the step that a request takes where no rule applies."""
    return [approvals.Step("approve", Role.APPROVER, asked.store_id or asked.asking_id)]


def plan(session: Session, document: Document, row: Requisition, wished: Sequence[RequisitionLine] | None = None) -> approvals.Plan:
    """Return who would have to say yes if the request were handed in now."""
    asked = asked_of(session, document, row, wished)
    return approvals.plan(session, usual(asked), asked)
