"""Acts on stocktakes: plan, freeze, finish a round, say what becomes of a difference, decide, cancel. Counts are in `counting`, posting in `posting`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session, aliased

from assetpool.approvals import service as approvals
from assetpool.approvals.decisions import Decisions
from assetpool.approvals.queries import round_of
from assetpool.catalog.models import Kind, Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word, WrongState
from assetpool.core.models import ChainHead
from assetpool.core.money import rhu
from assetpool.custody.models import Asset, State, Stock, Tranche
from assetpool.custody.service import lock_stock
from assetpool.org.models import Organization, Role
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.stocktake import comparing, deciding, queries, reconciling
from assetpool.stocktake.models import SPOT, WAYS, Stocktake, StocktakeChoice, StocktakeDifference, StocktakeLine
from assetpool.stocktake.queries import counters
from assetpool.stocktake.reconciling import Reading
from assetpool.stocktake.steps import STEPS, UNDER_WAY

CHOICES = {"missing": ("held", "lost"), "misplaced": ("move", "propose"), "surplus": ("number", "propose"), "unknown": ("propose", "number")}
"""What may become of a difference, the usual first; of anything else the count only proposes."""


class NothingToCount(DomainError):
    """Nothing stands in the scope."""

    status = 422
    sentence = N_("Nothing stands in this scope now. Choose another place, class or organization.")


class CountedElsewhere(DomainError):
    """Another stocktake that is not posted yet expects the same things."""

    sentence = N_("%(other)s counts %(tag)s already. Post or cancel it first, or choose another scope.")


class NotCountedAgain(DomainError):
    """Some differences have not been counted by a second person."""

    sentence = N_("%(left)d lines have not been counted again yet. Count them, or say that the rest is not there.")


def plan(
    session: Session,
    store_id: int,
    *,
    by: int,
    way: str = SPOT,
    place: str = "",
    class_code: str = "",
    owner_id: int | None = None,
    blind: bool = True,
    reason: str = "",
    chosen: Sequence[int] = (),
    plan_id: int | None = None,
) -> Document:
    """Plan a stocktake of a store or a part of it; `chosen` are labels when only these are counted. Raise NotAllowed, FieldInvalid."""
    store = session.get(Store, store_id)
    if store is None:
        raise FieldInvalid(field=Word(N_("Store")), problem=Word(N_("choose a store from the list.")))
    access = demand(session, by, (*counters(store), Role.APPROVER), store.organization_id)
    owner = session.get(Organization, owner_id) if owner_id is not None else None
    if store.pool_id != access.pool_id or (owner_id is not None and (owner is None or owner.pool_id != access.pool_id)):
        raise FieldInvalid(field=Word(N_("Store")), problem=Word(N_("choose a store from the list.")))
    if way not in WAYS or len(place.strip()) > 80 or len(class_code.strip()) > 20:
        raise FieldInvalid(field=Word(N_("Scope")), problem=Word(N_("choose a way, a place of at most 80 and a class code of at most 20 characters.")))
    document = records.create(session, access.pool_id, "ST", store.organization_id, "planned", by, parties=[owner_id])
    session.add(
        Stocktake(
            id=document.id, store_id=store.id, requester_id=by, way=way, plan_id=plan_id, place=place.strip(), class_code=class_code.strip(),
            owner_id=owner_id, blind=blind, reason=reason.strip(),
        )
    )  # fmt: skip
    session.flush()
    if chosen:
        session.execute(insert(StocktakeChoice), [{"stocktake_id": document.id, "asset_id": asset_id} for asset_id in sorted(set(chosen))])
    return document


_decisions = Decisions("ST", Stocktake, STEPS, deciding.content_digest)


def own(session: Session, number: str, by: int, revision: int | None) -> tuple[Document, Stocktake, Store]:
    """Return a locked stocktake with its store, where this person counts or decides; raise NotAllowed, ChangedMeanwhile."""
    document, row = _decisions.locked(session, number, revision)
    store = session.get_one(Store, row.store_id)
    demand(session, by, (*counters(store), Role.APPROVER), store.organization_id)
    return document, row, store


def freeze(session: Session, number: str, *, by: int, revision: int | None = None) -> Document:
    """Freeze what the book expects in the scope, label by label and place by place; raise NothingToCount, CountedElsewhere."""
    document, row, _store = own(session, number, by, revision)
    lock_stock(session, [(kind, row.store_id) for kind in session.scalars(select(Stock.kind_id).where(Stock.store_id == row.store_id))])
    records.step(session, document, "frozen", by, "freeze", STEPS)
    height = session.scalar(select(ChainHead.height).where(ChainHead.pool_id == document.pool_id)) or 0
    row.frozen_at, row.frozen_height = clock.now(), height
    sums = (func.sum(Tranche.count), func.sum(Tranche.count * Tranche.original_value))
    statement = select(Tranche.asset_id, Tranche.kind_id, Tranche.place, Asset.tag, *sums).join(Asset, Asset.id == Tranche.asset_id)
    statement = statement.join(Kind, Kind.id == Tranche.kind_id).where(*queries.in_scope(row, queries.is_chosen(session, row)))
    found = session.execute(statement.group_by(Tranche.asset_id, Tranche.kind_id, Tranche.place, Asset.tag)).all()
    if not found:
        raise NothingToCount()
    expected = [
        {"stocktake_id": row.id, "line_no": number, "asset_id": asset_id, "kind_id": kind_id, "place": place, "expected": int(units),
         "worth": None if worth is None else int(worth), "explained": 0, "again": False}
        for number, (asset_id, kind_id, place, _tag, units, worth) in enumerate(sorted(found, key=lambda one: (one[2], one[1], one[3])), start=1)
    ]  # fmt: skip
    session.execute(insert(StocktakeLine), expected)
    _alone(session, row)
    return document


def _alone(session: Session, row: Stocktake) -> None:
    mine, other = aliased(StocktakeLine), aliased(StocktakeLine)
    statement = select(Document.number, Asset.tag).join(other, other.stocktake_id == Document.id).join(Asset, Asset.id == other.asset_id)
    statement = statement.join(mine, (mine.asset_id == other.asset_id) & (mine.place == other.place))
    statement = statement.where(mine.stocktake_id == row.id, other.stocktake_id != row.id, Document.state.in_(UNDER_WAY))
    found = session.execute(statement.limit(1)).first()
    if found is not None:
        raise CountedElsewhere(other=found[0], tag=found[1])


def finish(session: Session, number: str, *, by: int, revision: int | None = None) -> Document:
    """End a round of counting: what is missing or too much is counted again by somebody else; after that, or without any, the differences are drawn up."""
    document, row, _store = own(session, number, by, revision)
    if document.state == "counting":
        row.closed_at = clock.now()
        reading = reconciling.read(session, row, row.closed_at)
        again = _to_count_again(reading)
        for key, line in reading.lines.items():
            line.again = key in again
        session.flush()
        if again:
            row.round += 1
            records.step(session, document, "recount", by, "finish", STEPS)
            return document
    elif document.state == "recount":
        row.closed_at = clock.now()
        reading = reconciling.read(session, row, row.closed_at)
        left = sum(1 for (asset_id, _place), line in reading.lines.items() if line.again and asset_id not in reading.counted_again)
        if left:
            raise NotCountedAgain(left=left)
    else:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    _draw_up(session, row, reading)
    records.step(session, document, "differences", by, "compare", STEPS)
    asked = deciding.question(session, document, row)
    approvals.open_round(session, document, [approvals.Step("approve", Role.APPROVER, document.organization_id)], asked)
    return document


def _to_count_again(reading: Reading) -> set[tuple[int, str]]:
    """Return the lines of labels of which units are missing or too many."""
    doubtful = set()
    for asset_id, stand in reading.stands.items():
        if any(one.what in (comparing.MISSING, comparing.SURPLUS) for one in comparing.compare(stand)):
            doubtful.add(asset_id)
    return {key for key in reading.lines if key[0] in doubtful}


def _draw_up(session: Session, row: Stocktake, reading: Reading) -> None:
    """Write what was found into the lines, and the differences with what usually becomes of them."""
    session.execute(delete(StocktakeDifference).where(StocktakeDifference.stocktake_id == row.id))
    worth: dict[int, Fraction] = {}
    for (asset_id, place), line in reading.lines.items():
        stand = reading.stands[asset_id]
        line.counted = stand.counted.get(place, 0)
        line.explained = stand.book.get(place, 0) - line.expected
        if line.worth is not None:
            worth[asset_id] = Fraction(line.worth, line.expected)
    before = _missed_before(session, row)
    position = 0
    for asset_id, stand in sorted(reading.stands.items(), key=lambda one: one[0]):
        for one in comparing.compare(stand):
            position += 1
            usual = "propose" if one.what in comparing.PROPOSED else CHOICES[one.what][0]
            session.add(
                StocktakeDifference(
                    stocktake_id=row.id, position=position, what=one.what, asset_id=asset_id, kind_id=reading.kinds.get(asset_id) or None, words="",
                    units=one.units, from_place=one.from_place, to_place=one.to_place,
                    worth=rhu(worth[asset_id] * one.units) if asset_id in worth else None,
                    resolution="lost" if one.what == comparing.MISSING and (asset_id, one.from_place) in before else usual, note="", posted=0,
                )
            )  # fmt: skip
    for count in reading.unknown:
        if count.units:
            position += 1
            session.add(
                StocktakeDifference(
                    stocktake_id=row.id, position=position, what=comparing.UNKNOWN, asset_id=None, kind_id=count.kind_id, words=count.words, units=count.units,
                    from_place="", to_place=count.place, worth=None, resolution="number" if count.kind_id else "propose", note="", posted=0,
                )
            )  # fmt: skip
    session.flush()


def _missed_before(session: Session, row: Stocktake) -> set[tuple[int, str]]:
    """Return the labels and places of which units are held since an earlier stocktake missed them: missing again, they count as lost."""
    statement = select(Tranche.asset_id, Tranche.place).join(Stocktake, Stocktake.id == Tranche.document_id)
    missed = statement.join(StocktakeDifference, (StocktakeDifference.stocktake_id == Stocktake.id) & (StocktakeDifference.position == Tranche.line_no))
    missed = missed.where(Tranche.store_id == row.store_id, Tranche.state == State.HELD, Tranche.count > 0, StocktakeDifference.what == comparing.MISSING)
    return {(asset_id, place) for asset_id, place in session.execute(missed)}


def resolve(session: Session, number: str, position: int, resolution: str, *, by: int, note: str = "", kind_id: int | None = None) -> Document:
    """Say what becomes of a difference and why, until somebody has agreed to it; raise FieldInvalid, WrongState."""
    document, row, _store = own(session, number, by, None)
    if document.state != "differences" or any(due.taken_by is not None for due in round_of(session, document.id)):
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    statement = select(StocktakeDifference).where(StocktakeDifference.stocktake_id == row.id, StocktakeDifference.position == position)
    one = session.scalar(statement)
    kind = session.get(Kind, kind_id) if kind_id is not None else None
    if one is None or (kind_id is not None and (kind is None or kind.pool_id != document.pool_id)):
        raise FieldInvalid(field=Word(N_("Difference of the count")), problem=Word(N_("choose a difference from the list, and a kind from the catalogue.")))
    if kind is not None and one.asset_id is None:
        one.kind_id = kind.id
    if resolution not in CHOICES.get(one.what, ("propose",)) or (resolution == "number" and one.kind_id is None):
        raise FieldInvalid(
            field=Word(N_("Difference of the count")), problem=Word(N_("this cannot become of it. Choose from the list; a new number needs a kind."))
        )
    one.resolution, one.note = resolution, note.strip()[:300]
    records.remark(session, document, by, "resolve", f"{position}: {resolution} {note.strip()}"[:300])
    return document


def approve(
    session: Session,
    number: str,
    *,
    by: int,
    reason: str = "",
    revision: int | None = None,
    occurred_at: datetime | None = None,
    paper: approvals.PaperDecision | None = None,
) -> Document:
    """Give the approval that is due from this person, who neither planned nor counted."""
    document, row = _decisions.locked(session, number, revision)
    when = records.occurrence(session, occurred_at)
    if _decisions.consent(session, document, row, by, deciding.barred(session, row), reason, when, paper):
        records.step(session, document, "approved", by, "approve", STEPS, reason, when)
    return document


reject = _decisions.reject


def send_back(session: Session, number: str, *, by: int, reason: str, revision: int | None = None) -> Document:
    """Send the differences back to be counted again."""
    document, row = _decisions.decline(session, number, "sent_back", by, reason, revision)
    records.step(session, document, "recount", by, "recount", STEPS)
    row.round += 1
    doubtful = {one.asset_id for one, _asset, _kind in queries.differences(session, row.id)}
    for line, asset, _kind in queries.lines(session, row.id):
        line.again = asset.id in doubtful
    session.flush()
    return document


def cancel(session: Session, number: str, *, by: int, reason: str = "", revision: int | None = None) -> Document:
    """Give a stocktake up before it is approved; the book stays as it is."""
    document, _row, _store = own(session, number, by, revision)
    approvals.close_round(session, document)
    records.step(session, document, "cancelled", by, "cancel", STEPS, reason)
    return document
