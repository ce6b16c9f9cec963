"""The inbox of decisions: what waits for this person, with what each decision does to the stock, one by one or several at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals import registry
from assetpool.approvals.models import ApprovalDue
from assetpool.approvals.queries import waiting_for
from assetpool.approvals.registry import Matter
from assetpool.core import clock
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.org.models import Organization
from assetpool.org.queries import names
from assetpool.records.models import Document
from assetpool.records.service import lock, unchanged
from assetpool.records.states import KIND_WORDS

bp = Blueprint("approvals", __name__)
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Waiting:
    """One document that waits, from whom, since when, and what it asks."""

    document: Document
    due: ApprovalDue
    organization: Organization
    matter: Matter
    days: int
    barred: bool


def _waiting(session: Session) -> dict[str, list[Waiting]]:
    """Return what waits for this person by kind of document, longest waiting first."""
    found = [(document, due) for document, due in waiting_for(session, access.current()) if document.kind in registry.kinds]
    by_kind: dict[str, list[Document]] = defaultdict(list)
    for document, _due in found:
        by_kind[document.kind].append(document)
    matters: dict[int, Matter] = {}
    for kind, documents in by_kind.items():
        reading = registry.kinds[kind].matters
        if reading is not None:
            matters.update(reading(session, documents))
    organizations = names(session, [document.organization_id for document, _due in found])
    grouped: dict[str, list[Waiting]] = {}
    for document, due in found:
        matter = matters.get(document.id, Matter(""))
        days = (clock.now() - due.opened_at).days if due.opened_at is not None else 0
        waiting = Waiting(document, due, organizations[document.organization_id], matter, days, access.me() in matter.barred)
        grouped.setdefault(document.kind, []).append(waiting)
    return grouped


@bp.get("/approvals")
@access.signed_in
def inbox() -> ResponseReturnValue:
    """Show what waits for this person's decision."""
    groups = _waiting(db.session())
    return render_template("approvals/inbox.html", groups=groups, words=KIND_WORDS, endpoints={kind: act.endpoint for kind, act in registry.kinds.items()})


@bp.post("/approvals")
@access.signed_in
def decide() -> ResponseReturnValue:
    """Approve the chosen documents, each in an act of its own; one that is refused does not hold up the others."""
    chosen = list(dict.fromkeys(request.form.getlist("chosen")))[:MOST_AT_ONCE]
    if not chosen:
        flash(_("Choose at least one document."), "refusal")
        return redirect(url_for(".inbox"), 303)
    done = []
    for entry in chosen:
        number, _dash, revision = entry.partition("|")
        deciding = registry.kinds.get(number[:2])
        if deciding is None:
            continue
        try:
            with atomic() as session:
                unchanged(lock(session, number), int(revision) if revision.isdigit() else None)
                deciding.approve(session, number, by=access.me())
            done.append(number)
        except DomainError as refusal:
            flash(_("%(number)s: %(refusal)s", number=number, refusal=translated(refusal)), "refusal")
    if done:
        flash(_("%(count)s approved: %(numbers)s", count=len(done), numbers=_(", ").join(done)), "done")
    return redirect(url_for(".inbox"), 303)
