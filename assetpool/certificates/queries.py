"""Searches and certificates as lists and pages show them, and whether a certificate still stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.certificates.looking import Days, digest, look, wanted
from assetpool.certificates.models import NoStockCertificate, NoStockLine, StockSearch
from assetpool.core import clock
from assetpool.core.errors import NotFound
from assetpool.core.models import Pool
from assetpool.org.models import Organization
from assetpool.org.queries import Access
from assetpool.records.models import Document
from assetpool.records.queries import by_number


@dataclass(frozen=True)
class Certificate:
    """An issued certificate with its document, its search and the frozen content."""

    document: Document
    row: NoStockCertificate
    search: StockSearch
    content: dict[str, Any]

    @property
    def intact(self) -> bool:
        """Say whether the content is the one that was sealed."""
        return digest(self.search.content) == self.row.content_digest


@dataclass(frozen=True)
class Since:
    """What became of a certificate: replaced by a later one, run out, or stock that entered since ({line: units more than then})."""

    newer: str | None
    ended: bool
    entered: dict[int, int]

    @property
    def valid(self) -> bool:
        """Say whether it may still be used."""
        return self.newer is None and not self.ended


@dataclass(frozen=True)
class Row:
    """A search in the list, with its certificate if it has one."""

    search: StockSearch
    organization: Organization
    content: dict[str, Any]
    number: str | None
    valid_until: date | None


def search_of(session: Session, access: Access, search_id: int) -> StockSearch:
    """Return a search that this person may read; raise NotFound."""
    statement = select(StockSearch).where(StockSearch.id == search_id, StockSearch.pool_id == access.pool_id, access.sees(StockSearch.organization_id))
    row = session.scalar(statement)
    if row is None:
        raise NotFound(what=str(search_id))
    return row


def listed(session: Session, access: Access, issued: bool | None, before: int | None, limit: int) -> list[Row]:
    """Return searches that this person may read, the newest first; `issued` True: with a certificate, False: without one, None: all."""
    statement = (
        select(StockSearch, Organization, Document.number, NoStockCertificate.valid_until)
        .join(Organization, Organization.id == StockSearch.organization_id)
        .outerjoin(NoStockCertificate, NoStockCertificate.search_id == StockSearch.id)
        .outerjoin(Document, Document.id == NoStockCertificate.document_id)
        .where(StockSearch.pool_id == access.pool_id, access.sees(StockSearch.organization_id))
    )
    if issued is not None:
        statement = statement.where(NoStockCertificate.id.is_not(None) if issued else NoStockCertificate.id.is_(None))
    if before is not None:
        statement = statement.where(StockSearch.id < before)
    rows = session.execute(statement.order_by(StockSearch.id.desc()).limit(limit))
    return [Row(search, owner, json.loads(search.content), number, until) for search, owner, number, until in rows]


def certificate(session: Session, access: Access, number: str) -> Certificate:
    """Return a certificate that this person may read; raise NotFound."""
    return of_document(session, by_number(session, access, number, "NC"))


def of_document(session: Session, document: Document) -> Certificate:
    """Return the certificate of its document."""
    row = session.scalars(select(NoStockCertificate).where(NoStockCertificate.document_id == document.id)).one()
    search = session.get_one(StockSearch, row.search_id)
    return Certificate(document, row, search, json.loads(search.content))


def number_on(session: Session, search_id: int) -> str | None:
    """Return the number of the certificate issued on a search, if there is one."""
    statement = select(Document.number).join(NoStockCertificate, NoStockCertificate.document_id == Document.id)
    return session.scalar(statement.where(NoStockCertificate.search_id == search_id))


def since(session: Session, found: Certificate) -> Since:
    """Compare a certificate with later ones on the same class, with the calendar and with today's stock."""
    today = clock.today(session.get_one(Pool, found.row.pool_id).time_zone)
    classes = {(line["class_code_set"], line["class_code"]) for line in found.content["lines"]}
    statement = (
        select(Document.number, NoStockLine.class_code_set, NoStockLine.class_code)
        .join(NoStockLine, NoStockLine.document_id == Document.id)
        .where(NoStockLine.organization_id == found.search.organization_id, Document.id > found.document.id)
        .order_by(Document.id.desc())
    )
    newer = next((number for number, code_set, code in session.execute(statement) if (code_set, code) in classes), None)
    return Since(newer, today > found.row.valid_until, _entered(session, found, today))


def _entered(session: Session, found: Certificate, today: date) -> dict[int, int]:
    last = found.search.last_day
    if last is not None and last < today:
        return {}
    now = look(session, found.row.pool_id, wanted(found.content), Days(max(found.search.first_day, today), last), today)
    then = {line["line_no"]: line["free"] for line in found.content["lines"]}
    return {line["line_no"]: line["free"] - then[line["line_no"]] for line in now if line["free"] > then[line["line_no"]]}
