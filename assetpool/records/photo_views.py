"""Photos as pages show them: the picture and its thumbnail, to those who may see what it is of."""

from __future__ import annotations

from flask import Blueprint, current_app, send_file
from flask.typing import ResponseReturnValue

from assetpool.core.db import db
from assetpool.core.errors import NotFound
from assetpool.org import access
from assetpool.records import photos
from assetpool.records.models import File
from assetpool.records.service import file_path

bp = Blueprint("photos", __name__)


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
    path = file_path(current_app.config["DATA_DIR"], kept.digest) if kept else None
    if path is None or not path.exists():
        raise NotFound(what=str(file_id))
    answer = send_file(path, mimetype="image/jpeg", conditional=True, max_age=3600)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
