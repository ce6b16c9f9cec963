"""Bringing things in, splitting, and moving tranches: the only place that changes where a thing is.

Every change appends a movement that holds the whole state after it, so the stored state can be rebuilt from the last
movement of each tranche. The sums in `stock` follow in the same transaction; callers hold the stock locks first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from secrets import randbits
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from assetpool.core import bulk, chain, clock
from assetpool.core.db import LOCKED, hold
from assetpool.core.errors import N_, DomainError
from assetpool.custody.models import OWNED, Asset, Condition, Movement, State, Stock, Tranche
from assetpool.custody.queries import when_left
from assetpool.custody.tagging import next_tags as next_tags


class NotThatMany(DomainError):
    """Fewer units stand there than are wanted."""

    sentence = N_("%(tag)s: %(asked)d wanted, but only %(found)d are there. Count again, or take the rest from another label.")


@dataclass(frozen=True)
class Cause:
    """Why and by whom something moves: document and line, person, moment, digest of a personal fact."""

    document_id: int | None
    line_no: int | None
    by: int | None
    occurred_at: datetime
    personal_digest: str | None = None


@dataclass(frozen=True)
class NewAsset:
    """One label to come into being with its units; values are per unit in fen."""

    kind_id: int
    form: str
    count: int
    store_id: int
    origin_id: int
    owner_id: int
    book_id: int
    custodian_id: int
    condition: str = Condition.GOOD
    inspected_good: bool = False
    place: str = ""
    acquired_on: date | None = None
    original_value: int | None = None
    accumulated_depreciation: int | None = None
    brand: str = ""
    serial: str = ""
    external_no: str = ""
    note: str = ""
    line_no: int | None = None


def lock_stock(session: Session, keys: Iterable[tuple[int, int]], load: bool = True) -> list[Stock]:
    """Lock the (kind, store) rows in key order, making those that are missing; every act that promises or moves calls this once.

    Return them; they are held until the act ends, since the session forgets rows that nobody holds and would ask for them again, one by one.
    An act that changes them in bulk does not `load` them. Each row gets a new version: what was reckoned of it before holds no longer.
    """
    wanted = sorted(set(keys))
    held: list[Stock] = []
    owned: dict[tuple[int, int], int] = session.info.setdefault(LOCKED, {})
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    stores = {store for _, store in wanted}
    for start in range(0, len(wanted), MOST_PARAMETERS):
        part = wanted[start : start + MOST_PARAMETERS]
        rows = select(Stock).where(bulk.among(session, Stock.kind_id, sorted({kind for kind, _ in part})), Stock.store_id.in_(stores))
        known = {(row.kind_id, row.store_id) for row in session.execute(rows.with_only_columns(Stock.kind_id, Stock.store_id))}
        missing = [{"kind_id": kind, "store_id": store, "owned": 0, "present": 0} for kind, store in part if (kind, store) not in known]
        if missing:
            session.connection().execute(dialect.insert(_STOCK).on_conflict_do_nothing(), missing)
        locked = rows.order_by(Stock.kind_id, Stock.store_id).with_for_update()
        if load:
            read = session.scalars(locked.execution_options(populate_existing=True)).all()
            held += read
            found = {(row.kind_id, row.store_id): row.owned for row in read}
        else:
            columns = session.execute(locked.with_only_columns(Stock.kind_id, Stock.store_id, Stock.owned))
            found = {(row.kind_id, row.store_id): row.owned for row in columns}
        owned.update({key: number for key, number in found.items() if key not in owned})
        raised = update(_STOCK).where(bulk.among(session, _STOCK.c.kind_id, sorted({kind for kind, _ in found})), _STOCK.c.store_id.in_(stores))
        session.connection().execute(raised.values(version=randbits(62) + 1))
    hold(session, held)
    return held


def lock_assets(session: Session, ids: Iterable[int]) -> dict[int, Asset]:
    """Read assets again under their locks, in the order of their ids."""
    statement = select(Asset).where(Asset.id.in_(set(ids))).order_by(Asset.id).with_for_update().execution_options(populate_existing=True)
    return {asset.id: asset for asset in hold(session, session.scalars(statement).all())}


def register(session: Session, pool_id: int, things: Sequence[NewAsset], cause: Cause) -> list[int]:
    """Let labels come into being with a tranche and a movement each; return the asset ids in the order given.

    The caller holds the stock locks. Written in bulk, so that a book of a hundred thousand lines stays quick.
    """
    names = [field.name for field in fields(NewAsset)]
    columns = zip(*map(attrgetter(*names), things), strict=True)
    return register_columns(session, pool_id, len(things), dict(zip(names, columns, strict=True)), cause) if things else []


def register_columns(session: Session, pool_id: int, count: int, new: bulk.Given, cause: Cause) -> list[int]:
    """Do what `register` does for `count` things whose parts (by the names of NewAsset) are given by columns."""
    now, in_store = clock.now(), bulk.Same(State.IN_STORE.value)
    pool, nothing, nought = bulk.Same(pool_id), bulk.Same(None), bulk.Same(0)
    asset_ids, tranche_ids = (bulk.take_ids(session, table, count) for table in (_ASSET, _TRANCHE))
    condition = new["condition"]
    condition = bulk.Same(str(condition.value)) if isinstance(condition, bulk.Same) else list(map(str, condition))
    where: dict[str, Any] = {"pool_id": pool, "state": in_store, "condition": condition}
    where |= {name: new[name] for name in ("kind_id", "store_id", "place", "custodian_id")}
    labels = {name: new[name] for name in ("form", "brand", "serial", "external_no", "note")}
    labels |= {"id": asset_ids, "tag": next_tags(session, count), "units": new["count"], "predecessor_id": nothing, "created_at": bulk.Same(now)}
    bulk.write_columns(session, _ASSET, count, where | labels)
    values = where | {name: new[name] for name in ("count", "owner_id", "book_id", "line_no", "acquired_on", "original_value", "accumulated_depreciation")}
    values |= {"asset_id": asset_ids, "document_id": bulk.Same(cause.document_id), "due_on": nothing, "turn_round": nought}
    state = {name: values[name] for name in STATE_COLUMNS}
    kept = {name: new[name] for name in ("origin_id", "inspected_good")} | {"parent_id": nothing} | dict.fromkeys(_COUNTERS, nought)
    bulk.write_columns(session, _TRANCHE, count, {"id": tranche_ids} | state | kept)
    append_columns(session, pool_id, "receive", count, {"tranche_id": tranche_ids} | state, cause, now)
    sums: dict[tuple[int, int], int] = {}
    for kind_id, store_id, units in zip(*(bulk.each(new[name], count) for name in ("kind_id", "store_id", "count")), strict=True):
        sums[(kind_id, store_id)] = sums.get((kind_id, store_id), 0) + units
    count_in_bulk(session, {key: (units, units) for key, units in sums.items()})
    return asset_ids


def count_in_bulk(session: Session, grown: dict[tuple[int, int], tuple[int, int]]) -> None:
    """Add to the sums of locked (kind, store) rows: {key: (owned, present)}; rows at hand are read again when they are asked for."""
    session.flush()
    rows = [(*key, *more) for key, more in sorted(grown.items()) if any(more)]
    bulk.add(session, _STOCK, ("kind_id", "store_id"), ("owned", "present"), rows)
    for row in list(session.identity_map.values()):
        if isinstance(row, Stock):
            session.expire(row)


STATE_COLUMNS = (
    "pool_id", "asset_id", "kind_id", "count", "store_id", "place", "state", "condition", "custodian_id", "owner_id", "book_id",
    "document_id", "line_no", "due_on", "turn_round", "acquired_on", "original_value", "accumulated_depreciation",
)  # fmt: skip
_COUNTERS = ("claimed_purchase", "claimed_rental", "claimed_consumption", "claimed_adopted", "claimed_days")
assert isinstance(Asset.__table__, Table) and isinstance(Tranche.__table__, Table) and isinstance(Stock.__table__, Table)
assert isinstance(Movement.__table__, Table)
_ASSET, _TRANCHE, _STOCK, _MOVEMENT = Asset.__table__, Tranche.__table__, Stock.__table__, Movement.__table__
MOST_PARAMETERS = 10_000


def append_all(session: Session, pool_id: int, act: str, states: Sequence[tuple[int, tuple[Any, ...]]], cause: Cause, now: datetime) -> None:
    """Queue a movement each for (tranche id, its whole state after it by STATE_COLUMNS); document and line are the states' own."""
    columns = zip(*(state for _, state in states), strict=True)
    given = {"tranche_id": [tranche_id for tranche_id, _ in states]} | dict(zip(STATE_COLUMNS, columns, strict=True))
    append_columns(session, pool_id, act, len(states), given, cause, now)


def append_columns(session: Session, pool_id: int, act: str, count: int, states: bulk.Given, cause: Cause, now: datetime) -> None:
    """Queue a movement each for `count` tranches given by columns: tranche_id and the whole state after it."""
    shared = {"act": act, "person_id": cause.by, "personal_digest": cause.personal_digest, "occurred_at": cause.occurred_at, "recorded_at": now}
    chain.append_all(session, _MOVEMENT, pool_id, count, {name: bulk.Same(value) for name, value in shared.items()} | dict(states))


def _append(session: Session, act: str, tranche_id: int, from_id: int | None, cause: Cause, now: datetime, values: dict[str, Any]) -> None:
    chain.append(
        session,
        Movement,
        act=act,
        tranche_id=tranche_id,
        from_tranche_id=from_id,
        person_id=cause.by,
        personal_digest=cause.personal_digest,
        occurred_at=cause.occurred_at,
        recorded_at=now,
        **values,
    )


def _state(tranche: Tranche) -> dict[str, Any]:
    return {name: getattr(tranche, name) for name in STATE_COLUMNS}


def _count_in(session: Session, tranche: Tranche, sign: int) -> None:
    if tranche.state in OWNED:
        stock = session.get_one(Stock, (tranche.kind_id, tranche.store_id))
        stock.owned += sign * tranche.count
        if tranche.state == State.IN_STORE:
            stock.present += sign * tranche.count


def move(session: Session, tranche: Tranche, act: str, cause: Cause, **changes: Any) -> None:
    """Move a whole tranche: apply the changes (columns of its state), append the movement, keep the sums.

    `changes` may name any of state, store_id, place, condition, custodian_id, owner_id, book_id, due_on, turn_round,
    document_id, line_no, original_value, accumulated_depreciation. Document and line default to the cause's.
    """
    unknown = set(changes) - set(STATE_COLUMNS)
    if unknown:
        raise ValueError(f"no such part of a tranche's state: {sorted(unknown)}")
    counts_elsewhere = any(changes.get(name, getattr(tranche, name)) != getattr(tranche, name) for name in ("store_id", "state"))
    if counts_elsewhere:
        _count_in(session, tranche, -1)
    tranche.document_id, tranche.line_no = cause.document_id, cause.line_no
    for name, value in changes.items():
        setattr(tranche, name, value)
    if counts_elsewhere:
        _count_in(session, tranche, +1)
    _append(session, act, tranche.id, None, cause, clock.now(), _state(tranche))
    restate(session, tranche)


def restate(session: Session, tranche: Tranche) -> None:
    """Repeat on the label what lists show: for a unit its only tranche, for a lot its largest owned one and the number still owned."""
    asset = session.get_one(Asset, tranche.asset_id)
    shown, units = tranche, tranche.count if tranche.state in OWNED else 0
    if asset.form == "lot":
        session.flush()
        parts = list(session.scalars(select(Tranche).where(Tranche.asset_id == asset.id, Tranche.count > 0)))
        owned = [part for part in parts if part.state in OWNED]
        units = sum(part.count for part in owned)
        shown = max(owned or parts, key=lambda part: (part.state == State.IN_STORE, part.count, -part.id))
    asset.units = units
    asset.store_id, asset.place, asset.state = shown.store_id, shown.place, shown.state
    asset.condition, asset.custodian_id = shown.condition, shown.custodian_id


def split(session: Session, tranche: Tranche, count: int, cause: Cause) -> Tranche:
    """Part `count` units off a tranche (0 < count ≤ its count); all of them: the tranche itself. Book figures and counters follow."""
    if not 0 < count <= tranche.count:
        raise ValueError(f"{count} of {tranche.count}")
    if count == tranche.count:
        return tranche
    copied = {c.key: getattr(tranche, c.key) for c in Tranche.__table__.columns if c.key not in ("id", "count", "parent_id")}
    part = Tranche(**copied, count=count, parent_id=tranche.id)
    tranche.count -= count
    session.add(part)
    session.flush()
    _append(session, "split", part.id, tranche.id, cause, clock.now(), _state(part))
    return part


def standing(session: Session, asset_id: int, state: str = State.IN_STORE, store_id: int | None = None) -> list[Tranche]:
    """Return an asset's tranches in a state, the most claimed first (SAVINGS.md, Counters follow the thing)."""
    statement = select(Tranche).where(Tranche.asset_id == asset_id, Tranche.state == state, Tranche.count > 0)
    if store_id is not None:
        statement = statement.where(Tranche.store_id == store_id)
    rows = list(session.scalars(statement))
    return sorted(rows, key=lambda t: (-t.claimed_adopted, t.acquired_on is None, t.acquired_on or date.min, t.id))


def take(session: Session, tag: str, tranches: Sequence[Tranche], count: int, cause: Cause) -> list[Tranche]:
    """Return tranches of exactly `count` units from those given, in their order, parting the last one; raise NotThatMany."""
    found = sum(tranche.count for tranche in tranches)
    if count > found:
        raise NotThatMany(tag=tag, asked=count, found=found)
    taken: list[Tranche] = []
    left = count
    for tranche in tranches:
        if left == 0:
            break
        part = split(session, tranche, min(left, tranche.count), cause)
        left -= part.count
        taken.append(part)
    return taken


def out_on(session: Session, document_id: int, line_no: int, asset_id: int, states: Sequence[str] = (State.OUT,)) -> list[Tranche]:
    """Return what is out on a slip line of one label, in the order it left."""
    statement = select(Tranche).where(
        Tranche.document_id == document_id,
        Tranche.line_no == line_no,
        Tranche.asset_id == asset_id,
        Tranche.state.in_(states),
        Tranche.count > 0,
    )
    return list(session.scalars(statement.order_by(when_left(), Tranche.id)))
