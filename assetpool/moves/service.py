"""Moving things to another place or store, many at once; what is promised stays where it was promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core.errors import N_, DomainError, FieldInvalid, NotFound, Word
from assetpool.core.tags import parse_tag
from assetpool.custody import carrying
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, Movement, State, Tranche
from assetpool.custody.service import Cause, NotThatMany
from assetpool.labels.meaning import rows_called
from assetpool.moves.models import Move
from assetpool.org.models import Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.reservations import service as reservations

MOVABLE = (State.IN_STORE, State.ARRIVED, State.HELD, State.REPAIR)


class NotHere(DomainError):
    """The thing does not stand in a store, so it cannot be carried from there."""

    sentence = N_("%(tag)s does not stand in a store now, so it cannot be moved. Look up where it is.")


class SeveralStores(DomainError):
    """A lot stands in several stores; part of it cannot be named by its tag alone."""

    sentence = N_("%(tag)s stands in several stores. Move all of it, or hand the part over there.")


class AlreadyThere(DomainError):
    """Everything on the list stands there already."""

    sentence = N_("Everything on the list stands there already. Choose another store or place.")


@dataclass(frozen=True)
class Carried:
    """A tag and how many units of it (None: all that stand under the label)."""

    tag: str
    count: int | None = None


def move(session: Session, lines: Sequence[Carried], store_id: int, place: str = "", *, by: int, occurred_at: datetime | None = None) -> Document:
    """Carry things to a place of a store; raise NotHere, NotThatMany, PromisedElsewhere, NotAllowed, FieldInvalid.

    The number of queries does not grow with the number of single things.
    """
    store = session.get(Store, store_id)
    if store is None:
        raise NotFound(what=str(store_id))
    access = demand(session, by, Role.KEEPER, store.organization_id)
    place = place.strip()
    known, counts = _counts(session, access.pool_id, lines, place)
    ids = {row.id: tag for tag, row in known.items()}
    left = {row[0] for row in session.execute(select(Tranche.store_id).where(Tranche.asset_id.in_(ids), Tranche.state.in_(MOVABLE)).distinct())}
    for organization_id in session.scalars(select(Store.organization_id).where(Store.id.in_(left)).distinct()):
        if organization_id != store.organization_id:
            demand(session, by, Role.KEEPER, organization_id)
    kinds, stores = {row.kind_id for row in known.values()}, left | {store_id}
    keys = {(kind_id, place_id) for kind_id in kinds for place_id in stores}
    alone = {row.id for row in known.values() if row.form == "unit" and counts[row.tag] is None}
    # What is parted or counted one by one is held until the act ends: rows nobody holds are forgotten by the session and asked for again.
    custody.lock_stock(session, keys, load=len(alone) < len(ids))
    carrying.lock(session, ids)
    custody.lock_assets(session, ids.keys() - alone)
    standing = _standing(session, ids, alone, left)
    when = records.occurrence(session, occurred_at, _last(session, standing) if occurred_at else None)
    document = records.create(
        session, access.pool_id, "MV", store.organization_id, "closed", by, session.scalars(select(Store.organization_id).where(Store.id.in_(left)))
    )
    session.add(Move(id=document.id, store_id=store.id, place=place))
    job = _Job(document, store, place, by, when)
    parts = {tag: standing.get(row.id, []) for tag, row in known.items()}
    if left == {store_id}:
        _carry(session, job, counts, parts)
    else:
        with reservations.keeping_promises(session, access.pool_id, keys):
            _carry(session, job, counts, parts)
    session.flush()
    return document


def _counts(session: Session, pool_id: int, lines: Sequence[Carried], place: str) -> tuple[dict[str, Any], dict[str, int | None]]:
    """Return the cards of what is named and the counts, each by its present tag in the order of the list."""
    if not lines:
        raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("name at least one thing to move.")))
    if len(place) > 80:
        raise FieldInvalid(field=Word(N_("Place")), problem=Word(N_("use at most 80 characters.")))
    said = [parse_tag(line.tag) for line in lines]
    called = rows_called(session, pool_id, said, Asset.id, Asset.kind_id, Asset.tag, Asset.form)
    counts: dict[str, int | None] = {}
    for line, text in zip(lines, said, strict=True):
        if text not in called:
            raise NotFound(what=text)
        tag = called[text].tag
        if tag in counts:
            raise FieldInvalid(field=Word(N_("Lines")), problem=Word(N_("a tag stands in the list twice. Once is enough.")))
        if line.count is not None and line.count < 1:
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number above 0.")))
        counts[tag] = line.count
    return {row.tag: row for row in called.values()}, counts


def _standing(session: Session, ids: dict[int, str], alone: set[int], left: set[int]) -> dict[int, list[Any]]:
    """Return what stands in a store by asset, read after locking: single things as plain rows, else tranches; raise NotHere for what left meanwhile."""
    found: dict[int, list[Any]] = defaultdict(list)
    for asset_id, row in carrying.standing(session, alone, MOVABLE).items():
        found[asset_id].append(row)
    if len(alone) < len(ids):
        # Sorted here: asked for in the order of ids, SQLite would rather walk through all tranches than find these.
        statement = select(Tranche).where(Tranche.asset_id.in_(ids.keys() - alone), Tranche.state.in_(MOVABLE), Tranche.count > 0)
        for tranche in sorted(session.scalars(statement.execution_options(populate_existing=True)), key=lambda tranche: tranche.id):
            found[tranche.asset_id].append(tranche)
    for asset_id, parts in found.items():
        if any(part.store_id not in left for part in parts):
            raise NotHere(tag=ids[asset_id])
    return found


def _last(session: Session, standing: dict[int, list[Any]]) -> datetime | None:
    ids = [part.id for parts in standing.values() for part in parts]
    return session.scalar(select(func.max(Movement.occurred_at)).where(Movement.tranche_id.in_(ids)))


@dataclass(frozen=True)
class _Job:
    """Where things are carried, and why."""

    document: Document
    store: Store
    place: str
    by: int
    when: datetime


def _carry(session: Session, job: _Job, counts: dict[str, int | None], standing: dict[str, list[Any]]) -> None:
    """Move the units of every tag; of a lot first what is free of holds."""
    moved = 0
    together: list[carrying.Carried] = []
    for number, (tag, count) in enumerate(counts.items(), start=1):
        parts = standing[tag]
        if not parts:
            raise NotHere(tag=tag)
        cause = Cause(job.document.id, number, job.by, job.when)
        if count is not None:
            parts = _part_of(session, tag, parts, count, job.store, job.place, cause)
        for part in parts:
            if (part.store_id, part.place) == (job.store.id, job.place):
                continue
            keeper = job.store.organization_id if job.store.type == "physical" else part.book_id
            moved += 1
            if isinstance(part, Tranche):
                custody.move(session, part, "move", cause, store_id=job.store.id, place=job.place, custodian_id=keeper)
            else:
                together.append(carrying.Carried(part, keeper, number))
    if not moved:
        raise AlreadyThere()
    carrying.carry(session, job.document.pool_id, together, "move", job.store.id, job.place, Cause(job.document.id, None, job.by, job.when))


def _part_of(session: Session, tag: str, parts: list[Tranche], count: int, store: Store, place: str, cause: Cause) -> list[Tranche]:
    elsewhere = [part for part in parts if (part.store_id, part.place) != (store.id, place)]
    if len({part.store_id for part in elsewhere}) > 1 and count < sum(part.count for part in elsewhere):
        raise SeveralStores(tag=tag)
    free_first = sorted(elsewhere, key=lambda part: (part.state != State.IN_STORE, -part.claimed_adopted, part.id))
    if count > sum(part.count for part in free_first):
        raise NotThatMany(tag=tag, asked=count, found=sum(part.count for part in free_first))
    return custody.take(session, tag, free_first, count, cause)
