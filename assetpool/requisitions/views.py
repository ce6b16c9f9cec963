"""The pages of requests: the list, one request with what deciding does, the acts on it, its paper and its files."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals import pages
from assetpool.approvals.pages import Typed
from assetpool.core.db import db
from assetpool.core.errors import N_, FieldInvalid, Word
from assetpool.core.web import whole
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.records import downloads
from assetpool.records.linking import document_url
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.records.states import KIND_WORDS, STATE_WORDS
from assetpool.requisitions import blocking, consequences, paper, queries, service, showing
from assetpool.requisitions.blueprint import bp
from assetpool.requisitions.queries import Sought
from assetpool.requisitions.steps import STEPS
from assetpool.requisitions.wording import period, things

PAGE = 25
LISTED = (*(state for state in STEPS if state not in ("submitted", "endorsed")), "closed", "rejected", "withdrawn", "cancelled")


@bp.get("/requisitions")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the requests that concern this person's organizations, newest first."""
    given = request.args
    sought = Sought(
        state=given.get("state", "") if given.get("state") in LISTED else "",
        kind=given.get("kind", "") if given.get("kind") in ("loan", "transfer") else "",
        text=given.get("q", "").replace("\0", "")[:100],
        organization_id=given.get("organization", type=whole),
        event_id=given.get("event", type=whole),
    )
    found = queries.page(db.session(), access.current(), sought, given.get("before", type=whole), PAGE)
    rows = queries.described(db.session(), found[:PAGE])
    kept: dict[str, Any] = {name: value for name, value in given.items() if name != "before" and value}
    following = url_for(".index", before=rows[-1].document.id, **kept) if len(found) > PAGE else None
    return render_template(
        "requisitions/index.html",
        rows=rows,
        sought=sought,
        states=[
            (state, _(STATE_WORDS[state]))
            for state in ("draft", "sent_back", "stock_checked", *list(STEPS)[4:], "closed", "rejected", "cancelled", "withdrawn")
        ],
        next_url=following,
        first_url=url_for(".index", **kept) if given.get("before") else None,
        may_ask=bool(queries.asking_organizations(db.session(), access.current())),
        period=period,
    )


def _page(document: Document, refusal: str, typed: Typed, status: int) -> ResponseReturnValue:
    shown = showing.shown(db.session(), access.current(), document, request.args.get("line", type=whole))
    page = render_template(
        "requisitions/show.html",
        page=shown,
        refusal=refusal,
        typed=typed,
        period=period(shown.row.first_day, shown.row.last_day),
        granting=things(shown.grantable),
        may_ask=access.current().has(Role.ORGANIZER, Role.CLERK),
        document_url=document_url,
        kind_words=KIND_WORDS,
        ways=consequences.ways_out_of(db.session(), access.current(), document),
    )
    return page, status


def _cuts(fields: Typed) -> dict[int, int]:
    """Return what the approver wrote per line."""
    found = {}
    for name, text in fields.items():
        line = name.removeprefix("cut-")
        if name.startswith("cut-") and line.isdigit():
            if not text.strip().isdecimal() or len(text) > 9:
                raise FieldInvalid(field=Word(N_("Approved quantity")), problem=Word(N_("enter a number from 0 to what was asked for.")))
            found[int(line)] = int(text)
    return found


def _until(fields: Typed) -> date | None:
    """Return the last day that the approver wrote, where it was shortened."""
    text = fields.get("until", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise FieldInvalid(field=Word(N_("Granted until")), problem=Word(N_("choose a day from the first to the last one asked for."))) from error


def _approve(session: Session, number: str, fields: Typed) -> Document:
    return service.approve(
        session, number, by=access.me(), reason=pages.reason(fields), cuts=_cuts(fields), until=_until(fields), revision=pages.revision(fields)
    )


def _approve_on_paper(session: Session, number: str, fields: Typed) -> Document:
    return pages.by_paper(session, number, "RQ", service.approve, fields, cuts=_cuts(fields), until=_until(fields))


KEPT = N_("%(number)s is approved; the things are kept for it.")
DEEDS = {
    **pages.usual("RQ", service, cancelled=N_("%(number)s was taken back; nothing is kept for it any more.")),
    "approve": pages.Deed(_approve, KEPT),
    "record-paper": pages.Deed(_approve_on_paper, KEPT),
    "lift": pages.reasoned(blocking.lift, N_("%(number)s can be handed in now.")),
}


pages.document(bp, "/requisitions", "RQ", _page, DEEDS, paper.pdf)


@bp.get("/requisitions/<number>/files/<int(max=9000000000000000000):file_id>")
@access.signed_in
def file(number: str, file_id: int) -> ResponseReturnValue:
    """Give back a file attached to a request."""
    document = by_number(db.session(), access.current(), number, "RQ")
    return downloads.attached(document, file_id)
