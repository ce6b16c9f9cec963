"""Recognising an act: the terms of each tranche freeze on the day of acceptance, and what is claimed at once is posted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Price
from assetpool.catalog.models import Rent as RentRow
from assetpool.catalog.queries import prices_on, rents_on
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.custody.models import Tranche
from assetpool.events.models import Event
from assetpool.savings import policies, posting
from assetpool.savings.grading import regrade
from assetpool.savings.life import add_months, carrying_amount
from assetpool.savings.models import SavingAct, SavingShare, ValuationPolicy
from assetpool.savings.origins import budgets, organizations_in, origins_of
from assetpool.savings.rent import Rent, rent_for
from assetpool.savings.valuation import reference_price
from assetpool.savings.zero import Zero, zero_reason

NEED_MONTHS = 12
"""A need line claims a purchase once in so many months (SAVINGS.md, Three bases)."""


@dataclass(frozen=True)
class Delivery:
    """One accepted line of a slip, which is one act; `replaces`: these units stand in for broken ones already handed over."""

    document_id: int
    line_no: int
    pool_id: int
    kind: str
    kind_id: int
    asked_kind_id: int
    receiver_id: int
    event_id: int | None
    store_id: int
    request_id: int | None
    accepted_on: date
    due_on: date | None
    budget_price: int | None
    need_dated_on: date | None
    need_file_id: int | None
    budget_file_id: int | None
    replaces: bool
    by: int


@dataclass(frozen=True)
class Tariff:
    """What is on file for the kinds on the day: price and rent of the kind asked for and of the kind delivered, life and cap."""

    kind: Kind
    asked: Price | None
    delivered: Price | None
    standard_cap: int | None
    rent: RentRow | None

    @property
    def price(self) -> Price | None:
        """Return the lower of the two reference prices, whose evidence the act rests on."""
        known = [row for row in (self.asked, self.delivered) if row is not None]
        return min(known, key=lambda row: row.amount, default=None)


def recognise(session: Session, delivery: Delivery, tranches: Sequence[Tranche], grade: bool = True) -> SavingAct:
    """Open the act of an accepted line over its tranches (already with the receiver), freeze their terms and post their claims.

    Units accepted apart on the same line and day join the act. Nothing counts before the receiver accepted (SAVINGS.md, rule 2).
    Who opens many acts and shares costs over them says `grade=False`, since the costs' posting grades them all at once.
    """
    policy_row = policies.row_on(session, delivery.pool_id, delivery.accepted_on)
    policy = policies.as_policy(policy_row)
    tariff = tariff_on(session, delivery.kind_id, delivery.asked_kind_id, delivery.accepted_on, _days(delivery))
    zone = session.get_one(Pool, delivery.pool_id).time_zone
    organizer_id = session.scalar(select(Event.organization_id).where(Event.id == delivery.event_id)) if delivery.event_id else None
    concerned = organizations_in(session, tranches) | {delivery.receiver_id} | ({organizer_id} if organizer_id else set())
    known = budgets(session, concerned)
    act = _act(session, delivery, tranches, policy_row, tariff)
    line_zero = Zero.REPLACEMENT if delivery.replaces else Zero.NEED_CLAIMED if need_is_claimed(session, delivery) else None
    found = origins_of(session, tranches, known, delivery.receiver_id, zone)
    receiver = known.of(delivery.receiver_id)
    organizer = known.organizer(organizer_id) if organizer_id else None
    shares = []
    for tranche in tranches:
        zero = zero_reason(found[tranche.id], receiver, organizer, delivery.accepted_on)
        share = _share(act, delivery, tranche, policy_row, tariff)
        share.zero_reason = zero or line_zero or ""
        share.same_system = zero is None and known.is_same_system(tranche.owner_id, delivery.receiver_id)
        shares.append(share)
    act.same_system = act.same_system or any(share.same_system for share in shares)
    session.add_all(shares)
    session.flush()
    mark_reused(session, [tranche.asset_id for tranche in tranches])
    for share, tranche in zip(shares, tranches, strict=True):
        posting.post_growth(session, act, share, tranche, policy, entry="claim", days=0, day=delivery.accepted_on, by=delivery.by, reason=share.zero_reason)
        terms = posting.terms_of(act, share, policy)
        share.stand_in = terms.adopted_basis == "rental" and terms.rent is None
        act.valued_units += share.count if terms.full_value is not None else 0
    if grade:
        regrade(session, [act.id])
    return act


def tariff_on(session: Session, kind_id: int, asked_kind_id: int, day: date, days: int) -> Tariff:
    """Return the newest prices valid on a day, the cap, and of the rents asked for and delivered the one cheaper over `days`."""
    ids = {kind_id, asked_kind_id}
    kinds = {row.id: row for row in session.scalars(select(Kind).where(Kind.id.in_(ids)))}
    newest, filed = prices_on(session, ids, day), rents_on(session, ids, day)
    caps = [kind.standard_cap for kind in kinds.values() if kind.standard_cap is not None]
    rent = min(filed.values(), key=lambda row: rent_for(Rent(row.per_day, row.per_7_days, row.per_30_days), days), default=None)
    return Tariff(kinds[kind_id], newest.get(asked_kind_id), newest.get(kind_id), min(caps, default=None), rent)


def mark_reused(session: Session, asset_ids: Iterable[int]) -> None:
    """Mark the shares of labels that stand in more than one act, so that reports look twice at these alone."""
    held = select(Tranche.asset_id).join(SavingShare, SavingShare.tranche_id == Tranche.id).where(Tranche.asset_id.in_(set(asset_ids)))
    again = list(session.scalars(held.group_by(Tranche.asset_id).having(func.count(func.distinct(SavingShare.act_id)) > 1)))
    if again:
        theirs = select(Tranche.id).where(Tranche.asset_id.in_(again))
        session.execute(update(SavingShare).where(SavingShare.tranche_id.in_(theirs), ~SavingShare.reused).values(reused=True))


def need_is_claimed(session: Session, delivery: Delivery) -> bool:
    """Say whether another request of the receiver claimed a purchase for the same need line within the last 12 months."""
    if delivery.need_file_id is None and delivery.need_dated_on is None:
        return False
    paper = SavingAct.need_file_id == delivery.need_file_id
    day = and_(SavingAct.need_file_id.is_(None), SavingAct.need_dated_on == delivery.need_dated_on)
    statement = (
        select(SavingAct.accepted_on)
        .join(SavingShare, SavingShare.act_id == SavingAct.id)
        .where(
            SavingAct.receiver_id == delivery.receiver_id,
            SavingAct.asked_kind_id == delivery.asked_kind_id,
            SavingAct.request_id.is_distinct_from(delivery.request_id),
            SavingAct.accepted_on <= delivery.accepted_on,
            SavingShare.posted_purchase > 0,
            day if delivery.need_file_id is None else paper,
        )
    )
    return any(add_months(accepted_on, NEED_MONTHS) > delivery.accepted_on for accepted_on in session.scalars(statement))


def _days(delivery: Delivery) -> int:
    return 30 if delivery.due_on is None else max(1, (delivery.due_on - delivery.accepted_on).days + 1)


def _act(session: Session, delivery: Delivery, tranches: Iterable[Tranche], policy: ValuationPolicy, tariff: Tariff) -> SavingAct:
    tranches = list(tranches)
    units = sum(tranche.count for tranche in tranches)
    act = session.scalar(select(SavingAct).where(SavingAct.document_id == delivery.document_id, SavingAct.line_no == delivery.line_no))
    if act is not None:
        if act.accepted_on != delivery.accepted_on:
            raise ValueError("units of one line are accepted on one day")
        act.units += units
        return act
    act = SavingAct(
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
        units=units,
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
    session.add(act)
    session.flush()
    return act


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
    life = tariff.kind.service_life_months
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
    )
    terms = posting.terms_of(act, share, policies.as_policy(policy))
    newness = terms.n
    share.life_days, share.used_days = terms.life, terms.used
    share.n_numerator, share.n_denominator = (newness.numerator, newness.denominator) if newness is not None else (0, 1)
    return share
