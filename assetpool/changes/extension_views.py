"""The pages of extensions: asking for one from a slip, and one with the acts on it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.approvals import pages
from assetpool.approvals.pages import Typed
from assetpool.changes import extending, extensions, paper, showing
from assetpool.core.db import atomic, db
from assetpool.core.errors import N_, DomainError, FieldInvalid, Word
from assetpool.core.web import translated
from assetpool.handovers import queries as slips
from assetpool.org import access
from assetpool.records.models import Document

bp = Blueprint("extensions", __name__)


@bp.route("/handovers/<number>/extend", methods=["GET", "POST"])
@access.signed_in
def extend(number: str) -> ResponseReturnValue:
    """Ask that things of a slip stay out longer; a refusal names the longest possible day, one tap away."""
    view = slips.slip(db.session(), access.current(), number)
    if request.method != "POST":
        return _asking(view, {})
    typed = request.form.to_dict()
    try:
        until, parts = _day(typed.get("until", "")), _parts(typed)
        with atomic() as session:
            made = extensions.ask(session, view.document.number, until, parts, by=access.me(), reason=pages.reason(typed)).number
    except DomainError as refusal:
        longest = refusal.longest if isinstance(refusal, extending.ExtensionPromised) else None
        return _asking(slips.slip(db.session(), access.current(), number), typed, translated(refusal), longest, refusal.status)
    flash(_("%(number)s was handed in.", number=made), "done")
    return redirect(url_for(".show", number=made), 303)


def _asking(view: slips.SlipView, typed: Typed, refusal: str = "", longest: date | None = None, status: int = 200) -> ResponseReturnValue:
    return render_template("changes/extend.html", view=view, typed=typed, refusal=refusal, longest=longest), status


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise FieldInvalid(field=Word(N_("Extended until")), problem=Word(N_("choose a day after the one on which something is due."))) from error


def _parts(typed: Typed) -> list[extending.Part]:
    """Return what was typed per line of the slip; a line with nothing or 0 is left out."""
    parts = []
    for name, text in typed.items():
        line = name.removeprefix("units-")
        if name.startswith("units-") and line.isascii() and line.isdigit() and text.strip() not in ("", "0"):
            if not (text.strip().isascii() and text.strip().isdigit()) or len(text) > 9:
                raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter a whole number above 0.")))
            parts.append(extending.Part(int(line[:9]), "", int(text)))
    if not parts:
        raise FieldInvalid(field=Word(N_("Quantity")), problem=Word(N_("enter how many are to stay longer.")))
    return parts


def _page(document: Document, refusal: str, typed: Typed, status: int) -> ResponseReturnValue:
    page = showing.extended(db.session(), access.current(), document)
    return render_template("changes/extension.html", page=page, refusal=refusal, typed=typed), status


pages.document(bp, "/extensions", "EX", _page, pages.deciding("EX", extensions), paper.extension)
