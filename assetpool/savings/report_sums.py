"""Sums of whole months kept for reports: per breakdown, month, kind of saving and standing, at the end of every act that changes what they rest on.

Before an act's entries are sealed, what its acts and things brought is reckoned from where they stood; afterwards anew from where they stand; the
difference is added. Both under the lock of the chain's head, so that one act follows the other. `audit verify` reckons all of it anew.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import CheckConstraint, Connection, ForeignKey, Index, Select, String, Table, and_, case, delete, event, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from assetpool.catalog.models import Kind
from assetpool.core import bulk
from assetpool.core.db import Base, Fen, settlings
from assetpool.core.models import ChainHead
from assetpool.custody.models import Tranche
from assetpool.savings import report_cells as cells
from assetpool.savings.models import SavingAct, SavingShare
from assetpool.savings.standing import counted, standing

NOTED = "report_sums"


class SavingPlace(Base):
    """Where an act stands in the sums of reports; none while it is rejected. `complete`: all costs are in; `alive`: not reversed."""

    __tablename__ = "saving_place"
    __table_args__ = (CheckConstraint("units > 0 AND valued_units >= 0", name="a_place_has_units"), Index("ix_saving_place_pool", "pool_id"))

    act_id: Mapped[int] = mapped_column(ForeignKey("saving_act.id"), primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    kind: Mapped[str] = mapped_column(String(10))
    stands: Mapped[str] = mapped_column(String(12))
    alive: Mapped[bool]
    complete: Mapped[bool]
    opening: Mapped[bool]
    units: Mapped[int]
    valued_units: Mapped[int]
    event_id: Mapped[int | None]
    receiver_id: Mapped[int]
    store_id: Mapped[int | None]
    class_key: Mapped[str] = mapped_column(String(41))
    policy_id: Mapped[int]


class SavingReportSum(Base):
    """What the acts of a breakdown's key bring to a month, after `prev`, the month before it in which they did (see `report_cells`)."""

    __tablename__ = "saving_report_sum"
    __table_args__ = (CheckConstraint("axis IN ('posted','business')", name="report_axis_known"),)

    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), primary_key=True)
    axis: Mapped[str] = mapped_column(String(8), primary_key=True)
    breakdown: Mapped[str] = mapped_column(String(12), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    key: Mapped[str] = mapped_column(String(41), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    stands: Mapped[str] = mapped_column(String(12), primary_key=True)
    prev: Mapped[str] = mapped_column(String(7), primary_key=True)
    purchase: Mapped[Fen]
    rental: Mapped[Fen]
    consumption: Mapped[Fen]
    adopted: Mapped[Fen]
    cost: Mapped[Fen]
    lower_bound: Mapped[Fen]
    known_purchase: Mapped[int]
    known_rental: Mapped[int]
    known_consumption: Mapped[int]
    known_adopted: Mapped[int]
    known_cost: Mapped[int]
    known_lower_bound: Mapped[int]
    costed_purchase: Mapped[Fen]
    costed_rental: Mapped[Fen]
    costed_consumption: Mapped[Fen]
    costed_adopted: Mapped[Fen]
    costed_cost: Mapped[Fen]
    acts: Mapped[int]
    units: Mapped[int]
    valued: Mapped[int]
    costed: Mapped[int]
    opening: Mapped[int]
    things: Mapped[int]


assert isinstance(SavingPlace.__table__, Table) and isinstance(SavingReportSum.__table__, Table)
_PLACE, _SUM = SavingPlace.__table__, SavingReportSum.__table__
Cells = dict[tuple[Any, ...], list[int]]
_GIVEN = {"sqlite": "SELECT value FROM json_each(:ids)", "postgresql": "SELECT unnest(CAST(:ids AS bigint[]))"}
_PARTS = {engine: tuple(text(part.format(acts=ids, assets=ids)) for part in (cells.OF_ACTS, cells.OF_COSTS, cells.OF_THINGS)) for engine, ids in _GIVEN.items()}


class _Noted:
    """What an act changes: rows of acts, and what was reckoned before the change of which acts and assets."""

    def __init__(self) -> None:
        self.touched: set[int] = set()
        self.acts: set[int] = set()
        self.assets: set[int] = set()
        self.found: Cells = defaultdict(lambda: [0] * len(cells.MEASURES))


def _noted(session: Session) -> _Noted:
    """Return what is noted in the present transaction; what one that failed had noted is forgotten."""
    transaction = session.get_transaction()
    kept = session.info.get(NOTED)
    if kept is None or kept[0] is not transaction:
        kept = session.info[NOTED] = (transaction, _Noted())
    noted: _Noted = kept[1]
    return noted


def _touch(_mapper: Any, _connection: Any, act: SavingAct) -> None:
    session = object_session(act)
    if session is not None:
        _noted(session).touched.add(act.id)


def _reclass(_mapper: Any, connection: Connection, kind: Kind) -> None:
    """Acts stand in another class when their kind does."""
    session = object_session(kind)
    if session is not None and (inspect(kind).attrs.class_code.history.has_changes() or inspect(kind).attrs.class_code_set.history.has_changes()):
        _noted(session).touched.update(connection.scalars(select(SavingAct.id).where(SavingAct.kind_id == kind.id)))


event.listen(SavingAct, "after_insert", _touch)
event.listen(SavingAct, "after_update", _touch)
event.listen(Kind, "after_update", _reclass)


def before(session: Session, act_ids: Iterable[int]) -> None:
    """Reckon what acts bring as they stood until now; call it under the head's lock, before their sums change."""
    noted = _noted(session)
    acts = ({*act_ids} | noted.touched) - noted.acts
    if acts:
        assets = _reused(session, acts) - noted.assets
        _reckon(session, acts, assets, noted.found, -1)
        noted.acts |= acts
        noted.assets |= assets


def is_unsettled(session: Session) -> bool:
    """Say whether the act under way changed what the sums rest on; they follow when it ends."""
    noted = _noted(session)
    return bool(noted.touched or noted.acts)


def settle(session: Session) -> None:
    """Bring the sums in line with the acts that were touched, after everything is sealed."""
    noted = _noted(session)
    if noted.touched - noted.acts:
        pools = select(SavingAct.pool_id).where(bulk.among(session, SavingAct.id, sorted(noted.touched)))
        session.execute(select(ChainHead.height).where(ChainHead.pool_id.in_(pools)).order_by(ChainHead.pool_id).with_for_update()).all()
        before(session, ())
    session.info.pop(NOTED)
    if noted.acts:
        place(session, noted.acts)
        _reckon(session, noted.acts, noted.assets, noted.found, 1)
        _add(session, {key: amounts for key, amounts in noted.found.items() if any(amounts)})


def places(where: Any) -> Select[Any]:
    """Return the select of where acts stand, by the columns of SavingPlace in their order."""
    key = case((Kind.id.is_(None), ""), else_=Kind.class_code_set + ":" + Kind.class_code)
    a = SavingAct
    columns: Any = (
        a.id, a.pool_id, a.kind, standing(), a.reviewed != "reversed", and_(a.costed, ~a.opening), a.opening, a.units, a.valued_units, a.event_id,
        a.receiver_id, a.store_id, key, a.policy_id,
    )  # fmt: skip
    named = [column.label(name) for column, name in zip(columns, _PLACE.columns.keys(), strict=True)]
    return select(*named).outerjoin(Kind, Kind.id == a.kind_id).where(where, counted())


def place(session: Session, act_ids: Iterable[int]) -> None:
    """Write anew where acts stand."""
    ids = sorted(act_ids)
    session.execute(delete(SavingPlace).where(bulk.among(session, SavingPlace.act_id, ids)).execution_options(synchronize_session=False))
    session.execute(_PLACE.insert().from_select(list(_PLACE.columns.keys()), places(bulk.among(session, SavingAct.id, ids))))


def rebuild(session: Session, pool_id: int) -> None:
    """Make places and sums of a pool anew, for entries that were written in bulk."""
    session.execute(delete(SavingPlace).where(SavingPlace.pool_id == pool_id).execution_options(synchronize_session=False))
    session.execute(delete(SavingReportSum).where(SavingReportSum.pool_id == pool_id).execution_options(synchronize_session=False))
    session.execute(_PLACE.insert().from_select(list(_PLACE.columns.keys()), places(SavingAct.pool_id == pool_id)))
    session.execute(text(f"INSERT INTO saving_report_sum ({', '.join((*cells.KEY, *cells.MEASURES))}) {cells.WHOLE}"), {"pool": pool_id})


def _reused(session: Session, act_ids: Iterable[int]) -> set[int]:
    statement = select(Tranche.asset_id).join(SavingShare, SavingShare.tranche_id == Tranche.id)
    return set(session.scalars(statement.where(bulk.among(session, SavingShare.act_id, sorted(act_ids)), SavingShare.reused)))


def _reckon(session: Session, acts: Iterable[int], assets: Iterable[int], found: Cells, sign: int) -> None:
    """Add to `found` what acts bring, and what things that stand in several acts take off."""
    engine = session.get_bind().dialect.name
    for part, ids in zip(_PARTS[engine], (sorted(acts), sorted(acts), sorted(assets)), strict=True):
        if ids:
            for row in session.execute(part, {"ids": json.dumps(ids) if engine == "sqlite" else ids}):
                kept = found[tuple(row[: len(cells.KEY)])]
                for number, amount in enumerate(row[len(cells.KEY) :]):
                    if amount:
                        kept[number] += sign * int(amount)


def _add(session: Session, found: Cells) -> None:
    if not found:
        return
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(_SUM)
    grown = {name: _SUM.c[name] + insert.excluded[name] for name in cells.MEASURES}
    rows = [dict(zip((*cells.KEY, *cells.MEASURES), (*key, *amounts), strict=True)) for key, amounts in sorted(found.items())]
    session.connection().execute(insert.on_conflict_do_update(index_elements=list(cells.KEY), set_=grown), rows)


settlings.append(settle)
