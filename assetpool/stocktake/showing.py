"""What the pages of stocktakes show: where one stands, what differs, who decides, what this person can do, and what they counted."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals.pages import Duty, duty
from assetpool.approvals.queries import dues_of, round_of
from assetpool.approvals.showing import Round, of_document
from assetpool.approvals.wording import awaited, timeline, way
from assetpool.catalog.models import Kind, Store
from assetpool.core.errors import N_
from assetpool.custody.models import Asset, Movement
from assetpool.org.models import Organization, Person, Role
from assetpool.org.queries import Access, path_of, people
from assetpool.records import photos
from assetpool.records.models import Document
from assetpool.records.queries import trail_of, visible_numbers
from assetpool.stocktake import deciding, queries, service
from assetpool.stocktake.models import Stocktake, StocktakeCount, StocktakeDifference, StocktakeLine
from assetpool.stocktake.steps import BLIND, OPEN, UNDER_WAY

STATIONS = (
    ("planned", "create", N_("Planned")),
    ("frozen", "freeze", N_("Expectation frozen")),
    ("counting", "count", N_("Counting")),
    ("recount", "finish", N_("Counted again")),
    ("differences", "compare", N_("Differences")),
    ("approved", "approve", N_("Approved")),
    ("posted", "post", N_("Posted")),
)
MOST_SHOWN = 200
COUNTS_SHOWN = 40


@dataclass(frozen=True)
class Possible:
    """What this person can do now."""

    freeze: bool = False
    count: bool = False
    finish: bool = False
    resolve: bool = False
    post: bool = False
    cancel: bool = False


@dataclass(frozen=True)
class Progress:
    """How much one person counted."""

    person: Person
    counts: int


@dataclass(frozen=True)
class Shown:
    """Everything on the page of a stocktake; long ones show their first lines and the sums of all."""

    document: Document
    row: Stocktake
    store: Store
    owner: Organization | None
    sums: queries.Sums
    hidden: bool
    lines: tuple[tuple[StocktakeLine, Asset, Kind], ...]
    explained_by: dict[int, list[str]]
    differences: tuple[tuple[StocktakeDifference, Asset | None, Kind | None, tuple[str, ...]], ...]
    progress: tuple[Progress, ...]
    steps: tuple[dict[str, str], ...]
    awaited: str
    round: Round
    timeline: tuple[dict[str, str], ...]
    duty: Duty
    possible: Possible
    photos: list[photos.Photo]


def shown(session: Session, access: Access, document: Document) -> Shown:
    """Put together the page of a stocktake, in a fixed number of queries."""
    row = session.get_one(Stocktake, document.id)
    store = session.get_one(Store, row.store_id)
    barred = deciding.barred(session, row)
    dues = dues_of(session, document.id)
    trail = trail_of(session, document.id)
    persons = people(session, [entry.person_id for entry in trail])
    hidden = row.blind and document.state in BLIND
    found = queries.lines(session, row.id, limit=MOST_SHOWN)
    differing = [] if document.state in BLIND else queries.differences(session, row.id)
    stations = [(state, act, _(label)) for state, act, label in STATIONS if state != "recount" or row.round > 1]
    return Shown(
        document=document,
        row=row,
        store=store,
        owner=session.get(Organization, row.owner_id) if row.owner_id is not None else None,
        sums=queries.sums(session, [row.id]).get(row.id, queries.Sums()),
        hidden=hidden,
        lines=() if hidden and document.state != "recount" else tuple(one for one in found if not hidden or one[0].again),
        explained_by=_explained_by(session, access, row, [line for line, _asset, _kind in found if line.explained]),
        differences=tuple((one, asset, kind, service.CHOICES.get(one.what, ("propose",))) for one, asset, kind in differing),
        progress=_progress(session, row),
        steps=tuple(way(document, stations, trail, persons, "recount" if document.state == "sent_back" else None)),
        awaited=awaited(session, dues[0] if dues else None),
        round=of_document(session, document, barred),
        timeline=tuple(timeline(trail, persons)),
        duty=duty(session, access, dues, row.requester_id, barred),
        possible=_possible(session, access, document, store),
        photos=photos.of(session, "document", [document.id])[document.id],
    )


def _explained_by(session: Session, access: Access, row: Stocktake, lines: list[StocktakeLine]) -> dict[int, list[str]]:
    """Return by label the numbers of the papers that moved it after the freezing, as far as this person may read them."""
    ids = {line.asset_id for line in lines}
    if not ids:
        return {}
    statement = select(Movement.asset_id, Movement.document_id).where(Movement.asset_id.in_(ids), Movement.height > (row.frozen_height or 0))
    pairs = {(one.asset_id, one.document_id) for one in session.execute(statement) if one.document_id not in (None, row.id)}
    numbers = visible_numbers(session, access, [document_id for _asset, document_id in pairs])
    return {asset_id: sorted(numbers[document_id] for asset, document_id in pairs if asset == asset_id and document_id in numbers) for asset_id in ids}


def _progress(session: Session, row: Stocktake) -> tuple[Progress, ...]:
    counted: dict[int, int] = {}
    for person_id in session.scalars(select(StocktakeCount.person_id).where(StocktakeCount.stocktake_id == row.id)):
        counted[person_id] = counted.get(person_id, 0) + 1
    persons = people(session, counted)
    return tuple(Progress(persons[person_id], number) for person_id, number in sorted(counted.items(), key=lambda one: -one[1]))


def _possible(session: Session, access: Access, document: Document, store: Store) -> Possible:
    state, path = document.state, path_of(session, store.organization_id)
    counts = access.may(queries.counters(store), path)
    plans = counts or access.may(Role.APPROVER, path)
    undecided = state == "differences" and not any(due.taken_by is not None for due in round_of(session, document.id))
    return Possible(
        freeze=plans and state == "planned",
        count=counts and state in OPEN,
        finish=plans and state in ("counting", "recount"),
        resolve=plans and undecided,
        post=plans and state == "approved",
        cancel=plans and state in UNDER_WAY - {"approved"},
    )


@dataclass(frozen=True)
class Mine:
    """One count on the page of who counts."""

    count: StocktakeCount
    asset: Asset | None
    kind: Kind | None


@dataclass(frozen=True)
class Counting:
    """Everything on the page for counting: the last counts of this person, and in a recount (or a count that is not blind) what is still to be counted."""

    document: Document
    row: Stocktake
    store: Store
    sums: queries.Sums
    mine: tuple[Mine, ...]
    open_lines: tuple[tuple[StocktakeLine, Asset, Kind], ...]


def counting(session: Session, access: Access, document: Document) -> Counting:
    """Put together the page for counting."""
    row = session.get_one(Stocktake, document.id)
    gone = queries.taken_back(session, row.id)
    statement = (
        select(StocktakeCount, Asset, Kind)
        .outerjoin(Asset, Asset.id == StocktakeCount.asset_id)
        .outerjoin(Kind, Kind.id == StocktakeCount.kind_id)
        .where(StocktakeCount.stocktake_id == row.id, StocktakeCount.person_id == access.person_id, StocktakeCount.undoes_id.is_(None))
        .order_by(StocktakeCount.id.desc())
        .limit(COUNTS_SHOWN)
    )
    mine = [Mine(*found) for found in session.execute(statement) if found[0].id not in gone]
    open_lines = []
    if document.state == "recount" or not row.blind:
        here = {one.asset_id for one in queries.counts(session, row.id) if one.round == row.round}
        every = queries.lines(session, row.id, again=document.state == "recount")
        open_lines = [found for found in every if found[1].id not in here]
    return Counting(
        document, row, session.get_one(Store, row.store_id), queries.sums(session, [row.id]).get(row.id, queries.Sums()), tuple(mine), tuple(open_lines)
    )


@dataclass(frozen=True)
class Sheet:
    """A stretch of the lines to enter from paper: those nobody counted in this round yet, those somebody did with their units, and where it goes on."""

    open: tuple[tuple[StocktakeLine, Asset, Kind], ...]
    done: tuple[tuple[StocktakeLine, Asset, int], ...]
    following: int | None


def sheet(session: Session, document: Document, after: int, limit: int) -> Sheet:
    """Return a stretch of the lines after a line number; in a recount only those that are counted again."""
    row = session.get_one(Stocktake, document.id)
    found = queries.lines(session, row.id, again=document.state == "recount", after=after, limit=limit + 1)
    units: dict[tuple[int, str], int] = {}
    for one in queries.counts(session, row.id):
        if one.round == row.round and one.asset_id is not None:
            units[(one.asset_id, one.place)] = units.get((one.asset_id, one.place), 0) + one.units
    stretch = found[:limit]
    return Sheet(
        tuple(one for one in stretch if (one[1].id, one[0].place) not in units),
        tuple((line, asset, units[(asset.id, line.place)]) for line, asset, _kind in stretch if (asset.id, line.place) in units),
        stretch[-1][0].line_no if len(found) > limit else None,
    )
