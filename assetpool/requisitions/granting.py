"""What the stores grant to requests one after the other: their ledgers are read once for all, and each grant counts against the next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from assetpool.catalog.queries import kinds
from assetpool.core import bulk
from assetpool.core.db import hold
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.core.models import Pool
from assetpool.records.models import Document
from assetpool.requisitions.drafting import KindWithdrawn
from assetpool.requisitions.effects import instead_of
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.reservations import queries as stock
from assetpool.reservations import service as reservations
from assetpool.reservations.models import Reservation


class Request(NamedTuple):
    """A request with its lines, as they stand under its lock."""

    document: Document
    row: Requisition
    lines: Sequence[RequisitionLine]


@dataclass(frozen=True)
class Cut:
    """What who decides takes off a request: the units left of some lines, perhaps an earlier last day, and why."""

    left: Mapping[int, int]
    until: date | None = None
    reason: str = ""

    def units(self, line: RequisitionLine) -> int:
        """Return how many units of a line are granted at most; what was cut before stays cut."""
        return self.left.get(line.line_no, line.asked if line.granted is None else line.granted)


NOTHING = Cut({})


def cut(request: Request, cuts: Mapping[int, int], until: date | None, reason: str) -> Cut:
    """Return what a wish to grant less comes to, beside what was cut before; raise FieldInvalid."""
    row, left = request.row, {}
    for line in request.lines:
        most = NOTHING.units(line)
        granted = cuts.get(line.line_no, most)
        if not 0 <= granted <= line.asked:
            raise FieldInvalid(field=Word(N_("Approved quantity")), problem=Word(N_("enter a number from 0 to what was asked for.")))
        if granted < most:
            left[line.line_no] = granted
    earlier = None
    if until is not None and row.last_day is not None and until != (row.granted_until or row.last_day):
        if not row.first_day <= until <= (row.granted_until or row.last_day):
            raise FieldInvalid(field=Word(N_("Granted until")), problem=Word(N_("choose a day from the first to the last one asked for.")))
        earlier = until
    if (left or earlier) and not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say why less is granted than was asked for.")))
    return Cut(left, earlier, reason.strip())


def write_cuts(cuts: Sequence[tuple[Request, Cut]]) -> None:
    """Write what was taken off requests; the caller flushes."""
    rows, lines = [], []
    for request, taken in cuts:
        shorter = [line for line in request.lines if line.line_no in taken.left]
        for line in shorter:
            line.granted = taken.left[line.line_no]
        if taken.until is not None:
            request.row.granted_until = taken.until
        if shorter or taken.until is not None:
            request.row.cut_reason = taken.reason
            rows.append(request.row)
            lines += shorter
    bulk.alike(rows, "granted_until", "cut_reason")
    bulk.alike(lines, "granted")


@dataclass(frozen=True)
class Grant:
    """What a request gets: units by line and promises not written yet; the offers that were kept for it go."""

    request: Request
    approved: Mapping[int, int]
    last_day: date | None
    promises: Sequence[Reservation]
    offers: Sequence[Reservation]


Instead = Mapping[int, Mapping[int, Mapping[int, int]]]


def lock(session: Session, requests: Collection[Request]) -> tuple[list[stock.Key], Instead]:
    """Lock the stock rows of locked requests: of what they ask for, of what is given instead and of what is kept for them.

    Return their keys, and what was chosen to be given instead.
    """
    ids = [request.document.id for request in requests]
    instead = instead_of(session, ids)
    wanted: set[tuple[int, int | None]] = {(line.kind_id, line.store_id) for request in requests for line in request.lines}
    wanted |= {(kind_id, None) for lines in instead.values() for units in lines.values() for kind_id in units}
    return reservations.lock(session, {*wanted, *stock.keys_offered(session, ids)}), instead


class Stores:
    """The stores before locked requests of one pool; the number of queries does not grow with them."""

    def __init__(self, session: Session, requests: Collection[Request]) -> None:
        """Lock the stock that the requests concern and read how it stands."""
        pool = hold(session, [session.get_one(Pool, next(iter(requests)).document.pool_id)])[0]
        keys, self._instead = lock(session, requests)
        stores = {store for _kind, store in keys}
        self._today = reservations.pool_today(session, pool.id)
        self._offers = stock.offers_to(session, [request.document.id for request in requests])
        self._books = stock.ledgers(session, keys, self._today)
        self._codes = stock.stores_by_code(session, stores) if len(stores) > 1 else {}
        lines = [line for request in requests for line in request.lines]
        others = {kind_id for chosen in self._instead.values() for units in chosen.values() for kind_id in units}
        self._kinds = kinds(session, {line.kind_id for line in lines} | others)
        self._units = stock.units_of(session, {line.asset_id for line in lines if line.asset_id is not None})

    def grant(self, request: Request, taken: Cut) -> Grant:
        """Return what a request gets and count it against those after it. Raise NotEnoughStock, KindWithdrawn, FieldInvalid: then it gets nothing."""
        row = request.row
        books, offers = dict(self._books), self._offers[row.id]
        for offer in offers:
            key = offer.kind_id, offer.store_id
            books[key] = books[key].without(offer.id)
        until = taken.until or row.granted_until
        last_day = until if until is not None and row.last_day is not None else row.last_day
        # A loan put on paper after its last day still keeps its units until they are issued, so it is promised through today.
        last = None if row.kind == "transfer" else max(last_day or self._today, row.first_day, self._today)
        promises: list[Reservation] = []
        for line in request.lines:
            for kind_id, units in _shared(line, taken.units(line), self._instead[row.id].get(line.line_no, {})):
                kind, same = self._kinds[kind_id], kind_id == line.kind_id
                if kind.withdrawn_at is not None:
                    raise KindWithdrawn(kind=kind.name)
                promises += reservations.place(
                    books,
                    self._codes,
                    request.document,
                    line.line_no,
                    kind,
                    units,
                    row.first_day,
                    last,
                    today=self._today,
                    purpose=row.kind,
                    asset_id=line.asset_id if same else None,
                    store_id=line.store_id if same else None,
                    asset_units=self._units.get((line.asset_id, line.store_id or 0), 0) if same else 0,
                )
        approved = {line.line_no: taken.units(line) for line in request.lines}
        if not any(approved.values()):
            raise FieldInvalid(field=Word(N_("Approved quantity")), problem=Word(N_("grant at least one unit, or reject the request.")))
        self._books = books
        return Grant(request, approved, last_day, promises, offers)


def _shared(line: RequisitionLine, granted: int, instead: Mapping[int, int]) -> list[tuple[int, int]]:
    """Return what a line gets of which kind: so many as were chosen of others, the rest of the kind asked for."""
    shares, left = [], granted
    for kind_id, units in instead.items():
        shares.append((kind_id, min(units, left)))
        left -= min(units, left)
    return [(kind_id, units) for kind_id, units in ((line.kind_id, left), *shares) if units]


def write(session: Session, grants: Sequence[Grant]) -> None:
    """Write what requests get, in this order."""
    shorter = [one.request.row for one in grants if one.last_day != one.request.row.last_day or one.request.row.granted_until is not None]
    for one in grants:
        for line in one.request.lines:
            line.approved = one.approved[line.line_no]
        if one.request.row in shorter:
            one.request.row.asked_last_day, one.request.row.last_day = one.request.row.last_day, one.last_day
    bulk.alike(shorter, "asked_last_day", "last_day", "granted_until", "cut_reason")
    bulk.alike([line for one in grants for line in one.request.lines], "approved", "granted")
    reservations.let_all_go(session, [offer for one in grants for offer in one.offers])
    reservations.write(session, [promise for one in grants for promise in one.promises])
