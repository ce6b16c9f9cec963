"""节约核定: a person outside the act accepts or rejects it, with a reason; a rejection posts the opposite of its entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.models import Approval
from assetpool.catalog.models import Price, Store
from assetpool.catalog.models import Rent as RentRow
from assetpool.core import chain, clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, SamePerson, Word
from assetpool.custody.models import Movement
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.prices import duties
from assetpool.records.models import Document, Trail
from assetpool.records.service import lock_ids
from assetpool.savings import independence
from assetpool.savings.cost_models import CostAtRate, CostRate, ReviewFromWithin
from assetpool.savings.grading import regrade
from assetpool.savings.independence import FromWithin
from assetpool.savings.models import SavingAct, SavingEntry, SavingReview, SavingShare
from assetpool.savings.reversal import reverse_entries

DECISIONS = ("accepted", "rejected")


class AlreadyReviewed(DomainError):
    """The act was reviewed and nothing about its evidence changed since."""

    sentence = N_("%(number)s, line %(line)d was already reviewed. It can be reviewed again when its evidence grade changes.")


def review(session: Session, act_ids: Sequence[int], decision: str, reason: str, by: int) -> None:
    """Accept or reject acts in one go: all of them or none. A rejection gives their counters back.

    Raise NotAllowed without the reviewer's role for the store's (an opening statement: its) organization, SamePerson for one who
    requested, approved, handed over, took back or priced, FromWithin for one of the giver, receiver or operator while the pool has other
    reviewers, AlreadyReviewed for a second review of the same state.
    """
    if decision not in DECISIONS:
        raise FieldInvalid(field=Word(N_("Decision")), problem=Word(N_("accept or reject.")))
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say what the decision rests on.")))
    wanted = sorted(set(act_ids))
    documents = lock_ids(session, session.scalars(select(SavingAct.document_id).where(SavingAct.id.in_(wanted))))
    acts = list(session.scalars(select(SavingAct).where(SavingAct.id.in_(wanted)).order_by(SavingAct.id).execution_options(populate_existing=True)))
    if len(acts) != len(wanted) or not acts:
        raise NotFound(what=", ".join(str(i) for i in wanted) or "-")
    regrade(session, wanted)
    operators = {row.id: row.organization_id for row in session.scalars(select(Store).where(Store.id.in_({act.store_id for act in acts})))}
    for organization_id in sorted({operators.get(act.store_id or 0, act.receiver_id) for act in acts}):
        demand(session, by, Role.REVIEWER, organization_id)
    inside = insiders(session, acts)
    sides = independence.sides_of(session, acts, by, inside)
    for act in acts:
        number = documents[act.document_id].number
        if by in inside[act.id]:
            raise SamePerson(number=number, earlier=Word(inside[act.id][by]))
        if act.reviewed != "proposed":
            raise AlreadyReviewed(number=number, line=act.line_no)
        side = sides.get(act.id)
        if side is not None and side.outside:
            raise FromWithin(number=number, side=Word(independence.SIDES[side.side]), count=side.outside)
    _record_sides(session, acts, sides, by)
    _decide(session, acts, decision, reason.strip(), by)


def _record_sides(session: Session, acts: list[SavingAct], sides: dict[int, independence.Side], by: int) -> None:
    """Keep who decided from within an act's own organizations, because nobody else could."""
    for act in acts:
        if act.id in sides:
            side = sides[act.id]
            session.add(
                ReviewFromWithin(
                    pool_id=act.pool_id, act_id=act.id, person_id=by, organization_id=side.organization_id, side=side.side, recorded_at=clock.now()
                )
            )


def _decide(session: Session, acts: list[SavingAct], decision: str, reason: str, by: int) -> None:
    now = clock.now()
    for act in acts:
        act.reviewed = decision
        chain.append(
            session,
            SavingReview,
            pool_id=act.pool_id,
            act_id=act.id,
            decision=decision,
            grade=act.grade,
            missing=act.missing,
            reason=reason,
            person_id=by,
            recorded_at=now,
        )
    if decision == "rejected":
        reverse_entries(session, acts, reason, by)
    session.flush()


def insiders(session: Session, acts: Iterable[SavingAct]) -> dict[int, dict[int, str]]:
    """Return per act who took part in it and as what: requester, approver, keeper, price setter."""
    acts = list(acts)
    requests = {act.request_id for act in acts if act.request_id is not None}
    papers = _papers(session, acts)
    every = requests | {i for some in papers.values() for i in some}
    creators = {row.id: row.created_by for row in session.execute(select(Document.id, Document.created_by).where(Document.id.in_(every)))}
    trails: dict[int, set[int]] = defaultdict(set)
    for row in session.execute(select(Trail.document_id, Trail.person_id).where(Trail.document_id.in_(every), Trail.person_id.is_not(None))):
        trails[row.document_id].add(row.person_id)
    approvers: dict[int, set[int]] = defaultdict(set)
    for row in session.execute(select(Approval.document_id, Approval.person_id).where(Approval.document_id.in_(every))):
        approvers[row.document_id].add(row.person_id)
    setters = _price_setters(session, acts)
    found: dict[int, dict[int, str]] = {}
    for act in acts:
        inside: dict[int, str] = dict.fromkeys(setters[act.id], N_("price setter"))
        for paper in papers[act.id]:
            inside.update(dict.fromkeys(trails[paper] | ({creators[paper]} if paper in creators else set()), N_("keeper")))
        if act.request_id is not None:
            asked = trails[act.request_id] | ({creators[act.request_id]} if act.request_id in creators else set())
            inside.update(dict.fromkeys(asked - set(inside), N_("requester")))
            inside.update(dict.fromkeys(approvers[act.request_id], N_("approver")))
            if act.request_id in creators:
                inside[creators[act.request_id]] = N_("requester")
        for paper in papers[act.id]:
            inside.update(dict.fromkeys(approvers[paper], N_("approver")))
        found[act.id] = inside
    return found


def _papers(session: Session, acts: list[SavingAct]) -> dict[int, set[int]]:
    """Return per act its slip and the returns of its things: documents by which they moved or that carry its costs."""
    papers = {act.id: {act.document_id} for act in acts}
    costs = select(SavingEntry.act_id, SavingEntry.document_id).where(SavingEntry.act_id.in_(papers)).distinct()
    backs = (
        select(SavingShare.act_id, Movement.document_id)
        .join(Movement, Movement.tranche_id == SavingShare.tranche_id)
        .join(Document, Document.id == Movement.document_id)
        .where(SavingShare.act_id.in_(papers), Document.kind == "RT")
        .distinct()
    )
    for statement in (costs, backs):
        for row in session.execute(statement):
            papers[row.act_id].add(row.document_id)
    return papers


def _price_setters(session: Session, acts: list[SavingAct]) -> dict[int, set[int]]:
    """Return per act who set the price, rent or rate it rests on, or those of the kinds asked for and delivered that held on its day."""
    prices = {row.id: row.set_by for row in session.scalars(select(Price).where(Price.id.in_({act.price_id for act in acts})))}
    rents = {row.id: row.set_by for row in session.scalars(select(RentRow).where(RentRow.id.in_({act.rent_id for act in acts})))}
    held = duties.setters_on(session, {(i, act.accepted_on) for act in acts for i in (act.kind_id, act.asked_kind_id) if i is not None})
    found = {}
    for act in acts:
        rested = {who for who in (prices.get(act.price_id or 0), rents.get(act.rent_id or 0)) if who is not None}
        found[act.id] = rested.union(*(held.get((i, act.accepted_on), set()) for i in (act.kind_id, act.asked_kind_id) if i is not None))
    used = select(SavingEntry.act_id, CostRate.set_by).join(CostAtRate, CostAtRate.id == SavingEntry.cost_id).join(CostRate, CostRate.id == CostAtRate.rate_id)
    for row in session.execute(used.where(SavingEntry.act_id.in_([act.id for act in acts])).distinct()):
        found[row.act_id].add(row.set_by)
    return found
