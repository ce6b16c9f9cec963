"""What is open before a period closes: what blocks it, and what only stands apart on its sheet, each with its count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from assetpool.core import chain, clock
from assetpool.core.errors import N_
from assetpool.core.models import Pool
from assetpool.custody.models import State, Tranche
from assetpool.records.models import Document
from assetpool.savings import periods, running
from assetpool.savings.cost_models import SavingFlag
from assetpool.savings.models import Cost, SavingAct, SavingEntry
from assetpool.savings.periods import Period

BLOCKING: dict[str, str] = {
    "over": N_("Days of the period still to come"),
    "chain": N_("Breaks in the chain"),
    "costs": N_("Acts without their costs: enter the vouchers, or why it cost nothing"),
    "unshared": N_("Costs that no act carries yet: finish the slip or return they belong to"),
    "running": N_("Running loans not posted up to the last day"),
}
"""While one of these is open the period cannot be closed (`running`: drafting the sheet posts them)."""

WARNING: dict[str, str] = {
    "earlier": N_("Earlier months with entries that are still open"),
    "proposed": N_("Acts waiting for review: they stand apart on this sheet"),
    "flags": N_("Acts with an open flag: no grade A"),
    "stale": N_("Acts on a stale price or rent: at best grade B"),
    "slips": N_("Slips on the way, not accepted: they count when they are accepted"),
    "arrived": N_("Things that came back and are not inspected"),
}
"""These may stay open; the sheet counts them."""

WORDS: dict[str, str] = BLOCKING | WARNING


@dataclass(frozen=True)
class Item:
    """One line of the checklist: its code, how many are open, and whether they block."""

    code: str
    count: int
    blocks: bool

    @property
    def is_done(self) -> bool:
        """Say whether nothing is open here."""
        return not self.count


def checklist(session: Session, pool_id: int, period: Period) -> list[Item]:
    """Return all lines in the order they are shown: what blocks first."""
    today = clock.today(session.get_one(Pool, pool_id).time_zone)
    *_, broken = chain.verify(session.connection(), pool_id)
    found = {
        "over": max(0, (period.last_day - today).days + 1),
        "chain": int(broken is not None),
        "unshared": _unshared(session, pool_id, period.last_day),
        "running": running.unposted(session, pool_id, min(period.last_day, today)),
        "earlier": _earlier(session, pool_id, period),
        "slips": _slips(session, pool_id, period.last_day),
        "arrived": _arrived(session, pool_id, period.last_day),
        **_acts(session, pool_id, period),
    }
    return [Item(code, found[code], code in BLOCKING) for code in WORDS]


def _acts(session: Session, pool_id: int, period: Period) -> dict[str, int]:
    """Count acts with entries of the period by what they lack, in one query."""
    inside = select(SavingEntry.act_id).where(SavingEntry.pool_id == pool_id, SavingEntry.period.between(period.first_month, period.last_month))
    flagged = exists().where(SavingFlag.act_id == SavingAct.id, SavingFlag.closed_at.is_(None))
    stale = or_(SavingAct.missing.contains("price_stale"), SavingAct.missing.contains("rent_stale"))
    wanted = {"costs": ~SavingAct.costed, "proposed": SavingAct.reviewed == "proposed", "flags": flagged, "stale": stale}
    counts = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in wanted.items()]
    alive = and_(SavingAct.reviewed.not_in(running.STOPPED), ~SavingAct.opening)
    row = session.execute(select(*counts).where(SavingAct.id.in_(inside), alive)).one()
    return {name: int(row._mapping[name] or 0) for name in wanted}


def _unshared(session: Session, pool_id: int, last_day: date) -> int:
    """Count costs of documents whose things were accepted but that no act carries: a slip still on the way has none to carry them."""
    carried = exists().where(SavingAct.document_id == Cost.document_id)
    statement = select(func.count()).select_from(Cost).where(Cost.pool_id == pool_id, ~Cost.shared, Cost.business_day <= last_day, Cost.amount > 0, carried)
    return int(session.scalar(statement) or 0)


def _earlier(session: Session, pool_id: int, period: Period) -> int:
    months = select(SavingEntry.period).where(SavingEntry.pool_id == pool_id, SavingEntry.period < period.first_month).distinct()
    return len(set(session.scalars(months)) - set(periods.closed_names(session, pool_id)))


def _slips(session: Session, pool_id: int, last_day: date) -> int:
    until = clock.moment_on(last_day, session.get_one(Pool, pool_id).time_zone, 23, 59)
    waiting = Document.state.in_(("loaded", "delivered"))
    statement = select(func.count()).select_from(Document).where(Document.pool_id == pool_id, Document.kind == "HS", waiting, Document.created_at <= until)
    return int(session.scalar(statement) or 0)


def _arrived(session: Session, pool_id: int, last_day: date) -> int:
    statement = select(func.sum(Tranche.count)).where(Tranche.pool_id == pool_id, Tranche.state == State.ARRIVED, Tranche.due_on <= last_day)
    return int(session.scalar(statement) or 0)
