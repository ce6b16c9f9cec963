"""Organizations and one's own tokens, for machines; it stands here since `org` lies below the REST pattern."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.core.db import db
from assetpool.core.errors import NotAllowed, NotFound
from assetpool.org import access, service
from assetpool.org.models import ApiToken, Organization, Person, Role
from assetpool.org.queries import names, organization_by_code, organizations, root_of
from assetpool.records import rest
from assetpool.records.org_schemas import (
    MadeTokenAnswer,
    NewOrganizationBody,
    NewTokenBody,
    OrganizationAnswer,
    OrganizationPage,
    OrganizationQuery,
    TokenAnswer,
    TokenPage,
)
from assetpool.records.schemas import ListQuery

bp = rest.blueprint("org", __name__, "Organizations and people")


def _answers(session: Session, rows: Sequence[Organization]) -> list[OrganizationAnswer]:
    parents = names(session, [row.parent_id for row in rows])
    return [
        {
            "id": row.id,
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "kind": row.kind,
            "parent_code": parents[row.parent_id].code if row.parent_id else None,
            "budget_organization": row.budget_organization,
            "telephone": row.telephone,
            "ends_on": row.ends_on,
        }
        for row in rows
    ]


@bp.get("/organizations")
@access.signed_in
@rest.reads(OrganizationPage, OrganizationQuery)
def listed(asked: OrganizationQuery) -> rest.Json:
    """List the organizations, root first, each after the one above it."""
    session = db.session()
    start = rest.after(asked.cursor, (int,))
    first = max(start[0], 0) if start else 0
    rows = [row for row in organizations(session, access.current().pool_id) if asked.kind is None or row.kind == asked.kind]
    page = rows[first : first + asked.limit]
    following = (first + len(page),) if first + len(page) < len(rows) else None
    return rest.page(_answers(session, page), following, len(rows))


@bp.get("/organizations/<code>")
@access.signed_in
@rest.reads(OrganizationAnswer, refuses=(NotFound,))
def shown(code: str) -> rest.Json:
    """Show an organization by its code."""
    return _answers(db.session(), [organization_by_code(db.session(), access.current().pool_id, code)])[0]


@bp.post("/organizations")
@access.signed_in
@rest.writes(OrganizationAnswer, NewOrganizationBody, refuses=(NotAllowed, NotFound, service.NameTaken))
def add(session: Session, body: NewOrganizationBody) -> rest.Json:
    """Add an organization under its parent, or under the root."""
    pool_id = access.current().pool_id
    parent = organization_by_code(session, pool_id, body.parent_code) if body.parent_code else root_of(session, pool_id)
    if parent is None:
        raise NotFound(what=body.parent_code or "/")
    service.demand(session, access.me(), Role.ADMINISTRATOR, parent.id)
    made = service.add_organization(
        session,
        pool_id,
        body.code,
        body.name,
        body.kind.value,
        parent.id,
        name_en=body.name_en,
        telephone=body.telephone,
        budget_organization=body.budget_organization,
        ends_on=body.ends_on,
    )
    return _answers(session, [made])[0]


def _token_answer(row: ApiToken) -> TokenAnswer:
    return {"id": row.id, "name": row.name, "scopes": row.scopes.split(), "created_at": row.created_at, "revoked_at": row.revoked_at}


@bp.get("/tokens")
@access.signed_in
@rest.reads(TokenPage, ListQuery)
def tokens(asked: ListQuery) -> rest.Json:
    """List one's own tokens, newest first, without their secrets."""
    statement = select(ApiToken).where(ApiToken.person_id == access.me()).order_by(ApiToken.id.desc()).limit(asked.limit + 1)
    before = rest.after(asked.cursor, (int,))
    if before:
        statement = statement.where(ApiToken.id < before[0])
    rows = list(db.session().scalars(statement))
    page = rows[: asked.limit]
    return rest.page([_token_answer(row) for row in page], (page[-1].id,) if len(rows) > len(page) else None)


@bp.post("/tokens")
@access.signed_in
@rest.writes(MadeTokenAnswer, NewTokenBody, refuses=(service.WiderScopes,), secret="token")
def add_token(session: Session, body: NewTokenBody) -> rest.Json:
    """Make a token for oneself; it is readable this once, and a token with scopes makes none with more."""
    service.no_wider(access.scopes(), body.scopes)
    token = service.issue_token(session, access.me(), body.name, body.scopes)
    return {"token": token, "user": session.get_one(Person, access.me()).username, "scopes": sorted(body.scopes)}


@bp.post("/tokens/<int:token_id>/revoke")
@access.signed_in
@rest.writes(TokenAnswer, status=200, refuses=(NotFound,))
def revoke(session: Session, token_id: int) -> rest.Json:
    """Let one of one's tokens end now."""
    return _token_answer(service.revoke_token(session, access.me(), token_id))
