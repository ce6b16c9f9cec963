"""Closings for machines: sheets are read, drafted, signed by two people and closed, or given up."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.approvals.rest import reached
from assetpool.closings import queries, service
from assetpool.closings.schemas import ClosingAnswer, ClosingBody, ClosingPage, SignBody
from assetpool.closings.steps import DRAFTERS, KIND, SIGNERS
from assetpool.core.db import db
from assetpool.core.errors import NotAllowed, NotFound, SamePerson, WrongState
from assetpool.org import access
from assetpool.records import rest
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer, ListQuery, NoBody
from assetpool.savings.periods import NoSuchPeriod

bp = rest.blueprint("closings", __name__, "Closings")


@bp.get("/closings")
@access.signed_in
@rest.reads(ClosingPage, ListQuery)
def closings(asked: ListQuery) -> rest.Json:
    """List the sheets one may see, newest first."""
    before = rest.after(asked.cursor, (int,))
    rows = queries.sheets(db.session(), access.current(), before[0] if before else None, asked.limit + 1)
    shown = rows[: asked.limit]
    items = [{"number": document.number, "period": closing.period, "state": document.state, "digest": closing.digest} for document, closing in shown]
    return rest.page(items, (shown[-1][0].id,) if len(rows) > len(shown) else None)


@bp.post("/closings")
@access.role(*DRAFTERS)
@rest.writes(DocumentAnswer, ClosingBody, refuses=(NoSuchPeriod, service.AlreadyClosed, service.CannotClose))
def draft(session: Session, body: ClosingBody) -> rest.Json:
    """Draft the sheet of a period: running loans are posted up to its last day, its figures frozen; two people sign it then."""
    return reached(service.draft(session, access.current().pool_id, body.period, access.me()))


@bp.get("/closings/<number>")
@access.signed_in
@rest.reads(ClosingAnswer, refuses=(NotFound,))
def closing(number: str) -> rest.Json:
    """Show a sheet with its frozen totals, signatures and anchor."""
    found = queries.shown(db.session(), access.current(), number)
    height, digest = found.anchor
    signatures = [{"person": found.people[row.person_id].name, "role": row.role, "signed_at": row.recorded_at} for row in found.signatures]
    return {
        "number": found.document.number,
        "period": found.closing.period,
        "state": found.document.state,
        "digest": found.closing.digest,
        "sheet": found.sheet,
        "signatures": signatures,
        "closed_at": found.closed.recorded_at if found.closed is not None else None,
        "anchor": {"height": height, "digest": digest},
    }


@bp.post("/closings/<number>/sign")
@access.role(*[role for roles in SIGNERS for role in roles])
@rest.writes(
    DocumentAnswer,
    SignBody,
    status=200,
    refuses=(NotAllowed, NotFound, WrongState, SamePerson, service.FiguresChanged, service.PriceSetterSigns),
)
def sign(session: Session, body: SignBody, number: str) -> rest.Json:
    """Sign a sheet as it was read: one of finance, one reviewer or head, two different people. The token stands for the person's signature."""
    by_number(session, access.current(), number, KIND)
    return reached(service.sign(session, number, body.digest, access.me()))


@bp.post("/closings/<number>/give-up")
@access.role(*DRAFTERS)
@rest.writes(DocumentAnswer, NoBody, status=200, optional=True, refuses=(NotAllowed, NotFound, WrongState))
def give_up(session: Session, body: NoBody, number: str) -> rest.Json:
    """Give an unfinished sheet up; its number stays in the books."""
    by_number(session, access.current(), number, KIND)
    return reached(service.give_up(session, number, access.me()))


@bp.post("/closings/<number>/close")
@access.role(*DRAFTERS)
@rest.writes(DocumentAnswer, NoBody, status=200, optional=True, refuses=(service.NotSigned, service.AlreadyClosed, service.CannotClose, service.FiguresChanged))
def close(session: Session, body: NoBody, number: str) -> rest.Json:
    """Close the period of a sheet that two people signed: from now on it takes no entry."""
    return reached(service.close(session, number, access.me()))
