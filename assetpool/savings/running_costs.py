"""What keeping a store costs in a year: rent, wages, power, with vouchers, and repairs of what is on no loan.

What no act carries of it stands beside the annual figure (SAVINGS.md, Costs).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.core.money import share
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records.models import Document
from assetpool.savings import seals, vouchers
from assetpool.savings.cost_models import RunningCost
from assetpool.savings.models import Cost, Voucher

KINDS = {"rent": N_("Rent of the store"), "wages": N_("Wages"), "power": N_("Power and water"), "upkeep": N_("Upkeep"), "other": N_("Other")}


@dataclass(frozen=True)
class StoreYear:
    """What a store cost in a year in fen, and how much of that no act carries."""

    store_id: int
    cost: int
    unshared: int


@dataclass(frozen=True)
class Year:
    """What keeping the stores cost in a year, store by store; `repairs` of things on no loan cost so much besides."""

    year: int
    stores: tuple[StoreYear, ...]
    repairs: int = 0

    @property
    def cost(self) -> int:
        """Return what all stores cost."""
        return sum(one.cost for one in self.stores)

    @property
    def unshared(self) -> int:
        """Return what of it no act carries."""
        return sum(one.unshared for one in self.stores)

    @property
    def beside(self) -> int:
        """Return all that no act carries, repairs too: it stands beside the annual figure."""
        return self.unshared + self.repairs


@dataclass(frozen=True)
class Bill:
    """A part of a voucher that pays for keeping a store in a year; `total` is the paper's own amount where this is a part of it."""

    store_id: int
    year: int
    kind: str
    amount: int
    issuer: str
    number: str
    file_id: int | None = None
    total: int | None = None
    share: bool = False
    note: str = ""


def record(session: Session, bill: Bill, *, by: int) -> RunningCost:
    """Record a running cost; raise VoucherTaken, VoucherExceeded, FieldInvalid. Guarded by finance of the store's organization."""
    store = session.get(Store, bill.store_id)
    if store is None:
        raise NotFound(what=str(bill.store_id))
    demand(session, by, (Role.FINANCE, Role.ADMINISTRATOR), store.organization_id)
    if bill.kind not in KINDS:
        raise FieldInvalid(field=Word(N_("Kind of cost")), problem=Word(N_("choose one of the kinds in the list.")))
    if bill.amount <= 0 or not bill.issuer.strip() or not bill.number.strip():
        raise FieldInvalid(field=Word(N_("Voucher")), problem=Word(N_("enter its amount, who issued it, and its number.")))
    if not 2000 <= bill.year <= 2999:
        raise FieldInvalid(field=Word(N_("Year")), problem=Word(N_("enter a year with four digits.")))
    part = vouchers.Part(bill.issuer, bill.number, bill.amount, bill.total, bill.file_id, bill.share)
    voucher_id = vouchers.enter(session, store.pool_id, [part], by, running=True)[vouchers.voucher_key(bill.issuer, bill.number)]
    row = RunningCost(
        pool_id=store.pool_id, store_id=store.id, year=bill.year, kind=bill.kind, amount=bill.amount, voucher_id=voucher_id, note=bill.note.strip(),
        entered_by=by, entered_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    seals.seal(session, store.pool_id, row)
    return row


def for_year(session: Session, pool_id: int, year: int) -> Year:
    """Return what keeping the stores of a pool cost in a year, and what of it no act carries; five queries.

    What documents took of a running voucher comes first out of what pays for no store; the rest lessens its stores and years by their amounts:
    a repair paid by it stands among the repairs alone.
    """
    mine = select(RunningCost.voucher_id).where(RunningCost.pool_id == pool_id, RunningCost.year == year)
    rows = list(session.scalars(select(RunningCost).where(RunningCost.pool_id == pool_id, RunningCost.voucher_id.in_(mine)).order_by(RunningCost.id)))
    papers = {row.id: row.amount for row in session.execute(select(Voucher.id, Voucher.amount).where(Voucher.id.in_(mine)))}
    taken = vouchers.taken_of(session, list(papers))
    parts: dict[int, list[RunningCost]] = defaultdict(list)
    for row in rows:
        parts[row.voucher_id].append(row)
    unshared: dict[int, int] = {}
    for voucher_id, some in parts.items():
        amounts = [row.amount for row in some]
        carried = max(0, min(sum(amounts), sum(amounts) + taken.get(voucher_id, 0) - papers[voucher_id]))
        for row, less in zip(some, share(carried, amounts), strict=True):
            unshared[row.id] = row.amount - less
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        if row.year == year:
            sums[row.store_id][0] += row.amount
            sums[row.store_id][1] += unshared[row.id]
    return Year(year, tuple(StoreYear(store_id, cost, left) for store_id, (cost, left) in sorted(sums.items())), _repairs(session, pool_id, year))


def _repairs(session: Session, pool_id: int, year: int) -> int:
    """Return what repairs cost in a year that no loan bears."""
    statement = select(func.sum(Cost.amount)).join(Document, Document.id == Cost.document_id).where(Document.kind == "RP", Document.pool_id == pool_id)
    return int(session.scalar(statement.where(~Cost.shared, Cost.business_day.between(date(year, 1, 1), date(year, 12, 31)))) or 0)


def bills_of(session: Session, pool_id: int, year: int) -> list[tuple[RunningCost, Voucher, Store]]:
    """Return the running costs of a year with voucher and store, by store and in the order entered."""
    statement = (
        select(RunningCost, Voucher, Store)
        .join(Voucher, Voucher.id == RunningCost.voucher_id)
        .join(Store, Store.id == RunningCost.store_id)
        .where(RunningCost.pool_id == pool_id, RunningCost.year == year)
        .order_by(Store.code, RunningCost.id)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement)]


def years_of(session: Session, pool_id: int) -> list[int]:
    """Return the years with running costs, the newest first."""
    return list(session.scalars(select(RunningCost.year).where(RunningCost.pool_id == pool_id).distinct().order_by(RunningCost.year.desc())))
