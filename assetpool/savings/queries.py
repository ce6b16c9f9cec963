"""The acts of the savings ledger as others ask for them: one by one, in lists for the review, with what they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import visible
from assetpool.savings.models import Cost, SavingAct, SavingEntry, SavingReview, SavingShare, Voucher
from assetpool.savings.posting import SERIES


def acts_of(session: Session, document_id: int) -> list[SavingAct]:
    """Return the acts of a slip (or opening statement), by line."""
    return list(session.scalars(select(SavingAct).where(SavingAct.document_id == document_id).order_by(SavingAct.line_no)))


def act_of(session: Session, document_id: int, line_no: int) -> SavingAct | None:
    """Return the act of a slip's line, if it was accepted."""
    return session.scalar(select(SavingAct).where(SavingAct.document_id == document_id, SavingAct.line_no == line_no))


@dataclass(frozen=True)
class ActLine:
    """An act with its slip and what its entries add up to in fen: avoided cost per basis (None = not valued), cost, lower bound."""

    act: SavingAct
    document: Document
    purchase: int | None
    rental: int | None
    consumption: int | None
    adopted: int | None
    cost: int | None
    lower_bound: int | None

    @property
    def saving(self) -> int | None:
        """Return `S` = `G` − `C` of the headline; None while a value or the costs are unknown."""
        return None if self.adopted is None or self.cost is None else self.adopted - self.cost


def figures_of(session: Session, act_ids: Iterable[int]) -> dict[int, dict[str, int | None]]:
    """Return what the entries of acts add up to, per series, cost and lower bound; one query."""
    entry = SavingEntry
    columns = [func.sum(entry.count * getattr(entry, series)).label(series) for series in SERIES]
    sums = select(entry.act_id, *columns, func.sum(entry.cost).label("cost"), func.sum(entry.lower_bound).label("lower_bound"))
    names = (*SERIES, "cost", "lower_bound")
    rows = session.execute(sums.where(entry.act_id.in_(set(act_ids))).group_by(entry.act_id))
    return {row.act_id: {name: None if row._mapping[name] is None else int(row._mapping[name]) for name in names} for row in rows}


def act_lines(
    session: Session,
    access: Access,
    *,
    reviewed: str | None = None,
    grade: str | None = None,
    kind: str | None = None,
    receiver_id: int | None = None,
    before: int | None = None,
    limit: int = 25,
) -> list[ActLine]:
    """Return the acts a person may see, newest first, from below the act `before` on; two queries.

    With `reviewed="proposed"` it is the list of what waits for a review: grade, what is missing, `G` per basis and `C`.
    """
    statement = select(SavingAct, Document).join(Document, Document.id == SavingAct.document_id)
    statement = statement.where(SavingAct.pool_id == access.pool_id, visible(access))
    for column, value in ((SavingAct.reviewed, reviewed), (SavingAct.grade, grade), (SavingAct.kind, kind), (SavingAct.receiver_id, receiver_id)):
        if value is not None:
            statement = statement.where(column == value)
    if before is not None:
        statement = statement.where(SavingAct.id < before)
    rows = session.execute(statement.order_by(SavingAct.id.desc()).limit(limit)).all()
    return _lines(session, [(row[0], row[1]) for row in rows])


def act_line(session: Session, access: Access, act_id: int) -> ActLine | None:
    """Return one act a person may see, with its figures."""
    statement = select(SavingAct, Document).join(Document, Document.id == SavingAct.document_id).where(SavingAct.id == act_id, visible(access))
    row = session.execute(statement).first()
    return _lines(session, [(row[0], row[1])])[0] if row else None


def _lines(session: Session, rows: list[tuple[SavingAct, Document]]) -> list[ActLine]:
    found = figures_of(session, [act.id for act, _ in rows])
    nothing: dict[str, int | None] = dict.fromkeys((*SERIES, "cost", "lower_bound"))
    return [ActLine(act, document, **found.get(act.id, nothing)) for act, document in rows]


def shares_of(session: Session, act_id: int) -> list[SavingShare]:
    """Return the frozen terms of an act, tranche by tranche."""
    return list(session.scalars(select(SavingShare).where(SavingShare.act_id == act_id).order_by(SavingShare.id)))


def entries_of(session: Session, act_id: int) -> list[SavingEntry]:
    """Return the entries of an act in the order of the chain."""
    return list(session.scalars(select(SavingEntry).where(SavingEntry.act_id == act_id).order_by(SavingEntry.height)))


def reviews_of(session: Session, act_id: int) -> list[SavingReview]:
    """Return the decisions on an act, oldest first."""
    return list(session.scalars(select(SavingReview).where(SavingReview.act_id == act_id).order_by(SavingReview.height)))


def costs_of(session: Session, document_id: int) -> list[tuple[Cost, Voucher | None]]:
    """Return what a document cost, with the vouchers."""
    statement = select(Cost, Voucher).outerjoin(Voucher, Voucher.id == Cost.voucher_id).where(Cost.document_id == document_id).order_by(Cost.id)
    return [(row[0], row[1]) for row in session.execute(statement)]
