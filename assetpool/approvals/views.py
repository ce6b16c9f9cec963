"""The inbox of decisions: what waits for this person, with what each decision does to the stock, one by one or several at once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.approvals import registry
from assetpool.approvals.inbox import waiting
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.records.service import lock, unchanged
from assetpool.records.states import KIND_WORDS

bp = Blueprint("approvals", __name__)
MOST_AT_ONCE = 100


@bp.get("/approvals")
@access.signed_in
def inbox() -> ResponseReturnValue:
    """Show what waits for this person's decision."""
    groups = waiting(db.session(), access.current())
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
                deciding.service.approve(session, number, by=access.me())
            done.append(number)
        except DomainError as refusal:
            flash(_("%(number)s: %(refusal)s", number=number, refusal=translated(refusal)), "refusal")
    if done:
        flash(_("%(count)s approved: %(numbers)s", count=len(done), numbers=_(", ").join(done)), "done")
    return redirect(url_for(".inbox"), 303)
