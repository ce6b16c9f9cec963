"""The allocation standard before buying: what each line breaks, and who may allow it (with a reason that stands on the certificate)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.classes import ancestry
from assetpool.catalog.service import parents_above
from assetpool.certificates.looking import Wanted, canonical
from assetpool.certificates.models import NoStockCertificate, StockSearch
from assetpool.core import clock
from assetpool.core.errors import N_, FieldInvalid, NotFound, SamePerson, Word
from assetpool.org.models import Organization, Role
from assetpool.org.service import demand
from assetpool.standards import queries as standards
from assetpool.standards.refusals import refusal
from assetpool.standards.rules import Wish, unallowed

ALLOWERS = (Role.HEAD, Role.APPROVER)


def hold_against(session: Session, row: StockSearch, replaces: str, asked: Sequence[Wanted], found: Sequence[dict[str, Any]], today: date) -> None:
    """Write into each line that was looked up which cap holds for it and what of the standard it breaks.

    Where the standard says nothing of a class, the cap that the catalogue's kinds carry holds. How old the replaced thing is, the pool's own card says
    before what was typed.
    """
    book = standards.book(session, row.pool_id, row.organization_id, today)
    for line, kept in zip(asked, found, strict=True):
        classes = ancestry(line.class_code, parents_above(session, line.class_code_set, line.class_code))
        clause = book.clause(classes, f"{line.words} {line.spec}", line.grade)
        if clause is not None and clause.cap_per_piece is not None:
            over = line.budget is not None and line.budget > clause.cap_per_piece
            kept["standard"] = {"cap_fen": clause.cap_per_piece, "source": clause.named, "over": over, "binding": clause.binding}
        renews = row.reason == "replace"
        since = standards.acquired_on(session, row.pool_id, line.replaces or replaces) or line.since if renews else None
        counted = book.held(clause.counted_class or clause.class_code or line.class_code) if clause is not None else 0
        wish = Wish(line.quantity, line.budget, line.energy, max(line.held or 0, counted), renews, since)
        kept["broken"] = [one.values() for one in book.broken(clause, wish)]
        if clause is None or clause.cap_per_piece is None:
            kept["broken"] = [*_of_kinds(kept), *kept["broken"]]


def _of_kinds(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    cap = line["standard"]
    if not cap or not cap["over"]:
        return []
    return [{"rule": "price", "binding": cap["binding"], "source": cap["source"], "cap_fen": cap["cap_fen"], "budget_fen": line["budget_fen"]}]


def broken(line: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a kept line breaks; searches of before the standard had more clauses than a cap name only that one."""
    return list(line["broken"]) if "broken" in line else _of_kinds(line)


def allowed_rules(line: Mapping[str, Any]) -> frozenset[str]:
    """Return the clauses that somebody allowed a line to break."""
    return frozenset(line["allowed"].get("rules", ("price",))) if line["allowed"] else frozenset()


def refuse_broken(lines: Iterable[Mapping[str, Any]]) -> None:
    """Raise the refusal of the first line that breaks a binding clause which nobody allowed."""
    for line in lines:
        for found in unallowed(broken(line), allowed_rules(line)):
            raise refusal(found, line["line_no"])


def may_allow(session: Session, search: StockSearch) -> int:
    """Return the organization whose head or approver may allow more: the one above the buyer (itself where none is above)."""
    owner = session.get_one(Organization, search.organization_id)
    return owner.parent_id or owner.id


def allow(session: Session, search_id: int, line_no: int, reason: str, *, by: int) -> None:
    """Allow what a line of a search breaks of the standard; raise SamePerson to the asker, NotAllowed, NotFound, FieldInvalid."""
    row = session.scalar(select(StockSearch).where(StockSearch.id == search_id).with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound(what=str(search_id))
    demand(session, by, ALLOWERS, may_allow(session, row))
    if by == row.asked_by:
        raise SamePerson(number=str(search_id), earlier=Word(N_("requester")))
    if not reason.strip():
        raise FieldInvalid(field=Word(N_("Reason")), problem=Word(N_("say why more than the standard is needed.")))
    content = json.loads(row.content)
    line = next((one for one in content["lines"] if one["line_no"] == line_no), None)
    issued = session.scalar(select(NoStockCertificate.id).where(NoStockCertificate.search_id == row.id))
    if line is None or issued is not None or not broken(line):
        raise NotFound(what=str(line_no))
    line["allowed"] = {"reason": reason.strip()[:500], "by": by, "at": clock.now().isoformat(), "rules": [found["rule"] for found in broken(line)]}
    row.content = canonical(content)
    session.flush()
