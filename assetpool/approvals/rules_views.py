"""The pages of the rules: which hold where, a new version of them, and who would sign."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetpool.approvals import preview as previews
from assetpool.approvals import rule_sets, rule_typing, showing
from assetpool.approvals.rule_models import RuleSet
from assetpool.approvals.rule_words import KIND_WORDS, ORGANIZATION_KIND_WORDS, PLACE_WORDS
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.core.web import translated, whole
from assetpool.org import access
from assetpool.org.models import Organization, Role
from assetpool.org.queries import organizations, people
from assetpool.org.service import ROLE_WORDS

bp = Blueprint("rules", __name__)
VERSIONS_SHOWN = 20


@bp.get("/admin/rules")
@access.role(Role.ADMINISTRATOR, Role.AUDITOR, Role.APPROVER)
def index() -> ResponseReturnValue:
    """Show for each organization which rules hold: its own, those from above, or the usual steps."""
    session, mine = db.session(), access.current()
    tree = organizations(session, mine.pool_id)
    own = rule_sets.current(session, [one.id for one in tree])
    by_id = {one.id: one for one in tree}
    rows = []
    for one in tree:
        above = [int(part) for part in one.path.split("/") if part]
        holding = next((own[place] for place in reversed(above) if place in own and not own[place].inherits), None)
        rows.append((one, holding, by_id[holding.organization_id] if holding else None, mine.may(Role.ADMINISTRATOR, one.path)))
    return render_template("approvals/rules.html", rows=rows, kind_words=ORGANIZATION_KIND_WORDS)


@bp.get("/admin/rules/<int(max=9000000000000000000):organization_id>")
@access.role(Role.ADMINISTRATOR, Role.AUDITOR, Role.APPROVER)
def edit(organization_id: int) -> ResponseReturnValue:
    """Show the rules that hold for an organization, ready to be changed into a new version of its own."""
    session = db.session()
    organization = _organization(session, organization_id)
    version = request.args.get("version", type=whole)
    row = session.scalar(select(RuleSet).where(RuleSet.organization_id == organization.id, RuleSet.version == version)) if version else None
    held = rule_sets.held(session, organization.id)
    rules = rule_sets.rules_of(session, row.id) if row is not None else held.rules
    settings = rule_sets.settings_of(row) if row is not None else held.settings
    return _editor(session, organization, rule_typing.as_fields(rules, settings))


def _organization(session: Session, organization_id: int) -> Organization:
    found = session.get(Organization, organization_id)
    if found is None or found.pool_id != access.current().pool_id:
        raise NotFound(what=str(organization_id))
    return found


def _editor(session: Session, organization: Organization, typed: dict[str, str], refusal: str = "", status: int = 200) -> ResponseReturnValue:
    tree = organizations(session, organization.pool_id)
    statement = select(RuleSet).where(RuleSet.organization_id == organization.id).order_by(RuleSet.version.desc()).limit(VERSIONS_SHOWN)
    versions = list(session.scalars(statement))
    page = render_template(
        "approvals/rule_set.html",
        organization=organization,
        held=rule_sets.held(session, organization.id).row,
        typed=typed,
        shape=rule_typing.counts(typed),
        tree=tree,
        versions=versions,
        makers=people(session, [row.made_by for row in versions]),
        roles=[(str(role), ROLE_WORDS[role]) for role in rule_sets.DECIDING],
        kind_words=KIND_WORDS,
        place_words=PLACE_WORDS,
        organization_kind_words=ORGANIZATION_KIND_WORDS,
        refusal=refusal,
        may_write=access.current().may(Role.ADMINISTRATOR, organization.path),
    )
    return page, status


@bp.post("/admin/rules/<int(max=9000000000000000000):organization_id>")
@access.role(Role.ADMINISTRATOR)
def publish(organization_id: int) -> ResponseReturnValue:
    """Publish a new version, let the organization inherit again, or show the form with a row more or less."""
    organization = _organization(db.session(), organization_id)
    typed, wish = request.form.to_dict(), request.form.get("do", "publish")
    if wish.startswith(("add-", "remove-")):
        return _editor(db.session(), organization, rule_typing.reshaped(typed, wish))
    try:
        rules = [] if wish == "inherit" else rule_typing.rules_in(typed)
        settings = rule_typing.settings_in(typed)
        with atomic() as session:
            row = rule_sets.publish(session, organization_id, rules, settings, by=access.me(), note=typed.get("note", ""), inherits=wish == "inherit")
            version = row.version
    except DomainError as refusal:
        return _editor(db.session(), _organization(db.session(), organization_id), typed, translated(refusal), refusal.status)
    flash(_(N_("Version %(version)s holds from now on. What is under decision already keeps its steps."), version=version), "done")
    return redirect(url_for(".index"), 303)


@bp.get("/approvals/preview")
@access.signed_in
def preview() -> ResponseReturnValue:
    """Show who would sign for what is described, and who may not."""
    session, mine = db.session(), access.current()
    given = request.args
    tree = organizations(session, mine.pool_id)
    refusal, found = "", None
    described = None
    try:
        described = _described(given)
        if described is not None:
            found = showing.of_plan(session, previews.plan_for(session, mine.pool_id, described, access.me()), {access.me(): N_("requester")}, access.today())
    except DomainError as error:
        refusal = translated(error)
    page = render_template("approvals/preview.html", round=found, given=given, tree=tree, refusal=refusal, kind_words=KIND_WORDS, described=described)
    return page, 422 if refusal else 200


def _described(given: Any) -> previews.Described | None:
    organization = given.get("organization", type=whole)
    if organization is None:
        return None
    kind = given.get("kind", "loan")
    return previews.Described(
        kind=kind if kind in KIND_WORDS else "loan",
        organization_id=organization,
        value=rule_typing.amount(given.get("value", "").replace("\0", "")),
        units=rule_typing.whole(given.get("units", "")) or 1,
        class_code=given.get("class", "").replace("\0", "")[:20],
        days=rule_typing.whole(given.get("days", "")),
        giver_id=given.get("giver", type=whole),
    )
