"""Photos of kinds: checked, turned upright, made smaller, and cleaned of everything but the picture (place, camera, owner)."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Session

from assetpool.catalog.models import Kind
from assetpool.catalog.queries import kind as kind_of
from assetpool.core.errors import N_, DomainError, NotAllowed, Word
from assetpool.org.models import Role
from assetpool.org.queries import access_of
from assetpool.org.service import ROLE_WORDS
from assetpool.records import service as records

LONGEST_SIDE = 1280
MOST_PIXELS = 60_000_000
TAKEN = ("JPEG", "PNG", "WEBP")
MAY_PICTURE = (Role.KEEPER, Role.CLERK, Role.ADMINISTRATOR)


class PhotoRefused(DomainError):
    """The upload is no photo that can be shown."""

    status = 422
    sentence = N_("This photo cannot be used. Take a JPEG, PNG or WebP picture of at most 60 megapixels.")


def prepared(content: bytes) -> bytes:
    """Return the picture as JPEG, upright, at most 1,280 pixels long, without its metadata; raise PhotoRefused."""
    try:
        with Image.open(io.BytesIO(content), formats=TAKEN) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PhotoRefused
            upright = ImageOps.exif_transpose(picture) or picture
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            plain = Image.new("RGB", upright.size, "white")
            layers = upright.convert("RGBA")
            plain.paste(layers, mask=layers.getchannel("A"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PhotoRefused from error
    drawn = io.BytesIO()
    plain.save(drawn, "JPEG", quality=85, optimize=True)
    return drawn.getvalue()


def show(session: Session, pool_id: int, kind_id: int, content: bytes, data_dir: str, by: int) -> Kind:
    """Give a kind its photo; earlier ones stay among the files. Raise NotAllowed, NotFound, PhotoRefused."""
    if not access_of(session, by).has(*MAY_PICTURE):
        raise NotAllowed(role=Word(ROLE_WORDS[Role.KEEPER]))
    kind = kind_of(session, pool_id, kind_id)
    kept = records.keep_file(session, pool_id, data_dir, f"kind-{kind.id}.jpg", prepared(content), by)
    kind.photo_file_id = kept.id
    session.flush()
    return kind
