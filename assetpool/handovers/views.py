"""Hand-overs as pages: the list, the scan desk, the slip with what is to be done on it."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as kept
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core import qr
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated, whole
from assetpool.handovers import checklists, finishing, paper, preview, queries, service, showing, typed
from assetpool.handovers.blockers import Blocked
from assetpool.handovers.forms import COST_KINDS, CostsForm, RemarkForm, ScanForm
from assetpool.handovers.steps import AWAITING_RECEIVER
from assetpool.handovers.trucks import of_slip as trucks_of
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.records import downloads, papers, photos
from assetpool.records.queries import attachments_of, by_number

bp = Blueprint("handovers", __name__)
SHOWN = 25
LINKS_KEPT = 5
SHOWS = ("", "ready", "loaded", "out", "overdue")


@bp.get("/handovers")
@access.signed_in
def index() -> ResponseReturnValue:
    """List what is to go out and the slips, newest first."""
    session, mine = db.session(), access.current()
    show = request.args.get("show", "")
    show = show if show in SHOWS else ""
    text, before = request.args.get("q", "").replace("\0", ""), request.args.get("before", type=whole)
    rows = []
    if show != "ready":
        rows = queries.page(session, mine, access.today(), show=show, text=text, before=before, limit=SHOWN)
    following = url_for("handovers.index", show=show, q=text, before=rows[SHOWN - 1].document.id) if len(rows) > SHOWN else None
    ready = queries.ready(session, mine) if mine.has(Role.KEEPER) and show in ("", "ready") and not before else []
    return render_template("handovers/index.html", rows=rows[:SHOWN], ready=ready, show=show, text=text, following=following, today=access.today())


@bp.route("/handovers/new", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def new() -> ResponseReturnValue:
    """Scan what goes out for a request; each thing that cannot go is named, nothing typed is lost."""
    number = (request.values.get("request") or "").replace("\0", "").strip().upper()
    if not number:
        return render_template("handovers/choose.html", ready=queries.ready(db.session(), access.current()), today=access.today())
    form = ScanForm()
    if request.method != "POST":
        form.revision.data = str(by_number(db.session(), access.current(), number).revision)
        return _desk(form, number, [])
    items, said = typed.added(typed.listed(), [])
    texts, wrong = typed.scanned()
    if texts or wrong:
        items, said = typed.added(items, texts)
    typed.keep_paper(form, typed.pool_of_person(), access.me())
    act = request.form.get("act", "")
    if typed.edit_lines(form) or act not in ("load", "hand_over") or texts:
        return _desk(form, number, items, said or wrong)
    if not form.validate():
        return _desk(form, number, items, status=422)
    try:
        with atomic() as session:
            loaded = service.hand_over(
                session,
                number,
                items,
                by=access.me(),
                costs=typed.costs_typed(form),
                receipt=typed.receipt_typed(form) if act == "hand_over" else None,
                destination=form.destination.data or "",
                revision=typed.revision_of(form),
            )
            slip, token = loaded.document.number, loaded.token
    except Blocked as blocked:
        return _desk(form, number, items, status=blocked.status)
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _desk(form, number, items, status=refusal.status)
    if act == "load":
        _keep_link(slip, token)
    said = _("%(number)s: handed over and signed for.", number=slip)
    flash(_("%(number)s: loaded. Send the link to the receiver.", number=slip) if act == "load" else said, "done")
    return redirect(url_for("handovers.show", number=slip), 303)


def _desk(form: ScanForm, number: str, items: list[service.Item], said: str = "", status: int = 200) -> ResponseReturnValue:
    session = db.session()
    seen = preview.look(session, access.current(), number, items)
    others = preview.elsewhere(session, seen.order.document, seen.store.id if seen.store else None)
    if seen.contacts and request.method != "POST":
        form.name.data, form.telephone.data = seen.contacts[0].name, seen.contacts[0].telephone
    if request.method != "POST":
        form.destination.data = next((tally.asked.drop for tally in seen.tallies if tally.asked.drop), "")
    return render_template("handovers/scan.html", form=form, seen=seen, others=others, said=said, translated=translated), status


def _keep_link(number: str, token: str) -> None:
    """Keep the secret of a new link in the keeper's own session, so that the slip's page can show it again until it is used."""
    links = {**kept.get("slip_links", {}), number: token}
    kept["slip_links"] = dict(list(links.items())[-LINKS_KEPT:])


@bp.get("/handovers/<number>")
@access.signed_in
def show(number: str) -> ResponseReturnValue:
    """Show a slip: its state, what is on it, what is to be done, who did what."""
    return page(number, CostsForm(formdata=None), RemarkForm(formdata=None))


def page(number: str, costs: CostsForm, remark: RemarkForm, status: int = 200) -> ResponseReturnValue:
    """Draw the slip's page with the forms as they were typed."""
    session, mine = db.session(), access.current()
    view = queries.slip(session, mine, number)
    token = kept.get("slip_links", {}).get(view.document.number) if view.document.state in AWAITING_RECEIVER else None
    link = f"{current_app.config['PUBLIC_URL']}/s/{token}" if token else None
    return render_template(
        "handovers/show.html",
        view=view,
        rights=showing.rights(session, mine, view),
        steps_of=showing.slip_steps(session, view),
        timeline_of=showing.timeline(session, view.document),
        photos=photos.of(session, "document", [view.document.id])[view.document.id],
        items=checklists.items_of(session, view.document.pool_id, [line.kind for line in view.lines]),
        signer=showing.signer(view.fact),
        request_link=showing.request_link(view.request.number),
        cost_words=dict(COST_KINDS),
        papers=[file for _attachment, file in attachments_of(session, view.document.id)],
        differences=finishing.differences(session, view.slip.id),
        link=link,
        code=qr.svg(link, _("Link for the receiver")) if link else None,
        costs=costs,
        remark=remark,
        trucks=trucks_of(session, view.slip.id),
        today=access.today(),
    ), status


@bp.post("/handovers/<number>/link")
@access.role(Role.KEEPER)
def link(number: str) -> ResponseReturnValue:
    """Make a new one-time link; the old one is void."""
    by_number(db.session(), access.current(), number, "HS")
    with atomic() as session:
        token = service.renew_link(session, number, by=access.me())
    _keep_link(number.upper(), token)
    flash(_("A new link was made; the old one no longer opens the slip."), "done")
    return redirect(url_for("handovers.show", number=number), 303)


@bp.post("/handovers/<number>/deliver")
@access.signed_in
def deliver(number: str) -> ResponseReturnValue:
    """Say that what is on the slip arrived on site."""
    by_number(db.session(), access.current(), number, "HS")
    try:
        with atomic() as session:
            service.deliver(session, number, by=access.me(), revision=request.form.get("revision", type=whole))
    except DomainError as refusal:
        form = RemarkForm(formdata=None)
        form.refuse(translated(refusal))
        return page(number, CostsForm(formdata=None), form, refusal.status)
    flash(_("The arrival is recorded. What was received is now counted and accepted."), "done")
    return redirect(url_for("handovers.show", number=number), 303)


@bp.post("/handovers/<number>/costs")
@access.role(Role.KEEPER, Role.FINANCE)
def add_costs(number: str) -> ResponseReturnValue:
    """Add late vouchers to a slip."""
    by_number(db.session(), access.current(), number, "HS")
    form = CostsForm()
    if typed.edit_lines(form):
        return page(number, form, RemarkForm(formdata=None))
    if not form.validate():
        return page(number, form, RemarkForm(formdata=None), 422)
    try:
        with atomic() as session:
            service.add_costs(session, number, typed.costs_typed(form), by=access.me())
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return page(number, form, RemarkForm(formdata=None), refusal.status)
    flash(_("The costs were added and shared over the lines of the slip."), "done")
    return redirect(url_for("handovers.show", number=number), 303)


@bp.post("/handovers/<number>/settle")
@access.role(Role.KEEPER)
def settle(number: str) -> ResponseReturnValue:
    """Settle what was short, damaged or refused."""
    by_number(db.session(), access.current(), number, "HS")
    form = RemarkForm()
    try:
        settled = [
            service.Settled(tag, said, *(typed.number_in(request.form.get(f"{name}-{said}-{tag}")) for name in ("in_store", "repair", "damaged", "lost")))
            for said, _sep, tag in (row.partition(":") for row in request.form.getlist("difference"))
        ]
        with atomic() as session:
            service.settle(session, number, settled, by=access.me(), note=form.note.data or "")
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return page(number, CostsForm(formdata=None), form, refusal.status)
    flash(_("The differences were settled."), "done")
    return redirect(url_for("handovers.show", number=number), 303)


@bp.get("/handovers/<number>.pdf")
@access.signed_in
def pdf(number: str) -> ResponseReturnValue:
    """Give the slip as a paper to sign, seal and file."""
    session = db.session()
    view = queries.slip(session, access.current(), number)
    return papers.answered(view.document.number, paper.slip_pdf(session, view, papers.here()))


@bp.get("/handovers/<number>/files/<int(max=9000000000000000000):file_id>")
@access.signed_in
def file(number: str, file_id: int) -> ResponseReturnValue:
    """Give back a paper attached to a slip."""
    document = by_number(db.session(), access.current(), number, "HS")
    return downloads.attached(document, file_id)
