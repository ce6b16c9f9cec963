"""Photos of kinds: shown to everybody who sees the catalogue, given by keepers and clerks."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.catalog import photos, queries
from assetpool.catalog.forms import PhotoForm
from assetpool.core.db import atomic, db
from assetpool.core.errors import DomainError
from assetpool.core.web import translated
from assetpool.org import access
from assetpool.records.photo_views import picture
from assetpool.records.photos import prepared

bp = Blueprint("kinds", __name__)


@bp.get("/catalog/kinds/<int(max=9000000000000000000):kind_id>/photo")
@access.signed_in
def photo(kind_id: int) -> ResponseReturnValue:
    """Show the photo of a kind."""
    kind = queries.kind(db.session(), access.current().pool_id, kind_id)
    return picture(kind.photo_file_id)


@bp.post("/catalog/kinds/<int(max=9000000000000000000):kind_id>/photo")
@access.role(*photos.MAY_PICTURE)
def give(kind_id: int) -> ResponseReturnValue:
    """Take a photo for a kind."""
    form = PhotoForm()
    if not form.validate():
        flash(next(str(error) for errors in form.errors.values() for error in errors), "refusal")
        return redirect(url_for("catalog.kind", kind_id=kind_id), 303)
    try:
        ready = prepared(form.photo.data.read())
        with atomic() as session:
            photos.show(session, access.current().pool_id, kind_id, ready, current_app.config["DATA_DIR"], access.me())
        flash(_("The photo is in the catalogue."), "done")
    except DomainError as refusal:
        flash(translated(refusal), "refusal")
    return redirect(url_for("catalog.kind", kind_id=kind_id), 303)
