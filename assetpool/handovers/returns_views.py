"""Returns as pages: the list, taking a batch back, the receipt, its inspection."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import named, translated, whole
from assetpool.handovers import bringing, checklists, paper, queries, receipts, service, showing, typed
from assetpool.handovers.forms import COST_KINDS, RemarkForm, ReturnForm
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.records import papers, photos
from assetpool.repairs import queries as repairs

bp = Blueprint("returns", __name__)
SHOWN = 25
OUTCOMES = ("good", "repair", "damaged", "unused")


@bp.get("/returns")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the receipts, newest first."""
    state, text, before = request.args.get("state", ""), request.args.get("q", "").replace("\0", ""), request.args.get("before", type=whole)
    rows = receipts.receipts(db.session(), access.current(), state=state, text=text, before=before, limit=SHOWN)
    following = url_for("returns.index", state=state, q=text, before=rows[SHOWN - 1].document.id) if len(rows) > SHOWN else None
    return render_template("returns/index.html", may_take=access.current().has(Role.KEEPER), rows=rows[:SHOWN], state=state, text=text, following=following)


@bp.route("/returns/new", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def new() -> ResponseReturnValue:
    """Take a batch back: scan tags or pick a slip, count per line; nothing typed is lost."""
    form = ReturnForm()
    stores = queries.kept_stores(db.session(), access.current())
    form.store_id.choices = [(store.id, named(store)) for store in stores]
    if request.method != "POST":
        wanted = [text for text in (request.args.get("slip"), request.args.get("tag")) if text]
        return _desk(form, *bringing.with_texts(db.session(), access.current(), [], wanted))
    lines = bringing.listed(request.form)
    texts, wrong = typed.scanned()
    said = ""
    if texts:
        lines, said = bringing.with_texts(db.session(), access.current(), lines, texts)
    if request.form.get("act") == "all_good":
        lines = bringing.all_good(bringing.look(db.session(), access.current(), lines))
    if typed.edit_lines(form) or request.form.get("act") != "take_back" or texts:
        return _desk(form, lines, said or wrong)
    if not form.validate():
        return _desk(form, lines, status=422)
    try:
        seen = bringing.look(db.session(), access.current(), lines)
        items = checklists.items_of(db.session(), access.current().pool_id, [row.kind for row in seen if row.kind])
        looked = {row.line.key: checklists.typed(request.form, row.line.key, items[row.kind.id]) for row in seen if row.kind}
        backs = bringing.backs(lines, looked)
        with atomic() as session:
            document = service.take_back(
                session,
                form.store_id.data,
                backs,
                by=access.me(),
                returned_by=form.returned_by.data or "",
                telephone=form.telephone.data or "",
                costs=typed.costs_typed(form),
            )
            number = document.number
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _desk(form, lines, status=refusal.status)
    flash(_("%(number)s: taken back. Give the receipt to whoever brought it.", number=number), "done")
    return redirect(url_for("returns.show", number=number), 303)


def _desk(form: ReturnForm, lines: list[bringing.Brought], said: str = "", status: int = 200) -> ResponseReturnValue:
    seen = bringing.look(db.session(), access.current(), lines)
    out = queries.page(db.session(), access.current(), access.today(), show="out", limit=50) if not lines else []
    items = checklists.items_of(db.session(), access.current().pool_id, [row.kind for row in seen if row.kind])
    return render_template("returns/new.html", form=form, items=items, typed=request.form, seen=seen, out=out, said=said, today=access.today()), status


@bp.get("/returns/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show a receipt: what came, how it was inspected, what is to be done."""
    return _show(number, RemarkForm(formdata=None))


def _show(number: str, form: RemarkForm, status: int = 200) -> ResponseReturnValue:
    session, mine = db.session(), access.current()
    view = receipts.receipt(session, mine, number)
    keeps = any(store.id == view.store.id for store in queries.kept_stores(session, mine))
    if request.method != "POST":
        form.revision.data = str(view.document.revision)
    return render_template(
        "returns/show.html",
        view=view,
        may_inspect=keeps and view.document.state == "received",
        keeps=keeps,
        timeline_of=showing.timeline(session, view.document),
        photos=photos.of(session, "document", [view.document.id])[view.document.id],
        repairs=repairs.of_source(session, mine, view.document.id),
        signer=showing.signer(view.fact),
        cost_words=dict(COST_KINDS),
        form=form,
        typed=request.form,
        items=checklists.items_of(session, mine.pool_id, [one.kind for one in view.lines if not one.line.inspected]),
        found=checklists.found_on(session, view.document.id),
    ), status


@bp.post("/returns/<number>/inspect")
@access.role(Role.KEEPER)
def inspect(number: str) -> ResponseReturnValue:
    """Record the inspection of the lines of which a count was given."""
    view = receipts.receipt(db.session(), access.current(), number)
    kinds = {one.line.line_no: one.kind for one in view.lines}
    items = checklists.items_of(db.session(), access.current().pool_id, kinds.values())
    form = RemarkForm()
    try:
        lines = []
        for line_no in request.form.getlist("line"):
            fate = request.form.get(f"fate-{line_no}", "")
            counts = [1 if name == fate else typed.number_in(request.form.get(f"{name}-{line_no}")) for name in OUTCOMES]
            if any(counts):
                texts = {name: request.form.get(f"{name}-{line_no}", "") for name in ("condition", "accessories", "note")}
                good, repair, damaged, unused = counts
                number_of = typed.number_in(line_no)
                looked = checklists.typed(request.form, line_no, items[kinds[number_of].id] if number_of in kinds else [])
                lines.append(service.Inspected(number_of, good, repair, damaged, unused, **texts, checks=looked))
        with atomic() as session:
            service.inspect(session, number, lines, by=access.me(), revision=typed.revision_of(form))
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _show(number, form, refusal.status)
    flash(_("The inspection is recorded."), "done")
    return redirect(url_for("returns.show", number=number), 303)


@bp.get("/returns/<number>.pdf")
@access.signed_in
def pdf(number: str) -> ResponseReturnValue:
    """Give the receipt as a paper."""
    session = db.session()
    view = receipts.receipt(session, access.current(), number)
    return papers.answered(view.document.number, paper.return_pdf(session, view, papers.here()))
