"""The bridge of a period, asked of the ledger: what its sheets held, what was decided since, what was entered late (see `bridge`)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from assetpool.reports.bridge import Bridge, Sums
from assetpool.reports.figures import Row, plus
from assetpool.reports.ledger import Span
from assetpool.savings import periods
from assetpool.savings.models import SavingAct, SavingEntry
from assetpool.savings.period_models import ClosedAct, ClosedPeriod, Closing
from assetpool.savings.standing import HEADLINE, counted, standing
from assetpool.savings.sums import SavingSum


def bridges(session: Session, asked: Span, totals: Sequence[Row]) -> tuple[Bridge, ...]:
    """Return the bridge of each kind of saving that needs one; none for days that are not whole months. Three queries at most.

    Call it where something was entered late or a month is closed (see `footing`).
    """
    if asked.posted is None:
        return ()
    first, last = asked.posted
    # Late facts are few: they are found by what they correct, not by reading all that was posted in the period.
    here, belongs = func.substr(SavingEntry.period, 1, 7).between(first, last), SavingEntry.corrects_period.between(first, last)
    late = _sums(session, asked, [SavingEntry.corrects_period > "", or_(here, belongs)], {"earlier": and_(here, ~belongs), "later": ~here})
    sheets = _sheets(session, asked)
    closed = _as_closed(session, asked, sheets) if sheets else {}
    found = []
    for row in totals:
        posted = Sums(plus(row.headline.series[asked.basis], 0) or 0, row.headline.cost or 0)
        none = Sums()
        signed = closed.get(row.kind, none) if sheets else None
        found.append(Bridge(row.kind, signed, posted, late.get((row.kind, "earlier"), none), late.get((row.kind, "later"), none)))
    return tuple(bridge for bridge in found if bridge.is_needed)


def _sums(session: Session, asked: Span, where: list[ColumnElement[bool]], parts: dict[str, ColumnElement[bool]]) -> dict[tuple[str, str], Sums]:
    e = SavingEntry
    columns = []
    for name, condition in parts.items():
        columns.append(func.sum(case((condition, e.count * func.coalesce(getattr(e, asked.basis), 0)), else_=0)).label(f"{name}_avoided"))
        columns.append(func.sum(case((condition, func.coalesce(e.cost, 0)), else_=0)).label(f"{name}_cost"))
    statement = select(SavingAct.kind, *columns).select_from(e).join(SavingAct, SavingAct.id == e.act_id)
    statement = statement.where(e.pool_id == asked.pool_id, asked.seen, counted(), standing() == HEADLINE, *where).group_by(SavingAct.kind)
    rows = session.execute(statement)
    return {(row.kind, name): Sums(int(row._mapping[f"{name}_avoided"]), int(row._mapping[f"{name}_cost"])) for row in rows for name in parts}


def _sheets(session: Session, asked: Span) -> list[tuple[int, periods.Period]]:
    """Return the widest closed sheets that together are exactly the months asked for; none if a month is open or locked by a wider sheet."""
    locks = and_(ClosedPeriod.document_id == Closing.id, ClosedPeriod.period == Closing.period)
    statement = select(Closing.id, Closing.period).join(ClosedPeriod, locks)
    statement = statement.where(Closing.pool_id == asked.pool_id, Closing.first_day >= asked.first_day, Closing.last_day <= asked.last_day)
    candidates = [(row.id, periods.named(row.period)) for row in session.execute(statement)]
    chosen: list[tuple[int, periods.Period]] = []
    covered: set[str] = set()
    for document_id, period in sorted(candidates, key=lambda pair: (-len(pair[1].months), pair[1].name)):
        if covered.isdisjoint(period.months):
            chosen.append((document_id, period))
            covered.update(period.months)
    first, last = asked.posted or ("", "")
    return chosen if covered == set(periods.Period("", first, last).months) else []


def _as_closed(session: Session, asked: Span, sheets: list[tuple[int, periods.Period]]) -> dict[str, Sums]:
    """Add up the sums of closed sheets as the acts stood then."""
    kept = SavingSum
    under = or_(*(and_(ClosedAct.document_id == number, kept.period.between(period.first_month, period.last_month)) for number, period in sheets))
    columns = [func.sum(getattr(kept, asked.basis)).label("avoided"), func.sum(kept.cost).label("cost")]
    statement = select(SavingAct.kind, *columns).select_from(kept).join(SavingAct, SavingAct.id == kept.act_id)
    statement = statement.join(ClosedAct, and_(ClosedAct.act_id == kept.act_id, under))
    statement = statement.where(asked.sums, asked.seen, ClosedAct.stands == HEADLINE).group_by(SavingAct.kind)
    return {row.kind: Sums(int(row.avoided or 0), int(row.cost or 0)) for row in session.execute(statement)}
