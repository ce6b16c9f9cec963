"""Recognising an act: the terms of each tranche freeze on the day of acceptance, and what is claimed at once is posted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assetpool.core import bulk, clock
from assetpool.core.models import Pool
from assetpool.custody.models import Tranche
from assetpool.events.models import Event
from assetpool.records.models import File
from assetpool.savings import policies, posting
from assetpool.savings.grading import regrade
from assetpool.savings.life import add_months, carrying_amount
from assetpool.savings.models import SavingAct, SavingShare, ValuationPolicy
from assetpool.savings.origins import budgets, organizations_in, origins_of
from assetpool.savings.policy import Policy
from assetpool.savings.tariffs import Delivery, Tariff, tariffs_on
from assetpool.savings.valuation import reference_price
from assetpool.savings.zero import Zero, holders, zero_reason

NEED_MONTHS = 12
"""A need line claims a purchase once in so many months (SAVINGS.md, Three bases)."""


def recognise(session: Session, delivery: Delivery, tranches: Sequence[Tranche], grade: bool = True) -> SavingAct:
    """Open the act of an accepted line over its tranches (already with the receiver), freeze their terms and post their claims.

    Units accepted apart on the same line and day join the act. Nothing counts before the receiver accepted (SAVINGS.md, rule 2).
    Who opens many acts and shares costs over them says `grade=False`, since the costs' posting grades them all at once.
    """
    return recognise_all(session, [(delivery, tranches)], grade)[0]


def recognise_all(session: Session, accepted: Sequence[tuple[Delivery, Sequence[Tranche]]], grade: bool = True) -> list[SavingAct]:
    """Do what `recognise` does for many lines of one slip, accepted at once by one receiver, in a number of queries that does not grow with them."""
    first = accepted[0][0]
    policy_row = policies.row_on(session, first.pool_id, first.accepted_on)
    policy = policies.as_policy(policy_row)
    tariffs = tariffs_on(session, [delivery for delivery, _ in accepted])
    zone = session.get_one(Pool, first.pool_id).time_zone
    organizer_id = session.scalar(select(Event.organization_id).where(Event.id == first.event_id)) if first.event_id else None
    everything = [tranche for _, tranches in accepted for tranche in tranches]
    known = budgets(session, organizations_in(session, everything) | {first.receiver_id} | ({organizer_id} if organizer_id else set()))
    acts = _acts(session, accepted, policy_row, tariffs)
    claimed = needs_claimed(session, [delivery for delivery, _ in accepted])
    found = origins_of(session, everything, known, zone)
    receiver = known.of(first.receiver_id)
    organizer = known.organizer(organizer_id) if organizer_id else None
    shares: dict[int, SavingShare] = {}
    for (delivery, tranches), act, tariff in zip(accepted, acts, tariffs, strict=True):
        line_zero = Zero.REPLACEMENT if delivery.replaces else Zero.NEED_CLAIMED if delivery in claimed else None
        for tranche in tranches:
            zero = zero_reason(found[tranche.id], receiver, organizer, delivery.accepted_on)
            share = shares[tranche.id] = _share(act, delivery, tranche, policy_row, tariff)
            share.zero_reason = zero or line_zero or ""
            theirs = (holding.organization_id for holding in holders(found[tranche.id], delivery.accepted_on))
            share.same_system = zero is None and any(known.is_same_system(one, receiver) for one in theirs)
            act.same_system = act.same_system or share.same_system
    bulk.add_numbered(session, list(shares.values()))
    session.flush()
    mark_reused(session, [tranche.asset_id for tranche in everything])
    with session.no_autoflush:
        for (delivery, tranches), act in zip(accepted, acts, strict=True):
            for tranche in tranches:
                _claim_at_once(session, delivery, act, shares[tranche.id], tranche, policy)
    if grade:
        regrade(session, [act.id for act in acts])
    return acts


def _claim_at_once(session: Session, delivery: Delivery, act: SavingAct, share: SavingShare, tranche: Tranche, policy: Policy) -> None:
    posting.post_growth(session, act, share, tranche, policy, entry="claim", days=0, day=delivery.accepted_on, by=delivery.by, reason=share.zero_reason)
    terms = posting.terms_of(act, share, policy)
    share.stand_in = terms.adopted_basis == "rental" and terms.rent is None
    act.valued_units += share.count if terms.full_value is not None else 0


def mark_reused(session: Session, asset_ids: Iterable[int]) -> None:
    """Mark the shares of labels that stand in more than one act, so that reports look twice at these alone."""
    held = select(Tranche.asset_id).join(SavingShare, SavingShare.tranche_id == Tranche.id).where(Tranche.asset_id.in_(set(asset_ids)))
    again = list(session.scalars(held.group_by(Tranche.asset_id).having(func.count(func.distinct(SavingShare.act_id)) > 1)))
    if again:
        theirs = select(Tranche.id).where(Tranche.asset_id.in_(again))
        session.execute(update(SavingShare).where(SavingShare.tranche_id.in_(theirs), ~SavingShare.reused).values(reused=True))


def needs_claimed(session: Session, deliveries: Sequence[Delivery]) -> set[Delivery]:
    """Return the deliveries for whose need line (its paper, under any name, else its date) another request claimed a purchase within 12 months."""
    needed = [each for each in deliveries if each.need_file_id is not None or each.need_dated_on is not None]
    if not needed:
        return set()
    first = needed[0]
    papers = _same_papers(session, {each.need_file_id for each in needed if each.need_file_id is not None})
    dated = {each.need_dated_on for each in needed if each.need_file_id is None}
    statement = (
        select(SavingAct.asked_kind_id, SavingAct.need_file_id, SavingAct.need_dated_on, SavingAct.accepted_on)
        .join(SavingShare, SavingShare.act_id == SavingAct.id)
        .where(
            SavingAct.receiver_id == first.receiver_id,
            SavingAct.asked_kind_id.in_({each.asked_kind_id for each in needed}),
            SavingAct.request_id.is_distinct_from(first.request_id),
            SavingShare.posted_purchase > 0,
            SavingAct.need_file_id.in_(papers) | (SavingAct.need_file_id.is_(None) & SavingAct.need_dated_on.in_(dated)),
        )
    )

    def key(one: Any) -> tuple[int | None, str | date | None]:
        return one.asked_kind_id, papers[one.need_file_id] if one.need_file_id is not None else one.need_dated_on

    fresh = {key(row) for row in session.execute(statement) if _is_near(row.accepted_on, first.accepted_on)}
    return {each for each in needed if key(each) in fresh}


def _same_papers(session: Session, file_ids: set[int]) -> dict[int, str]:
    """Return the digests of files, and of all kept under other names that hold the same, by id."""
    if not file_ids:
        return {}
    mine = select(File.digest).where(File.id.in_(file_ids))
    return {row.id: row.digest for row in session.execute(select(File.id, File.digest).where(File.digest.in_(mine)))}


def _is_near(one: date, other: date) -> bool:
    """Say whether two acceptances lie less than 12 months apart, whichever of them was told first."""
    return add_months(min(one, other), NEED_MONTHS) > max(one, other)


def _acts(session: Session, accepted: Sequence[tuple[Delivery, Sequence[Tranche]]], policy: ValuationPolicy, tariffs: Sequence[Tariff]) -> list[SavingAct]:
    """Return the act of each line, opening those that the slip does not have yet."""
    held = select(SavingAct).where(SavingAct.document_id == accepted[0][0].document_id)
    known = {act.line_no: act for act in session.scalars(held.where(SavingAct.line_no.in_([delivery.line_no for delivery, _ in accepted])))}
    acts: list[SavingAct] = []
    opened: list[SavingAct] = []
    for (delivery, tranches), tariff in zip(accepted, tariffs, strict=True):
        act = known.get(delivery.line_no)
        if act is None:
            act = known[delivery.line_no] = _opened(delivery, tranches, policy, tariff)
            opened.append(act)
        elif act.accepted_on != delivery.accepted_on:
            raise ValueError("units of one line are accepted on one day")
        act.units += sum(tranche.count for tranche in tranches)
        acts.append(act)
    bulk.add_numbered(session, opened)
    session.flush()
    return acts


def _opened(delivery: Delivery, tranches: Sequence[Tranche], policy: ValuationPolicy, tariff: Tariff) -> SavingAct:
    return SavingAct(
        pool_id=delivery.pool_id,
        document_id=delivery.document_id,
        line_no=delivery.line_no,
        kind=delivery.kind,
        policy_id=policy.id,
        request_id=delivery.request_id,
        kind_id=delivery.kind_id,
        asked_kind_id=delivery.asked_kind_id,
        receiver_id=delivery.receiver_id,
        giver_id=tranches[0].owner_id if tranches else None,
        event_id=delivery.event_id,
        store_id=delivery.store_id,
        units=0,
        accepted_on=delivery.accepted_on,
        due_on=delivery.due_on,
        price_id=tariff.price.id if tariff.price else None,
        rent_id=tariff.rent.id if tariff.rent else None,
        need_file_id=delivery.need_file_id,
        need_dated_on=delivery.need_dated_on,
        budget_file_id=delivery.budget_file_id,
        budget_price=delivery.budget_price,
        cash_releasing=delivery.budget_file_id is not None,
        valued_units=0,
        same_system=False,
        costed=False,
        created_at=clock.now(),
    )


def _share(act: SavingAct, delivery: Delivery, tranche: Tranche, policy: ValuationPolicy, tariff: Tariff) -> SavingShare:
    priced = reference_price(
        tariff.asked.amount if tariff.asked else None,
        tariff.delivered.amount if tariff.delivered else None,
        tariff.standard_cap,
        delivery.budget_price,
        tranche.original_value,
        tranche.acquired_on,
        delivery.accepted_on,
    )
    rent = tariff.rent if delivery.kind == "loan" else None
    life = tariff.life_months
    carrying = carrying_amount(tranche.original_value, tranche.acquired_on, life, delivery.accepted_on)
    if tranche.original_value is not None and tranche.accumulated_depreciation is not None:
        carrying = tranche.original_value - tranche.accumulated_depreciation
    share = SavingShare(
        act_id=act.id,
        tranche_id=tranche.id,
        count=tranche.count,
        acquired_on=tranche.acquired_on,
        price=priced[0] if priced else None,
        price_source=priced[1].value if priced else "",
        life_months=life,
        rent_day=rent.per_day if rent else None,
        rent_7_days=rent.per_7_days if rent else None,
        rent_30_days=rent.per_30_days if rent else None,
        original_value=tranche.original_value,
        accumulated_depreciation=tranche.accumulated_depreciation,
        carrying_amount=carrying,
        zero_reason="",
        inspected_good=tranche.inspected_good,
        prior_claimed_days=tranche.claimed_days,
        prior_last_day=tranche.last_claimed_day,
        ended_on=delivery.accepted_on if delivery.kind == "transfer" else None,
        ended_by="transferred" if delivery.kind == "transfer" else "",
        posted_days=0,
        posted_purchase=0,
        posted_rental=0,
        posted_consumption=0,
        posted_adopted=0,
        reused=False,
    )
    terms = posting.terms_of(act, share, policies.as_policy(policy))
    newness = terms.n
    share.life_days, share.used_days = terms.life, terms.used
    share.n_numerator, share.n_denominator = (newness.numerator, newness.denominator) if newness is not None else (0, 1)
    return share
