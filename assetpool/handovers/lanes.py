"""Small lanes: an IOU for a few things and days, and the emergency issue of the duty officer whose papers follow; within the limits of the rules.

Both write the request, promise, hand over and let sign in one act. The person who asks stands at the counter and signs; keeper and requester are two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assetpool.approvals import rule_sets
from assetpool.approvals.deadlines import due_moment
from assetpool.approvals.rules import worth
from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, SamePerson, Word
from assetpool.core.models import Pool
from assetpool.handovers import service as handovers
from assetpool.handovers.choosing import Item, named
from assetpool.handovers.lane_models import LaneIssue
from assetpool.handovers.loading import Costs, Loaded
from assetpool.handovers.models import Slip
from assetpool.handovers.signing import Receipt
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.requisitions import blocking, drafting
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.deciding import parts_of
from assetpool.requisitions.drafting import Wish
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.reservations.service import pool_today

IOU, EMERGENCY = "iou", "emergency"
PAPERS_WITHIN = 1
"""Working days for the papers of an emergency issue."""
STILL_OUT = ("approved", "partly_issued", "issued", "partly_returned")


class LaneClosed(DomainError):
    """The rules of this organization do not open the lane."""

    sentence = N_("The rules of this organization do not allow this short way. Write an ordinary request.")


class LaneLimit(DomainError):
    """More or longer than the lane allows."""

    status = 422
    sentence = N_("At most %(units)s things for %(days)s days go this short way, and %(out)s are out already. Write an ordinary request for more.")


class LaneTooDear(DomainError):
    """Worth more than an emergency issue may be."""

    status = 422
    sentence = N_("These things are worth more than an emergency issue may be, or have no price on file. Ask the pool manager for an ordinary approval.")


def hand_out(
    session: Session, lane: str, organization_id: int, requester_id: int, items: Sequence[Item], last_day: date, *, by: int, receipt: Receipt, reason: str
) -> Loaded:
    """Hand things over at once on an IOU or in an emergency; write request and slip. Raise LaneClosed, LaneLimit, LaneTooDear and what a hand-over raises."""
    receipt.checked()
    if by == requester_id:
        raise SamePerson(number="-", earlier=Word(N_("requester")))
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("What for")), problem=Word(N_("say in a few words what it is for.")))
    listed = named(session, access_of(session, by).pool_id, items)
    readable, assets = listed.items, listed.assets
    unknown = [tag for tag, _problem in listed.wrong] + [item.tag for item in readable if item.tag not in assets]
    if unknown or not readable:
        raise FieldInvalid(field=Word(N_("Tag")), problem=Word(N_("scan or type the tags of things that stand in the store.")))
    wanted = Counter[tuple[int, int]]()
    for item in readable:
        wanted[(assets[item.tag].kind_id, assets[item.tag].store_id)] += item.count or 1
    wishes = [Wish(count, kind_id, store_id=store_id) for (kind_id, store_id), count in sorted(wanted.items())]
    for store_id in {store_id for _kind, store_id in wanted}:
        demand(session, by, Role.KEEPER, session.get_one(Store, store_id).organization_id)
    pool_id = next(iter(assets.values())).pool_id
    _within(session, pool_id, lane, organization_id, wishes, last_day)
    today = pool_today(session, pool_id)
    document = drafting.draft(session, organization_id, wishes, today, last_day, by=requester_id, purpose=reason.strip())
    if lane == IOU:
        blocking.demand_nothing_overdue(session, document, session.get_one(Requisition, document.id))
    requisitions.grant_at_once(session, document, lane, note=reason.strip())
    loaded = handovers.hand_over(session, document.number, readable, by=by, costs=Costs([], N_("Picked up at the counter")), receipt=receipt)
    now = clock.now()
    due = due_moment(session, session.get_one(Pool, pool_id), now, PAPERS_WITHIN, True) if lane == EMERGENCY else None
    session.add(
        LaneIssue(
            id=document.id, pool_id=pool_id, lane=lane, slip_id=loaded.document.id, issued_by=by, issued_at=now, papers_due_at=due, papers_at=None,
            papers_file_id=None, papers_by=None,
        )
    )  # fmt: skip
    session.flush()
    return loaded


def _within(session: Session, pool_id: int, lane: str, organization_id: int, wishes: Sequence[Wish], last_day: date) -> None:
    said = rule_sets.held(session, organization_id).settings
    most, longest = (said.iou_things, said.iou_days) if lane == IOU else (said.emergency_units, said.emergency_days)
    if lane not in (IOU, EMERGENCY) or not most or not longest:
        raise LaneClosed()
    units, days, out = sum(wish.quantity for wish in wishes), (last_day - pool_today(session, pool_id)).days + 1, units_out(session, lane, organization_id)
    if days > longest or units + out > most:
        raise LaneLimit(units=most, days=longest, out=out)
    if lane == EMERGENCY and said.emergency_value is not None:
        value = worth(parts_of(session, pool_id, [(wish.kind_id or 0, wish.quantity) for wish in wishes]))
        if value is None or value > said.emergency_value:
            raise LaneTooDear()


def units_out(session: Session, lane: str, organization_id: int) -> int:
    """Return how many units an organization has out through a lane, so that a large need is not cut into small ones."""
    statement = (
        select(func.coalesce(func.sum(RequisitionLine.issued), 0))
        .join(Document, Document.id == RequisitionLine.requisition_id)
        .join(LaneIssue, LaneIssue.id == Document.id)
        .where(LaneIssue.lane == lane, Document.organization_id == organization_id, Document.state.in_(STILL_OUT))
    )
    return int(session.scalar(statement) or 0)


def add_papers(session: Session, number: str, file_id: int, *, by: int, revision: int | None = None) -> Document:
    """Bring the papers of an emergency issue: an approver of the store who neither asked nor handed over attaches the signed approval."""
    document = records.lock(session, number, "RQ")
    records.unchanged(document, revision)
    row = session.get(LaneIssue, document.id)
    if row is None or row.lane != EMERGENCY or row.slip_id is None:
        raise FieldInvalid(field=Word(N_("Papers")), problem=Word(N_("this request did not go out in an emergency.")))
    demand(session, by, Role.APPROVER, session.get_one(Store, session.get_one(Slip, row.slip_id).store_id).organization_id)
    if by in (row.issued_by, document.created_by):
        raise SamePerson(number=document.number, earlier=Word(N_("keeper") if by == row.issued_by else N_("requester")))
    records.attach(session, document.id, file_id, "paper")
    if row.papers_at is None:
        row.papers_at, row.papers_file_id, row.papers_by = clock.now(), file_id, by
    records.remark(session, document, by, "papers")
    return document


def papers_missing(session: Session, pool_id: int, now: datetime) -> list[tuple[Document, LaneIssue]]:
    """Return the emergency issues whose papers did not come in time, or came late, oldest first."""
    statement = (
        select(Document, LaneIssue)
        .join(LaneIssue, LaneIssue.id == Document.id)
        .where(LaneIssue.pool_id == pool_id, LaneIssue.papers_due_at.is_not(None))
        .where(or_(LaneIssue.papers_at > LaneIssue.papers_due_at, LaneIssue.papers_at.is_(None) & (LaneIssue.papers_due_at < now)))
        .order_by(LaneIssue.issued_at, Document.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]
