"""Decisions that wait, and who would sign, for machines; deciding itself stands with each kind of document."""

from __future__ import annotations

from assetpool.approvals import inbox, showing
from assetpool.approvals.preview import Described, plan_for
from assetpool.approvals.schemas import InboxAnswer, PreviewAnswer, PreviewQuery
from assetpool.core.db import db
from assetpool.core.errors import N_, NotFound
from assetpool.org import access
from assetpool.org.queries import organization_by_code
from assetpool.records import rest

bp = rest.blueprint("approvals", __name__, "Approvals")


@bp.get("/approvals")
@access.signed_in
@rest.reads(InboxAnswer)
def waiting() -> rest.Json:
    """List the documents that wait for the caller's decision, own ones as barred."""
    found = [one for some in inbox.waiting(db.session(), access.current()).values() for one in some]
    items = [
        {
            "number": one.document.number,
            "kind": one.document.kind,
            "state": one.document.state,
            "organization_code": one.organization.code,
            "role": one.due.role,
            "about": one.matter.about,
            "since": one.due.opened_at,
            "due_at": one.due.due_at,
            "barred": one.barred,
        }
        for one in found
    ]
    return rest.page(items, None, len(items))


@bp.get("/approvals/preview")
@access.signed_in
@rest.reads(PreviewAnswer, PreviewQuery, refuses=(NotFound,))
def preview(asked: PreviewQuery) -> rest.Json:
    """Say who would sign for what is described if the caller asked for it."""
    session, mine = db.session(), access.current()
    giver = organization_by_code(session, mine.pool_id, asked.giver).id if asked.giver else None
    organization = organization_by_code(session, mine.pool_id, asked.organization)
    described = Described(asked.kind, organization.id, asked.value_fen, asked.units, asked.class_code, asked.days, giver)
    today = access.today()
    found = showing.of_plan(session, plan_for(session, mine.pool_id, described, mine.person_id), {mine.person_id: N_("requester")}, today)
    return {
        "rules_of": found.rules_of.code if found.rules_of else None,
        "on_paper": found.on_paper,
        "steps": [
            {
                "stage": step.stage + 1,
                "role": step.role,
                "organization_code": step.organization.code,
                "any_of": step.any_of,
                "within_days": step.days,
                "working_days": step.working,
                "rule": step.why,
                "people": [
                    {
                        "user": one.person.username,
                        "name": one.person.name,
                        "organization_code": one.organization.code,
                        "stands_in_for": one.stands_for.username if one.stands_for else None,
                        "barred": one.barred or None,
                    }
                    for one in step.candidates
                ],
            }
            for step in found.steps
        ],
    }
