"""What auditors looked at, for auditors and administrators."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assetpool.audit import looks
from assetpool.audit.blueprint import INSIDE, bp
from assetpool.core.db import db
from assetpool.org import access

PAGE = 100


@bp.get("/audit/looks", endpoint="looks")
@access.role(*INSIDE)
def looks_page() -> ResponseReturnValue:
    """List the looks auditors took, newest first."""
    session, mine = db.session(), access.current()
    person, before = _number("person"), _number("before")
    found = looks.looks(session, mine.pool_id, person, before, PAGE + 1)
    return render_template(
        "audit/looks.html", rows=found[:PAGE], following=found[PAGE - 1][0].id if len(found) > PAGE else None, person=person,
        lookers=looks.lookers(session, mine.pool_id),
    )  # fmt: skip


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
