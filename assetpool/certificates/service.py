"""Asking the pool before buying, and the certificate that it has nothing, or not enough."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.certificates.looking import MOST_LINES, Days, Wanted, canonical, digest, look, wanted
from assetpool.certificates.models import REASONS, NoStockCertificate, NoStockLine, StockSearch
from assetpool.certificates.standard import hold_against, refuse_broken
from assetpool.core import chain, clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.org.models import Organization, Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.reservations.service import pool_today

ASKERS = (Role.CLERK, Role.ORGANIZER, Role.HEAD)
VERSION = 2


class StockIsFree(DomainError):
    """The pool has all that was asked for, and nobody said why it does not serve."""

    status = 422
    sentence = N_("The pool has %(free)s of line %(line)s free, so there is nothing to certify. Ask for them, or write why they do not serve.")


class AlreadyIssued(DomainError):
    """A certificate was issued on this search before."""

    sentence = N_("A certificate was issued on this search already. Search again for a new one.")


def search(session: Session, organization_id: int, lines: Sequence[Wanted], days: Days, *, by: int, reason: str = "new", replaces: str = "") -> StockSearch:
    """Look what the pool has of what an organization means to buy, and keep the search; raise FieldInvalid, NotAllowed."""
    access = demand(session, by, ASKERS, organization_id)
    today = pool_today(session, access.pool_id)
    _check(lines, days, reason, replaces)
    if days.first < today:
        raise FieldInvalid(field=Word(N_("First day")), problem=Word(N_("it has passed. Choose today or a later day.")))
    row = StockSearch(
        pool_id=access.pool_id, organization_id=organization_id, asked_by=by, searched_at=clock.now(), first_day=days.first, last_day=days.last,
        reason=reason, content="",
    )  # fmt: skip
    found = look(session, access.pool_id, lines, days, today)
    hold_against(session, row, replaces.strip(), lines, found, today)
    row.content = canonical(_content(session, row, replaces.strip(), found))
    session.add(row)
    session.flush()
    return row


def issue(session: Session, search_id: int, declined: Mapping[int, str], *, by: int, days_valid: int) -> Document:
    """Search once more and issue the certificate on what is so now; `declined` says by line why free stock does not serve.

    It covers what is short, and only that. Raise StockIsFree, StandardBroken, AlreadyIssued, NotFound.
    """
    row = session.scalar(select(StockSearch).where(StockSearch.id == search_id).with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound(what=str(search_id))
    demand(session, by, ASKERS, row.organization_id)
    if session.scalar(select(NoStockCertificate.id).where(NoStockCertificate.search_id == row.id)) is not None:
        raise AlreadyIssued
    today = pool_today(session, row.pool_id)
    before = json.loads(row.content)
    days = Days(max(row.first_day, today), row.last_day)
    if days.last is not None and days.last < today:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("it has passed. Search again for other days.")))
    asked = wanted(before)
    found = look(session, row.pool_id, asked, days, today)
    hold_against(session, row, before["replaces"], asked, found, today)
    allowed = {line["line_no"]: line["allowed"] for line in before["lines"]}
    for line in found:
        line["allowed"] = allowed[line["line_no"]]
    refuse_broken(found)
    said = {line["line_no"]: declined.get(line["line_no"], "").strip()[:500] for line in found}
    if not any(line["covers"] or said[line["line_no"]] for line in found):
        raise StockIsFree(free=found[0]["free"], line=found[0]["line_no"])
    document = records.create(session, row.pool_id, "NC", row.organization_id, "published", by)
    until = today + timedelta(days=days_valid - 1)
    row.searched_at = clock.now()
    for line in found:
        line["declined"] = said[line["line_no"]] if line["free"] else ""
    frozen = _content(session, row, before["replaces"], found)
    row.content = canonical(frozen | {"number": document.number, "valid_from": today.isoformat(), "valid_until": until.isoformat()})
    for line in found:
        session.add(
            NoStockLine(
                document_id=document.id, line_no=line["line_no"], organization_id=row.organization_id, class_code_set=line["class_code_set"],
                class_code=line["class_code"], quantity=line["quantity"], free=line["free"], covers=line["covers"], declined=line["declined"],
                valid_from=today, valid_until=until,
            )
        )  # fmt: skip
    session.flush()
    chain.append(
        session, NoStockCertificate, pool_id=row.pool_id, document_id=document.id, search_id=row.id, valid_from=today, valid_until=until,
        content_digest=digest(row.content), issued_by=by, recorded_at=clock.now(),
    )  # fmt: skip
    return document


def _content(session: Session, row: StockSearch, replaces: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    owner = session.get_one(Organization, row.organization_id)
    return {
        "version": VERSION,
        "organization": {"id": owner.id, "code": owner.code, "name": owner.name, "name_en": owner.name_en},
        "asked_by": row.asked_by,
        "searched_at": row.searched_at.isoformat(),
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat() if row.last_day else None,
        "reason": row.reason,
        "replaces": replaces,
        "lines": lines,
    }


def _check(lines: Sequence[Wanted], days: Days, reason: str, replaces: str) -> None:
    if not 1 <= len(lines) <= MOST_LINES:
        raise FieldInvalid(field=Word(N_("Things")), problem=Word(N_("write one to twenty lines; more go into a second search.")))
    for line in lines:
        if not line.class_code.strip():
            raise FieldInvalid(field=Word(N_("Class")), problem=Word(N_("choose the class. Its stock is looked at whatever the spec says.")))
        if line.quantity < 1:
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number from 1 on.")))
        if line.energy is not None and not 1 <= line.energy <= 5:
            raise FieldInvalid(field=Word(N_("Energy class")), problem=Word(N_("enter a class from 1 to 5.")))
    if days.last is not None and days.last < days.first:
        raise FieldInvalid(field=Word(N_("Last day")), problem=Word(N_("it lies before the first day. Swap the two or choose a later day.")))
    if reason not in REASONS:
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("choose new or replacement.")))
    if reason == "replace" and not replaces.strip() and not all(line.replaces.strip() for line in lines):
        raise FieldInvalid(field=Word(N_("What it replaces")), problem=Word(N_("give the tag, or the number of the card and its age.")))
