"""What stands on a closing sheet: the period's totals per kind of saving, standing and basis, frozen in a canonical form with a digest.

Totals are over the entries posted in the period. Kinds are never added. `taken_back` are entries of the period that reverse what an earlier
sheet had counted and a review has rejected since: they stand where that sheet had put the act, so that sheets can be read one after another.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, insert, literal, select
from sqlalchemy.orm import Session

from assetpool.org.models import Role
from assetpool.org.queries import Access, Grant
from assetpool.reports import queries
from assetpool.reports.figures import BASES, Figures, Report, Row
from assetpool.savings.models import SavingAct, SavingEntry
from assetpool.savings.period_models import ClosedAct
from assetpool.savings.periods import Period
from assetpool.savings.posting import SERIES
from assetpool.savings.standing import STANDINGS, standing

FORM = 1
REJECTED = "rejected"
AMOUNTS = (*SERIES, "cost", "lower_bound")
BATCH = 5000
Key = tuple[str, str, str]
"""Kind of saving, standing, and series (or cost, or lower_bound)."""


def canonical(found: Any) -> str:
    """Return JSON in the one form a digest is taken of."""
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str) -> dict[str, Any]:
    """Return a kept sheet as plain values."""
    found: dict[str, Any] = json.loads(text)
    return found


def digest_of(text: str) -> str:
    """Return the digest of a kept sheet."""
    return sha256(text.encode()).hexdigest()


def everything(pool_id: int) -> Access:
    """Return the view of somebody who sees all acts of a pool."""
    return Access(0, pool_id, (Grant(Role.AUDITOR.value, 0, "/"),))


def report_on(session: Session, pool_id: int, period: Period) -> Report:
    """Return the report of a period over all acts of the pool; its bridges say what was entered late, here for other periods and elsewhere for this one."""
    return queries.report(session, everything(pool_id), period.first_day, period.last_day, "kind", "adopted")


def figures(session: Session, pool_id: int, period: Period, report: Report) -> dict[str, Any]:
    """Return all that is frozen of a period, from its report; asked again after nothing happened it is the same to the letter."""
    acts = _acts_in(pool_id, period)
    return {
        "totals": [_total(row, stands, row.standings[stands]) for row in report.totals for stands in STANDINGS if _is_there(row.standings[stands])],
        "taken_back": _taken_back(session, pool_id, period),
        "policies": list(report.policies),
        "counts": _counts(session, pool_id, period),
        "standings": _digest_of_standings(session, select(acts.c.id, acts.c.stands).order_by(acts.c.id)),
    }


def _is_there(found: Figures) -> bool:
    return bool(found.acts) or found.cost is not None or found.lower_bound is not None or any(found.series[basis] is not None for basis in BASES)


def _total(row: Row, stands: str, found: Figures) -> dict[str, Any]:
    rate = found.rate
    return {
        "kind": row.kind,
        "stands": stands,
        "acts": found.acts,
        "items": found.items,
        "item_loans": found.item_loans,
        "valued": found.valued,
        "costed": found.costed,
        "bases": {basis: found.series[basis] for basis in BASES},
        "cost": found.cost,
        "saving": {basis: found.saving(basis) for basis in BASES},
        "rate": None if rate is None else [rate.numerator, rate.denominator],
        "lower_bound": found.lower_bound,
    }


def _posted(pool_id: int, period: Period) -> ColumnElement[bool]:
    return (SavingEntry.pool_id == pool_id) & SavingEntry.period.between(period.first_month, period.last_month)


def _acts_in(pool_id: int, period: Period) -> Subquery:
    """Return the acts with entries of the period and where each stands; what was rejected stands nowhere."""
    stands = case((SavingAct.reviewed == REJECTED, literal(REJECTED)), else_=standing()).label("stands")
    inside = select(SavingEntry.act_id).where(_posted(pool_id, period))
    return select(SavingAct.id, stands).where(SavingAct.id.in_(inside)).subquery()


def _counts(session: Session, pool_id: int, period: Period) -> dict[str, int]:
    late = func.sum(case((SavingEntry.corrects_period.is_not(None), 1), else_=0))
    row = session.execute(select(func.count(), func.count(func.distinct(SavingEntry.act_id)), late).where(_posted(pool_id, period))).one()
    return {"entries": int(row[0]), "acts": int(row[1]), "late": int(row[2] or 0)}


def _taken_back(session: Session, pool_id: int, period: Period) -> list[dict[str, Any]]:
    last = select(func.max(ClosedAct.document_id)).where(ClosedAct.act_id == SavingAct.id).correlate(SavingAct).scalar_subquery()
    statement = (
        _sums(ClosedAct.stands)
        .join(ClosedAct, (ClosedAct.act_id == SavingAct.id) & (ClosedAct.document_id == last))
        .where(_posted(pool_id, period), SavingAct.reviewed == REJECTED, ClosedAct.stands != REJECTED)
        .group_by(SavingAct.kind, ClosedAct.stands)
        .order_by(SavingAct.kind, ClosedAct.stands)
    )
    return [{"kind": row.kind, "stands": row.stands, **{name: _known(row._mapping[name]) for name in AMOUNTS}} for row in session.execute(statement)]


def _sums(stands: Any) -> Select[Any]:
    e = SavingEntry
    sums = [func.sum(e.count * getattr(e, series)).label(series) for series in SERIES]
    columns = [SavingAct.kind.label("kind"), stands.label("stands"), *sums, func.sum(e.cost).label("cost"), func.sum(e.lower_bound).label("lower_bound")]
    return select(*columns).select_from(e).join(SavingAct, SavingAct.id == e.act_id)


def _known(amount: Any) -> int | None:
    return None if amount is None else int(amount)


def freeze(session: Session, pool_id: int, document_id: int, period: Period) -> None:
    """Keep where each act of a period stands as its sheet is closed."""
    acts = _acts_in(pool_id, period)
    session.execute(insert(ClosedAct).from_select(["document_id", "act_id", "stands"], select(literal(document_id), acts.c.id, acts.c.stands)))


def frozen_standings(session: Session, document_id: int) -> str:
    """Return the digest of where the acts of a closed sheet stood, as they are kept."""
    rows = select(ClosedAct.act_id.label("id"), ClosedAct.stands).where(ClosedAct.document_id == document_id).order_by(ClosedAct.act_id)
    return _digest_of_standings(session, rows)


def _digest_of_standings(session: Session, statement: Any) -> str:
    digest = sha256()
    for row in session.execute(statement.execution_options(yield_per=BATCH)):
        digest.update(f"{row.id}:{row.stands}\n".encode())
    return digest.hexdigest()


def frozen_amounts(session: Session, pool_id: int, document_id: int, period: Period) -> dict[Key, int | None]:
    """Add up a closed period's entries anew, each act where its sheet had it stand; in fen, without what is not valued."""
    statement = _sums(ClosedAct.stands).join(ClosedAct, (ClosedAct.act_id == SavingAct.id) & (ClosedAct.document_id == document_id))
    statement = statement.where(_posted(pool_id, period), ClosedAct.stands != REJECTED).group_by(SavingAct.kind, ClosedAct.stands)
    rows = session.execute(statement)
    return {(row.kind, row.stands, name): _known(row._mapping[name]) for row in rows for name in AMOUNTS if row._mapping[name] is not None}


def amounts_on(sheet: dict[str, Any]) -> dict[Key, int | None]:
    """Return the amounts printed on a sheet by the same keys."""
    found: dict[Key, int | None] = {}
    for total in sheet["figures"]["totals"]:
        printed = {**total["bases"], "cost": total["cost"], "lower_bound": total["lower_bound"]}
        found |= {(total["kind"], total["stands"], name): amount for name, amount in printed.items() if amount is not None}
    return found


def kinds_on(totals: Sequence[dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the totals of a sheet by kind of saving and standing."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for total in totals:
        found.setdefault(total["kind"], {})[total["stands"]] = total
    return found
