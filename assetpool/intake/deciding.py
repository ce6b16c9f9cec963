"""What the rules of approval are asked about an intake: its lines by class, value and units, and whose things they are."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals import service as approvals
from assetpool.approvals.rules import Facts, Part
from assetpool.approvals.rules import Kind as Decided
from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.catalog.queries import prices_on
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.intake.models import Intake, IntakeLine
from assetpool.intake.queries import lines as lines_of
from assetpool.org.models import Organization
from assetpool.records.models import Document

Question = tuple[list[approvals.Step], approvals.Asked]


def question(session: Session, document: Document, intake: Intake) -> Question:
    """Return the usual steps of an intake and what the rules are asked about it."""
    lines = lines_of(session, intake.id)
    kinds = kinds_of(session, {line.kind_id for line in lines})
    prices = prices_on(session, kinds, clock.today(session.get_one(Pool, document.pool_id).time_zone))
    organization = session.get_one(Organization, document.organization_id)
    store = session.get_one(Store, intake.store_id)
    parts = tuple(_part(line, kinds[line.kind_id], prices[line.kind_id].amount if line.kind_id in prices else line.original_value) for line in lines)
    facts = Facts(Decided.INTAKE, organization.path, organization.kind, parts)
    asked = approvals.Asked(
        facts, intake.requester_id, organization.id, giver_id=organization.id, receiver_id=store.organization_id, store_id=store.organization_id
    )
    return approvals.usual_steps(session, intake.requester_id, document.organization_id, store.organization_id), asked


def _part(line: IntakeLine, kind: Kind, price: int | None) -> Part:
    return Part(f"{kind.class_path}/{kind.class_code}", None if price is None else price * line.announced, line.announced)


def plan(session: Session, document: Document, intake: Intake) -> approvals.Plan:
    """Return who would have to say yes if the intake were handed in now."""
    return approvals.plan(session, *question(session, document, intake))
