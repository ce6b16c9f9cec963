"""What is free on which days, for machines."""

from __future__ import annotations

from flask import g

from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.org import access
from assetpool.records import rest
from assetpool.reservations import queries, together
from assetpool.reservations.schemas import AvailabilityAnswer, AvailabilityQuery

bp = rest.blueprint("availability", __name__, "Catalogue")


@bp.get("/kinds/<int:kind_id>/availability")
@access.signed_in
@rest.reads(AvailabilityAnswer, AvailabilityQuery, refuses=(NotFound,))
def availability(asked: AvailabilityQuery, kind_id: int) -> rest.Json:
    """Say how many units of a kind are free in a period, and from when as many as wanted."""
    session, today = db.session(), clock.today(g.zone)
    first, last = asked.from_ or today, asked.to
    if last is not None and last < first:
        raise FieldInvalid(field="to", problem=Word(N_("it lies before the first day. Swap or correct the days.")))
    held = queries.held(session, access.current().pool_id, kind_id, today, asked.store)
    books, t = list(held.books.values()), held.turn_round
    length = None if last is None else (last - first).days + 1
    return {
        "free": together.free(books, first, last, t),
        "owned": sum(book.owned for book in books),
        "peak_promised": sum(book.peak_promised(first, last, t) for book in books),
        "at_risk": sum(sum(book.at_risk().values()) for book in books),
        "free_from": together.free_from(books, first, length, t, asked.quantity),
    }
