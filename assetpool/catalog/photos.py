"""Photos of kinds: who may give one, and which file a kind shows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.catalog.queries import kind as kind_of
from assetpool.core.errors import NotAllowed, Word
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import ROLE_WORDS
from assetpool.records import service as records

MAY_PICTURE = (Role.KEEPER, Role.CLERK, Role.ADMINISTRATOR)


def show(session: Session, pool_id: int, kind_id: int, picture: bytes, data_dir: str, by: int) -> Kind:
    """Give a kind its photo, prepared by `records.photos.prepared`; earlier ones stay among the files. Raise NotAllowed, NotFound."""
    if not access_of(session, by).has(*MAY_PICTURE):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.KEEPER]))
    kind = kind_of(session, pool_id, kind_id)
    kept = records.keep_file(session, pool_id, data_dir, f"kind-{kind.id}.jpg", picture, by)
    kind.photo_file_id = kept.id
    session.flush()
    return kind
