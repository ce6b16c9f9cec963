"""Kept files on their way back to a reader; whose content is gone from the disk is not found."""

from __future__ import annotations

from pathlib import Path

from flask import Response, current_app, send_file

from assetpool.core.db import db
from assetpool.core.errors import NotFound
from assetpool.records.models import Document, File
from assetpool.records.queries import attachments_of
from assetpool.records.service import file_path


def content_of(kept: File | None, asked: object) -> Path:
    """Return where the content of a kept file lies; raise NotFound for none, naming what was asked for."""
    path = file_path(current_app.config["DATA_DIR"], kept.digest).resolve() if kept is not None else None
    if path is None or not path.exists():
        raise NotFound(what=str(asked))
    return path


def given(kept: File) -> Response:
    """Answer a kept file, to be saved under its own name; raise NotFound."""
    return send_file(content_of(kept, kept.name), mimetype=kept.media_type, as_attachment=True, download_name=kept.name)


def attached(document: Document, file_id: int) -> Response:
    """Answer a file that is attached to a document; raise NotFound for any other."""
    kept = next((file for _attachment, file in attachments_of(db.session(), document.id) if file.id == file_id), None)
    if kept is None:
        raise NotFound(what=str(file_id))
    return given(kept)
