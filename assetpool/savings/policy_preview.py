"""What the acts of a year would claim under another policy, beside what they claim under their own: recomputed from frozen terms, written nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assetpool.custody.models import Tranche
from assetpool.records.models import Document
from assetpool.savings.lineage import Lines, ancestry
from assetpool.savings.models import SavingAct, SavingEntry, SavingShare
from assetpool.savings.policies import all_of, as_policy
from assetpool.savings.policy import ActKind, Policy
from assetpool.savings.posting import SERIES, terms_of
from assetpool.savings.running import STOPPED
from assetpool.savings.valuation import Claimed, worth
from assetpool.savings.zero import AFTERWARDS, Zero

KINDS = (ActKind.LOAN.value, ActKind.TRANSFER.value)
Amounts = dict[str, int]


@dataclass(frozen=True)
class Line:
    """One act both ways: adopted avoided cost of the whole act in fen; None: not valued."""

    act_id: int
    number: str
    line_no: int
    kind: str
    kind_id: int | None
    units: int
    accepted_on: date
    own: int | None
    other: int | None
    cost: int

    @property
    def difference(self) -> int:
        """Return what the other policy adds (negative: takes away)."""
        return (self.other or 0) - (self.own or 0)


@dataclass
class Total:
    """A kind of saving both ways, in fen; `valued` counts acts that have a figure under each policy."""

    kind: str
    acts: int = 0
    units: int = 0
    own: int = 0
    other: int = 0
    cost: int = 0
    own_valued: int = 0
    other_valued: int = 0

    @property
    def own_saving(self) -> int:
        """Return the net saving as it stands."""
        return self.own - self.cost

    @property
    def other_saving(self) -> int:
        """Return the net saving under the other policy."""
        return self.other - self.cost


@dataclass(frozen=True)
class BothWays:
    """The acts accepted from `first_day` through `last_day`, rejected and reversed ones left out, under their own policies and under another one."""

    first_day: date
    last_day: date
    own: tuple[str, ...]
    other: str
    totals: tuple[Total, ...]
    lines: tuple[Line, ...]

    def data(self) -> dict[str, Any]:
        """Return the figures as JSON holds them; kinds of saving are never added."""
        return {
            "from": self.first_day.isoformat(),
            "to": self.last_day.isoformat(),
            "own": list(self.own),
            "other": self.other,
            "totals": [
                {
                    "kind": total.kind,
                    "acts": total.acts,
                    "units": total.units,
                    "cost_fen": total.cost,
                    "own": {"avoided_fen": total.own, "saving_fen": total.own_saving, "valued": total.own_valued},
                    "other": {"avoided_fen": total.other, "saving_fen": total.other_saving, "valued": total.other_valued},
                }
                for total in self.totals
            ],
        }


def both_ways(session: Session, pool_id: int, year: int) -> BothWays | None:
    """Return the acts of a year in which the policy changed under the new policy and the one before; None for any other year."""
    approved = [row for row in all_of(session, pool_id) if row.state == "approved"]
    begun = [row for row in approved if row.first_day == date(year, 1, 1)]
    before = [row for row in approved if row.first_day < date(year, 1, 1)]
    if not begun or not before:
        return None
    return compare(session, pool_id, date(year, 1, 1), date(year, 12, 31), as_policy(before[-1]))


def compare(session: Session, pool_id: int, first_day: date, last_day: date, other: Policy) -> BothWays:
    """Return the acts accepted in a span both ways, in a number of queries that grows only with how often lots were parted."""
    policies = {row.id: row.version for row in all_of(session, pool_id)}
    wanted = (
        SavingAct.pool_id == pool_id, SavingAct.kind.in_(KINDS), SavingAct.opening.is_(False), SavingAct.accepted_on >= first_day,
        SavingAct.accepted_on <= last_day, SavingAct.reviewed.not_in(STOPPED),
    )  # fmt: skip
    ids = select(SavingAct.id).where(*wanted)
    named = select(SavingAct, Document.number).join(Document, Document.id == SavingAct.document_id).where(*wanted)
    acts = [(row[0], row[1]) for row in session.execute(named.order_by(SavingAct.accepted_on, SavingAct.id))]
    found = _Span(session, ids, first_day)
    costs = {row[0]: row[1] for row in session.execute(_sums(SavingEntry.cost, ids))}
    lines, totals = [], {kind: Total(kind) for kind in KINDS}
    for act, number in acts:
        own, theirs = found.both(act, other)
        cost = int(costs.get(act.id) or 0)
        lines.append(Line(act.id, number, act.line_no, act.kind, act.kind_id, act.units, act.accepted_on, own, theirs, cost))
        _count(totals[act.kind], lines[-1])
    used = tuple(sorted({policies[act.policy_id] for act, _ in acts}))
    return BothWays(first_day, last_day, used, other.version, tuple(total for total in totals.values() if total.acts), tuple(lines))


def _sums(column: Any, ids: Select[Any]) -> Select[Any]:
    return select(SavingEntry.act_id, func.sum(column)).where(SavingEntry.act_id.in_(ids), SavingEntry.entry == "cost").group_by(SavingEntry.act_id)


def _count(total: Total, line: Line) -> None:
    total.acts += 1
    total.units += line.units
    total.own += line.own or 0
    total.other += line.other or 0
    total.cost += line.cost
    total.own_valued += line.own is not None
    total.other_valued += line.other is not None


@dataclass
class _Replayed:
    """What a share of an earlier act claims per unit: as posted, and under the other policy; and the cap that came with it."""

    act_id: int
    height: int
    posted: Amounts
    other: Amounts
    cap: int | None = None


@dataclass
class _Span:
    """The shares of the acts of a span with their units' counters, replayed act by act under another policy."""

    session: Session
    ids: Select[Any]
    first_day: date
    shares: defaultdict[int, list[SavingShare]] = field(default_factory=lambda: defaultdict(list))
    tranches: dict[int, Tranche] = field(default_factory=dict)
    later: defaultdict[int, list[tuple[tuple[date, int], Amounts]]] = field(default_factory=lambda: defaultdict(list))
    parted: Lines = field(default_factory=dict)
    heights: Mapping[int, int] = field(default_factory=dict)
    replayed: defaultdict[int, list[_Replayed]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Read everything at once."""
        mine = select(SavingShare, Tranche).join(Tranche, Tranche.id == SavingShare.tranche_id).where(SavingShare.act_id.in_(self.ids))
        for share, tranche in self.session.execute(mine.order_by(SavingShare.id)):
            self.shares[share.act_id].append(share)
            self.tranches[tranche.id] = tranche
        here = select(SavingShare.tranche_id).where(SavingShare.act_id.in_(self.ids))
        since = select(SavingShare, SavingAct.accepted_on).join(SavingAct, SavingAct.id == SavingShare.act_id)
        for share, day in self.session.execute(since.where(SavingShare.tranche_id.in_(here), SavingAct.accepted_on >= self.first_day)):
            self.later[share.tranche_id].append(((day, share.act_id), _posted(share)))
        claims = select(SavingEntry.act_id, func.min(SavingEntry.height)).where(SavingEntry.act_id.in_(self.ids)).group_by(SavingEntry.act_id)
        self.heights = {row[0]: row[1] for row in self.session.execute(claims)}
        self.parted = ancestry(self.session, self.tranches)

    def both(self, act: SavingAct, other: Policy) -> tuple[int | None, int | None]:
        """Return an act's adopted avoided cost as posted and under the other policy; None where no unit of it is valued."""
        own: int | None = None
        theirs: int | None = None
        for share in self.shares[act.id]:
            claimed, cap = self._before(act, share)
            terms = terms_of(act, share, other)
            if share.zero_reason and Zero(share.zero_reason) in AFTERWARDS:
                now, found_cap = dict.fromkeys(SERIES, 0), cap
                theirs = theirs or 0
            else:
                value = worth(terms, claimed, cap, share.posted_days)
                now, found_cap = {name: getattr(value, name) or 0 for name in SERIES}, value.cap
                theirs = theirs if value.adopted is None else (theirs or 0) + value.adopted * share.count
            if share.price is not None and share.n_denominator and _is_valued(share):
                own = (own or 0) + share.posted_adopted * share.count
            grown = found_cap if any(amount > 0 for amount in now.values()) else cap
            self.replayed[share.tranche_id].append(_Replayed(act.id, self.heights.get(act.id, 0), _posted(share), now, grown))
        return own, theirs

    def _before(self, act: SavingAct, share: SavingShare) -> tuple[Claimed, int | None]:
        """Return what other acts claimed on a unit under the other policy before this one, and the cap it then had."""
        tranche = self.tranches[share.tranche_id]
        counted = {name: getattr(tranche, f"claimed_{name}") for name in SERIES}
        for order, posted in self.later[tranche.id]:
            if order >= (act.accepted_on, act.id):
                counted = {name: counted[name] - posted[name] for name in SERIES}
        earlier = self._carried(tranche.id, act.id)
        for one in earlier:
            counted = {name: counted[name] - one.posted[name] for name in SERIES}
        cap = tranche.cap if any(amount > 0 for amount in counted.values()) else next((one.cap for one in earlier if one.cap is not None), None)
        for one in earlier:
            counted = {name: counted[name] + one.other[name] for name in SERIES}
        return Claimed(**counted, days=share.prior_claimed_days), cap

    def _carried(self, tranche_id: int, act_id: int) -> list[_Replayed]:
        """Return the replayed claims of other acts that a unit carries, each act once: on its own tranche, or before it was parted off."""
        found: dict[int, _Replayed] = {}
        here: int | None = tranche_id
        limit = 2**63
        while here is not None:
            for one in self.replayed[here]:
                if one.height < limit and one.act_id != act_id:
                    found.setdefault(one.act_id, one)
            here, height = self.parted.get(here, (None, 0))
            limit = min(limit, height)
        return list(found.values())


def _posted(share: SavingShare) -> Amounts:
    return {name: getattr(share, f"posted_{name}") for name in SERIES}


def _is_valued(share: SavingShare) -> bool:
    """Say whether the share's own policy valued it: with age counting and no life on file, nothing is."""
    return share.life_months is not None or share.n_numerator > 0


def widest(lines: Sequence[Line], count: int) -> list[Line]:
    """Return the acts that the other policy changes most."""
    return sorted((line for line in lines if line.difference), key=lambda line: (-abs(line.difference), line.act_id))[:count]
