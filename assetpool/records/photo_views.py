"""Photos as pages show them: the picture and its thumbnail, to those who may see what it is of; and adding more to a document."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assetpool.core.db import atomic, db
from assetpool.org import access
from assetpool.org.models import Role
from assetpool.records import photos
from assetpool.records.downloads import content_of
from assetpool.records.linking import document_url
from assetpool.records.models import File
from assetpool.records.queries import by_number

bp = Blueprint("photos", __name__)
MAY_ADD = (Role.KEEPER, Role.CLERK, Role.ORGANIZER, Role.HEAD)


@bp.get("/photos/<int(max=9000000000000000000):photo_id>")
@access.signed_in
def show(photo_id: int) -> ResponseReturnValue:
    """Show a photo."""
    return picture(photos.shown(db.session(), access.current(), photo_id).file_id)


@bp.get("/photos/<int(max=9000000000000000000):photo_id>/small")
@access.signed_in
def small(photo_id: int) -> ResponseReturnValue:
    """Show the thumbnail of a photo."""
    return picture(photos.shown(db.session(), access.current(), photo_id).small_id)


def picture(file_id: int | None) -> ResponseReturnValue:
    """Answer a kept picture, for this reader's browser to remember for an hour; raise NotFound where there is none."""
    kept = db.session().get(File, file_id) if file_id is not None else None
    answer = send_file(content_of(kept, file_id), mimetype="image/jpeg", conditional=True, max_age=3600)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@bp.post("/photos/of/<number>")
@access.role(*MAY_ADD)
def add(number: str) -> ResponseReturnValue:
    """Keep photos with a document that one may read: what was loaded, what came broken, what nobody knows."""
    document = by_number(db.session(), access.current(), number)
    keep_sent("document", document.id)
    return redirect(document_url(document.number) or "/", 303)


def keep_sent(subject: str, subject_id: int) -> None:
    """Keep the photos that a form sent, as this person's, and say so; raise what `photos.chosen` and `photos.keep` raise."""
    chosen = photos.chosen(request.files.getlist("photos"))
    with atomic() as session:
        photos.keep_all(session, chosen, of=subject, of_id=subject_id, by=access.me())
    flash(_("The photos are kept.") if chosen else _("Choose a photo."), "done" if chosen else "refusal")
