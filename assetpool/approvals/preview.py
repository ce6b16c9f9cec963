"""Who would sign: the steps for what somebody describes, before any document exists."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from assetpool.approvals.planning import Asked, Plan, Step, plan, usual_steps
from assetpool.approvals.rules import Facts, Kind, Part
from assetpool.core.errors import NotFound
from assetpool.org.models import Organization, Role
from assetpool.org.queries import holders, root_of


@dataclass(frozen=True)
class Described:
    """What somebody describes: kind of decision, who asks, what it is worth in fen (None: not known), units, class and days (None: for good)."""

    kind: str
    organization_id: int
    value: int | None = None
    units: int = 1
    class_code: str = ""
    days: int | None = None
    giver_id: int | None = None


def plan_for(session: Session, pool_id: int, described: Described, requester_id: int) -> Plan:
    """Return the steps for what is described; the giver is the whole pool where none is named. Raise NotFound."""
    asking = session.get(Organization, described.organization_id)
    root = root_of(session, pool_id)
    giver = session.get(Organization, described.giver_id) if described.giver_id is not None else root
    if asking is None or asking.pool_id != pool_id or giver is None or giver.pool_id != pool_id:
        raise NotFound(what=str(described.organization_id))
    facts = Facts(described.kind, asking.path, asking.kind, (Part(described.class_code, described.value, described.units),), described.days)
    asked = Asked(facts, requester_id, asking.id, giver_id=giver.id, receiver_id=asking.id, store_id=giver.id)
    return plan(session, _usual(session, described.kind, asked), asked)


def _usual(session: Session, kind: str, asked: Asked) -> list[Step]:
    store = asked.store_id or asked.asking_id
    if kind == Kind.INTAKE:
        return usual_steps(session, asked.requester_id, asked.asking_id, store)
    if kind == Kind.TRANSFER:
        sides = dict.fromkeys(side for side in (asked.giver_id, asked.receiver_id) if side is not None)
        heads = [side for side in sides if any(person != asked.requester_id for person in holders(session, Role.HEAD, side, exactly=True))]
        return [*(Step("endorse", Role.HEAD, side) for side in heads), Step("approve", Role.APPROVER, store)]
    return [Step("approve", Role.APPROVER, store)]
