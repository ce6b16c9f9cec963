"""The standard as it holds for an organization on a day, its posts, and what it holds already."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.core.errors import NotFound
from assetpool.custody.models import Asset, State, Tranche
from assetpool.org.models import Organization
from assetpool.org.queries import path_of
from assetpool.standards.models import PostCount, StandardRow
from assetpool.standards.rules import PER_AREA, Broken, Clause, Terms, Wish, broken, fitting, posts_for


@dataclass(frozen=True)
class Book:
    """The clauses that hold for an organization on a day, with its posts by grade."""

    organization_id: int
    clauses: tuple[Clause, ...]
    posts: dict[str, int]
    taken: tuple[tuple[str, int], ...]
    today: date

    def clause(self, classes: Sequence[str], words: str, grade: str) -> Clause | None:
        """Return the clause that holds for a thing of these classes (the root first) and words."""
        return fitting(self.clauses, classes, words, grade)

    def clause_of(self, kind: Kind) -> Clause | None:
        """Return the clause that holds for a kind, for a post of no grade that counts."""
        return clause_of(self.clauses, kind)

    def held(self, class_code: str) -> int:
        """Return how many units of a class (or below it) the organization took over from the pool for good: it has at least these."""
        return sum(units for path, units in self.taken if f"/{class_code}/" in path)

    def broken(self, clause: Clause | None, wish: Wish) -> list[Broken]:
        """Return what a wish breaks."""
        return broken(clause, wish, posts_for(self.posts, clause.grade if clause else ""), self.today)


def book(session: Session, pool_id: int, organization_id: int, today: date) -> Book:
    """Read the standard as it holds for an organization, with its posts and what it took over for good."""
    posts = posts_of(session, [organization_id], today).get(organization_id, {})
    return Book(organization_id, _clauses(session, pool_id, organization_id, today), posts, _taken_over(session, organization_id), today)


def bounds(session: Session, pool_id: int, organization_id: int, kinds: Iterable[Kind], day: date) -> dict[int, Clause]:
    """Return the binding clause that holds for each kind on a day in an organization, as far as there is one: two queries however many kinds."""
    binding = [clause for clause in _clauses(session, pool_id, organization_id, day) if clause.binding]
    found = {kind.id: clause_of(binding, kind) for kind in kinds}
    return {kind_id: clause for kind_id, clause in found.items() if clause is not None}


def clause_of(clauses: Iterable[Clause], kind: Kind) -> Clause | None:
    """Return the clause that holds for a kind, for a post of no grade that counts."""
    classes = [code for code in kind.class_path.split("/") if code]
    return fitting(clauses, classes or [kind.class_code], f"{kind.name} {kind.spec}", "")


class Versions:
    """Every version of a pool's standard, read once: asked for any organization, day and kind without another query."""

    def __init__(self, session: Session, pool_id: int) -> None:
        """Read the versions; one query."""
        statement = select(StandardRow).where(StandardRow.pool_id == pool_id).order_by(StandardRow.valid_from, StandardRow.id)
        self._rows = list(session.scalars(statement))
        self._days = sorted({row.valid_from for row in self._rows})
        self._speaking = {row.organization_id for row in self._rows}
        self._clauses: dict[tuple[int, tuple[int, ...]], list[Clause]] = {}
        self._found: dict[tuple[int, tuple[int, ...], int], Clause | None] = {}

    def bound(self, path: str, kind: Kind, day: date) -> Clause | None:
        """Return the binding clause that holds for a kind on a day in the organization of a path ('': in the pool as a whole)."""
        here = tuple(part for part in _ids(path) if part in self._speaking)
        since = bisect_right(self._days, day)
        known = (since, here, kind.id)
        if known not in self._found:
            if (since, here) not in self._clauses:
                rows = _in_force(row for row in self._rows if row.valid_from <= day)
                self._clauses[since, here] = [clause for clause in _nearest(rows, here) if clause.binding]
            self._found[known] = clause_of(self._clauses[since, here], kind)
        return self._found[known]


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/") if part]


def _clauses(session: Session, pool_id: int, organization_id: int, today: date) -> tuple[Clause, ...]:
    return _nearest(holding(session, pool_id, today), _ids(path_of(session, organization_id)))


def _nearest(holding_rows: Iterable[StandardRow], path: Sequence[int]) -> tuple[Clause, ...]:
    """Return of each category what the nearest organization above one says, else the pool."""
    by_category: dict[str, list[StandardRow]] = {}
    for row in holding_rows:
        if row.organization_id is None or row.organization_id in path:
            by_category.setdefault(row.category, []).append(row)
    clauses = []
    for rows in by_category.values():
        nearest = max(_depth(row, path) for row in rows)
        clauses += [_clause(row) for row in rows if _depth(row, path) == nearest]
    return tuple(clauses)


def _depth(row: StandardRow, path: Sequence[int]) -> int:
    return -1 if row.organization_id is None else path.index(row.organization_id)


def _clause(row: StandardRow) -> Clause:
    return Clause(**{name: getattr(row, name) for name in Terms.__dataclass_fields__}, binding=row.binding)


def holding(session: Session, pool_id: int, today: date) -> list[StandardRow]:
    """Return the versions that hold on a day, those of the whole pool first, by category and grade."""
    statement = select(StandardRow).where(StandardRow.pool_id == pool_id, StandardRow.valid_from <= today).order_by(StandardRow.valid_from, StandardRow.id)
    return _in_force(session.scalars(statement))


def _in_force(begun: Iterable[StandardRow]) -> list[StandardRow]:
    """Return of versions that have begun, in the order in which they did, those that hold."""
    latest = {(row.organization_id, row.category, row.grade): row for row in begun}
    rows = [row for row in latest.values() if not row.void]
    return sorted(rows, key=lambda row: (row.organization_id or 0, row.class_code or "~", row.category, -(row.price_cap or 0)))


def row_of(session: Session, pool_id: int, row_id: int) -> StandardRow:
    """Return a version of a row; raise NotFound."""
    row = session.get(StandardRow, row_id)
    if row is None or row.pool_id != pool_id:
        raise NotFound(what=str(row_id))
    return row


def versions(session: Session, row: StandardRow) -> list[StandardRow]:
    """Return every version of a row, the one that begins last first."""
    same = StandardRow.organization_id.is_(None) if row.organization_id is None else StandardRow.organization_id == row.organization_id
    statement = select(StandardRow).where(StandardRow.pool_id == row.pool_id, same, StandardRow.category == row.category, StandardRow.grade == row.grade)
    return list(session.scalars(statement.order_by(StandardRow.valid_from.desc(), StandardRow.id.desc())))


def grades(session: Session, pool_id: int, today: date) -> list[str]:
    """Return the grades of posts that the standard tells apart."""
    return list(dict.fromkeys(row.grade for row in holding(session, pool_id, today) if row.grade and row.measure != PER_AREA))


def posts_of(session: Session, organization_ids: Iterable[int], today: date) -> dict[int, dict[str, int]]:
    """Return {organization: {grade: posts}} as they stand on a day."""
    statement = select(PostCount).where(PostCount.organization_id.in_(set(organization_ids)), PostCount.valid_from <= today)
    found: dict[int, dict[str, int]] = {}
    for row in session.scalars(statement.order_by(PostCount.valid_from)):
        found.setdefault(row.organization_id, {})[row.grade] = row.posts
    return found


def _taken_over(session: Session, organization_id: int) -> tuple[tuple[str, int], ...]:
    """Return the class path and the units of each kind that an organization took over for good."""
    statement = select(Kind.class_path, func.sum(Tranche.count)).join(Tranche, Tranche.kind_id == Kind.id).group_by(Kind.id, Kind.class_path)
    rows = session.execute(statement.where(Tranche.custodian_id == organization_id, Tranche.state == State.TRANSFERRED))
    return tuple((path, int(units)) for path, units in rows)


def acquired_on(session: Session, pool_id: int, text: str) -> date | None:
    """Return when what carries a tag or property number was acquired, if the pool has its card; of several units the youngest counts."""
    name = text.strip()
    if not name:
        return None
    statement = select(func.max(Tranche.acquired_on)).join(Asset, Asset.id == Tranche.asset_id)
    return session.scalar(statement.where(Asset.pool_id == pool_id, or_(Asset.tag == name.upper(), Asset.external_no == name), Tranche.count > 0))


def organizations_with_posts(session: Session, pool_id: int, today: date) -> list[tuple[Organization, dict[str, int]]]:
    """Return the pool's organizations that have posts on file, by code."""
    counted = select(PostCount.organization_id).where(PostCount.pool_id == pool_id)
    rows = list(session.scalars(select(Organization).where(Organization.id.in_(counted)).order_by(Organization.code)))
    posts = posts_of(session, [row.id for row in rows], today)
    return [(row, posts.get(row.id, {})) for row in rows]
