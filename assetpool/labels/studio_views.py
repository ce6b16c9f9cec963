"""The label studio: layouts in millimetres with a live picture, printers with their offsets and a page to measure them by."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.lines import changed, drop_blank
from assetpool.core.printing import printed
from assetpool.core.web import language, named, translated, whole
from assetpool.labels import picture, queries, service, shape
from assetpool.labels.blueprint import bp
from assetpool.labels.layouts import LAYOUTS, Layout
from assetpool.labels.sample import sample
from assetpool.labels.sheet import Label
from assetpool.labels.studio_forms import LayoutForm, PrinterForm
from assetpool.org import access
from assetpool.org.queries import root_of


@bp.get("/labels/layouts")
@access.signed_in
def layouts() -> ResponseReturnValue:
    """List the layouts, the shipped ones first, with what their code is like for this site's address."""
    url = example().url
    rows = [(layout, shape.strength(layout, url)) for layout in queries.layouts(db.session(), access.current().pool_id).values()]
    return render_template("labels/layouts.html", rows=rows, shipped=LAYOUTS, may_change=access.current().has(*service.MAY_LAY_OUT))


@bp.route("/labels/layouts/new", methods=["GET", "POST"])
@access.role(*service.MAY_LAY_OUT)
def new_layout() -> ResponseReturnValue:
    """Make a layout, beginning from another one."""
    form = _form()
    if request.method == "GET":
        begin = queries.layout(db.session(), access.current().pool_id, request.args.get("like") or "a4-24")
        form.show(begin, "")
        form.title.data = ""
    return _edited(form, "")


@bp.route("/labels/layouts/<name>", methods=["GET", "POST"])
@access.role(*service.MAY_LAY_OUT)
def change_layout(name: str) -> ResponseReturnValue:
    """Change a layout of the pool's own; a shipped one is copied instead."""
    if name in LAYOUTS:
        return redirect(url_for("labels.new_layout", like=name), 303)
    known, form = queries.layout(db.session(), access.current().pool_id, name), _form()
    if request.method == "GET":
        form.show(known, name)
    return _edited(form, name)


@bp.post("/labels/layouts/<name>/withdraw")
@access.role(*service.MAY_LAY_OUT)
def withdraw_layout(name: str) -> ResponseReturnValue:
    """Offer a layout no longer."""
    with atomic() as session:
        service.withdraw_layout(session, name, by=access.me())
    flash(_("%(name)s is no longer offered. Labels printed with it stay as they are.", name=name), "done")
    return redirect(url_for("labels.layouts"), 303)


@bp.post("/labels/layouts/preview")
@access.role(*service.MAY_LAY_OUT)
def preview() -> ResponseReturnValue:
    """Answer with the picture of what is being typed, and what to look at again."""
    form = _form()
    form.validate()
    return render_template("labels/preview.html", shown=_shown(form))


def _form() -> LayoutForm:
    form = LayoutForm(request.form if request.method == "POST" else None)
    form.offer(_)
    return form


def _edited(form: LayoutForm, name: str) -> ResponseReturnValue:
    """Show the form, or keep what was typed; `name` is the layout that is being changed."""
    status = 200
    if request.method == "POST" and changed({"lines": form.lines}, request.form):
        pass
    elif request.method == "POST" and request.form.get("act") == "keep":
        status = 422
        drop_blank(form.lines)
        if form.validate():
            try:
                with atomic() as session:
                    kept = service.lay_out(session, form.layout(), by=access.me(), changing=name).name
                flash(_("%(name)s is kept. Print one sheet on plain paper and hold it against the labels.", name=kept), "done")
                return redirect(url_for("labels.index", layout=kept), 303)
            except DomainError as refusal:
                form.refuse(translated(refusal))
                status = refusal.status
    elif request.method == "POST":
        form.validate()
    form.offer(_)
    return render_template("labels/layout.html", form=form, name=name, shown=_shown(form)), status


def _shown(form: LayoutForm) -> dict[str, Any]:
    """Return the pictures of what is typed, what contradicts itself and what should be looked at again; no pictures while a measure is missing."""
    measured = not any(name in form.errors for name in form._fields if name not in ("name", "csrf_token")) and _is_whole(form)
    if not measured:
        return {"label": None, "refused": [], "remarks": []}
    layout, label = form.layout(), example()
    refused = [translated(contradiction) for contradiction in shape.contradictions(layout)]
    drawn = pictures(layout, label) if layout.per_page <= shape.MOST_PLACES else {"label": None}
    return drawn | {"refused": refused, "remarks": [translated(remark) for remark in shape.remarks(layout, label.url)]}


def _is_whole(form: LayoutForm) -> bool:
    """Say whether every measure has a value that can be drawn."""
    return all(field.data is not None for field in form if field.type in ("DecimalField", "IntegerField")) and all(
        each.data is not None for entry in form.lines.entries for each in (entry.form.size, entry.form.least, entry.form.rows)
    )


def pictures(layout: Layout, label: Label) -> dict[str, Any]:
    """Return the enlarged label, its sheet, and what its code is like."""
    width, height = (f"{length:g}" for length in layout.label)
    title = _("A label of %(width)s × %(height)s mm, enlarged", width=width, height=height)
    sheet = picture.of_sheet(layout, _("The page with its %(count)s places", count=layout.per_page), 1, layout.per_page)
    drawn = picture.of_label(layout, label, title, language(), current_app.config["FONT_PATH"] or None)
    return {"label": drawn, "sheet": sheet, "strength": shape.strength(layout, label.url), "places": layout.per_page, "size": title}


def example() -> Label:
    """Return the label that shows what a layout looks like, with the pool's own name and telephone."""
    root = root_of(db.session(), access.current().pool_id)
    return sample(current_app.config["PUBLIC_URL"], language(), named(root), root.telephone if root else "")


@bp.route("/labels/printers", methods=["GET", "POST"])
@access.role(*service.MAY_LAY_OUT)
def printers() -> ResponseReturnValue:
    """List the printers with their offsets, and keep another one."""
    return _printer_page(None)


@bp.route("/labels/printers/<int(max=9000000000000000000):printer_id>", methods=["GET", "POST"])
@access.role(*service.MAY_LAY_OUT)
def printer(printer_id: int) -> ResponseReturnValue:
    """Change a printer's offset."""
    return _printer_page(printer_id)


def _printer_page(printer_id: int | None) -> ResponseReturnValue:
    session, pool_id = db.session(), access.current().pool_id
    form, status = PrinterForm(), 422 if request.method == "POST" else 200
    if printer_id is not None and request.method == "GET":
        row = queries.printer(session, pool_id, printer_id)
        form.name.data, form.dots.data, form.right.data, form.down.data = row.name, row.dots, row.shift_right / 100, row.shift_down / 100
    elif request.method == "GET":
        form.right.data = form.down.data = 0
    if form.validate_on_submit():
        try:
            with atomic() as writing:
                service.set_printer(writing, form.name.data, *form.hundredths(), form.dots.data, by=access.me(), printer_id=printer_id)
            flash(_("%(name)s: every label printed on it is moved by that much from now on.", name=form.name.data), "done")
            return redirect(url_for("labels.printers"), 303)
        except DomainError as refusal:
            form.refuse(translated(refusal))
            status = refusal.status
    rows, known = queries.printers(session, pool_id), queries.layouts(session, pool_id)
    return render_template("labels/printers.html", form=form, printers=rows, printer_id=printer_id, layouts=known), status


@bp.get("/labels/test.pdf")
@access.role(*service.MAY_LAY_OUT)
def test_page() -> ResponseReturnValue:
    """Print the edges of all places with rulers, so that a printer's offset can be measured on one sheet."""
    session, pool_id, chosen = db.session(), access.current().pool_id, request.args.get("printer", type=whole)
    layout = queries.layout(session, pool_id, request.args.get("layout") or "a4-24")
    row = queries.printer(session, pool_id, chosen) if chosen is not None else None
    shift = (row.shift_right / 100, row.shift_down / 100) if row else (0.0, 0.0)
    words = (
        layout.name,
        row.name if row else _("Without offset"),
        _("Lay this page over a sheet of labels against the light. Read on both rulers of the first label how far the printed edge lies off, in mm."),
    )
    pdf = printed("assetpool.labels.rulers:draw", layout, shift, words, language(), current_app.config["FONT_PATH"] or None)
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="label-test-{layout.name}.pdf"'
    return answer
