"""Posting an approved stocktake: movements bring the book to what was counted, and nothing else moves.

What is missing is held until it turns up, or lost; what is misplaced moves to where it was found; more than the book knows is held under a number.
What others hold by the book is only proposed. What moved since it was counted stays as it is: so much less is posted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind, Store
from assetpool.core import clock
from assetpool.custody import service as custody
from assetpool.custody.models import Asset, State, Tranche
from assetpool.custody.service import Cause, NewAsset
from assetpool.org.models import Role
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.outbox import tell
from assetpool.stocktake import comparing, queries, service
from assetpool.stocktake.models import Stocktake, StocktakeDifference, StocktakeLine
from assetpool.stocktake.queries import PRESENT
from assetpool.stocktake.steps import STEPS


@dataclass(frozen=True)
class _Job:
    """A stocktake being posted."""

    document: Document
    store: Store
    by: int
    when: datetime

    def cause(self, one: StocktakeDifference) -> Cause:
        """Return why something moves: this stocktake and its difference."""
        return Cause(self.document.id, one.position, self.by, self.when)


def post(session: Session, number: str, *, by: int, revision: int | None = None) -> Document:
    """Bring the book in line with an approved stocktake, all at once; raise NotAllowed, WrongState, ChangedMeanwhile."""
    document, row, store = service.own(session, number, by, revision)
    records.step(session, document, "posted", by, "post", STEPS)
    found = [one for one, _asset, _kind in queries.differences(session, row.id)]
    again = _found_again(session, row)
    kinds = {one.kind_id for one in found if one.kind_id is not None} | {part.kind_id for part in again}
    custody.lock_stock(session, [(kind_id, store.id) for kind_id in kinds])
    custody.lock_assets(session, {part.asset_id for part in again} | {one.asset_id for one in found if one.asset_id is not None})
    row.posted_at = clock.now()
    job = _Job(document, store, by, row.posted_at)
    for one in found:
        one.posted = _posted(session, job, one)
    for part in _found_again(session, row):
        custody.move(session, part, "release", Cause(document.id, None, by, job.when), state=State.IN_STORE, due_on=None)
    session.flush()
    units = {what: sum(one.units for one in found if one.what == what) for what in (comparing.MISSING, comparing.SURPLUS)}
    facts: dict[str, str | int] = {"number": document.number, "store": store.name, "missing": units[comparing.MISSING], "surplus": units[comparing.SURPLUS]}
    tell(
        session, "stocktake_posted", pool_id=document.pool_id, people=[row.requester_id], roles=[(Role.FINANCE, store.organization_id)],
        document_id=document.id, facts=facts,
    )  # fmt: skip
    return document


def _posted(session: Session, job: _Job, one: StocktakeDifference) -> int:
    """Post one difference; return how many of its units the book took over."""
    if one.resolution in ("lost", "held"):
        parts = _taken(session, job, one, _present(session, job, one, one.from_place))
        act, state = ("lose", State.LOST) if one.resolution == "lost" else ("hold", State.HELD)
        for part in parts:
            custody.move(session, part, act, job.cause(one), state=state, due_on=None, turn_round=0)
    elif one.resolution == "move":
        parts = _taken(session, job, one, _present(session, job, one, one.from_place))
        for part in parts:
            custody.move(session, part, "move", job.cause(one), place=one.to_place)
    elif one.resolution == "number":
        return _numbered(session, job, one)
    else:
        return 0
    return sum(part.count for part in parts)


def _found_again(session: Session, row: Stocktake) -> list[Tranche]:
    """Return what an earlier stocktake missed and held, and this one found where it belongs."""
    right = StocktakeLine.counted >= StocktakeLine.expected + StocktakeLine.explained
    missed = select(Tranche).join(StocktakeDifference, StocktakeDifference.stocktake_id == Tranche.document_id)
    missed = missed.where(StocktakeDifference.position == Tranche.line_no, StocktakeDifference.what == comparing.MISSING)
    missed = missed.join(StocktakeLine, (StocktakeLine.asset_id == Tranche.asset_id) & (StocktakeLine.place == Tranche.place))
    missed = missed.where(StocktakeLine.stocktake_id == row.id, right, Tranche.store_id == row.store_id, Tranche.state == State.HELD, Tranche.count > 0)
    statement = missed.where(Tranche.document_id != row.id).order_by(Tranche.id)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def _present(session: Session, job: _Job, one: StocktakeDifference, place: str) -> list[Tranche]:
    """Return what stands of the label at a place: what a stocktake missed before first, then what is free, the most claimed first."""
    statement = select(Tranche).where(
        Tranche.asset_id == one.asset_id, Tranche.store_id == job.store.id, Tranche.place == place, Tranche.state.in_(PRESENT), Tranche.count > 0
    )
    rows = list(session.scalars(statement.execution_options(populate_existing=True)))
    earlier = set(session.scalars(select(Stocktake.id).where(Stocktake.id.in_([row.document_id for row in rows if row.state == State.HELD]))))
    if one.resolution == "move":
        # What was missed before is found now, so it is the last to be carried for what stands elsewhere.
        return sorted(rows, key=lambda part: (part.document_id in earlier, part.state != State.IN_STORE, -part.claimed_adopted, part.id))
    return sorted(rows, key=lambda part: (part.document_id not in earlier, part.state != State.IN_STORE, -part.claimed_adopted, part.id))


def _taken(session: Session, job: _Job, one: StocktakeDifference, parts: list[Tranche]) -> list[Tranche]:
    count = min(one.units, sum(part.count for part in parts))
    tag = session.get_one(Asset, one.asset_id).tag
    return custody.take(session, tag, parts, count, job.cause(one)) if count else []


def _numbered(session: Session, job: _Job, one: StocktakeDifference) -> int:
    """Hold what the book does not know: what it gave up as lost under its own label, the rest under a new number."""
    left = one.units
    if one.asset_id is not None:
        lost = custody.standing(session, one.asset_id, State.LOST, job.store.id)
        for part in custody.take(session, "", lost, min(left, sum(part.count for part in lost)), job.cause(one)):
            custody.move(session, part, "hold", job.cause(one), state=State.HELD, place=one.to_place, due_on=None, turn_round=0)
            left -= part.count
    if not left or one.kind_id is None:
        return one.units - left
    kind = session.get_one(Kind, one.kind_id)
    lot = kind.label_policy == "lot" or left > 1
    owner = job.store.organization_id
    new = NewAsset(
        kind_id=kind.id, form="lot" if lot else "unit", count=left, store_id=job.store.id, origin_id=owner, owner_id=owner, book_id=owner, custodian_id=owner,
        place=one.to_place, note=f"{job.document.number}-{one.position}", line_no=one.position,
    )  # fmt: skip
    for asset_id in custody.register(session, job.document.pool_id, [new], job.cause(one)):
        for part in custody.standing(session, asset_id):
            custody.move(session, part, "hold", job.cause(one), state=State.HELD)
    return one.units
