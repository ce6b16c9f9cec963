"""The evidence behind acts, gathered from the records: grade and what is missing, kept on each act; and whether its review still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Price
from assetpool.catalog.models import Rent as RentRow
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.custody.models import State, Tranche
from assetpool.prices.queries import quote_counts
from assetpool.records.models import Attachment, Document, PersonalFact
from assetpool.savings import evidence, posting
from assetpool.savings.cost_models import SavingFlag
from assetpool.savings.evidence import EvidenceFacts, Grade, PriceEvidence
from assetpool.savings.models import Cost, SavingAct, SavingEntry, SavingReview, SavingShare, ValuationPolicy, Voucher
from assetpool.savings.policies import as_policy
from assetpool.savings.policy import ActKind, Basis
from assetpool.savings.running import STOPPED

SIGNED = ("slip", "signature", "paper")
"""Purposes of attached files that show a signed slip."""


@dataclass
class Proofs:
    """What the records hold for a set of acts, read in a fixed number of queries."""

    documents: dict[int, Document] = field(default_factory=dict)
    kinds: dict[int, Kind] = field(default_factory=dict)
    prices: dict[int, Price] = field(default_factory=dict)
    quotes: dict[int, int] = field(default_factory=dict)
    rents: dict[int, RentRow] = field(default_factory=dict)
    policies: dict[int, ValuationPolicy] = field(default_factory=dict)
    signed: set[int] = field(default_factory=set)
    valued: dict[int, bool] = field(default_factory=dict)
    stand_in: set[int] = field(default_factory=set)
    uninspected: set[int] = field(default_factory=set)
    unproven: set[int] = field(default_factory=set)
    flags: dict[int, int] = field(default_factory=dict)
    papers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


def grade_act(session: Session, act_id: int) -> Grade:
    """Gather the evidence of one act, keep grade and what is missing on it, and return them."""
    return regrade(session, [act_id])[act_id]


def regrade(session: Session, act_ids: Iterable[int]) -> dict[int, Grade]:
    """Gather the evidence of acts anew, keep their grades, and let a review stand only while the grade it was given for holds.

    To be called whenever papers, costs, signatures or inspections of the acts' documents changed.
    """
    session.flush()
    acts = list(session.scalars(select(SavingAct).where(SavingAct.id.in_(set(act_ids))).order_by(SavingAct.id)))
    if not acts:
        return {}
    proofs = _proofs(session, acts)
    zones = {row.id: row.time_zone for row in session.scalars(select(Pool).where(Pool.id.in_({act.pool_id for act in acts})))}
    reviews = _last_reviews(session, [act.id for act in acts])
    found = {}
    for act in acts:
        result = evidence.grade(_facts(act, proofs, zones[act.pool_id]))
        act.grade, act.missing = result.letter, " ".join(result.missing)
        if act.reviewed not in STOPPED:
            last = reviews.get(act.id)
            act.reviewed = last.decision if last is not None and last.grade == result.letter else "proposed"
        found[act.id] = result
    session.flush()
    return found


def regrade_documents(session: Session, document_ids: Iterable[int]) -> dict[int, Grade]:
    """Gather the evidence anew of all acts that a slip, a return or a request concerns."""
    ids = set(document_ids)
    costed = exists().where(SavingEntry.act_id == SavingAct.id, SavingEntry.document_id.in_(ids))
    statement = select(SavingAct.id).where(or_(SavingAct.document_id.in_(ids), SavingAct.request_id.in_(ids), costed))
    return regrade(session, session.scalars(statement))


def _last_reviews(session: Session, act_ids: list[int]) -> dict[int, SavingReview]:
    rows = select(SavingReview).where(SavingReview.act_id.in_(act_ids)).order_by(SavingReview.height)
    return {row.act_id: row for row in session.scalars(rows)}


def _proofs(session: Session, acts: list[SavingAct]) -> Proofs:
    ids = [act.id for act in acts]
    documents = {i for act in acts for i in (act.document_id, act.request_id) if i is not None}
    proofs = Proofs(
        documents={row.id: row for row in session.scalars(select(Document).where(Document.id.in_(documents)))},
        kinds={row.id: row for row in session.scalars(select(Kind).where(Kind.id.in_({act.asked_kind_id for act in acts})))},
        prices={row.id: row for row in session.scalars(select(Price).where(Price.id.in_({act.price_id for act in acts})))},
        quotes=quote_counts(session, [act.price_id for act in acts]),
        rents={row.id: row for row in session.scalars(select(RentRow).where(RentRow.id.in_({act.rent_id for act in acts})))},
        policies={row.id: row for row in session.scalars(select(ValuationPolicy).where(ValuationPolicy.id.in_({act.policy_id for act in acts})))},
    )
    slips = {act.document_id for act in acts}
    facts = select(PersonalFact.document_id).where(PersonalFact.document_id.in_(slips), PersonalFact.signature_method != "")
    papers = select(Attachment.document_id).where(Attachment.document_id.in_(slips), Attachment.purpose.in_(SIGNED))
    proofs.signed = {i for i in [*session.scalars(facts), *session.scalars(papers)] if i is not None}
    uninspected = and_(Tranche.state == State.ARRIVED, SavingShare.ended_on == Tranche.due_on)
    shares = (
        select(
            SavingShare.act_id,
            func.count(SavingShare.price).label("priced"),
            func.count(SavingShare.life_months).label("lived"),
            func.count().label("all"),
            func.max(case((SavingShare.stand_in, 1), else_=0)).label("stand_in"),
            func.max(case((uninspected, 1), else_=0)).label("arrived"),
        )
        .join(Tranche, Tranche.id == SavingShare.tranche_id)
        .where(SavingShare.act_id.in_(ids))
        .group_by(SavingShare.act_id)
    )
    scaled = {act.id: proofs.policies[act.policy_id].age_scales for act in acts}
    for row in session.execute(shares):
        proofs.valued[row.act_id] = row.priced == row.all and (row.lived == row.all or not scaled[row.act_id])
        proofs.stand_in |= {row.act_id} if row.stand_in else set()
        proofs.uninspected |= {row.act_id} if row.arrived else set()
    open_ones = select(SavingFlag.act_id, func.count()).where(SavingFlag.act_id.in_(ids), SavingFlag.closed_at.is_(None)).group_by(SavingFlag.act_id)
    proofs.flags = {row[0]: row[1] for row in session.execute(open_ones)}
    _costs(session, acts, proofs)
    return proofs


def _costs(session: Session, acts: list[SavingAct], proofs: Proofs) -> None:
    """Tell which acts rest on a cost without its voucher on file; own trucks and staff stand with their reason."""
    ids = {act.id for act in acts}
    carried: dict[int, set[int]] = {act.id: {act.document_id} for act in acts}
    rows = select(SavingEntry.act_id, SavingEntry.document_id).where(SavingEntry.act_id.in_(ids), SavingEntry.entry == "cost").distinct()
    for row in session.execute(rows):
        carried[row.act_id].add(row.document_id)
    for fact in posting.pending(session):
        if fact["act_id"] in ids and fact["entry"] == "cost":
            carried[fact["act_id"]].add(fact["document_id"])
    without = or_(and_(Cost.voucher_id.is_(None), Cost.reason == ""), and_(Cost.voucher_id.is_not(None), Voucher.file_id.is_(None)))
    bare = (
        select(Cost.document_id)
        .outerjoin(Voucher, Voucher.id == Cost.voucher_id)
        .where(Cost.document_id.in_({i for some in carried.values() for i in some}), Cost.kind != "loss", without)
    )
    unproven = set(session.scalars(bare.distinct()))
    proofs.unproven = {act_id for act_id, papers in carried.items() if papers & unproven}


def _facts(act: SavingAct, proofs: Proofs, zone: str) -> EvidenceFacts:
    policy = as_policy(proofs.policies[act.policy_id])
    request = proofs.documents.get(act.request_id) if act.request_id is not None else None
    price = proofs.prices.get(act.price_id) if act.price_id is not None else None
    rent = proofs.rents.get(act.rent_id) if act.rent_id is not None else None
    kind = proofs.kinds.get(act.asked_kind_id) if act.asked_kind_id is not None else None
    days = policy.computer_price_days if kind is not None and kind.computer else policy.price_days
    by_rental = policy.basis_for(ActKind(act.kind)) is Basis.RENTAL
    return EvidenceFacts(
        accepted_on=act.accepted_on,
        requested_on=clock.day_of(request.created_at, zone) if request is not None else act.accepted_on,
        valued=proofs.valued.get(act.id, False),
        need_complete=act.need_file_id is not None and act.budget_price is not None,
        need_dated_on=act.need_dated_on,
        budget_paper=act.budget_file_id is not None,
        price=None if price is None else PriceEvidence(price.source, price.dated_on, price.source_kind == "framework", proofs.quotes.get(price.id, 0), days),
        rent=PriceEvidence(rent.source, rent.dated_on or rent.valid_from, framework=True, days=policy.price_days) if rent is not None and by_rental else None,
        slips_signed=act.document_id in proofs.signed,
        costs_complete=act.costed and act.id not in proofs.unproven,
        inspected=act.id not in proofs.uninspected,
        stand_in=act.id in proofs.stand_in,
        open_flags=proofs.flags.get(act.id, 0),
        opening=act.opening,
    )
