"""The pages of stocktakes: the list, planning one, one with its acts, and counting on a phone."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assetpool.approvals import pages
from assetpool.approvals.pages import Deed, Typed
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError
from assetpool.core.web import language, named, translated
from assetpool.labels.decode import decode_photo
from assetpool.org import access
from assetpool.org.queries import organizations
from assetpool.records import listing
from assetpool.records.models import Document
from assetpool.records.queries import by_number
from assetpool.requisitions import picking
from assetpool.stocktake import counting, paper, posting, queries, service, showing, typed
from assetpool.stocktake.answering import Taken
from assetpool.stocktake.blueprint import PLANNERS, WORDS, bp
from assetpool.stocktake.forms import ScopeForm
from assetpool.stocktake.steps import ORDER

LISTED = (*ORDER, "rejected", "cancelled")


@bp.get("/stocktakes")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the stocktakes that concern this person's organizations, newest first."""
    rows, frame = listing.newest(LISTED, queries.page, lambda row: row[0])
    return render_template(
        "stocktake/index.html",
        rows=rows,
        sums=queries.sums(db.session(), [row.id for _document, row, _store in rows]),
        may_plan=access.current().has(*PLANNERS),
        **frame,
        **WORDS,
    )


@bp.route("/stocktakes/new", methods=["GET", "POST"])
@access.role(*PLANNERS)
def new() -> ResponseReturnValue:
    """Plan a stocktake, and freeze the expectation at once if that is wanted."""
    form, session, mine = ScopeForm(), db.session(), access.current()
    typed.offer(session, mine, form)
    form.owner_id.choices = [(0, _("everybody")), *((one.id, named(one)) for one in organizations(session, mine.pool_id))]
    if request.method != "POST":
        form.place.data = request.args.get("place", "")[:80]
        return render_template("stocktake/new.html", form=form)
    if not form.validate():
        return render_template("stocktake/new.html", form=form), 422
    try:
        with atomic() as act:
            scope: dict[str, Any] = {"way": form.way.data, "place": form.place.data or "", "class_code": form.class_code.data or ""}
            scope |= {"owner_id": form.owner_id.data or None, "blind": form.blind.data, "reason": form.reason.data or ""}
            number = service.plan(act, form.store_id.data, by=access.me(), **scope).number
            if "freeze" in request.form:
                service.freeze(act, number, by=access.me())
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("stocktake/new.html", form=form), refusal.status
    flash(_("%(number)s is planned.", number=number), "done")
    return redirect(url_for(".show", number=number), 303)


def _page(document: Document, refusal: str, fields: Typed, status: int) -> ResponseReturnValue:
    page = showing.shown(db.session(), access.current(), document)
    return render_template("stocktake/show.html", page=page, refusal=refusal, typed=fields, **WORDS), status


def _resolve(session: Session, number: str, fields: Typed) -> Document:
    kind = typed.kind_of(session, access.current().pool_id, fields.get("kind", ""))
    position = typed.whole(fields.get("position", ""))
    note = fields.get("note", "").replace("\0", "")
    return service.resolve(session, number, position, fields.get("resolution", ""), by=access.me(), note=note, kind_id=kind)


def _rest(session: Session, number: str, fields: Typed) -> Document:
    return counting.rest_is_not_there(session, number, f"rest-{uuid4()}", by=access.me())[0]


DEEDS = {
    **pages.deciding("ST", service, cancelled=N_("%(number)s was given up. The book stays as it is.")),
    "freeze": pages.plain(service.freeze, N_("%(number)s: the expectation is frozen. Begin to count.")),
    "finish": pages.plain(service.finish, N_("%(number)s: this round of counting is over.")),
    "post": pages.plain(posting.post, N_("%(number)s is posted. The book says what was counted.")),
    "resolve": Deed(_resolve, N_("%(number)s: noted.")),
    "rest": Deed(_rest, N_("%(number)s: the rest is counted as not there.")),
}
pages.document(bp, "/stocktakes", "ST", _page, DEEDS, paper.pdf)


@bp.route("/stocktakes/<number>/count", methods=["GET", "POST"])
@access.signed_in
def count(number: str) -> ResponseReturnValue:
    """Count by scanning, photographing or typing; without scripts too."""
    document = by_number(db.session(), access.current(), number, "ST")
    if request.method != "POST":
        return _counting(document.number, request.args.get("place", ""))
    fields = request.form.to_dict()
    place = fields.get("place", "").replace("\0", "").strip()[:80]
    try:
        tags = [fields.get("tag", "")]
        photo = request.files.get("photo")
        if photo is not None and photo.filename:
            tags = decode_photo(photo.read())
        counted, lot = typed.counted(db.session(), access.current().pool_id, fields, tags, place)
        if lot:
            return _counting(document.number, place, lot=lot)
        with atomic() as session:
            taken = counting.count(session, document.number, counted, by=access.me())[1]
    except DomainError as refusal:
        return _counting(document.number, place, refusal=translated(refusal), status=refusal.status)
    return _counting(document.number, place, taken=taken)


def _counting(number: str, place: str, taken: list[Taken] | None = None, lot: str = "", refusal: str = "", status: int = 200) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    page = showing.counting(session, mine, by_number(session, mine, number, "ST"))
    proposed = [picking.label(kind, language() == "en") for kind in picking.proposed(session, mine.pool_id)]
    return render_template(
        "stocktake/count.html", page=page, place=place, taken=taken or [], lot=lot, refusal=refusal, key=uuid4().hex, proposed=proposed, **WORDS
    ), status
