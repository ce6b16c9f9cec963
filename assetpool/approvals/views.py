"""The inbox of decisions: what waits for this person, with what each decision does to the stock, one by one or several at once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.approvals import registry, several
from assetpool.approvals.inbox import waiting
from assetpool.core.db import atomic, db
from assetpool.core.web import translated
from assetpool.org import access
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
    """Approve the chosen documents; one that is refused does not hold up the others."""
    chosen = list(dict.fromkeys(request.form.getlist("chosen")))[:MOST_AT_ONCE]
    if not chosen:
        flash(_("Choose at least one document."), "refusal")
        return redirect(url_for(".inbox"), 303)
    done: list[str] = []
    for together in several.acts([_seen(entry) for entry in chosen]):
        with atomic() as session:
            refused = several.approve(session, together, by=access.me())
        done += [number for number, _revision in together if number not in refused]
        for number, refusal in refused.items():
            flash(_("%(number)s: %(refusal)s", number=number, refusal=translated(refusal)), "refusal")
    if done:
        flash(_("%(count)s approved: %(numbers)s", count=len(done), numbers=_(", ").join(done)), "done")
    return redirect(url_for(".inbox"), 303)


def _seen(entry: str) -> registry.Chosen:
    number, _dash, revision = entry.partition("|")
    return number, int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else None
