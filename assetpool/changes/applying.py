"""What a change order does to a request and its promises, all of it or nothing, under lock; also tried out before it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import kinds as kinds_of
from assetpool.changes.models import ChangeLine, ChangeOrder
from assetpool.core.errors import N_, DomainError
from assetpool.handovers.finishing import open_slips
from assetpool.handovers.models import Slip
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.requisitions import service as requisitions
from assetpool.requisitions.drafting import KindWithdrawn
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.requisitions.queries import lines as lines_of_request
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations
from assetpool.reservations.models import Reservation


class StandsDifferently(DomainError):
    """The request is no longer what the change order started from."""

    sentence = N_("%(number)s was changed or handed over meanwhile, so this change no longer fits. Take it back and ask again.")


class NothingLeft(DomainError):
    """The change would leave an approved request without anything."""

    status = 422
    sentence = N_("Nothing of %(number)s would be left. Take the request back instead.")


def lines_of(session: Session, change_id: int) -> list[ChangeLine]:
    """Return the lines of a change order in order."""
    return list(session.scalars(select(ChangeLine).where(ChangeLine.change_id == change_id).order_by(ChangeLine.position)))


def fits_in(row: ChangeOrder) -> bool:
    """Say whether the days after lie within the days before, so that nothing new is taken."""
    return row.first_before <= row.first_day and row.last_day <= row.last_before


def apply(session: Session, request: Document, row: ChangeOrder, by: int) -> None:
    """Change the locked request and its promises. Raise NotEnoughStock, PromisedElsewhere, StandsDifferently, NothingLeft, KindWithdrawn."""
    asked = session.get_one(Requisition, request.id)
    session.refresh(asked)
    lines = {line.line_no: line for line in lines_of_request(session, request.id)}
    changed = lines_of(session, row.id)
    _demand_as_before(request, row, asked, lines, changed)
    keys = lock(session, request, row)
    promised = stock.of_document(session, request.id)
    with reservations.keeping_promises(session, request.pool_id, keys):
        for line in changed:
            if line.what == "keep" and line.line_no is not None:
                _cut(session, promised, line.line_no, line.units_before - line.units_after)
                lines[line.line_no].approved, lines[line.line_no].drop = line.units_after, line.drop
        _shift(session, request, row, promised)
        _append(session, request, row, lines, [line for line in changed if line.what != "keep"])
        asked.first_day, asked.last_day = row.first_day, row.last_day
        session.flush()
    if not any(line.approved for line in lines_of_request(session, request.id)):
        raise NothingLeft(number=request.number)
    _step(session, request, by)


def lock(session: Session, request: Document, row: ChangeOrder) -> list[stock.Key]:
    """Lock the stock rows that a change concerns: those of what is promised and of every store where it may be promised anew."""
    named = {line.line_no: line.store_id for line in lines_of_request(session, request.id)}
    moved = [(one.kind_id, one.store_id if one.asset_id is not None else named.get(one.line_no)) for one in stock.of_document(session, request.id)]
    there = [(one.kind_id, one.store_id) for one in stock.of_document(session, request.id)]
    return reservations.lock(session, [*moved, *there, *((line.kind_id, line.store_id) for line in lines_of(session, row.id))])


def _demand_as_before(request: Document, row: ChangeOrder, asked: Requisition, lines: Mapping[int, RequisitionLine], changed: Sequence[ChangeLine]) -> None:
    same = (asked.first_day, asked.last_day) == (row.first_before, row.last_before)
    for line in changed:
        known = lines.get(line.line_no or line.of_line or 0)
        if line.what == "keep":
            same = same and known is not None and known.approved == line.units_before and known.issued <= line.units_after
        elif line.what == "exchange":
            same = same and known is not None and line.units_after <= known.issued
    if not same or request.state not in ("approved", "partly_issued", "issued", "partly_returned"):
        raise StandsDifferently(number=request.number)


def _cut(session: Session, promised: Sequence[Reservation], line_no: int, units: int) -> None:
    """Let units of a line go, those promised last first."""
    for one in reversed(promised):
        count = min(units, one.open_units) if one.line_no == line_no else 0
        if count:
            reservations.let_go(session, one, count)
            units -= count
    if units:
        raise ValueError("more units than are promised")


def _shift(session: Session, request: Document, row: ChangeOrder, promised: Sequence[Reservation]) -> None:
    """Move what is promised to the new days: within the old ones it keeps its place, else the old days are given back and the new ones asked for."""
    if (row.first_day, row.last_day) == (row.first_before, row.last_before):
        return
    moving = [one for one in promised if one.open_units]
    if fits_in(row):
        for one in moving:
            one.first_day, one.last_day = row.first_day, max(row.last_day, row.first_day)
        session.flush()
        return
    units = [one.open_units for one in moving]
    for one in moving:
        reservations.let_go(session, one, one.open_units)
    known = kinds_of(session, [one.kind_id for one in moving])
    named = {line.line_no: line.store_id for line in lines_of_request(session, request.id)}
    for one, count in zip(moving, units, strict=True):
        store_id = one.store_id if one.asset_id is not None else named[one.line_no]
        kind = known[one.kind_id]
        reservations.promise(session, request, one.line_no, kind, count, row.first_day, row.last_day, asset_id=one.asset_id, store_id=store_id)


def _append(session: Session, request: Document, row: ChangeOrder, lines: dict[int, RequisitionLine], added: Sequence[ChangeLine]) -> None:
    """Write the new lines of the request and promise them."""
    number = max(lines, default=0)
    known = kinds_of(session, [line.kind_id for line in added])
    for line in added:
        kind: Kind = known[line.kind_id]
        if kind.withdrawn_at is not None:
            raise KindWithdrawn(kind=kind.name)
        number += 1
        origin = lines.get(line.of_line or 0)
        made = RequisitionLine(
            requisition_id=request.id, line_no=number, kind_id=line.kind_id, asset_id=None, store_id=line.store_id, asked=line.units_after,
            approved=line.units_after, issued=0, drop=line.drop, budget_price=line.budget_price, need_dated_on=None, need_file_id=None,
            budget_file_id=None, replaces_line_id=origin.id if origin is not None and line.what == "exchange" else None, granted=None,
        )  # fmt: skip
        session.add(made)
        line.line_no = number
        session.flush()
        first = max(row.first_day, reservations.pool_today(session, request.pool_id)) if line.what == "exchange" else row.first_day
        reservations.promise(session, request, number, kind, line.units_after, first, row.last_day, store_id=line.store_id)
    stores = {one.store_id for one in stock.of_document(session, request.id)}
    records.concern(session, request.id, session.scalars(select(Store.organization_id).where(Store.id.in_(stores))))


def _step(session: Session, request: Document, by: int) -> None:
    if request.state == "partly_returned":
        slips = list(session.scalars(select(Slip.id).where(Slip.request_id == request.id)))
        requisitions.step_after_return(session, request, not open_slips(session, slips), True, by)
    else:
        requisitions.issued(session, request, {}, by)
