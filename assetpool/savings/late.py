"""Late costs: what becomes known of a slip or return after it was entered goes to the open period and over the same acts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.core.models import Pool
from assetpool.custody.models import Movement
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.queries import file_for
from assetpool.savings import vouchers
from assetpool.savings.costs import CostLine, post_costs, record_costs
from assetpool.savings.grading import regrade
from assetpool.savings.models import Cost, SavingAct, SavingEntry, SavingShare, Voucher

KINDS = ("HS", "RT", "RP")
"""The documents that carry costs: slips, returns and repairs."""


class PaperThere(DomainError):
    """The voucher has its paper already."""

    sentence = N_("Voucher %(voucher)s of %(issuer)s has its paper already.")


def add(session: Session, number: str, lines: Sequence[CostLine], *, by: int) -> Document:
    """Add costs to a slip or return that was entered; they belong to today's open period and fall on the acts the earlier ones fell on.

    Raise NotFound, VoucherTaken, VoucherExceeded, CostMissing. Guarded by keeper or finance of the document's organization.
    """
    document = records.lock(session, number)
    if document.kind not in KINDS:
        raise NotFound(what=number)
    demand(session, by, (Role.KEEPER, Role.FINANCE), document.organization_id)
    today = clock.today(session.get_one(Pool, document.pool_id).time_zone)
    record_costs(session, document, lines, "", by, today)
    units = units_of(session, document)
    if units:
        post_costs(session, document, units, by)
    records.remark(session, document, by, "cost")
    return document


def units_of(session: Session, document: Document) -> dict[int, int]:
    """Return over which acts, by how many units, a document's costs are shared: a slip's own acts, of a return those its first costs fell on."""
    if document.kind == "HS":
        statement = select(SavingAct.id, SavingAct.units).where(SavingAct.document_id == document.id)
        return {row.id: row.units for row in session.execute(statement)}
    carried = select(SavingEntry.act_id, func.max(SavingEntry.count).label("units"))
    carried = carried.where(SavingEntry.document_id == document.id, SavingEntry.entry == "cost", SavingEntry.cost_id.is_not(None))
    return {row.act_id: row.units for row in session.execute(carried.group_by(SavingEntry.act_id))}


def acts_on(session: Session, document: Document) -> list[SavingAct]:
    """Return the acts a slip opened, or whose things came back on a return."""
    moved = select(SavingShare.act_id).join(Movement, Movement.tranche_id == SavingShare.tranche_id).where(Movement.document_id == document.id)
    carried = select(SavingEntry.act_id).where(SavingEntry.document_id == document.id)
    wanted = SavingAct.document_id == document.id
    if document.kind in ("RT", "RP"):
        wanted = or_(SavingAct.id.in_(moved), SavingAct.id.in_(carried))
    return list(session.scalars(select(SavingAct).where(wanted).order_by(SavingAct.id)))


def attach(session: Session, number: str, voucher_id: int, file_id: int, *, by: int) -> None:
    """Put the paper to a voucher of a document that was entered without it, and grade the acts anew; raise PaperThere, NotFound."""
    document = records.lock(session, number)
    demand(session, by, (Role.KEEPER, Role.FINANCE), document.organization_id)
    mine = select(Voucher).join(Cost, Cost.voucher_id == Voucher.id).where(Voucher.id == voucher_id, Cost.document_id == document.id)
    voucher = session.scalar(mine.limit(1))
    if voucher is None:
        raise NotFound(what=str(voucher_id))
    if voucher.file_id is not None:
        raise PaperThere(voucher=voucher.number, issuer=voucher.issuer)
    file_for(session, access_of(session, by), file_id)
    vouchers.attach(session, voucher, file_id)
    records.attach(session, document.id, file_id, "voucher")
    regrade(session, session.scalars(select(SavingEntry.act_id).join(Cost, Cost.id == SavingEntry.cost_id).where(Cost.voucher_id == voucher_id)))
