"""The ledger of acts for machines: entries, what proves them, and reviews."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, SamePerson
from assetpool.core.models import Pool
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.queries import visible_numbers
from assetpool.savings import listing, policies, service, unfolding
from assetpool.savings.listing import Narrowing
from assetpool.savings.models import SavingAct, SavingEntry, SavingShare, ValuationPolicy
from assetpool.savings.schemas import (
    ActAnswer,
    CostAnswer,
    EntryAnswer,
    EntryPage,
    EntryQuery,
    EvidenceAnswer,
    PoliciesAnswer,
    PolicyAnswer,
    ProofAnswer,
    ReviewBody,
    ReviewsAnswer,
    TermsAnswer,
)
from assetpool.savings.standing import counted, standing
from assetpool.savings.unfolding import Unfolded
from assetpool.savings.wording import said
from assetpool.savings.workings import workings

bp = rest.blueprint("savings", __name__, "Savings")


@bp.get("/savings/entries")
@access.signed_in
@rest.reads(EntryPage, EntryQuery)
def entries(asked: EntryQuery) -> rest.Json:
    """List the entries of the ledger, the newest first."""
    session, mine = db.session(), access.current()
    after = rest.after(asked.cursor, (int,))
    found = unfolding.entries(session, mine, _narrowed(asked), after[0] if after else None, asked.limit + 1)
    page = found[: asked.limit]
    numbers = visible_numbers(session, mine, [entry.document_id for entry, _, _ in page])
    items = [_entry(entry, act, numbers.get(entry.document_id)) for entry, act, _ in page]
    return rest.page(items, (page[-1][0].height,) if len(found) > len(page) else None)


def _narrowed(asked: EntryQuery) -> list[ColumnElement[bool]]:
    narrowing = Narrowing(
        event=asked.event,
        organization=asked.organization or "",
        class_code=asked.class_code or "",
        store=asked.store or "",
        kind=asked.kind or "",
        document=asked.document or "",
    )
    found = listing.within(narrowing)
    if asked.from_ is not None:
        found.append(SavingEntry.business_day >= asked.from_)
    if asked.to is not None:
        found.append(SavingEntry.business_day <= asked.to)
    if asked.act is not None:
        found.append(SavingEntry.act_id == asked.act)
    if asked.standing == "rejected":
        found.append(~counted())
    elif asked.standing is not None:
        found += [counted(), standing() == asked.standing]
    return found


def _entry(entry: SavingEntry, act: SavingAct, number: str | None) -> EntryAnswer:
    return {
        "id": entry.id,
        "height": entry.height,
        "digest": entry.digest,
        "act_id": entry.act_id,
        "document": number,
        "entry": entry.entry,
        "kind": entry.kind,
        "count": entry.count,
        "days": entry.days,
        "purchase_fen": entry.purchase,
        "rental_fen": entry.rental,
        "consumption_fen": entry.consumption,
        "adopted_fen": entry.adopted,
        "cost_fen": entry.cost,
        "cost_kind": entry.cost_kind,
        "lower_bound_fen": entry.lower_bound,
        "stand_in": entry.stand_in,
        "business_day": entry.business_day,
        "period": entry.period,
        "corrects_period": entry.corrects_period,
        "reverses_id": entry.reverses_id,
        "reason": entry.reason,
        "recorded_at": entry.recorded_at,
        "grade": act.grade,
        "reviewed": act.reviewed,
    }


@bp.get("/savings/entries/<int:entry_id>/evidence")
@access.signed_in
@rest.reads(EvidenceAnswer, refuses=(NotFound,))
def evidence(entry_id: int) -> rest.Json:
    """Show everything that proves an entry: act, frozen terms with the steps, costs with vouchers, papers, reviews, movements."""
    session, mine = db.session(), access.current()
    entry = unfolding.visible_entry(session, mine, entry_id)
    it = unfolding.unfold(session, mine, entry.act_id)
    policy = policies.as_policy(it.policy)
    return {
        "entry": _entry(entry, it.act, it.numbers.get(entry.document_id)),
        "act": _act(it),
        "terms": [_terms(it, share, policy) for share in it.shares],
        "costs": _costs(it),
        "proofs": _proofs(it),
        "reviews": [
            {
                "decision": row.decision,
                "grade": row.grade,
                "missing": row.missing.split(),
                "reason": row.reason,
                "by": it.people[row.person_id].name if row.person_id in it.people else "",
                "recorded_at": row.recorded_at,
            }
            for row in it.reviews
        ],
        "movements": [
            {
                "id": row.id,
                "tag": it.tags[row.tranche_id],
                "act": row.act,
                "state": row.state,
                "count": row.count,
                "document": it.numbers.get(row.document_id or 0),
                "occurred_at": row.occurred_at,
            }
            for row in it.movements
        ],
    }


def _act(it: Unfolded) -> ActAnswer:
    act = it.act
    return {
        "id": act.id,
        "slip": it.numbers.get(act.document_id),
        "line_no": act.line_no,
        "request": it.numbers.get(act.request_id or 0),
        "kind": act.kind,
        "units": act.units,
        "valued_units": act.valued_units,
        "accepted_on": act.accepted_on,
        "due_on": act.due_on,
        "receiver_code": it.organizations[act.receiver_id].code,
        "event_id": act.event_id,
        "policy": it.policy.version,
        "opening": act.opening,
        "opening_source": act.opening_source,
        "same_system": act.same_system,
        "costed": act.costed,
        "grade": act.grade,
        "missing": act.missing.split(),
        "reviewed": act.reviewed,
    }


def _terms(it: Unfolded, share: SavingShare, policy: Any) -> TermsAnswer:
    return {
        "tag": it.tags[share.tranche_id],
        "units": share.count,
        "acquired_on": share.acquired_on,
        "price_fen": share.price,
        "price_source": share.price_source,
        "life_days": share.life_days,
        "used_days": share.used_days,
        "newness": {"numerator": share.n_numerator, "denominator": share.n_denominator},
        "rent_day_fen": share.rent_day,
        "rent_7_days_fen": share.rent_7_days,
        "rent_30_days_fen": share.rent_30_days,
        "zero_reason": share.zero_reason,
        "claimed_days": share.posted_days,
        "ended_on": share.ended_on,
        "ended_by": share.ended_by,
        "posted_purchase_fen": share.posted_purchase,
        "posted_rental_fen": share.posted_rental,
        "posted_consumption_fen": share.posted_consumption,
        "posted_adopted_fen": share.posted_adopted,
        "steps": [said(step.sentence, step.figures) for work in workings(it.act, [share], policy) for step in work.steps],
    }


def _costs(it: Unfolded) -> list[CostAnswer]:
    shares: dict[int | None, int] = {}
    for entry in it.entries:
        shares[entry.cost_id] = shares.get(entry.cost_id, 0) + (entry.cost or 0)
    return [
        {
            "id": cost.id,
            "kind": cost.kind,
            "amount_fen": cost.amount,
            "share_fen": shares.get(cost.id, 0),
            "document": it.numbers.get(cost.document_id),
            "issuer": voucher.issuer if voucher else None,
            "voucher": voucher.number if voucher else None,
            "file_id": voucher.file_id if voucher else None,
            "reason": cost.reason,
        }
        for cost, voucher in it.costs
    ]


def _proofs(it: Unfolded) -> list[ProofAnswer]:
    return [
        {
            "what": said(proof.name, {}),
            "there": not proof.missing,
            "missing": [said(sentence, {}) for sentence in proof.missing],
            "detail": proof.detail,
            "day": proof.day,
            "file_id": proof.file.id if proof.file else None,
        }
        for proof in it.proofs
    ]


@bp.post("/savings/reviews")
@access.signed_in
@rest.writes(ReviewsAnswer, ReviewBody, refuses=(NotFound, NotAllowed, SamePerson, FieldInvalid, service.AlreadyReviewed, service.FromWithin))
def review(session: Session, body: ReviewBody) -> rest.Json:
    """Accept or reject acts in one go, with a reason; a person outside each of them."""
    service.review(session, body.act_ids, body.decision, body.reason, access.me())
    rows = session.scalars(select(SavingAct).where(SavingAct.id.in_(body.act_ids)).order_by(SavingAct.id))
    return {"acts": [{"act_id": row.id, "reviewed": row.reviewed, "grade": row.grade} for row in rows]}


@bp.get("/policies")
@access.signed_in
@rest.reads(PoliciesAnswer)
def valuation_policies() -> rest.Json:
    """List every version of the valuation policy, drafts too, the earliest first."""
    session, pool_id = db.session(), access.current().pool_id
    rows = policies.all_of(session, pool_id)
    today = clock.today(session.get_one(Pool, pool_id).time_zone)
    now = policies.row_on(session, pool_id, today).id if rows else None
    return rest.page([_policy(row, row.id == now) for row in rows], None, len(rows))


def _policy(row: ValuationPolicy, in_force: bool) -> PolicyAnswer:
    return {
        "version": row.version,
        "first_day": row.first_day,
        "state": row.state,
        "in_force": in_force,
        "loan_basis": row.loan_basis,
        "transfer_basis": row.transfer_basis,
        "age_scales": row.age_scales,
        "floor": {"numerator": row.floor_numerator, "denominator": row.floor_denominator},
        "rho": {"numerator": row.rho_numerator, "denominator": row.rho_denominator},
        "price_days": row.price_days,
        "computer_price_days": row.computer_price_days,
        "note": row.note,
        "approved_at": row.approved_at,
    }
