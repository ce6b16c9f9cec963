"""How much of their time things were out, from movements: unit-days out over unit-days owned, per kind and store; and what nobody ever borrowed.

A unit is out on a day when it was loaded or with a borrower at the end of it; days ahead of today are not counted. What stands now is taken back day by
day through the movements since the first day asked about, so a period costs what moved in it, however many things there are. Six queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from assetpool.catalog.models import Kind
from assetpool.core.models import Pool
from assetpool.custody.models import OWNED, Asset, Movement, State, Stock, Tranche

OUT = (State.LOADED, State.OUT)
CAME = ("receive", "return", "refuse")
"""Acts after which a thing stands in a store again: from then on it is idle."""

Key = tuple[int, int]


class Change(NamedTuple):
    """So many units of a kind in a store that began (or ceased, below 0) to be owned, and to be out, on a day."""

    key: Key
    day: date
    owned: int
    out: int


@dataclass
class Use:
    """A kind in a store over a period."""

    kind_id: int
    store_id: int
    owned_days: int = 0
    out_days: int = 0
    owned: int = 0
    out: int = 0
    labels: int = 0
    never_labels: int = 0
    never_units: int = 0
    idle_since: date | None = None

    @property
    def share(self) -> Fraction | None:
        """Return the part of the owned unit-days that were spent out; None where nothing was owned."""
        return Fraction(self.out_days, self.owned_days) if self.owned_days > 0 else None


@dataclass(frozen=True)
class Idle:
    """A label that stands in a store: since when, and whether it was ever out."""

    asset: Asset
    since: date
    borrowed: bool


@dataclass
class Narrow:
    """What is looked at: a store, a kind; None narrows nothing."""

    store_id: int | None = None
    kind_id: int | None = None

    def on(self, model: Any) -> list[ColumnElement[bool]]:
        """Return the conditions for rows that have kind and store."""
        found = [] if self.store_id is None else [model.store_id == self.store_id]
        return found if self.kind_id is None else [*found, model.kind_id == self.kind_id]


@dataclass
class Total:
    """The rows of one kind added up over stores, or all rows."""

    parts: list[Use] = field(default_factory=list)

    @property
    def share(self) -> Fraction | None:
        """Return the part of the owned unit-days that were spent out."""
        owned = sum(part.owned_days for part in self.parts)
        return Fraction(sum(part.out_days for part in self.parts), owned) if owned > 0 else None


def unit_days(first: date, last: date, owned: Mapping[Key, int], out: Mapping[Key, int], changes: Iterable[Change]) -> dict[Key, tuple[int, int]]:
    """Return unit-days owned and out per key from `first` to `last` (both included), from what stands after `changes` and the changes themselves.

    A change on a day holds from that day on; what it took away still counts for the days before it.
    """
    length = max(0, (last - first).days + 1)
    found: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for key in {*owned, *out}:
        found[key] = [owned.get(key, 0) * length, out.get(key, 0) * length]
    for change in changes:
        before = min(max((change.day - first).days, 0), length)
        found[change.key][0] -= change.owned * before
        found[change.key][1] -= change.out * before
    return {key: (days[0], days[1]) for key, days in found.items()}


def uses(session: Session, pool_id: int, first: date, last: date, today: date, narrow: Narrow) -> list[Use]:
    """Return how much the ordinary things of each kind and store were out in a period, least used first."""
    zone = session.get_one(Pool, pool_id).time_zone
    ordinary = Kind.pool_id == pool_id, Kind.register == "ordinary"
    rows = session.execute(select(Stock.kind_id, Stock.store_id, Stock.owned).join(Kind, Kind.id == Stock.kind_id).where(*ordinary, *narrow.on(Stock)))
    owned = {(row.kind_id, row.store_id): int(row.owned) for row in rows}
    standing_out = select(Tranche.kind_id, Tranche.store_id, func.sum(Tranche.count).label("units")).where(Tranche.state.in_(OUT), *narrow.on(Tranche))
    out = {(row.kind_id, row.store_id): int(row.units) for row in session.execute(standing_out.group_by(Tranche.kind_id, Tranche.store_id))}
    changes = [change for change in _changes(session, first, zone) if change.key in owned]
    days = unit_days(first, min(last, today), owned, {key: units for key, units in out.items() if key in owned}, changes)
    found = {key: Use(*key, max(0, d[0]), max(0, d[1]), owned.get(key, 0), out.get(key, 0)) for key, d in days.items()}
    for row in session.execute(_idle_sums(pool_id, narrow)):
        use = found.get((row.kind_id, row.store_id))
        if use is not None:
            use.labels, use.never_labels, use.never_units = int(row.labels), int(row.never_labels or 0), int(row.never_units or 0)
            use.idle_since = _hour(row.since, zone) if row.since else None
    return sorted((u for u in found.values() if u.owned_days or u.owned), key=lambda u: (u.share is None, u.share or 0, -u.owned, u.kind_id, u.store_id))


def _changes(session: Session, first: date, zone: str) -> list[Change]:
    """Return what moved since the first day (a day more, so that no time zone cuts it), summed by hour; splits change nothing."""
    since = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(days=1)
    found = []
    for row in session.execute(_received(since)):
        gone = 0 if row.state in OWNED else -row.units
        found.append(Change((row.kind_id, row.store_id), _hour(row.hour, zone), int(row.units + gone), 0))
    for row in session.execute(_moved(since)):
        day, units = _hour(row.hour, zone), int(row.units)
        if row.was in OWNED:
            found.append(Change((row.was_kind, row.was_store), day, -units, -units if row.was in OUT else 0))
        if row.state in OWNED:
            found.append(Change((row.kind_id, row.store_id), day, units, units if row.state in OUT else 0))
    return found


def _received(since: datetime) -> Select[Any]:
    hour = func.substr(Movement.occurred_at, 1, 13).label("hour")
    columns = (Movement.kind_id, Movement.store_id, Movement.state, hour)
    return (
        select(*columns, func.sum(Movement.count).label("units")).where(Movement.act == "receive", Movement.occurred_at >= since).group_by(*columns[:3], "hour")
    )


def _moved(since: datetime) -> Select[Any]:
    m, was, earlier = Movement, aliased(Movement), aliased(Movement)
    last = select(func.max(earlier.height)).where(earlier.tranche_id == m.tranche_id, earlier.height < m.height).correlate(m).scalar_subquery()
    hour = func.substr(m.occurred_at, 1, 13).label("hour")
    moved = or_(m.kind_id != was.kind_id, m.store_id != was.store_id, *(_is(m, states) != _is(was, states) for states in (OWNED, OUT)))
    columns = (m.kind_id, m.store_id, m.state, was.kind_id.label("was_kind"), was.store_id.label("was_store"), was.state.label("was"), hour)
    return (
        select(*columns, func.sum(m.count).label("units"))
        .join(was, (was.tranche_id == m.tranche_id) & (was.height == last))
        .where(m.act != "receive", m.from_tranche_id.is_(None), m.occurred_at >= since, moved)
        .group_by(m.kind_id, m.store_id, m.state, was.kind_id, was.store_id, was.state, "hour")
    )


def _is(movement: Any, states: tuple[State, ...]) -> ColumnElement[int]:
    return case((movement.state.in_(states), 1), else_=0)


@lru_cache(maxsize=50_000)
def _hour(text: str, zone: str) -> date:
    """Return the day in a time zone on which an hour of UTC (YYYY-MM-DDTHH) falls; asked for a few thousand hours again and again."""
    return datetime.fromisoformat(f"{text}:00").replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def _day(moment: datetime | None, zone: str) -> date | None:
    return None if moment is None else moment.astimezone(ZoneInfo(zone)).date()


def _stays() -> Any:
    """Return per label whether it was ever out, and the moment it last came into a store: one scan of the movements."""
    borrowed = func.max(case((Movement.state.in_(OUT), 1), else_=0)).label("borrowed")
    since = func.max(case((Movement.act.in_(CAME), Movement.occurred_at))).label("since")
    return select(Movement.asset_id, borrowed, since).group_by(Movement.asset_id).subquery()


def _standing(pool_id: int, narrow: Narrow) -> list[ColumnElement[bool]]:
    return [Asset.pool_id == pool_id, Asset.units > 0, Asset.state == State.IN_STORE, Kind.register == "ordinary", *narrow.on(Asset)]


def _idle_sums(pool_id: int, narrow: Narrow) -> Select[Any]:
    stays = _stays()
    never = stays.c.borrowed == 0
    return (
        select(
            Asset.kind_id,
            Asset.store_id,
            func.count().label("labels"),
            func.sum(case((never, 1), else_=0)).label("never_labels"),
            func.sum(case((never, Asset.units), else_=0)).label("never_units"),
            func.substr(func.min(stays.c.since), 1, 13).label("since"),
        )
        .join(stays, stays.c.asset_id == Asset.id)
        .join(Kind, Kind.id == Asset.kind_id)
        .where(*_standing(pool_id, narrow))
        .group_by(Asset.kind_id, Asset.store_id)
    )


def longest_idle(session: Session, pool_id: int, narrow: Narrow, never: bool, limit: int | None = 50) -> list[Idle]:
    """Return labels that stand in a store, the longest first; `never`: only those that nobody ever borrowed."""
    zone = session.get_one(Pool, pool_id).time_zone
    stays = _stays()
    statement = select(Asset, stays.c.since, stays.c.borrowed).join(stays, stays.c.asset_id == Asset.id).join(Kind, Kind.id == Asset.kind_id)
    statement = statement.where(*_standing(pool_id, narrow), stays.c.since.is_not(None))
    if never:
        statement = statement.where(stays.c.borrowed == 0)
    rows = session.execute(statement.order_by(stays.c.since, Asset.id).limit(limit))
    return [Idle(row[0], since, bool(row.borrowed)) for row in rows if (since := _day(row.since, zone)) is not None]
