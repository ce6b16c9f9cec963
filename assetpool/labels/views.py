"""The page from which labels are printed, and reading codes from photos."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from assetpool.catalog.queries import all_stores
from assetpool.core.db import db
from assetpool.core.errors import N_, DomainError
from assetpool.core.web import language, translated
from assetpool.labels import queries
from assetpool.labels.decode import decode_photo
from assetpool.labels.forms import LabelForm
from assetpool.labels.layouts import LAYOUTS, layout_named
from assetpool.labels.sheet import Label, NoLabels, pages_needed, render
from assetpool.org import access

bp = Blueprint("labels", __name__)


@bp.route("/labels", methods=["GET", "POST"])
@access.signed_in
def index() -> ResponseReturnValue:
    """Choose what to print; the answer is the PDF, or the form again with what is wrong."""
    form = LabelForm(request.form if request.method == "POST" else request.args, meta={"csrf": request.method == "POST"})
    mine = access.current()
    form.store.choices = [("", gettext(N_("— none —"))), *((store.code, store.name) for store in all_stores(db.session(), mine.pool_id))]
    form.layout.choices = [(name, gettext(layout.title)) for name, layout in LAYOUTS.items()]
    if request.method != "POST" or not form.validate():
        return render_template("labels/index.html", form=form), 200 if request.method != "POST" else 422
    try:
        labels = _chosen(form)
        layout = layout_named(form.layout.data)
        pdf = render(labels, layout, form.start.data, language=language(), font_path=current_app.config["FONT_PATH"] or None)
    except DomainError as refusal:
        form.form_errors.append(translated(refusal))
        return render_template("labels/index.html", form=form), refusal.status
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="labels-{layout.name}-{len(labels)}.pdf"'
    answer.headers["X-Labels"], answer.headers["X-Pages"] = str(len(labels)), str(pages_needed(len(labels), layout, form.start.data))
    return answer


def _chosen(form: LabelForm) -> list[Label]:
    """Return the labels of whatever was filled in: tags first, then the intake, then the store."""
    session, mine, public_url, lang = db.session(), access.current(), current_app.config["PUBLIC_URL"], language()
    if form.tags.data and form.tags.data.strip():
        return queries.by_tags(session, mine, form.tags.data.replace(",", "\n").split(), public_url, lang)
    if form.intake.data and form.intake.data.strip():
        return queries.by_document(session, mine, form.intake.data, public_url, lang)
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
