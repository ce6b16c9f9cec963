"""The page where labels are chosen, looked at and printed, and reading codes from photos."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.catalog.queries import all_stores
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError
from assetpool.core.web import attachment, language, translated, whole
from assetpool.labels import picture, queries, service, shape, zpl
from assetpool.labels.blueprint import bp
from assetpool.labels.decode import decode_photo
from assetpool.labels.forms import LabelForm
from assetpool.labels.layouts import Layout
from assetpool.labels.sheet import Label, NoLabels, StartOffSheet, pages_needed, render
from assetpool.org import access

MOST_PLACES_TAPPED = 130


@bp.route("/labels", methods=["GET", "POST"])
@access.signed_in
def index() -> ResponseReturnValue:
    """Choose what to print and look at it; the answer is the PDF or ZPL, or the form again with what is wrong."""
    form = LabelForm(request.form if request.method == "POST" else request.args, meta={"csrf": request.method == "POST"})
    session, mine = db.session(), access.current()
    known, printers = queries.layouts(session, mine.pool_id), queries.printers(session, mine.pool_id)
    form.store.choices = [("", gettext(N_("— none —"))), *((store.code, store.name) for store in all_stores(session, mine.pool_id))]
    form.layout.choices = [(name, f"{name} · {gettext(layout.title)}") for name, layout in known.items()]
    form.printer.choices = [("", gettext(N_("Without offset"))), *((str(printer.id), printer.name) for printer in printers)]
    tapped = request.form.get("at", type=whole)
    if tapped is not None:
        form.start.data, form.start.raw_data = tapped, [str(tapped)]
    act = "look" if "at" in request.form else request.form.get("act", "pdf") if request.method == "POST" else "open"
    try:
        if request.method == "POST" and not form.validate():
            return _page(form, known, None), 422
        if act in ("look", "open"):
            return _page(form, known, _chosen(form) if act == "look" or _is_chosen(form) else None), 200
        return _printed(form, known[form.layout.data], act == "zpl")
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _page(form, known, None), refusal.status if request.method == "POST" else 200


def _printed(form: LabelForm, layout: Layout, as_zpl: bool) -> Response:
    """Print what is chosen and count it."""
    labels, mine, font = _chosen(form), access.current(), current_app.config["FONT_PATH"] or None
    printer = queries.printer(db.session(), mine.pool_id, int(form.printer.data)) if form.printer.data else None
    shift = (printer.shift_right / 100, printer.shift_down / 100) if printer else (0.0, 0.0)
    name = f"labels-{layout.name}-{len(labels)}"
    if as_zpl:
        dots = printer.dots if printer else 203
        answer = attachment(zpl.render(labels, layout, language=language(), font_path=font, shift=shift, per_inch=dots), zpl.MEDIA_TYPE, f"{name}.zpl")
    else:
        pdf = render(labels, layout, form.start.data, language=language(), font_path=font, shift=shift)
        answer = Response(pdf, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["X-Labels"], answer.headers["X-Pages"] = str(len(labels)), str(pages_needed(len(labels), layout, form.start.data))
    with atomic() as session:
        service.count_prints(session, mine.pool_id, [label.tag for label in labels], by=mine.person_id)
    return answer


def _page(form: LabelForm, known: dict[str, Layout], labels: list[Label] | None) -> str:
    """Show the form with the sheet to tap on and, for what is chosen, one label, the pages it takes and what was printed before."""
    layout = known.get(form.layout.data or "a4-24", known["a4-24"])
    start = form.start.data if isinstance(form.start.data, int) and 1 <= form.start.data <= layout.per_page else 1
    shown: dict[str, Any] = {"labels": labels, "layout": layout, "start": start, "tapped": 1 < layout.per_page <= MOST_PLACES_TAPPED}
    shown["may_keep"] = access.current().has("keeper")
    if labels:
        if (form.start.data or 1) > layout.per_page:
            form.refuse(translated(StartOffSheet(start=form.start.data, last=layout.per_page)))
        title = gettext(N_("The first label, enlarged"))
        counted = queries.prints(db.session(), access.current().pool_id, [label.tag for label in labels])
        shown |= {
            "picture": picture.of_label(layout, labels[0], title, language(), current_app.config["FONT_PATH"] or None),
            "remarks": [translated(remark) for remark in shape.remarks(layout, labels[0].url)],
            "pages": pages_needed(len(labels), layout, start),
            "before": sorted(counted.values(), key=lambda row: (-row.printed, row.tag)),
        }
    return render_template("labels/index.html", form=form, **shown)


def _is_chosen(form: LabelForm) -> bool:
    return any((field.data or "").strip() for field in (form.tags, form.intake, form.store, form.batch))


def _chosen(form: LabelForm) -> list[Label]:
    """Return the labels of whatever was filled in: tags first, then the intake, then a batch of codes, then the store."""
    session, mine, public_url, lang = db.session(), access.current(), current_app.config["PUBLIC_URL"], language()
    if form.tags.data and form.tags.data.strip():
        return queries.by_tags(session, mine, form.tags.data.replace(",", "\n").split(), public_url, lang)
    if form.intake.data and form.intake.data.strip():
        return queries.by_document(session, mine, form.intake.data, public_url, lang)
    batch = request.values.get("batch", type=whole)
    if batch is not None:
        return queries.by_batch(session, mine, batch, public_url, lang)
    if form.store.data:
        return queries.by_store(session, mine, form.store.data, public_url, lang)
    raise NoLabels


@bp.post("/scan/decode")
@access.signed_in
def decode() -> ResponseReturnValue:
    """Read the codes of a photo for browsers that cannot; `text` is the first one, `codes` all of them."""
    upload = request.files.get("photo")
    try:
        codes = decode_photo(upload.read() if upload else b"")
    except DomainError as refusal:
        return jsonify({"text": "", "codes": [], "message": translated(refusal)}), refusal.status
    return jsonify({"text": codes[0] if codes else "", "codes": codes})
