"""What a replay of the chain knows at a height: units with what was claimed on them, what acts have posted, and the acts at hand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.audit.differences import Differs
from assetpool.audit.outlays import Outlays
from assetpool.savings import policies, posting
from assetpool.savings.models import SavingAct, SavingShare
from assetpool.savings.policy import ActKind, Basis, Policy
from assetpool.savings.posting import SERIES
from assetpool.savings.valuation import Terms
from assetpool.savings.zero import Zero

ACTS_KEPT = 5000
"""So many acts stay at hand; older ones are read again when an entry of theirs comes."""

Amounts = dict[str, int]


def nothing() -> Amounts:
    """Return amounts of 0 on every series."""
    return dict.fromkeys(SERIES, 0)


@dataclass
class Unit:
    """What is known of each unit of a tranche at a height."""

    count: int
    due_on: date | None = None
    cap: int | None = None
    claimed: Amounts = field(default_factory=nothing)
    days: int = 0
    last: date | None = None


@dataclass
class Posted:
    """What an act has posted on each unit of a tranche, and what others had claimed of its days before."""

    prior_days: int
    prior_last: date | None
    amounts: Amounts = field(default_factory=nothing)
    days: int = 0


@dataclass(frozen=True)
class Known:
    """An act at hand with its frozen shares by tranche."""

    act: SavingAct
    shares: dict[int, SavingShare]
    policy: Policy

    @property
    def basis(self) -> Basis:
        """Return the basis of the act's headline."""
        return self.policy.basis_for(ActKind(self.act.kind))

    def terms(self, share: SavingShare, zero: str) -> Terms:
        """Return the frozen terms, with the reason for zero as the chained claim says it."""
        return replace(posting.terms_of(self.act, share, self.policy), zero=Zero(zero) if zero else None)


@dataclass
class Ledger:
    """The state that the chain's rows add up to; `closed` says at which height each closed month was closed."""

    units: dict[int, Unit] = field(default_factory=dict)
    posted: dict[int, dict[int, Posted]] = field(default_factory=lambda: defaultdict(dict))
    zeros: dict[tuple[int, int], str] = field(default_factory=dict)
    costs: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    costed: set[int] = field(default_factory=set)
    reversed: set[int] = field(default_factory=set)
    decisions: dict[int, tuple[str, str]] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)
    outlays: Outlays = field(default_factory=Outlays)
    totals: dict[str, Amounts] = field(default_factory=lambda: defaultdict(lambda: {**nothing(), "cost": 0, "lower_bound": 0}))


class Acts:
    """Acts with their shares, read in batches and kept for a while."""

    def __init__(self, session: Session, pool_id: int) -> None:
        self.session = session
        self.policies = {row.id: policies.as_policy(row) for row in policies.all_of(session, pool_id)}
        self.kept: dict[int, Known] = {}

    def load(self, ids: set[int]) -> None:
        """Have these acts at hand."""
        new = ids - self.kept.keys()
        if not new:
            return
        if len(self.kept) > ACTS_KEPT:
            self.kept = {act_id: self.kept[act_id] for act_id in ids & self.kept.keys()}
        shares: dict[int, dict[int, SavingShare]] = defaultdict(dict)
        for share in self.session.scalars(select(SavingShare).where(SavingShare.act_id.in_(new))):
            shares[share.act_id][share.tranche_id] = share
        for act in self.session.scalars(select(SavingAct).where(SavingAct.id.in_(new))):
            self.kept[act.id] = Known(act, shares[act.id], self.policies[act.policy_id])

    def of(self, row: Any) -> Known:
        """Return the act of an entry; an entry without one differs."""
        if row.act_id not in self.kept:
            raise Differs("saving_entry.act_id", row.id, "an act", row.act_id)
        return self.kept[row.act_id]
