"""The catalogue as it is read: classes, kinds found by words and class, prices and rents of a day, stores."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import AssetClass, Kind, Price, Rent, Store
from assetpool.catalog.words import fallback_terms, terms
from assetpool.core.errors import NotFound
from assetpool.org.models import Role
from assetpool.org.queries import Access

SEVERAL = 5000
"""More kinds than this are not carried from one query into the next one by number."""


def kind(session: Session, pool_id: int, kind_id: int) -> Kind:
    """Return a kind of the pool; raise NotFound."""
    found = session.get(Kind, kind_id)
    if found is None or found.pool_id != pool_id:
        raise NotFound(what=str(kind_id))
    return found


def kinds(session: Session, ids: Iterable[int | None]) -> dict[int, Kind]:
    """Return kinds by id, in one query."""
    wanted = {i for i in ids if i is not None}
    return {row.id: row for row in session.scalars(select(Kind).where(Kind.id.in_(wanted)))} if wanted else {}


def stores(session: Session, ids: Iterable[int | None]) -> dict[int, Store]:
    """Return stores by id, in one query."""
    wanted = {i for i in ids if i is not None}
    return {row.id: row for row in session.scalars(select(Store).where(Store.id.in_(wanted)))} if wanted else {}


def all_stores(session: Session, pool_id: int) -> list[Store]:
    """Return the pool's stores in the order they were opened."""
    return list(session.scalars(select(Store).where(Store.pool_id == pool_id).order_by(Store.id)))


def kept_stores(session: Session, access: Access) -> list[Store]:
    """Return the stores where the person is keeper."""
    return list(session.scalars(select(Store).where(Store.organization_id.in_(access.organizations(Role.KEEPER))).order_by(Store.id)))


def store_by_code(session: Session, pool_id: int, code: str) -> Store:
    """Return the store of a code; raise NotFound."""
    store = session.scalar(select(Store).where(Store.pool_id == pool_id, Store.code == code.strip()))
    if store is None:
        raise NotFound(what=code)
    return store


def store_with_those_below(session: Session, store_id: int) -> list[int]:
    """Return a store's id and those of its branches, however deep."""
    rows = session.execute(select(Store.id, Store.parent_id).where(Store.parent_id.is_not(None))).all()
    found = [store_id]
    for above in found:
        found += [row.id for row in rows if row.parent_id == above and row.id not in found]
    return found


def classes(session: Session, code_set: str) -> list[AssetClass]:
    """Return the classes of a code set, by code."""
    return list(session.scalars(select(AssetClass).where(AssetClass.code_set == code_set).order_by(AssetClass.code)))


def class_names(session: Session, codes: Iterable[tuple[str, str]]) -> dict[tuple[str, str], AssetClass]:
    """Return classes by (code set, code), in one query."""
    wanted = set(codes)
    statement = select(AssetClass).where(AssetClass.code.in_({code for _, code in wanted}))
    return {(row.code_set, row.code): row for row in session.scalars(statement)} if wanted else {}


def in_class(code: str) -> ColumnElement[bool]:
    """Return the condition that a kind is of a class or of one below it (whatever its code set)."""
    escaped = code.strip().replace("\\", "").replace("%", "").replace("_", "")
    if not escaped:
        return false()
    return or_(Kind.class_root == escaped, Kind.class_code == escaped, Kind.class_path.like(f"%/{escaped}/%"))


def with_words(query: str) -> ColumnElement[bool] | None:
    """Return the condition that a kind's words hold all that is asked; None when nothing is asked that could be found in words."""
    needles = terms(query)
    return and_(*(Kind.search_text.like(f"%{needle}%") for needle in needles)) if needles else None


def with_words_loosely(query: str) -> ColumnElement[bool]:
    """Return the looser condition for a query that finds nothing otherwise (办公桌椅 finds 办公桌 and 办公椅)."""
    groups = fallback_terms(query)
    return and_(*(or_(*(Kind.search_text.like(f"%{needle}%") for needle in group)) for group in groups)) if groups else false()


def worded_kinds(session: Session, pool_id: int, query: str, *conditions: ColumnElement[bool]) -> list[int]:
    """Return the ids of kinds that fit the words, looser ones only if none fits, in the order of ids; at most SEVERAL."""
    exact = with_words(query)
    if exact is None:
        return []
    found: list[int] = []
    for words in (exact, with_words_loosely(query)):
        statement = select(Kind.id).where(Kind.pool_id == pool_id, words, *conditions).order_by(Kind.id).limit(SEVERAL)
        found = list(session.scalars(statement))
        if found:
            break
    return found


def listed_kinds(
    session: Session, pool_id: int, query: str = "", class_code: str = "", after: int | None = None, limit: int = 50, withdrawn: bool = False
) -> tuple[list[Kind], int]:
    """Return a page of kinds in the order of ids and how many there are in all."""
    conditions: list[ColumnElement[bool]] = [Kind.pool_id == pool_id]
    if not withdrawn:
        conditions.append(Kind.withdrawn_at.is_(None))
    if class_code:
        conditions.append(in_class(class_code))
    if query.strip():
        conditions.append(Kind.id.in_(worded_kinds(session, pool_id, query, *conditions[1:])))
    total = session.scalar(select(func.count()).select_from(Kind).where(*conditions)) or 0
    page: Select[Any] = select(Kind).where(*conditions).order_by(Kind.id).limit(limit)
    if after is not None:
        page = page.where(Kind.id > after)
    return list(session.scalars(page)), total


def prices_on(session: Session, kind_ids: Iterable[int], day: date) -> dict[int, Price]:
    """Return the reference price of each kind that holds on a day, in one query."""
    return _holding(session, Price, kind_ids, day)


def rents_on(session: Session, kind_ids: Iterable[int], day: date) -> dict[int, Rent]:
    """Return the rent tariff of each kind that holds on a day, in one query."""
    return _holding(session, Rent, kind_ids, day)


def _holding(session: Session, model: Any, kind_ids: Iterable[int], day: date) -> dict[int, Any]:
    """Return by kind the version that began last, unless it ended or says that nothing is on file."""
    wanted = set(kind_ids)
    if not wanted:
        return {}
    rows = session.scalars(select(model).where(model.kind_id.in_(wanted), model.valid_from <= day).order_by(model.valid_from, model.id))
    last = {row.kind_id: row for row in rows}
    return {kind_id: row for kind_id, row in last.items() if not row.void and (row.valid_until is None or row.valid_until >= day)}
