"""The allocation standard over what is asked for for good: how many pieces the posts of an organization may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from assetpool.catalog.queries import kinds as kinds_of
from assetpool.core.errors import N_, DomainError
from assetpool.requisitions.models import Requisition, RequisitionLine
from assetpool.reservations.service import pool_today
from assetpool.standards import queries as standards
from assetpool.standards.rules import Clause, Wish


class ReasonForMore(DomainError):
    """More is asked for than the posts of the organization may have, and who approves says no reason."""

    status = 422
    sentence = N_(
        "%(kind)s: %(posts)s posts may have %(most)s (%(source)s); %(held)s are there and %(quantity)s are wanted. "
        "Whoever approves them writes why, or grants fewer."
    )


def beyond(session: Session, pool_id: int, row: Requisition, lines: Sequence[RequisitionLine], cuts: Mapping[int, int]) -> list[ReasonForMore]:
    """Return what a request for good breaks of the standard, lines of one class together; `cuts`: units granted instead of those asked for."""
    if row.kind != "transfer":
        return []
    book = standards.book(session, pool_id, row.organization_id, pool_today(session, pool_id))
    known = kinds_of(session, [line.kind_id for line in lines])
    wanted: dict[tuple[str, str], int] = {}
    clauses: dict[tuple[str, str], tuple[Clause, str]] = {}
    for line in lines:
        kind = known[line.kind_id]
        clause = book.clause_of(kind)
        if clause is None or clause.pieces is None or not clause.binding:
            continue
        key = clause.counted_class or clause.class_code or kind.class_code, clause.grade
        most = line.asked if line.granted is None else line.granted
        wanted[key] = wanted.get(key, 0) + cuts.get(line.line_no, most)
        clauses[key] = clause, kind.name
    found = []
    for key, (clause, name) in clauses.items():
        wish = Wish(wanted[key], held=book.held(key[0]))
        found += [ReasonForMore(kind=name, **one.figures) for one in book.broken(clause, wish) if one.rule == "number"]
    return found


def demand_reason(session: Session, pool_id: int, row: Requisition, lines: Sequence[RequisitionLine], cuts: Mapping[int, int], reason: str) -> None:
    """Raise ReasonForMore where more would be granted than the posts may have and no reason is given."""
    for refusal in [] if reason.strip() else beyond(session, pool_id, row, lines, cuts):
        raise refusal
