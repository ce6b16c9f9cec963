"""Taking counts: each is a row that is only ever added, whoever sends it, from a phone, a sheet of paper or later than it happened; never twice.

Of a single thing the last count holds. Of a lot the counts at a place add up, so several people can count a pile together.
In a further round somebody else counts what differed; what a later round counted replaces the earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from assetpool.catalog.models import Store
from assetpool.core import clock
from assetpool.core.errors import N_, DomainError, FieldInvalid, SamePerson, Word, WrongState
from assetpool.custody.models import Asset
from assetpool.labels.meaning import assets_called
from assetpool.org.service import demand
from assetpool.records import service as records
from assetpool.records.models import Document
from assetpool.records.states import STATE_WORDS
from assetpool.stocktake.answering import Counted, Taken, said, tag_of
from assetpool.stocktake.models import Stocktake, StocktakeCount, StocktakeLine
from assetpool.stocktake.queries import counters, counts, lines, taken_back
from assetpool.stocktake.steps import OPEN, STEPS

MOST_UNITS = 1_000_000
PLACES = 80


class NothingLeft(DomainError):
    """No line waits for this person to count it again."""

    sentence = N_("%(number)s: no line waits for you to count it again. Lines that you counted first must be counted by somebody else.")


def count(session: Session, number: str, counted: Sequence[Counted], *, by: int) -> tuple[Document, list[Taken]]:
    """Add counts to a stocktake and say what became of each; raise WrongState, NotAllowed, SamePerson, FieldInvalid.

    A count that this person sent before, by its key, is answered as it was and not added again. The number of queries does not grow with the counts.
    """
    document = records.lock(session, number, "ST")
    row = session.get_one(Stocktake, document.id)
    store = session.get_one(Store, row.store_id)
    demand(session, by, counters(store), store.organization_id)
    mine = _kept(session, row.id, by, counted)
    fresh = [one for one in counted if one.key not in mine]
    if fresh and document.state not in OPEN:
        raise WrongState(number=document.number, state=Word(STATE_WORDS[document.state]))
    if fresh and document.state == "frozen":
        records.step(session, document, "counting", by, "count", STEPS)
    taking = _Taking(session, document, row, by, fresh)
    # What is taken back may have been counted in the same sending, so it is written first.
    for part in ([one for one in fresh if not one.undoes], [one for one in fresh if one.undoes]):
        taking.find_undone(part)
        rows = [taking.row(one) for one in part]
        if rows:
            session.execute(insert(StocktakeCount), rows)
    return document, said(session, row, by, counted, set(mine))


def _kept(session: Session, stocktake_id: int, by: int, counted: Sequence[Counted]) -> set[str]:
    keys = {one.key for one in counted}
    if len(keys) < len(counted) or any(not 0 < len(key) <= 100 or not key.isprintable() for key in keys):
        raise FieldInvalid(field="key", problem=Word(N_("give every count a key of its own, of 1 to 100 printable characters.")))
    known = select(StocktakeCount.client_key).where(StocktakeCount.stocktake_id == stocktake_id, StocktakeCount.person_id == by)
    return set(session.scalars(known.where(StocktakeCount.client_key.in_(keys))))


class _Taking:
    """What is known before the counts of one sending are added."""

    def __init__(self, session: Session, document: Document, row: Stocktake, by: int, fresh: Sequence[Counted]) -> None:
        self.session, self.document, self.stocktake, self.by = session, document, row, by
        self.round = row.round
        self.assets = assets_called(session, document.pool_id, {tag for one in fresh if (tag := tag_of(one.tag))})
        self.places: dict[int, list[str]] = {}
        ids = {asset.id for asset in self.assets.values()}
        expected = select(StocktakeLine).where(StocktakeLine.stocktake_id == row.id, StocktakeLine.asset_id.in_(ids)).order_by(StocktakeLine.line_no)
        for line in session.scalars(expected):
            self.places.setdefault(line.asset_id, []).append(line.place)
        self.undone: dict[str, StocktakeCount] = {}
        self.first = _counted_before(session, row) if row.round > 1 else {}

    def find_undone(self, part: Sequence[Counted]) -> None:
        """Find the own counts that these take back, as far as nobody did before."""
        wanted = {one.undoes for one in part if one.undoes}
        if not wanted:
            return
        of_stocktake = StocktakeCount.stocktake_id == self.stocktake.id
        own = select(StocktakeCount).where(of_stocktake, StocktakeCount.person_id == self.by, StocktakeCount.client_key.in_(wanted))
        gone = taken_back(self.session, self.stocktake.id)
        self.undone = {found.client_key: found for found in self.session.scalars(own) if found.undoes_id is None and found.id not in gone}

    def row(self, one: Counted) -> dict[str, object]:
        """Return the row to add; raise FieldInvalid, SamePerson."""
        place = None if one.place is None else one.place.strip()
        if not 0 <= one.units <= MOST_UNITS:
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number from 0 to 1,000,000.")))
        if place is not None and len(place) > PLACES:
            raise FieldInvalid(field=Word(N_("Place")), problem=Word(N_("use at most 80 characters.")))
        earlier = self.undone.get(one.undoes)
        if one.undoes and earlier is None:
            raise FieldInvalid(field="undoes", problem=Word(N_("it names no count of yours. Look at the list of what you counted.")))
        asset = self.assets.get(tag_of(one.tag))
        words = "" if asset is not None else (one.words.strip() or one.tag.strip())[:200]
        kind_id, asset_id = (asset.kind_id, asset.id) if asset is not None else (one.kind_id, None)
        if earlier is not None:
            asset_id, kind_id, words, place = earlier.asset_id, earlier.kind_id, earlier.words, earlier.place
        if asset_id is None and not words:
            raise FieldInvalid(field=Word(N_("Tag")), problem=Word(N_("scan or type a tag, or say in words what stands there.")))
        if asset is not None and asset.form == "unit" and one.units > 1:
            raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("this label stands for one thing. Count 1, or 0 if it is not there.")))
        if asset_id is not None and self.by in self.first.get(asset_id, set()):
            raise SamePerson(number=self.document.number, earlier=Word(N_("first counter")))
        return {
            "stocktake_id": self.stocktake.id, "round": self.round, "asset_id": asset_id, "kind_id": kind_id, "words": words,
            "place": self._place(asset, place), "units": one.units, "on_paper": one.on_paper, "undoes_id": earlier.id if earlier is not None else None,
            "client_key": one.key, "person_id": self.by, "recorded_at": clock.now(),
            "occurred_at": records.occurrence(self.session, one.occurred_at, self.stocktake.frozen_at if one.occurred_at else None),
        }  # fmt: skip

    def _place(self, asset: Asset | None, place: str | None) -> str:
        """Return where it was counted; whoever says nothing means the place that the book has, else that of the whole count."""
        if place is not None:
            return place
        expected = self.places.get(asset.id, []) if asset is not None else []
        return expected[0] if expected else self.stocktake.place


def _counted_before(session: Session, row: Stocktake) -> dict[int, set[int]]:
    """Return who may not count a label again: who counted it in the round before; where nobody found it, who counted at its place."""
    found: dict[int, tuple[int, set[int]]] = {}
    at_place: dict[str, set[int]] = {}
    for one in counts(session, row.id):
        if one.round == row.round:
            continue
        at_place.setdefault(one.place, set()).add(one.person_id)
        if one.asset_id is not None:
            last, persons = found.get(one.asset_id, (0, set()))
            if one.round >= last:
                found[one.asset_id] = (one.round, persons | {one.person_id} if one.round == last else {one.person_id})
    again = select(StocktakeLine.asset_id, StocktakeLine.place).where(StocktakeLine.stocktake_id == row.id, StocktakeLine.again)
    for asset_id, place in session.execute(again):
        if asset_id not in found:
            found[asset_id] = (1, set(at_place.get(place, ())))
    return {asset_id: persons for asset_id, (_round, persons) in found.items()}


def rest_is_not_there(session: Session, number: str, key: str, *, by: int) -> tuple[Document, list[Taken]]:
    """Count 0 of every line that is to be counted again and was not yet, by this person; lines that this person may not count are left."""
    document = records.lock(session, number, "ST")
    row = session.get_one(Stocktake, document.id)
    seen = {one.asset_id for one in counts(session, row.id) if one.round == row.round}
    barred = _counted_before(session, row)
    left = [
        Counted(f"{key}-{line.line_no}"[:100], asset.tag, units=0, place=line.place)
        for line, asset, _kind in lines(session, row.id, again=True)
        if asset.id not in seen and by not in barred.get(asset.id, set())
    ]
    if document.state != "recount" or not left:
        raise NothingLeft(number=document.number)
    return count(session, number, left, by=by)
