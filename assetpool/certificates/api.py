"""Looking before buying for machines: search, certificate, lists."""

from __future__ import annotations

import json

from flask import Response, current_app
from sqlalchemy.orm import Session

from assetpool.certificates import paper, queries, service, standard
from assetpool.certificates.looking import Days, Wanted
from assetpool.certificates.models import StockSearch
from assetpool.certificates.schemas import AllowBody, CertificateAnswer, IssueBody, IssuedAnswer, SearchAnswer, SearchBody, SearchPage, SearchQuery
from assetpool.core.db import db
from assetpool.core.errors import DomainError, FieldInvalid, NotAllowed, NotFound, SamePerson
from assetpool.org import access
from assetpool.org.models import Organization
from assetpool.org.queries import organization_by_code
from assetpool.records import rest
from assetpool.records.papers import answered, here
from assetpool.records.service import check_of
from assetpool.standards.refusals import BY_RULE

bp = rest.blueprint("certificates", __name__, "Requisitions")
REFUSED: tuple[type[DomainError], ...] = (NotAllowed, NotFound, FieldInvalid, service.StockIsFree, *BY_RULE.values(), service.AlreadyIssued)


@bp.post("/stock-searches")
@access.signed_in
@rest.writes(SearchAnswer, SearchBody, refuses=(NotAllowed, NotFound, FieldInvalid))
def look(session: Session, body: SearchBody) -> rest.Json:
    """Ask what the pool has of what is to be bought; the search is kept."""
    owner = organization_by_code(session, access.current().pool_id, body.organization_code)
    wanted = [
        Wanted(
            one.words, one.class_code, one.quantity, one.spec, one.budget_fen, one.class_code_set, one.grade, one.energy_class, one.held, one.replaces,
            one.in_use_since,
        )
        for one in body.lines
    ]  # fmt: skip
    row = service.search(session, owner.id, wanted, Days(body.from_, body.to), by=access.me(), reason=body.reason, replaces=body.replaces)
    return _search(row, owner, None)


def _search(row: StockSearch, owner: Organization, number: str | None) -> SearchAnswer:
    content = json.loads(row.content)
    return {
        "id": row.id,
        "organization_code": owner.code,
        "searched_at": row.searched_at,
        "from": row.first_day,
        "to": row.last_day,
        "reason": row.reason,
        "replaces": content["replaces"],
        "lines": content["lines"],
        "certificate": number,
    }


@bp.get("/stock-searches")
@access.signed_in
@rest.reads(SearchPage, SearchQuery)
def searches(asked: SearchQuery) -> rest.Json:
    """List searches before buying with their certificates, the newest first."""
    before = rest.after(asked.cursor, (int,))
    found = queries.listed(db.session(), access.current(), asked.issued, before[0] if before else None, asked.limit + 1)
    page = found[: asked.limit]
    return rest.page([_search(one.search, one.organization, one.number) for one in page], (page[-1].search.id,) if len(found) > len(page) else None)


@bp.post("/stock-searches/<int:search_id>/certificate")
@access.signed_in
@rest.writes(IssuedAnswer, IssueBody, optional=True, refuses=REFUSED)
def issue(session: Session, body: IssueBody, search_id: int) -> rest.Json:
    """Issue the certificate for the part that is short."""
    queries.search_of(session, access.current(), search_id)
    declined = {one.line_no: one.reason for one in body.declined}
    document = service.issue(session, search_id, declined, by=access.me(), days_valid=current_app.config["CERTIFICATE_DAYS"])
    content = json.loads(session.get_one(StockSearch, search_id).content)
    secret = current_app.config["SECRET_KEY"]
    return {
        "number": document.number,
        "check": check_of(secret, document.number),
        "valid_from": content["valid_from"],
        "valid_until": content["valid_until"],
        "content": content,
    }


@bp.post("/stock-searches/<int:search_id>/lines/<int:line_no>/allow")
@access.signed_in
@rest.writes(SearchAnswer, AllowBody, status=200, refuses=(NotAllowed, NotFound, FieldInvalid, SamePerson))
def allow(session: Session, body: AllowBody, search_id: int, line_no: int) -> rest.Json:
    """Allow what a line breaks of the allocation standard, with a reason that stands on the certificate."""
    row = queries.search_of(session, access.current(), search_id)
    standard.allow(session, search_id, line_no, body.reason, by=access.me())
    return _search(row, session.get_one(Organization, row.organization_id), None)


@bp.get("/certificates/<number>")
@access.signed_in
@rest.reads(CertificateAnswer, refuses=(NotFound,))
def certificate(number: str) -> rest.Json:
    """Show a certificate as it was frozen, and whether it still stands."""
    return _certificate(db.session(), number)


def _certificate(session: Session, number: str) -> CertificateAnswer:
    found = queries.certificate(session, access.current(), number)
    since = queries.since(session, found)
    return {
        "number": found.document.number,
        "check": check_of(current_app.config["SECRET_KEY"], found.document.number),
        "valid_from": found.row.valid_from,
        "valid_until": found.row.valid_until,
        "valid": since.valid,
        "superseded_by": since.newer,
        "entered": {str(line): units for line, units in since.entered.items()},
        "digest": found.row.content_digest,
        "intact": found.intact,
        "content": found.content,
    }


@bp.get("/certificates/<number>.pdf")
@access.signed_in
@rest.reads(bytes, refuses=(NotFound,), media_type="application/pdf")
def pdf(number: str) -> Response:
    """Print a certificate."""
    found = queries.certificate(db.session(), access.current(), number)
    return answered(found.document.number, paper.pdf(db.session(), found, here()))
