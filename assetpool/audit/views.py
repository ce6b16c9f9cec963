"""The auditor's pages: verify the whole book, look at the chain row by row, see what is worth a look."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.audit import browsing, verification
from assetpool.core.db import db
from assetpool.core.errors import N_
from assetpool.org import access
from assetpool.org.models import Role

bp = Blueprint("audit", __name__)

READERS = (Role.AUDITOR, Role.ADMINISTRATOR, Role.REVIEWER, Role.APPROVER, Role.FINANCE)
ROWS = 50
TABLE_WORDS = {"movement": N_("Movement"), "approval": N_("Approval"), "saving_entry": N_("Saving entry"), "saving_review": N_("Review of a saving")}
ANCHOR = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@bp.get("/audit")
@access.role(*READERS)
def index() -> ResponseReturnValue:
    """Show the head of the chain and what is worth a look; `height` and `head` of a printed report are offered as anchor."""
    return _page(None, f"{request.args['height']}:{request.args['head']}" if {"height", "head"} <= set(request.args) else "")


@bp.post("/audit/verify")
@access.role(*READERS)
def verify() -> ResponseReturnValue:
    """Recompute the whole book from its first row and say what was found; nothing is written."""
    given = request.form.get("anchor", "").strip().lower()
    anchor = ANCHOR.fullmatch(given)
    if given and anchor is None:
        return _page(None, given, gettext("An anchor reads HEIGHT:DIGEST with 64 hexadecimal digits, as printed under a report.")), 422
    found = verification.verify(browsing.still(), access.current().pool_id, (int(anchor[1]), anchor[2]) if anchor else None)
    return _page(found, given)


def _page(found: verification.Report | None, anchor: str, wrong: str = "") -> str:
    session, mine = db.session(), access.current()
    return render_template(
        "audit/index.html",
        head=browsing.head_of(session, mine.pool_id),
        found=found,
        anchor=anchor,
        wrong=wrong,
        oddities=browsing.oddities(session, mine.pool_id),
        table_words=TABLE_WORDS,
        may_browse=mine.has(Role.AUDITOR, Role.ADMINISTRATOR),
    )


@bp.get("/audit/chain")
@access.role(Role.AUDITOR, Role.ADMINISTRATOR)
def rows() -> ResponseReturnValue:
    """Show the rows of the chain above a height, with the values their digests cover."""
    session, mine = db.session(), access.current()
    head = browsing.head_of(session, mine.pool_id)
    given = request.args.get("since", "").strip()
    since = min(int(given), head.height) if given.isdigit() and len(given) < 19 else max(0, head.height - ROWS)
    return render_template(
        "audit/chain.html",
        head=head,
        since=since,
        rows=browsing.chain_rows(session, mine.pool_id, since, ROWS),
        step=ROWS,
        table_words=TABLE_WORDS,
    )
