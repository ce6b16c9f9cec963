"""The auditor's room: where the book stands, verifying it whole, the chain row by row, anchors."""

from __future__ import annotations

import json
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.audit import anchors, browsing, exceptions, findings, gathering, samples, verification
from assetpool.audit.blueprint import INSIDE, READERS, bp, data_dir
from assetpool.audit.forms import AnchorForm
from assetpool.core.db import atomic, db, still
from assetpool.core.errors import N_, DomainError
from assetpool.core.web import attachment, moment, translated
from assetpool.custody.words import ACT_WORDS
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import people
from assetpool.savings.wording import DECISION_WORDS, ENTRY_WORDS

ROWS = 50
SHOWN = 6
LOOKED_THROUGH = 2000
"""The overview looks for exceptions in so many of the newest acts; their own page looks through all of them."""
LARGEST_ANCHOR = 100_000
TABLE_WORDS = {
    "movement": N_("Movement"),
    "approval": N_("Approval"),
    "saving_entry": N_("Saving entry"),
    "saving_review": N_("Review of a saving"),
    "paper_seal": N_("Seal of a paper"),
    "cost_seal": N_("Seal of a cost"),
    "no_stock_certificate": N_("No-stock certificate"),
}
TOLD: dict[str, dict[str, str]] = {"act": ACT_WORDS, "entry": ENTRY_WORDS, "decision": DECISION_WORDS}
"""By column of a chained row: what its values are called."""


@bp.get("/audit")
@access.role(*READERS)
def index() -> ResponseReturnValue:
    """Show where the book stands and what is worth a look; `height` and `head` of a printed report are offered as anchor."""
    return _page(None, f"{request.args['height']}:{request.args['head']}" if {"height", "head"} <= set(request.args) else "")


@bp.post("/audit/verify")
@access.role(*READERS)
def verify() -> ResponseReturnValue:
    """Recompute the whole book from its first row, compare an anchor typed or given as a file, and say what was found."""
    upload = request.files.get("file")
    given = upload.read(LARGEST_ANCHOR).decode("utf-8", "replace") if upload and upload.filename else request.form.get("anchor", "").strip()
    anchor = None
    if given:
        try:
            anchor = anchors.read(given)
        except anchors.NoAnchor as refusal:
            return _page(None, given[:200], translated(refusal)), refusal.status
    pool_id = access.current().pool_id
    found = verification.verify(still(), pool_id, anchor, data_dir())
    with atomic() as session:
        anchors.record(session, pool_id, found, access.me(), anchor)
    return _page(found, f"{anchor[0]}:{anchor[1]}" if anchor else "")


def _page(found: verification.Report | None, anchor: str, wrong: str = "") -> str:
    session, mine = db.session(), access.current()
    inside = mine.has(*INSIDE)
    last = anchors.last_run(session, mine.pool_id)
    looked = gathering.gather(session, mine.pool_id, with_cards=False, newest=LOOKED_THROUGH) if inside else None
    return render_template(
        "audit/index.html",
        head=browsing.head_of(session, mine.pool_id),
        found=found,
        anchor=anchor,
        wrong=wrong,
        last=last,
        runner=people(session, [last.run_by if last else None]),
        table_words=TABLE_WORDS,
        may_browse=inside,
        is_auditor=mine.has(Role.AUDITOR),
        groups=exceptions.find(looked) if looked else [],
        newest=LOOKED_THROUGH if looked and len(looked.acts) == LOOKED_THROUGH else None,
        findings=findings.listed(session, mine, "open", limit=SHOWN) if inside else [],
        counts=findings.open_counts(session, mine.pool_id, access.today()) if inside else (0, 0),
        samples=samples.listed(session, mine.pool_id, SHOWN) if inside else [],
        anchors=anchors.noted(session, mine.pool_id, 3),
        today=access.today(),
    )


@bp.get("/audit/chain")
@access.role(*INSIDE)
def rows() -> ResponseReturnValue:
    """Show the rows of the chain above a height, with the values their digests cover."""
    session, mine = db.session(), access.current()
    head = browsing.head_of(session, mine.pool_id)
    given = request.args.get("since", "").strip()
    since = min(int(given), head.height) if given.isdecimal() and len(given) < 19 else max(0, head.height - ROWS)
    return render_template(
        "audit/chain.html",
        head=head,
        since=since,
        rows=browsing.chain_rows(session, mine.pool_id, since, ROWS),
        step=ROWS,
        table_words=TABLE_WORDS,
        told=_told,
    )


def _told(row: browsing.ChainRow) -> str:
    """Return in words what a row of the chain records, with its moment."""
    values = row.values
    word = next((words[said] for name, words in TOLD.items() if (said := str(values.get(name))) in words), TABLE_WORDS.get(row.table, row.table))
    recorded = values.get("recorded_at")
    return f"{gettext(word)} · {moment(datetime.fromisoformat(str(recorded)))}" if recorded else str(gettext(word))


@bp.route("/audit/anchors", methods=["GET", "POST"], endpoint="anchors")
@access.role(*READERS)
def anchors_page() -> ResponseReturnValue:
    """Show the anchor of now, note where it is kept, and list the anchors noted before."""
    form = AnchorForm()
    if form.validate_on_submit():
        try:
            with atomic() as session:
                anchors.note(session, access.current().pool_id, form.kept_where.data, access.me())
        except DomainError as refusal:
            form.refuse(translated(refusal))
        else:
            flash(gettext("Noted. Keep the line where you said."), "done")
            return redirect(url_for("audit.anchors"), 303)
    session, mine = db.session(), access.current()
    listed = anchors.noted(session, mine.pool_id)
    page = render_template(
        "audit/anchors.html", form=form, anchor=anchors.mark(session, mine.pool_id), listed=listed, people=people(session, [row.noted_by for row in listed])
    )
    return page, 422 if request.method == "POST" else 200


@bp.get("/audit/anchor.json")
@access.role(*READERS)
def anchor_file() -> ResponseReturnValue:
    """Give the anchor of now as a file to keep elsewhere."""
    mark = anchors.mark(db.session(), access.current().pool_id)
    text = json.dumps(mark.as_json(), ensure_ascii=False, indent=2) + "\n"
    return attachment(text, "application/json", f"anchor-{mark.at:%Y-%m-%d}-{mark.height}.json")
