"""Writing a new valuation policy and deciding on it: one a year, from 1 January of a coming year, approved beforehand by somebody who did not write it.

A policy holds for every hand-over from its first day on. Nothing here takes an event, a request or an act: which policy values one cannot be chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, SamePerson, Word
from assetpool.core.models import Pool
from assetpool.org.models import Role
from assetpool.org.queries import root_of
from assetpool.org.service import demand
from assetpool.savings.models import ValuationPolicy
from assetpool.savings.policy import Basis
from assetpool.savings.policy_models import PolicyStep

MAY_READ = (Role.VALUER, Role.FINANCE, Role.APPROVER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR)
MAY_DRAFT = (Role.FINANCE, Role.VALUER, Role.ADMINISTRATOR)
MAY_APPROVE = (Role.APPROVER,)
OLDEST_PRICE = 730


class YearTaken(DomainError):
    """Another policy begins in that year."""

    sentence = N_("Policy %(version)s begins in that year already. Change its draft, or choose another year.")


class NotComing(DomainError):
    """A policy for a year that has begun."""

    status = 422
    sentence = N_("A policy begins on 1 January of a coming year and is approved before it; %(year)d has begun. Choose a later year.")


class PolicySettled(DomainError):
    """An approved policy never changes."""

    sentence = N_("Policy %(version)s was approved and never changes. Draft one for a coming year.")


class NotDrafted(DomainError):
    """Nothing to decide on."""

    sentence = N_("Policy %(version)s is no draft, so there is nothing to decide. Reload the page to see where it stands.")


@dataclass(frozen=True)
class PolicyTerms:
    """All that a policy says; `floor` and `rho` are exact ratios between 0 and 1."""

    year: int
    loan_basis: str
    transfer_basis: str
    age_scales: bool
    floor: Fraction
    rho: Fraction
    price_days: int = 365
    computer_price_days: int = 180
    note: str = ""


def draft(session: Session, pool_id: int, terms: PolicyTerms, by: int) -> ValuationPolicy:
    """Write a policy for a coming year; one that was rejected for that year is written anew.

    Raise NotAllowed, NotComing, YearTaken, FieldInvalid.
    """
    _demand(session, pool_id, by, MAY_DRAFT)
    _check(session, pool_id, terms)
    first_day = date(terms.year, 1, 1)
    row = session.scalar(select(ValuationPolicy).where(ValuationPolicy.pool_id == pool_id, ValuationPolicy.first_day == first_day).with_for_update())
    if row is not None and row.state != "rejected":
        raise YearTaken(version=row.version)
    if row is None:
        row = ValuationPolicy(pool_id=pool_id, version=f"{terms.year}-1", first_day=first_day, created_at=clock.now(), approved_by=None, approved_at=None)
        session.add(row)
    _write(row, terms)
    session.flush()
    _step(session, row, "draft", by, terms.note)
    return row


def change(session: Session, pool_id: int, version: str, terms: PolicyTerms, by: int) -> ValuationPolicy:
    """Write a draft anew; its year stays. Raise NotAllowed, NotFound, PolicySettled, FieldInvalid."""
    _demand(session, pool_id, by, MAY_DRAFT)
    row = _locked(session, pool_id, version)
    if row.state == "approved":
        raise PolicySettled(version=version)
    if terms.year != row.first_day.year:
        raise FieldInvalid(field=Word(N_("Year")), problem=Word(N_("the year of a draft stays. Draft another policy for another year.")))
    _check(session, pool_id, terms)
    _write(row, terms)
    _step(session, row, "change", by, terms.note)
    return row


def approve(session: Session, pool_id: int, version: str, reason: str, by: int) -> ValuationPolicy:
    """Approve a draft before its first day; from then on it never changes.

    Raise NotAllowed without the approver's role for the whole pool, SamePerson for anybody who wrote on it, NotComing once its year has begun.
    """
    _demand(session, pool_id, by, MAY_APPROVE)
    row = _decidable(session, pool_id, version)
    if by in writers(session, row.id):
        raise SamePerson(number=version, earlier=Word(N_("author of the policy")))
    if _today(session, pool_id) >= row.first_day:
        raise NotComing(year=row.first_day.year)
    _step(session, row, "approve", by, reason)
    row.state, row.approved_by, row.approved_at = "approved", by, clock.now()
    session.flush()
    return row


def reject(session: Session, pool_id: int, version: str, reason: str, by: int) -> ValuationPolicy:
    """Reject a draft with a reason; it can be written anew. Raise NotAllowed, NotDrafted, FieldInvalid."""
    _demand(session, pool_id, by, MAY_APPROVE)
    row = _decidable(session, pool_id, version)
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say why, so that the author knows what to change.")))
    _step(session, row, "reject", by, reason)
    row.state = "rejected"
    session.flush()
    return row


def steps_of(session: Session, policy_id: int) -> list[PolicyStep]:
    """Return what happened to a policy, oldest first."""
    return list(session.scalars(select(PolicyStep).where(PolicyStep.policy_id == policy_id).order_by(PolicyStep.id)))


def writers(session: Session, policy_id: int) -> set[int]:
    """Return everybody who wrote on a policy."""
    return {step.person_id for step in steps_of(session, policy_id) if step.act in ("draft", "change")}


def by_version(session: Session, pool_id: int, version: str) -> ValuationPolicy:
    """Return a policy by its version; raise NotFound."""
    row = session.scalar(select(ValuationPolicy).where(ValuationPolicy.pool_id == pool_id, ValuationPolicy.version == version))
    if row is None:
        raise NotFound(what=version)
    return row


def free_years(session: Session, pool_id: int, count: int = 3) -> list[int]:
    """Return the next years in which a policy may still begin."""
    taken = set(session.scalars(select(ValuationPolicy.first_day).where(ValuationPolicy.pool_id == pool_id, ValuationPolicy.state != "rejected")))
    year = _today(session, pool_id).year
    return [coming for coming in range(year + 1, year + 12) if date(coming, 1, 1) not in taken][:count]


def _demand(session: Session, pool_id: int, by: int, roles: Sequence[Role]) -> None:
    root = root_of(session, pool_id)
    demand(session, by, roles, root.id if root else 0)


def _today(session: Session, pool_id: int) -> date:
    return clock.today(session.get_one(Pool, pool_id).time_zone)


def _locked(session: Session, pool_id: int, version: str) -> ValuationPolicy:
    found = by_version(session, pool_id, version)
    session.refresh(found, with_for_update=True)
    return found


def _decidable(session: Session, pool_id: int, version: str) -> ValuationPolicy:
    row = _locked(session, pool_id, version)
    if row.state == "approved":
        raise PolicySettled(version=version)
    if row.state != "draft":
        raise NotDrafted(version=version)
    return row


def _check(session: Session, pool_id: int, terms: PolicyTerms) -> None:
    if not 2000 <= terms.year <= 9000 or date(terms.year, 1, 1) <= _today(session, pool_id):
        raise NotComing(year=terms.year)
    if terms.loan_basis not in set(Basis):
        raise FieldInvalid(field=Word(N_("Basis for loans")), problem=Word(N_("choose one from the list.")))
    if terms.transfer_basis not in (Basis.PURCHASE, Basis.CONSUMPTION):
        raise FieldInvalid(field=Word(N_("Basis for transfers")), problem=Word(N_("choose one from the list.")))
    for name, ratio in ((N_("Floor of newness"), terms.floor), (N_("Resale share ρ"), terms.rho)):
        if not 0 <= ratio <= 1 or ratio.denominator > 10_000:
            raise FieldInvalid(field=Word(name), problem=Word(N_("enter 0 to 100 percent, with at most two decimals.")))
    for name, days in ((N_("Days a price stays fresh"), terms.price_days), (N_("Days for prices of computers"), terms.computer_price_days)):
        if not 1 <= days <= OLDEST_PRICE:
            raise FieldInvalid(field=Word(name), problem=Word(N_("enter 1 to 730 days.")))


def _write(row: ValuationPolicy, terms: PolicyTerms) -> None:
    row.loan_basis, row.transfer_basis, row.age_scales = str(terms.loan_basis), str(terms.transfer_basis), terms.age_scales
    row.floor_numerator, row.floor_denominator = terms.floor.numerator, terms.floor.denominator
    row.rho_numerator, row.rho_denominator = terms.rho.numerator, terms.rho.denominator
    row.price_days, row.computer_price_days, row.note = terms.price_days, terms.computer_price_days, terms.note.strip()
    row.state = "draft"


def _step(session: Session, row: ValuationPolicy, act: str, by: int, reason: str) -> None:
    session.add(PolicyStep(policy_id=row.id, act=act, person_id=by, reason=reason.strip(), recorded_at=clock.now()))
    session.flush()
