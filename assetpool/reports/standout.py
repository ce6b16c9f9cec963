"""Acts of the headline whose saving per item lies far outside what others published, and flows of things from giver to receiver."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from assetpool.records.models import Document
from assetpool.reports import ledger
from assetpool.reports.bands import limits
from assetpool.reports.ledger import Span
from assetpool.savings.models import SavingAct
from assetpool.savings.standing import HEADLINE, counted, standing


@dataclass(frozen=True)
class Outlier:
    """An act far outside: its saving in the period, in fen, and per item."""

    act_id: int
    saving: int
    units: int

    @property
    def per_item(self) -> Fraction:
        """Return the saving per item in fen."""
        return Fraction(self.saving, self.units)


@dataclass(frozen=True)
class Flow:
    """What went from one organization to another within the headline (giver None: what the pool itself held); amounts in fen, None: not valued."""

    giver_id: int | None
    receiver_id: int
    acts: int
    units: int
    avoided: int | None
    cost: int


def outliers(session: Session, asked: Span, kind: str, limit: int = 50) -> list[Outlier]:
    """Return the acts of a kind far outside, the greatest saving per item first; acts of which only a cost falls into the period are left out."""
    known = limits(kind)
    sums = ledger.per_act(asked, "kind")
    avoided = sums.c[asked.basis]
    saving = avoided - func.coalesce(sums.c.cost, 0)
    far = [saving < 0]
    if known is not None:
        far.append(saving * known.low.denominator < SavingAct.units * known.low.numerator)
        far.append(saving * known.high.denominator > SavingAct.units * known.high.numerator)
    wanted = and_(
        SavingAct.kind == kind, SavingAct.reviewed != "reversed", sums.c.claims == 1, asked.seen, counted(), standing() == HEADLINE, avoided.is_not(None)
    )
    statement = select(SavingAct.id, saving.label("saving"), SavingAct.units).select_from(sums).join(SavingAct, SavingAct.id == sums.c.act_id)
    rows = session.execute(statement.where(wanted, or_(*far)).order_by((saving / SavingAct.units).desc(), SavingAct.id).limit(limit))
    return [Outlier(row.id, int(row.saving), int(row.units)) for row in rows]


def flows(session: Session, asked: Span, kind: str) -> list[Flow]:
    """Return who gave to whom within the headline of a kind, the greatest avoided cost first; one query."""
    sums = ledger.per_act(asked, "kind")
    columns = (
        SavingAct.giver_id,
        SavingAct.receiver_id,
        func.count(SavingAct.id).label("acts"),
        func.sum(SavingAct.units).label("units"),
        func.sum(sums.c[asked.basis]).label("avoided"),
        func.sum(sums.c.cost).label("cost"),
    )
    wanted = (SavingAct.kind == kind, SavingAct.reviewed != "reversed", asked.seen, counted(), standing() == HEADLINE, sums.c.claims == 1)
    statement = select(*columns).select_from(sums).join(SavingAct, SavingAct.id == sums.c.act_id).where(*wanted)
    rows = session.execute(statement.group_by(SavingAct.giver_id, SavingAct.receiver_id))
    found = [
        Flow(row.giver_id, row.receiver_id, int(row.acts), int(row.units), None if row.avoided is None else int(row.avoided), int(row.cost or 0))
        for row in rows
    ]
    return sorted(found, key=lambda flow: (-(flow.avoided or 0), flow.giver_id or 0, flow.receiver_id))


def acts_of(session: Session, ids: Iterable[int]) -> dict[int, tuple[SavingAct, str]]:
    """Return acts with the numbers of their slips, by id, in one query."""
    statement = select(SavingAct, Document.number).join(Document, Document.id == SavingAct.document_id).where(SavingAct.id.in_(set(ids)))
    return {row[0].id: (row[0], row[1]) for row in session.execute(statement)}
