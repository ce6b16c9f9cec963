"""Files chosen in a form, kept at once: what is refused afterwards shows the form again without losing them."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy.orm import Session

from assetpool.core.db import atomic
from assetpool.records.models import File
from assetpool.records.service import keep_file

LONGEST_ID = 18


class Kept(NamedTuple):
    """A kept file as a form carries it on: its id in a hidden field, its name for the eye."""

    id: int
    name: str


def keep(upload: Any, pool_id: int, by: int | None) -> Kept | None:
    """Keep a chosen file in an act of its own, as this person's; None where none was chosen. Raise FileRefused."""
    if not _name(upload):
        return None
    with atomic() as session:
        file = _file(session, upload, pool_id, by)
        return Kept(file.id, file.name)


def keep_within(session: Session, upload: Any, pool_id: int, by: int | None) -> int | None:
    """Keep a chosen file in the act that is under way and return its id; None where none was chosen. Raise FileRefused."""
    return _file(session, upload, pool_id, by).id if _name(upload) else None


def _name(upload: Any) -> str:
    return getattr(upload, "filename", "") or ""


def _file(session: Session, upload: Any, pool_id: int, by: int | None) -> File:
    return keep_file(session, pool_id, current_app.config["DATA_DIR"], _name(upload), upload.read(), by)


def carried(session: Session, text: str | None, by: int | None) -> Kept | None:
    """Return the kept file that a hidden field names, if this person uploaded it."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > LONGEST_ID:
        return None
    file = session.get(File, int(text))
    return Kept(file.id, file.name) if file is not None and file.uploaded_by == by else None
