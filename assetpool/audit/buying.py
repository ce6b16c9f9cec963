"""Reading what was bought beside the pool: certificates although things were free, purchases that no certificate covers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.audit.facts import Declined, Uncertified
from assetpool.certificates.cover import covered
from assetpool.certificates.models import NoStockLine, StockSearch
from assetpool.core import clock
from assetpool.core.models import Pool
from assetpool.purchases.models import LaterPurchase
from assetpool.records.models import Document


def declined(session: Session, pool_id: int, first_day: date | None, last_day: date | None) -> Iterator[Declined]:
    """Yield the lines of certificates issued in a period whose asker declined units that were free."""
    statement = select(NoStockLine, Document.number).join(Document, Document.id == NoStockLine.document_id)
    wanted = [Document.pool_id == pool_id, NoStockLine.free > 0, NoStockLine.declined != ""]
    wanted += [NoStockLine.valid_from >= first_day] if first_day else []
    wanted += [NoStockLine.valid_from <= last_day] if last_day else []
    for line, number in session.execute(statement.where(*wanted).order_by(NoStockLine.document_id, NoStockLine.line_no)):
        yield Declined(number, line.organization_id, line.class_code, line.quantity, min(line.free, line.quantity), line.declined)


def uncertified(session: Session, pool_id: int, first_day: date | None, last_day: date | None) -> Iterator[Uncertified]:
    """Yield recorded purchases of a period of which a certificate covers less than was bought; those of before the pool could not be asked about."""
    pool = session.get_one(Pool, pool_id)
    begin = clock.day_of(pool.created_at, pool.time_zone)
    statement = select(LaterPurchase).where(LaterPurchase.pool_id == pool_id, LaterPurchase.bought_on >= begin)
    bought = list(session.scalars(statement.order_by(LaterPurchase.bought_on, LaterPurchase.id)))
    proven = covered(session, pool_id, bought)
    looked = _searched(session, pool_id, {row.organization_id for row in bought}, pool.time_zone) if bought else {}
    for row in bought:
        missing = row.quantity - proven.get(row.id, 0)
        if missing and (first_day or begin) <= row.bought_on <= (last_day or row.bought_on):
            days = looked.get((row.organization_id, row.class_code_set, row.class_code))
            yield Uncertified(
                f"{row.source} {row.source_no}", row.name or row.class_code, row.organization_id, row.bought_on, row.quantity, missing,
                None if row.amount is None else row.amount * missing // row.quantity, days is not None and days <= row.bought_on,
            )  # fmt: skip


def _searched(session: Session, pool_id: int, organizations: set[int], zone: str) -> dict[tuple[int, str, str], date]:
    """Return {(organization, code set, class): the first day on which it was looked for}."""
    statement = select(StockSearch).where(StockSearch.pool_id == pool_id, StockSearch.organization_id.in_(organizations)).order_by(StockSearch.id)
    found: dict[tuple[int, str, str], date] = {}
    for row in session.scalars(statement):
        for line in json.loads(row.content)["lines"]:
            found.setdefault((row.organization_id, line["class_code_set"], line["class_code"]), clock.day_of(row.searched_at, zone))
    return found
