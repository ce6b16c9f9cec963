"""The kinds of a whole book at once: found where they exist, made where they do not, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import AssetClass, Kind
from assetpool.catalog.service import NewKind, kind_values
from assetpool.core import bulk

CHUNK = 10_000
Key = tuple[str, str, str, str]
assert isinstance(Kind.__table__, Table)
_KIND = Kind.__table__


def key_of(new: NewKind) -> Key:
    """Return what makes a kind: code set, class, name and spec."""
    return new.class_code_set, new.class_code.strip(), new.name.strip(), new.spec.strip()


def kinds_for(session: Session, pool_id: int, wanted: Sequence[NewKind]) -> dict[Key, int]:
    """Return {key: kind id} for kinds, making those that are missing; the act that needs them has asked for the role."""
    found = _known(session, pool_id, {key_of(new) for new in wanted})
    missing = {key_of(new): new for new in reversed(wanted) if key_of(new) not in found}
    if missing:
        found.update(_make(session, pool_id, list(missing.values())))
    return found


def _known(session: Session, pool_id: int, keys: set[Key]) -> dict[Key, int]:
    columns = select(Kind.id, Kind.class_code_set, Kind.class_code, Kind.name, Kind.spec).where(Kind.pool_id == pool_id)
    pairs = sorted({(code_set, code) for code_set, code, _, _ in keys})
    found: dict[Key, int] = {}
    for start in range(0, len(pairs), CHUNK):
        part = pairs[start : start + CHUNK]
        rows = session.execute(columns.where(Kind.class_code_set.in_({p[0] for p in part}), Kind.class_code.in_({p[1] for p in part})))
        found.update({(row.class_code_set, row.class_code, row.name, row.spec): row.id for row in rows})
    return {key: found[key] for key in keys if key in found}


def _make(session: Session, pool_id: int, missing: Sequence[NewKind]) -> dict[Key, int]:
    classes = _classes(session, {new.class_code_set for new in missing})
    parents = {code_set: {code: row.parent_code for code, row in rows.items()} for code_set, rows in classes.items()}
    ids = bulk.take_ids(session, _KIND, len(missing))
    values = [kind_values(pool_id, new, parents[new.class_code_set], classes[new.class_code_set].get(new.class_code.strip())) for new in missing]
    columns = ["id", *values[0]]
    bulk.write(session, _KIND, columns, [(i, *row.values()) for i, row in zip(ids, values, strict=True)])
    return {key_of(new): i for i, new in zip(ids, missing, strict=True)}


def _classes(session: Session, code_sets: Iterable[str]) -> dict[str, dict[str, AssetClass]]:
    found: dict[str, dict[str, AssetClass]] = {code_set: {} for code_set in code_sets}
    for row in session.scalars(select(AssetClass).where(AssetClass.code_set.in_(found))):
        found[row.code_set][row.code] = row
    return found
