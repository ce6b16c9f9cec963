"""What a trip cost: its draft fees become costs of its slips when a voucher, a rate or a reason confirms them, each slip its share by what travelled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core.errors import Word, WrongState
from assetpool.handovers import service as handovers
from assetpool.handovers.loading import Costs
from assetpool.handovers.models import SlipLine
from assetpool.org.models import Role
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.savings.cost_sharing import CostLine as Sharer
from assetpool.savings.cost_sharing import share_cost
from assetpool.savings.costs import CostMissing
from assetpool.savings.service import CostLine
from assetpool.trips import planning
from assetpool.trips.models import TripLoad
from assetpool.trips.steps import TRIP_STEPS


def confirm(session: Session, number: str, costs: Costs, *, by: int, revision: int | None = None) -> Document:
    """Confirm what a departed trip cost: every line falls on its slips by largest remainder; the first time closes the trip.

    Later vouchers may follow. Raise CostMissing without costs or a reason, VoucherTaken, VoucherExceeded, WrongState, NotAllowed.
    """
    document, trip = planning.locked(session, number, by, (Role.KEEPER, Role.FINANCE))
    records.unchanged(document, revision)
    if document.state not in ("departed", "closed"):
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    if not costs.lines and not costs.reason.strip():
        raise CostMissing(number=document.number)
    slips, sharers = _sharers(session, trip.id)
    shares = [_shared(line, slips, sharers) for line in costs.lines]
    for place, slip in enumerate(dict.fromkeys(slips)):
        lines = [parts[place] for parts in shares if parts[place].amount or parts[place].hundredths]
        if lines:
            handovers.add_costs(session, slip, Costs(lines, costs.reason), by=by)
    if document.state == "departed":
        records.step(session, document, "closed", by, "cost", TRIP_STEPS, costs.reason.strip())
    else:
        records.remark(session, document, by, "cost", costs.reason.strip())
    return document


def _sharers(session: Session, trip_id: int) -> tuple[list[str], list[Sharer]]:
    """Return the slip and the sharer of every load of a trip, in the order of slips; the slips locked in that order."""
    statement = (
        select(Document.id, Document.number, TripLoad.units, Kind.volume_litres)
        .join(TripLoad, TripLoad.slip_id == Document.id)
        .join(SlipLine, (SlipLine.slip_id == TripLoad.slip_id) & (SlipLine.line_no == TripLoad.line_no))
        .join(Kind, Kind.id == SlipLine.kind_id)
        .where(TripLoad.trip_id == trip_id)
        .order_by(Document.id, TripLoad.line_no)
    )
    rows = session.execute(statement).all()
    records.lock_ids(session, [row.id for row in rows])
    return [row.number for row in rows], [Sharer(row.units, row.volume_litres) for row in rows]


def _shared(line: CostLine, slips: Sequence[str], sharers: Sequence[Sharer]) -> list[CostLine]:
    """Return a line's part for every slip; the first takes the voucher as a whole, the others a share of it."""
    sums: dict[str, int] = defaultdict(int)
    whole = line.amount if line.rate_id is None else line.hundredths
    for slip, part in zip(slips, share_cost(line.kind, whole, sharers), strict=True):
        sums[slip] += part
    if line.rate_id is not None:
        return [replace(line, hundredths=part) for part in sums.values()]
    fresh, whole_paper = bool(line.number.strip()) and not line.share, line.total or line.amount
    parts: list[CostLine] = []
    for amount in sums.values():
        begun = any(part.amount for part in parts)
        total = whole_paper if fresh and not begun and len(sums) > 1 else line.total if not begun else None
        parts.append(replace(line, amount=amount, total=total, share=line.share or (fresh and begun)))
    return parts
