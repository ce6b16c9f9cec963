"""Files for machines: kept under their digest, given back to those who may see what they belong to."""

from __future__ import annotations

from flask import Response, current_app
from sqlalchemy.orm import Session

from assetpool.core.db import db
from assetpool.core.errors import NotFound
from assetpool.org import access
from assetpool.records import downloads, rest, service
from assetpool.records.models import File
from assetpool.records.queries import file_for
from assetpool.records.schemas import FileAnswer

bp = rest.blueprint("files", __name__, "Files")


def _answer(file: File) -> FileAnswer:
    return {"id": file.id, "name": file.name, "media_type": file.media_type, "size": file.size, "digest": file.digest}


@bp.post("/files")
@access.signed_in
@rest.uploads(FileAnswer, refuses=(service.FileRefused,))
def keep(session: Session, name: str, content: bytes) -> rest.Json:
    """Keep a file (PDF, JPEG, PNG, WebP or office file up to 20 MB); its id goes where a `file_id` is asked for."""
    return _answer(service.keep_file(session, access.current().pool_id, current_app.config["DATA_DIR"], name, content, access.me()))


@bp.get("/files/<int:file_id>")
@access.signed_in
@rest.reads(bytes, media_type="application/octet-stream", refuses=(NotFound,))
def give(file_id: int) -> Response:
    """Give a file back to who uploaded it, or who may read a document it is attached to."""
    return downloads.given(file_for(db.session(), access.current(), file_id))
