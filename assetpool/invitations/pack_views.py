"""The pages of event packs: what events of a sort usually need, beside what past events really used; begin a request with one."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, StringField
from wtforms.validators import DataRequired, Length

from assetpool.core import lines
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import language, translated, whole
from assetpool.events import packs
from assetpool.events.models import EventPack
from assetpool.events.packs import MAY_WRITE, PackLine
from assetpool.invitations import past_use
from assetpool.org import access
from assetpool.org.queries import path_of, root_of
from assetpool.requisitions import picking
from assetpool.requisitions.forms import PickField
from assetpool.requisitions.queries import asking_organizations

bp = Blueprint("packs", __name__)
PACK = "/events/packs/<int(max=9000000000000000000):pack_id>"
_PER_HUNDRED = re.compile(r"^\d{1,7}(?:\.\d{1,2})?$")


class PackLineForm(Form):  # type: ignore[misc]
    """So many of a kind for every hundred people."""

    kind = PickField(_l("What"), validators=[Length(max=300)])
    per_hundred = StringField(_l("Per 100 people"), validators=[Length(max=12)], render_kw={"inputmode": "decimal"})

    def is_blank(self) -> bool:
        """Say whether nothing was typed."""
        return not (self.kind.data or "").strip() and not (self.per_hundred.data or "").strip()


class PackForm(FlaskForm):  # type: ignore[misc]
    """An event pack."""

    name = StringField(_l("Name"), validators=[DataRequired(_l("Say what the pack is called.")), Length(max=120)])
    name_en = StringField(_l("Name in English"), validators=[Length(max=120)])
    note = StringField(_l("Note"), validators=[Length(max=300)])
    lines = FieldList(FormField(PackLineForm), label=_l("What the pack holds"), min_entries=1)

    def refuse(self, sentence: Any) -> None:
        """Show a refusal above the form, keeping what was typed."""
        self.form_errors.append(sentence)


def _may_write() -> bool:
    root = root_of(db.session(), access.current().pool_id)
    return access.current().may(MAY_WRITE, path_of(db.session(), root.id if root else 0) or "?")


@bp.get("/events/packs")
@access.signed_in
def index() -> ResponseReturnValue:
    """List the packs."""
    writes = _may_write()
    rows = packs.packs_of(db.session(), access.current().pool_id, withdrawn=writes)
    return render_template("events/packs.html", rows=rows, may_write=writes)


@bp.get(PACK)
@access.signed_in
def show(pack_id: int) -> ResponseReturnValue:
    """Show a pack, for so many people if they are named, beside what past events used."""
    session, mine = db.session(), access.current()
    pack = packs.pack(session, mine.pool_id, pack_id)
    held = packs.lines_of(session, pack.id)
    people = request.args.get("people", type=whole)
    return render_template(
        "events/pack.html",
        pack=pack,
        held=held,
        people=people if people and 0 < people <= 1_000_000 else None,
        past=past_use.of_kinds(session, mine, [kind.id for _line, kind in held]),
        may_write=_may_write(),
        may_ask=bool(asking_organizations(session, mine)),
    )


@bp.route("/events/packs/new", methods=["GET", "POST"])
@access.role(*MAY_WRITE)
def new() -> ResponseReturnValue:
    """Write a pack."""
    return _answered(PackForm(), None)


@bp.route(PACK + "/edit", methods=["GET", "POST"])
@access.role(*MAY_WRITE)
def edit(pack_id: int) -> ResponseReturnValue:
    """Write a pack anew."""
    session, english = db.session(), language() == "en"
    pack = packs.pack(session, access.current().pool_id, pack_id)
    held = [
        {"kind": picking.label(kind, english), "per_hundred": f"{line.per_hundred // 100}.{line.per_hundred % 100:02d}".rstrip("0").rstrip(".")}
        for line, kind in packs.lines_of(session, pack.id)
    ]
    said = {"name": pack.name, "name_en": pack.name_en, "note": pack.note, "lines": held}
    return _answered(PackForm(data=said) if request.method != "POST" else PackForm(), pack)


@bp.post(PACK + "/withdraw")
@access.role(*MAY_WRITE)
def withdraw(pack_id: int) -> ResponseReturnValue:
    """Offer a pack no longer, or again."""
    try:
        with atomic() as session:
            pack = packs.withdraw(session, access.current().pool_id, pack_id, by=access.me())
            over = pack.withdrawn_at is not None
        flash(_("The pack is no longer offered.") if over else _("The pack is offered again."), "done")
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
    return redirect(url_for("packs.index"), 303)


def _answered(form: PackForm, pack: EventPack | None) -> ResponseReturnValue:
    if request.method != "POST" or lines.changed({"lines": form.lines}, request.form):
        return _shown(form, pack, 200)
    lines.drop_blank(form.lines)
    held = _read(form) if form.validate() else None
    if held is None:
        return _shown(form, pack, 422)
    try:
        with atomic() as session:
            more = {"name_en": form.name_en.data or "", "note": form.note.data or ""}
            pack_id = packs.write(session, access.current().pool_id, form.name.data, held, by=access.me(), pack_id=pack.id if pack else None, **more).id
    except DomainError as refusal:
        form.refuse(translated(refusal))
        return _shown(form, pack, refusal.status)
    flash(_("The pack is saved."), "done")
    return redirect(url_for("packs.show", pack_id=pack_id), 303)


def _read(form: PackForm) -> list[PackLine] | None:
    """Return the lines, or None where a kind or a number cannot be read; what is wrong stands at the line."""
    session, pool_id, english = db.session(), access.current().pool_id, language() == "en"
    found = []
    for entry in form.lines.entries:
        field, number = entry.form.kind, (entry.form.per_hundred.data or "").strip()
        fitting = picking.matching(session, pool_id, (field.data or "").replace("\0", "").strip()) if (field.data or "").strip() else []
        if len(fitting) != 1:
            field.candidates = [picking.label(kind, english) for kind in fitting]
            field.errors = [_("Several kinds fit. Choose one.") if fitting else _("Nothing in the catalogue fits. Try another word.")]
        if not _PER_HUNDRED.match(number) or not float(number):
            entry.form.per_hundred.errors = [_("Enter a number above 0, for example 105 or 0.5.")]
        if len(fitting) == 1 and not entry.form.per_hundred.errors:
            field.data = picking.label(fitting[0], english)
            units, _dot, parts = number.partition(".")
            found.append(PackLine(fitting[0].id, int(units) * 100 + int(parts.ljust(2, "0") or 0)))
    return found if len(found) == len(form.lines.entries) else None


def _shown(form: PackForm, pack: EventPack | None, status: int) -> ResponseReturnValue:
    session, english = db.session(), language() == "en"
    proposed = [picking.label(kind, english) for kind in picking.proposed(session, access.current().pool_id)]
    return render_template("events/pack_form.html", form=form, pack=pack, proposed=proposed), status
