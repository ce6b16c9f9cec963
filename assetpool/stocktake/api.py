"""Stocktakes for machines and for phones that counted without a network."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from assetpool.approvals.rest import ACT, Deciding, reached
from assetpool.catalog.models import Store
from assetpool.catalog.queries import store_by_code
from assetpool.core.db import db
from assetpool.core.errors import FieldInvalid, NotAllowed, NotFound, SamePerson, WrongState
from assetpool.org import access
from assetpool.org.queries import organization_by_code
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.papers import answered, here
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer, ListQuery
from assetpool.stocktake import counting, paper, posting, queries, service
from assetpool.stocktake.answering import Counted
from assetpool.stocktake.models import Stocktake
from assetpool.stocktake.schemas import (
    CountsAnswer,
    CountsBody,
    LineAnswer,
    LinePage,
    LinesQuery,
    PlanBody,
    ResolveBody,
    StocktakeAnswer,
    StocktakePage,
    StocktakeRow,
)
from assetpool.stocktake.steps import BLIND

bp = rest.blueprint("stocktake", __name__, "Stocktakes")


def _row(document: Document, row: Stocktake, store: Store) -> StocktakeRow:
    return {
        "number": document.number,
        "state": document.state,
        "store": store.code,
        "way": row.way,
        "place": row.place,
        "class_code": row.class_code,
        "frozen_at": row.frozen_at,
        "created_at": document.created_at,
    }


@bp.get("/stocktakes")
@access.signed_in
@rest.reads(StocktakePage, ListQuery)
def stocktakes(asked: ListQuery) -> rest.Json:
    """List the stocktakes one may see, newest first."""
    return rest.newest(asked, queries.page, lambda found: found[0], lambda found: _row(*found))


@bp.post("/stocktakes")
@access.signed_in
@rest.writes(DocumentAnswer, PlanBody, refuses=(NotAllowed, NotFound, FieldInvalid))
def plan(session: Session, body: PlanBody) -> rest.Json:
    """Plan a stocktake of a store or a part of it."""
    pool_id = access.current().pool_id
    store = store_by_code(session, pool_id, body.store_code)
    owner = organization_by_code(session, pool_id, body.organization_code) if body.organization_code else None
    document = service.plan(
        session, store.id, by=access.me(), way=body.way, place=body.place, class_code=body.class_code, owner_id=owner.id if owner else None,
        blind=body.blind, reason=body.reason,
    )  # fmt: skip
    return reached(document)


@bp.get("/stocktakes/<number>")
@access.signed_in
@rest.reads(StocktakeAnswer, refuses=(NotFound,))
def stocktake(number: str) -> rest.Json:
    """Show a stocktake with its sums and differences."""
    session = db.session()
    document = by_number(session, access.current(), number, "ST")
    row = session.get_one(Stocktake, document.id)
    sums = queries.sums(session, [row.id]).get(row.id, queries.Sums())
    hidden = row.blind and document.state in BLIND
    names = ("position", "what", "words", "units", "from_place", "to_place", "resolution", "note", "posted")
    return {
        **_row(document, row, session.get_one(Store, row.store_id)),
        "blind": row.blind,
        "round": row.round,
        "revision": document.revision,
        "lines": sums.lines,
        "lines_counted": sums.touched,
        "lines_right": sums.right,
        "units_expected": None if hidden else sums.expected,
        "differences": [
            {**{name: getattr(one, name) for name in names}, "worth_fen": one.worth, "tag": asset.tag if asset else None, "kind": kind.name if kind else None}
            for one, asset, kind in ([] if document.state in BLIND else queries.differences(session, row.id))
        ],
    }


@bp.get("/stocktakes/<number>/lines")
@access.signed_in
@rest.reads(LinePage, LinesQuery, refuses=(NotFound,))
def lines(asked: LinesQuery, number: str) -> rest.Json:
    """List what is to be counted, place by place; a blind count hides how many until it is over."""
    session = db.session()
    document = by_number(session, access.current(), number, "ST")
    row = session.get_one(Stocktake, document.id)
    after = rest.after(asked.cursor, (int,))
    found = queries.lines(session, row.id, again=asked.again, after=after[0] if after else 0, limit=asked.limit + 1)
    shown = found[: asked.limit]
    hidden = row.blind and document.state in BLIND
    items: list[LineAnswer] = [
        {
            "line_no": line.line_no,
            "tag": asset.tag,
            "kind": kind.name,
            "kind_en": kind.name_en,
            "measure": kind.measure,
            "lot": asset.form == "lot",
            "place": line.place,
            "expected": None if hidden else line.expected,
            "counted": line.counted,
            "explained": None if hidden else line.explained,
            "again": line.again,
        }
        for line, asset, kind in shown
    ]
    return rest.page(items, (shown[-1][0].line_no,) if len(found) > len(shown) else None)


@bp.post("/stocktakes/<number>/counts")
@access.signed_in
@rest.writes(CountsAnswer, CountsBody, status=200, refuses=(*ACT, SamePerson, FieldInvalid))
def count(session: Session, body: CountsBody, number: str) -> rest.Json:
    """Add counts, made now or earlier; each is there once however often it is sent, by its key."""
    document = by_number(session, access.current(), number, "ST")
    counted = [Counted(one.key, one.tag.strip(), one.words.strip(), one.kind_id, one.units, one.place, one.occurred_at, one.undoes) for one in body.counts]
    document, taken = counting.count(session, document.number, counted, by=access.me())
    return {**reached(document), "counts": [vars(one) for one in taken]}


@bp.post("/stocktakes/<number>/differences/<int:position>")
@access.signed_in
@rest.writes(DocumentAnswer, ResolveBody, status=200, refuses=(*ACT, FieldInvalid))
def resolve(session: Session, body: ResolveBody, number: str, position: int) -> rest.Json:
    """Say what becomes of a difference, until somebody has agreed to it."""
    document = by_number(session, access.current(), number, "ST")
    return reached(service.resolve(session, document.number, position, body.resolution, by=access.me(), note=body.note, kind_id=body.kind_id))


@bp.get("/stocktakes/<number>.pdf")
@access.signed_in
@rest.reads(bytes, refuses=(NotFound,), media_type="application/pdf")
def printed(number: str) -> Response:
    """Print the sheet that is signed: what was expected, counted and posted."""
    document = by_number(db.session(), access.current(), number, "ST")
    return answered(document.number, paper.pdf(db.session(), document, here()))


acts = Deciding(bp, "/stocktakes", "ST")
acts.plain("freeze", service.freeze, "Freeze what the book expects.", (service.NothingToCount, service.CountedElsewhere))
acts.plain("finish", service.finish, "End a round of counting; what differs is counted again, or goes to approval.", (service.NotCountedAgain, WrongState))
acts.decisions(
    service, "Agree to the differences of a stocktake.", "Reject a stocktake; the book stays as it is.", "Send differences back to be counted again."
)
acts.plain("post", posting.post, "Bring the book in line with what was counted.")
acts.reasoned("cancel", service.cancel, "Give a stocktake up.")
