"""Things kept aside as pages: the list, keeping one aside with photos, and every way it may end."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import named, translated, whole
from assetpool.handovers import aside_paper, aside_queries, asides, exchanges, queries, showing, typed
from assetpool.handovers.forms import AcceptForm, AsideForm
from assetpool.handovers.loading import Costs
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.org.queries import organizations
from assetpool.records import papers, photos

bp = Blueprint("asides", __name__)
SHOWN = 25


@bp.get("/asides")
@access.signed_in
def index() -> ResponseReturnValue:
    """List what lies aside or did, newest first."""
    shown, text, before = request.args.get("show", "open"), request.args.get("q", "").replace("\0", ""), request.args.get("before", type=whole)
    rows = aside_queries.page(db.session(), access.current(), outcome=shown, text=text, before=before, limit=SHOWN)
    following = url_for("asides.index", show=shown, q=text, before=rows[SHOWN - 1].document.id) if len(rows) > SHOWN else None
    words = {"sorts": asides.SORTS, "outcomes": asides.OUTCOMES}
    keeps = access.current().has(Role.KEEPER)
    return render_template("asides/index.html", rows=rows[:SHOWN], shown=shown, text=text, following=following, keeps=keeps, **words)


@bp.route("/asides/new", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def new() -> ResponseReturnValue:
    """Keep something aside that came back and was not expected."""
    form = AsideForm()
    session, mine = db.session(), access.current()
    form.store_id.choices = [(store.id, named(store)) for store in queries.kept_stores(session, mine)]
    form.owner_id.choices = [(0, _("not known")), *((one.id, named(one)) for one in organizations(session, mine.pool_id))]
    if request.method != "POST":
        form.slip.data, form.tag.data = request.args.get("slip", ""), request.args.get("tag", "")
        return render_template("asides/new.html", form=form)
    if not form.validate():
        return render_template("asides/new.html", form=form), 422
    try:
        pictures = photos.chosen(request.files.getlist("photos"))
        with atomic() as act:
            document = asides.keep_aside(
                act, form.store_id.data, _found(form), by=access.me(), returned_by=form.returned_by.data or "", telephone=form.telephone.data or ""
            )
            photos.keep_all(act, pictures, of="document", of_id=document.id, by=access.me())
            number = document.number
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("asides/new.html", form=form), refusal.status
    flash(_("Kept aside as %(number)s. Write the number on it.", number=number), "done")
    return redirect(url_for("asides.show", number=number), 303)


def _found(form: AsideForm) -> asides.Found:
    texts = {name: (getattr(form, name).data or "").strip() for name in ("what", "tag", "slip", "owner_name", "place")}
    return asides.Found(sort=form.sort.data, count=form.count.data, owner_id=form.owner_id.data or None, **texts)


@bp.get("/asides/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show what lies aside, what it may be, and how it may end."""
    session, mine = db.session(), access.current()
    view = aside_queries.aside(session, mine, number)
    keeps = not view.row.outcome and any(store.id == view.store.id for store in queries.kept_stores(session, mine))
    missing = aside_queries.missing(session, mine, view.row) if keeps else []
    return render_template(
        "asides/show.html",
        view=view,
        keeps=keeps,
        missing=missing,
        swapped=keeps and view.asset is not None and view.slip and any(one.tag == view.asset.tag and one.slip != view.slip for one in missing),
        photos=photos.of(session, "document", [view.document.id])[view.document.id],
        timeline_of=showing.timeline(session, view.document),
        bringer=showing.signer(view.bringer),
        taker=showing.signer(view.taker),
        sorts=asides.SORTS,
        outcomes=asides.OUTCOMES,
    )


@bp.post("/asides/<number>/match")
@access.role(Role.KEEPER)
def match(number: str) -> ResponseReturnValue:
    """Say which missing unit it is, and take it back on that slip."""
    given = request.form
    tag, _sep, slip = given.get("thing", "").partition("|")
    tag, slip = given.get("tag", "").strip() or tag, given.get("slip", "").strip() or slip
    costs = Costs((), given.get("no_cost_reason", "").strip())
    with atomic() as session:
        receipt = asides.match(session, number, tag, slip, given.get("fate", ""), by=access.me(), costs=costs, condition=given.get("condition", ""))
        made = receipt.number
    flash(_("%(number)s: taken back. If the label is gone, print it again.", number=made), "done")
    return redirect(url_for("asides.show", number=number), 303)


@bp.post("/asides/<number>/put-back")
@access.role(Role.KEEPER)
def put_back(number: str) -> ResponseReturnValue:
    """Close what stood in our books already or was taken in anew."""
    with atomic() as session:
        asides.put_back(session, number, request.form.get("outcome", ""), request.form.get("note", "")[:1000], by=access.me())
    flash(_("%(number)s is settled.", number=number), "done")
    return redirect(url_for("asides.show", number=number), 303)


@bp.post("/asides/<number>/exchange")
@access.role(Role.KEEPER)
def exchange(number: str) -> ResponseReturnValue:
    """Open the exchange that both borrowers of swapped things sign."""
    with atomic() as session:
        made = exchanges.propose(session, number, request.form.get("missing", "").partition("|")[0], by=access.me()).number
    flash(_("%(number)s waits for both signatures.", number=made), "done")
    return redirect(url_for("exchanges.show", number=made), 303)


@bp.route("/asides/<number>/hand-out", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def hand_out(number: str) -> ResponseReturnValue:
    """Give somebody else's thing to its owner against a signature."""
    view = aside_queries.aside(db.session(), access.current(), number)
    form, here = AcceptForm(), url_for("asides.hand_out", number=number)
    back = url_for("asides.show", number=number)
    said = {
        "title": _("Hand out to its owner"),
        "sub": view.document.number,
        "what": view.row.what,
        "button": _("Hand out against this signature"),
        "back": back,
    }
    if request.method != "POST":
        form.revision.data = str(view.document.revision)
        return render_template("asides/sign.html", form=form, here=here, **said)
    if not form.validate():
        return render_template("asides/sign.html", form=form, here=here, **said), 422
    try:
        typed.keep_paper(form, access.current().pool_id, access.me())
        with atomic() as session:
            asides.hand_out(session, number, typed.receipt_typed(form), by=access.me(), revision=typed.revision_of(form))
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("asides/sign.html", form=form, here=here, **said), refusal.status
    flash(_("%(number)s is settled.", number=number), "done")
    return redirect(back, 303)


@bp.get("/asides/<number>.pdf")
@access.signed_in
def pdf(number: str) -> ResponseReturnValue:
    """Give what lies aside as a paper: its number for the thing, a box for its owner's signature."""
    session = db.session()
    view = aside_queries.aside(session, access.current(), number)
    return papers.answered(view.document.number, aside_paper.aside_pdf(session, view, papers.here()))
