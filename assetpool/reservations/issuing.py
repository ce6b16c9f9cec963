"""Turning the promises of a whole slip into issued ones, in two statements however many lines it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core import bulk
from assetpool.reservations.models import Reservation


def issue_all(session: Session, document_id: int, store_id: int, wanted: Mapping[tuple[int, int], int]) -> None:
    """Do what `service.issue` does for each {(line, asset): count}, in the order of the keys: the promise pinned to the tag first."""
    lines = sorted({line_no for line_no, _ in wanted})
    statement = (
        select(Reservation)
        .where(
            Reservation.document_id == document_id,
            bulk.among(session, Reservation.line_no, lines),
            Reservation.store_id == store_id,
            Reservation.open_units > 0,
        )
        .order_by(Reservation.asset_id.is_(None), Reservation.id)
        .execution_options(populate_existing=True)
    )
    promised: dict[int, list[Reservation]] = defaultdict(list)
    for reservation in session.scalars(statement):
        promised[reservation.line_no].append(reservation)
    for (line_no, asset_id), count in sorted(wanted.items()):
        left = count
        for reservation in promised[line_no]:
            if reservation.asset_id in (None, asset_id):
                part = min(left, reservation.open_units)
                reservation.issued += part
                reservation.open_units -= part
                left -= part
    session.flush()
