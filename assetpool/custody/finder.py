"""The list of assets, quick at any size: words find kinds first, kinds find assets by index, and no page reads more than it shows.

Order: with words, a class or a store the list goes by kind (that is how the indexes lie, so a page stops early); else newest first.
Totals are counted up to a thousand. A query that is a tag, a serial or an external number exactly finds just that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.catalog.queries import SEVERAL, in_class, with_words, with_words_loosely
from assetpool.core.errors import NotFound
from assetpool.core.prepared import Prepared
from assetpool.core.tags import TagMistyped, TagUnreadable, parse_tag
from assetpool.custody.models import Asset, Tranche
from assetpool.custody.queries import owned_by
from assetpool.org.models import Organization, Role

COUNTED = 1000
SORTS = ("kind", "newest", "oldest", "tag")
MAY_SEE_RESERVES = (Role.KEEPER, Role.APPROVER, Role.ADMINISTRATOR, Role.AUDITOR)
_FEW = 2000

Selected = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Wish:
    """What is looked for; empty means anything. `store_ids` and `organization_ids` are alternatives each."""

    q: str = ""
    class_code: str = ""
    state: str = ""
    condition: str = ""
    store_ids: tuple[int, ...] = ()
    organization_ids: tuple[int, ...] = ()
    kind_id: int | None = None
    sort: str = ""
    reserves: bool = False
    """Emergency reserve and confiscated goods too."""


@dataclass(frozen=True)
class Found:
    """A page: rows with asset, kind, store and custodian columns; where the next begins; the total up to a thousand."""

    rows: Sequence[Row[Any]] = field(default_factory=list)
    following: tuple[int | str, ...] | None = None
    total: int = 0
    capped: bool = False


@dataclass(frozen=True)
class _Plan:
    conditions: tuple[ColumnElement[bool], ...]
    kind_ids: list[int] | None
    sort: str


def cursor_kinds(sort: str) -> tuple[type, ...]:
    """Return what a cursor of a list in that order holds: the order's name, then the place."""
    return (str, str) if sort == "tag" else (str, int, int) if sort == "kind" else (str, int)


def find(session: Session, pool_id: int, wish: Wish, after: list[Any] | None = None, limit: int = 25) -> Found:
    """Return a page of assets; `after` is the place a page before named as `following`."""
    sort = sort_of(wish)
    asked = _asked(pool_id, wish)
    if asked is not None:
        names = tuple(asked)
        place = {} if after is None else {f"after_{n}": part for n, part in enumerate(after[1:])}
        rows = _page_of(names, sort, after is not None).rows(session, **asked, **place, most=limit + 1)
        return _found(rows, sort, limit, after is None, lambda: _count_of(names).rows(session, **asked, most=COUNTED + 1)[0][0])
    plan = _plan(session, pool_id, wish)
    if plan.kind_ids == []:
        return Found()
    rows = list(session.execute(_after(_page(plan), plan, after).limit(limit + 1)))
    return _found(rows, sort, limit, after is None, lambda: _count(session, plan))


def _found(rows: Sequence[Row[Any]], sort: str, limit: int, is_first: bool, count: Callable[[], int]) -> Found:
    following = _place(sort, rows[limit - 1]) if len(rows) > limit else None
    if is_first and following is None:
        return Found(rows, None, len(rows))
    total = count()
    return Found(rows[:limit], following, min(total, COUNTED), total > COUNTED)


def sort_of(wish: Wish) -> str:
    """Return the order of a list: as asked, else by kind where kinds or stores narrow it, else newest first."""
    if wish.sort in SORTS:
        return wish.sort
    return "kind" if wish.q.strip() or wish.class_code or wish.store_ids or wish.kind_id else "newest"


def _asked(pool_id: int, wish: Wish) -> dict[str, Any] | None:
    """Return what a wish of a few plain words compares, by name, for a statement that was prepared before; None for a wish that needs more."""
    if wish.q.strip() or wish.class_code or wish.kind_id is not None or wish.organization_ids or len(wish.store_ids) > 1:
        return None
    asked = {"pool": pool_id, "state": wish.state or None, "condition": wish.condition or None, "store": wish.store_ids[0] if wish.store_ids else None}
    asked["register"] = None if wish.reserves else "ordinary"
    return {name: value for name, value in asked.items() if value is not None}


def _compared(names: tuple[str, ...]) -> list[ColumnElement[bool]]:
    known: dict[str, ColumnElement[bool]] = {
        "pool": Asset.pool_id == bindparam("pool"),
        "state": Asset.state == bindparam("state"),
        "condition": Asset.condition == bindparam("condition"),
        "store": Asset.store_id == bindparam("store"),
        "register": select(Kind.id).where(Kind.id == Asset.kind_id, Kind.register == bindparam("register")).correlate(Asset).exists(),
    }
    return [known[name] for name in names]


@lru_cache(maxsize=128)
def _page_of(names: tuple[str, ...], sort: str, goes_on: bool) -> Prepared:
    plan = _Plan(tuple(_compared(names)), None, sort)
    place = [sort, *(bindparam(f"after_{n}") for n in range(len(cursor_kinds(sort)) - 1))] if goes_on else None
    return Prepared(_after(_page(plan), plan, place).limit(bindparam("most", type_=Integer)))


@lru_cache(maxsize=64)
def _count_of(names: tuple[str, ...]) -> Prepared:
    counted = select(Asset.id).select_from(Asset).where(*_compared(names)).limit(bindparam("most", type_=Integer))
    return Prepared(select(func.count()).select_from(counted.subquery()))


def _plan(session: Session, pool_id: int, wish: Wish) -> _Plan:
    conditions: list[ColumnElement[bool]] = []
    if wish.state:
        conditions.append(Asset.state == wish.state)
    if wish.condition:
        conditions.append(Asset.condition == wish.condition)
    if wish.store_ids:
        conditions.append(Asset.store_id == wish.store_ids[0] if len(wish.store_ids) == 1 else Asset.store_id.in_(wish.store_ids))
    if wish.organization_ids:
        conditions.append(_of_organizations(session, wish.organization_ids))
    exact = _named_exactly(session, wish.q)
    if exact:
        conditions.append(Asset.id.in_(exact))
    narrowed = not exact and (wish.q.strip() or wish.class_code or wish.kind_id is not None)
    kind_ids, of_kind = _kind_ids(session, pool_id, wish) if narrowed else (None, _everyday(wish))
    if kind_ids is not None:
        return _Plan((*conditions, Asset.kind_id.in_(kind_ids)), kind_ids, sort_of(wish))
    if of_kind:
        conditions.append(select(Kind.id).where(Kind.id == Asset.kind_id, *of_kind).correlate(Asset).exists())
    return _Plan((*conditions, Asset.pool_id == pool_id), None, sort_of(wish))


def _everyday(wish: Wish) -> list[ColumnElement[bool]]:
    return [] if wish.reserves else [Kind.register == "ordinary"]


def _of_organizations(session: Session, ids: tuple[int, ...]) -> ColumnElement[bool]:
    """Return the condition that one of the organizations owns units or keeps them: a short list of numbers where they are few, else asked asset by asset."""
    owned = select(Tranche.asset_id).where(Tranche.owner_id.in_(ids)).limit(_FEW + 1)
    kept = select(Asset.id).where(Asset.custodian_id.in_(ids)).limit(_FEW + 1)
    few = {*session.scalars(owned), *session.scalars(kept)}
    return Asset.id.in_(sorted(few)) if len(few) <= _FEW else or_(Asset.custodian_id.in_(ids), owned_by(ids))


def _named_exactly(session: Session, query: str) -> list[int]:
    """Return the ids of the assets whose tag, serial or external number is just what was asked for."""
    asked = query.strip()
    if not asked:
        return []
    try:
        return list(session.scalars(select(Asset.id).where(Asset.tag == parse_tag(asked))))
    except (TagUnreadable, TagMistyped):
        named = or_(Asset.serial == asked, Asset.external_no == asked)
        return list(session.scalars(select(Asset.id).where(named).limit(_FEW)))


def _kind_ids(session: Session, pool_id: int, wish: Wish) -> tuple[list[int] | None, list[ColumnElement[bool]]]:
    """Return the kinds that fit, in order, and the conditions they fit by; None for the kinds when too many fit to be carried along."""
    of_kind = [Kind.pool_id == pool_id, *_everyday(wish)]
    if wish.class_code:
        of_kind.append(in_class(wish.class_code))
    if wish.kind_id is not None:
        of_kind.append(Kind.id == wish.kind_id)
    words: list[list[ColumnElement[bool]]] = [[]]
    if wish.q.strip():
        exact = with_words(wish.q)
        if exact is None:
            return [], []
        words = [[exact], [with_words_loosely(wish.q)]]
    for needles in words:
        fitting = [*of_kind, *needles]
        found = list(session.scalars(select(Kind.id).where(*fitting).order_by(Kind.id).limit(SEVERAL + 1)))
        if found:
            return (None if len(found) > SEVERAL else found), fitting
    return [], []


_COLUMNS = (
    Asset.id, Asset.tag, Asset.form, Asset.units, Asset.place, Asset.state, Asset.condition, Asset.brand, Asset.serial, Asset.external_no, Asset.kind_id,
    Kind.name.label("kind_name"), Kind.name_en.label("kind_name_en"), Kind.spec, Kind.measure, Kind.class_code, Kind.class_code_set, Kind.photo_file_id,
    Asset.store_id, Store.code.label("store_code"), Store.name.label("store_name"), Store.name_en.label("store_name_en"), Store.type.label("store_type"),
    Asset.custodian_id, Organization.code.label("custodian_code"), Organization.name.label("custodian_name"), Organization.name_en.label("custodian_name_en"),
)  # fmt: skip


ROWS: Selected = (
    select(*_COLUMNS)
    .select_from(Asset)
    .outerjoin(Kind, Kind.id == Asset.kind_id)
    .outerjoin(Store, Store.id == Asset.store_id)
    .outerjoin(Organization, Organization.id == Asset.custodian_id)
)
"""The columns a list or a single asset shows, with kind, store and custodian.

Outer joins, though each row has its partner: so no planner begins with the partners and reads more assets than the page holds.
"""


_TAGGED = Prepared(ROWS.where(Asset.tag == bindparam("tag"), Asset.pool_id == bindparam("pool")))


def picked(*names: str) -> itemgetter[Any]:
    """Return what takes the named columns out of a row of a list at once: a row of a page is read 25 times over."""
    order = [column.key for column in _COLUMNS]
    return itemgetter(*(order.index(name) for name in names))


def one(session: Session, pool_id: int, text: str) -> Row[Any]:
    """Return the columns of the asset of a tag, as printed, typed or scanned; raise NotFound."""
    try:
        tag = parse_tag(text)
    except (TagUnreadable, TagMistyped) as error:
        raise NotFound(what=text.strip()[:60]) from error
    rows = _TAGGED.rows(session, tag=tag, pool=pool_id)
    if not rows:
        raise NotFound(what=tag)
    return rows[0]


def everything(session: Session, pool_id: int, wish: Wish, names: Sequence[str]) -> Selected | None:
    """Return the select of the named columns of all assets that fit, oldest first; None when none can fit."""
    plan = _plan(session, pool_id, wish)
    if plan.kind_ids == []:
        return None
    by_name = {column.key: column for column in _COLUMNS}
    return ROWS.with_only_columns(*(by_name[name] for name in names), maintain_column_froms=True).where(*plan.conditions).order_by(Asset.id)


def _page(plan: _Plan) -> Selected:
    ordered = {
        "kind": (Asset.kind_id, Asset.id),
        "newest": (Asset.id.desc(),),
        "oldest": (Asset.id,),
        "tag": (Asset.tag,),
    }[plan.sort]
    return ROWS.where(*plan.conditions).order_by(*ordered)


def _after(statement: Selected, plan: _Plan, after: list[Any] | None) -> Selected:
    if after is None:
        return statement
    if plan.sort == "kind":
        if plan.kind_ids is not None:
            statement = statement.where(Asset.kind_id.in_([kind for kind in plan.kind_ids if kind >= after[1]]))
        return statement.where(tuple_(Asset.kind_id, Asset.id) > tuple_(after[1], after[2]))
    column, place = (Asset.tag, after[1]) if plan.sort == "tag" else (Asset.id, after[1])
    return statement.where(column < place if plan.sort == "newest" else column > place)


def _place(sort: str, row: Row[Any]) -> tuple[int | str, ...]:
    if sort == "kind":
        return (sort, row.kind_id, row.id)
    return (sort, row.tag if sort == "tag" else row.id)


def _count(session: Session, plan: _Plan) -> int:
    statement = select(Asset.id).select_from(Asset).where(*plan.conditions)
    return session.scalar(select(func.count()).select_from(statement.limit(COUNTED + 1).subquery())) or 0
