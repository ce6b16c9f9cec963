"""What is free on which days, for machines."""

from __future__ import annotations

from assetpool.catalog.queries import kind as kind_of
from assetpool.catalog.queries import store_by_code
from assetpool.core import clock
from assetpool.core.db import db
from assetpool.core.errors import N_, FieldInvalid, NotFound, Word
from assetpool.core.models import Pool
from assetpool.org import access
from assetpool.records import rest
from assetpool.reservations import queries
from assetpool.reservations.schemas import AvailabilityAnswer, AvailabilityQuery

bp = rest.blueprint("availability", __name__, "Catalogue")


@bp.get("/kinds/<int:kind_id>/availability")
@access.signed_in
@rest.reads(AvailabilityAnswer, AvailabilityQuery, refuses=(NotFound,))
def availability(asked: AvailabilityQuery, kind_id: int) -> rest.Json:
    """Say how many units of a kind are free in a period, and from when as many as wanted."""
    session, pool_id = db.session(), access.current().pool_id
    kind = kind_of(session, pool_id, kind_id)
    store_id = store_by_code(session, pool_id, asked.store).id if asked.store else None
    today = clock.today(session.get_one(Pool, pool_id).time_zone)
    first, last = asked.from_ or today, asked.to
    if last is not None and last < first:
        raise FieldInvalid(field="to", problem=Word(N_("it lies before the first day. Swap or correct the days.")))
    books = list(queries.ledgers(session, queries.keys_of(session, [kind.id], store_id), today).values())
    length = None if last is None else (last - first).days + 1
    return {
        "free": sum(book.free(first, last, kind.turn_round_days) for book in books),
        "owned": sum(book.owned for book in books),
        "peak_promised": sum(book.peak_promised(first, last, kind.turn_round_days) for book in books),
        "at_risk": sum(sum(book.at_risk().values()) for book in books),
        "free_from": queries.free_from(books, first, length, kind.turn_round_days, asked.quantity, today) if books else None,
    }
