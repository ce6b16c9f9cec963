"""Requests for machines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from assetpool.approvals.rest import Deciding, reached
from assetpool.catalog import queries as catalog
from assetpool.core.db import db
from assetpool.core.errors import N_, FieldInvalid, NotAllowed, NotFound, SamePerson, Word, WrongState
from assetpool.custody.queries import assets, by_tag
from assetpool.org import access
from assetpool.org.models import Organization
from assetpool.org.queries import names, organization_by_code
from assetpool.records import rest
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.schemas import DocumentAnswer
from assetpool.requisitions import drafting, queries, service
from assetpool.requisitions.drafting import Contact, Wish
from assetpool.requisitions.models import Requisition
from assetpool.requisitions.queries import Sought
from assetpool.requisitions.schemas import (
    ApproveBody,
    RequisitionAnswer,
    RequisitionBody,
    RequisitionHead,
    RequisitionLineAnswer,
    RequisitionLineBody,
    RequisitionPage,
    RequisitionQuery,
)
from assetpool.reservations.queries import of_document
from assetpool.reservations.service import NotEnoughStock

bp = rest.blueprint("requisitions", __name__, "Requisitions")


def _head(document: Document, row: Requisition, organizations: Mapping[int, Organization]) -> RequisitionHead:
    return {
        "number": document.number,
        "state": document.state,
        "kind": row.kind,
        "organization_code": organizations[row.organization_id].code,
        "event_id": row.event_id,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "purpose": row.purpose,
        "created_at": document.created_at,
    }


def _lines(session: Session, row: Requisition) -> list[RequisitionLineAnswer]:
    found = queries.lines(session, row.id)
    kinds, stores = catalog.kinds(session, [line.kind_id for line in found]), catalog.stores(session, [line.store_id for line in found])
    things = assets(session, [line.asset_id for line in found])
    return [
        {
            "line": line.line_no,
            "kind_id": line.kind_id,
            "kind": kinds[line.kind_id].name,
            "tag": things[line.asset_id].tag if line.asset_id is not None else None,
            "store_code": stores[line.store_id].code if line.store_id is not None else None,
            "quantity": line.asked,
            "approved": line.approved,
            "issued": line.issued,
            "drop": line.drop,
            "budget_price_fen": line.budget_price,
            "need_dated_on": line.need_dated_on,
        }
        for line in found
    ]


def _answer(session: Session, document: Document) -> RequisitionAnswer:
    row = session.get_one(Requisition, document.id)
    promised = of_document(session, document.id)
    stores = catalog.stores(session, [reservation.store_id for reservation in promised])
    return {
        **_head(document, row, names(session, [row.organization_id])),
        "budget_line": row.budget_line,
        "revision": document.revision,
        "lines": _lines(session, row),
        "reservations": [
            {
                "line": reservation.line_no,
                "store_code": stores[reservation.store_id].code,
                "promised": reservation.promised,
                "issued": reservation.issued,
                "first_day": reservation.first_day,
                "last_day": reservation.last_day,
            }
            for reservation in promised
        ],
    }


@bp.get("/requisitions")
@access.signed_in
@rest.reads(RequisitionPage, RequisitionQuery, refuses=(NotFound,))
def listed(asked: RequisitionQuery) -> rest.Json:
    """List the requests that concern one's organizations, newest first."""
    session, mine = db.session(), access.current()
    before = rest.after(asked.cursor, (int,))
    organization = organization_by_code(session, mine.pool_id, asked.organization).id if asked.organization else None
    sought = Sought(asked.state, asked.kind, asked.q, organization, asked.event_id)
    found = queries.page(session, mine, sought, before[0] if before else None, asked.limit)
    page = found[: asked.limit]
    organizations = names(session, [row.organization_id for _document, row in page])
    items = [_head(document, row, organizations) for document, row in page]
    return rest.page(items, (page[-1][0].id,) if len(found) > len(page) else None)


@bp.get("/requisitions/<number>")
@access.signed_in
@rest.reads(RequisitionAnswer, refuses=(NotFound,))
def shown(number: str) -> rest.Json:
    """Show a request with its lines and promises."""
    return _answer(db.session(), by_number(db.session(), access.current(), number, "RQ"))


@bp.post("/requisitions")
@access.signed_in
@rest.writes(RequisitionAnswer, RequisitionBody, refuses=(NotAllowed, NotFound, drafting.KindWithdrawn))
def write(session: Session, body: RequisitionBody) -> rest.Json:
    """Write a request; it is a draft until it is submitted."""
    document = drafting.draft(
        session,
        _organization(session, body.organization_code).id,
        [_wish(session, line) for line in body.lines],
        _first_day(session, body),
        body.last_day,
        by=access.me(),
        kind=body.kind,
        event_id=body.event_id,
        purpose=body.purpose,
        budget_line=body.budget_line,
        contacts=[Contact(receiver.name, receiver.phone) for receiver in body.receivers],
    )
    return _answer(session, document)


def _first_day(session: Session, body: RequisitionBody) -> date:
    """Return the day asked from; for good means from today unless another day is named."""
    if body.first_day is not None:
        return body.first_day
    if body.kind == "loan":
        raise FieldInvalid(field="first_day", problem=Word(N_("name the first day of the loan.")))
    return access.today()


def _organization(session: Session, code: str | None) -> Organization:
    """Return the organization of the code, or the one at whose level the caller may ask, if there is but one."""
    mine = access.current()
    if code is not None:
        return organization_by_code(session, mine.pool_id, code)
    granted = names(session, {grant.organization_id for grant in mine.grants if grant.role in ("organizer", "clerk")})
    if len(granted) != 1:
        raise FieldInvalid(field="organization_code", problem=Word(N_("name the organization that asks.")))
    return next(iter(granted.values()))


def _wish(session: Session, line: RequisitionLineBody) -> Wish:
    pool_id = access.current().pool_id
    asset = by_tag(session, pool_id, line.tag) if line.tag is not None else None
    return Wish(
        quantity=line.quantity or (asset.units if asset else 0),
        kind_id=line.kind_id,
        asset_id=asset.id if asset else None,
        store_id=catalog.store_by_code(session, pool_id, line.store_code).id if line.store_code else None,
        drop=line.drop,
        budget_price=line.budget_price_fen,
        need_dated_on=line.need_dated_on,
        need_file_id=line.need_file_id,
        budget_file_id=line.budget_file_id,
    )


@bp.post("/requisitions/<number>/approve")
@access.signed_in
@rest.writes(DocumentAnswer, ApproveBody, status=200, optional=True, refuses=(NotEnoughStock, SamePerson, NotAllowed, NotFound, WrongState))
def approve(session: Session, body: ApproveBody, number: str) -> rest.Json:
    """Give the approval that is due from the caller; the last one promises the stock, or is refused with what is free and from when."""
    cuts = {line.line: line.approved for line in body.lines}
    asked = by_number(session, access.current(), number, "RQ").number
    return reached(service.approve(session, asked, by=access.me(), reason=body.reason, cuts=cuts, until=body.until, occurred_at=body.occurred_at))


acts = Deciding(bp, "/requisitions", "RQ")
acts.plain("submit", service.submit, "Hand a request in; the stock is checked and recorded at once.", (drafting.KindWithdrawn,))
acts.refusal("reject", service.reject, "Reject a request for good, with a reason.")
acts.refusal("send-back", service.send_back, "Send a request back to be changed, with a reason.")
acts.reasoned("cancel", service.cancel, "Take a request back; what was promised to it becomes free.")
