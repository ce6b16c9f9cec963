"""Pages of codes: blanks, shelves, cages and boxes in batches, what a code stands for, and giving things their blank labels."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.catalog.models import Store
from assetpool.catalog.queries import kept_stores
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, NotFound
from assetpool.core.tags import parse_tag
from assetpool.core.web import named, translated, whole
from assetpool.events.queries import listed as events_listed
from assetpool.labels import code_queries, codes
from assetpool.labels.blueprint import bp
from assetpool.labels.decode import decode_photo
from assetpool.labels.forms import ClaimForm, CodesForm
from assetpool.labels.meaning import meaning
from assetpool.org import access
from assetpool.org.models import Role

PURPOSE_WORDS = {"blank": N_("Blank labels"), "shelf": N_("Shelf labels"), "cage": N_("Cage labels"), "box": N_("Event box labels"), "former": N_("Former tag")}
FIELDS = {"blank": ("count",), "shelf": ("names",), "cage": ("lot", "holds", "names"), "box": ("event_id", "names")}
DEFAULT_LAYOUT = {"blank": "a4-24"}
SHOWN = 50


@bp.get("/labels/batches")
@access.signed_in
def batches() -> ResponseReturnValue:
    """List the batches of codes, newest first, with how many of their blanks are claimed."""
    before = request.args.get("before", type=whole)
    rows = code_queries.batches(db.session(), access.current(), before, SHOWN)
    following = url_for("labels.batches", before=rows[SHOWN - 1].batch.id) if len(rows) > SHOWN else None
    shown = {"words": PURPOSE_WORDS, "layouts": DEFAULT_LAYOUT, "may_make": access.current().has("keeper")}
    return render_template("labels/batches.html", rows=rows[:SHOWN], following=following, **shown)


@bp.route("/labels/make/<any(blank, shelf, cage, box):purpose>", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def make_codes(purpose: str) -> ResponseReturnValue:
    """Make codes of one purpose for a store, then print them."""
    session, mine, form = db.session(), access.current(), CodesForm()
    stores = kept_stores(session, mine)
    form.store_id.choices = [(store.id, named(store)) for store in stores]
    form.event_id.choices = [(event.id, named(event)) for event in events_listed(session, mine, limit=200)] if purpose == "box" else []
    if request.method == "GET" and purpose == "shelf" and stores:
        form.names.data = "\n".join(code_queries.unlabelled_places(session, [store.id for store in stores[:1]]))
    for name in ("count", "names", "lot", "holds", "event_id"):
        if name not in FIELDS[purpose]:
            del form[name]
    if form.validate_on_submit():
        try:
            with atomic() as writing:
                number = codes.make(writing, form.store_id.data, purpose, _wanted(form, purpose), by=access.me()).id
            flash(_("The codes are made. Print them now; they can be printed again from the list of batches."), "done")
            return redirect(url_for("labels.index", batch=number, layout=DEFAULT_LAYOUT.get(purpose, "a4-8")), 303)
        except DomainError as refusal:
            form.refuse(translated(refusal))
    status = 422 if request.method == "POST" else 200
    return render_template("labels/make.html", form=form, purpose=purpose, fields=FIELDS[purpose], words=PURPOSE_WORDS), status


def _wanted(form: CodesForm, purpose: str) -> list[codes.NewCode]:
    if purpose == "blank":
        return [codes.NewCode()] * form.count.data
    if purpose == "cage":
        return [codes.NewCode(name, lot=form.lot.data or "", holds=form.holds.data or 0) for name in form.listed()]
    return [codes.NewCode(name, event_id=form.event_id.data if purpose == "box" else None) for name in form.listed()]


@bp.get("/labels/codes/<tag>")
@access.signed_in
def code(tag: str) -> ResponseReturnValue:
    """Show what a code stands for: a place with its things, a cage with its lot, a box with its event, a blank with the way to claim it."""
    session, mine = db.session(), access.current()
    parsed = parse_tag(tag)
    found = meaning(session, mine.pool_id, parsed)
    if found is None:
        raise NotFound(what=parsed)
    if found.code is None or found.purpose == "asset":
        assert found.asset is not None
        return redirect(url_for("assets.show", tag=found.asset.tag), 303)
    things, total = code_queries.standing_at(session, found.code) if found.purpose == "shelf" else ([], 0)
    store = session.get_one(Store, found.code.store_id)
    event = code_queries.event_of(session, found.code)
    kind = code_queries.kind_of(session, found.asset)
    return render_template(
        "labels/code.html",
        found=found,
        code=found.code,
        things=things,
        total=total,
        store=store,
        event=event,
        kind=kind,
        words=PURPOSE_WORDS,
        may_claim=mine.has("keeper"),
    )


@bp.route("/labels/claim", methods=["GET", "POST"])
@access.role(Role.KEEPER)
def claim() -> ResponseReturnValue:
    """Give things the blank labels that were stuck on them: scan a thing, then its label; or begin with everything of an intake."""
    form = ClaimForm()
    if request.method == "GET":
        form.write(_begun())
        return render_template("labels/claim.html", form=form)
    if request.form.get("act") != "claim":
        _scanned(form)
        return render_template("labels/claim.html", form=form)
    if not form.validate():
        return render_template("labels/claim.html", form=form), 422
    lines = form.lines()
    try:
        with atomic() as session:
            renamed = codes.claim(session, [codes.Claim(blank, thing) for thing, blank in lines if blank], by=access.me())
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return render_template("labels/claim.html", form=form), refusal.status
    flash(_("%(count)s things have their labels. Their former tags still lead to them.", count=len(renamed)), "done")
    left = [line for line in lines if not line[1]]
    if left:
        form.write(left)
        return render_template("labels/claim.html", form=form)
    return redirect(url_for("assets.show", tag=next(iter(renamed.values()))) if len(renamed) == 1 else url_for("labels.claim"), 303)


def _begun() -> list[tuple[str, str]]:
    """Return the lines to begin with: a thing, a blank, or all things of an intake."""
    session, mine = db.session(), access.current()
    if request.args.get("intake"):
        try:
            return [(tag, "") for tag in code_queries.tags_of_intake(session, mine, request.args["intake"])]
        except DomainError as refusal:
            flash(translated(refusal), "refusal")
    thing, blank = request.args.get("tag", "")[:400], request.args.get("blank", "")[:400]
    return [(thing, blank)] if thing or blank else []


def _scanned(form: ClaimForm) -> None:
    """Put what was scanned or photographed where it belongs: a blank behind the first thing that waits for one, else a thing on a new line."""
    texts = [request.form.get("tag", "")]
    photo = request.files.get("photo")
    try:
        if photo is not None and photo.filename:
            texts += decode_photo(photo.read())
        lines = form.lines()
        for text in filter(str.strip, texts):
            _put(lines, text.strip())
    except DomainError as refusal:
        form.refuse(translated(refusal))
        lines = form.lines()
    form.write(lines)


def _put(lines: list[tuple[str, str]], text: str) -> None:
    """Lay one scan into the pairs; a scan that stands there already changes nothing."""
    known = code_queries.read(db.session(), access.current().pool_id, text)
    if any(known.text in line for line in lines):
        return
    waiting = next((number for number, line in enumerate(lines) if not line[1 if known.blank else 0]), None)
    if waiting is None:
        lines.append(("", known.text) if known.blank else (known.text, ""))
    else:
        lines[waiting] = (lines[waiting][0], known.text) if known.blank else (known.text, lines[waiting][1])
