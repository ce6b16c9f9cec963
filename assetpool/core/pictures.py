"""Pictures made smaller, and codes as pictures: work of the press, so that a server carries neither the library nor sixty million pixels."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from assetpool.core import qr

MOST_PIXELS = 60_000_000
TAKEN = ("JPEG", "PNG", "WEBP")


def reduced(content: bytes, longest: int) -> bytes | None:
    """Return a picture as JPEG, upright, at most `longest` pixels long, without its metadata; None for what is no picture that is taken."""
    try:
        with Image.open(io.BytesIO(content), formats=TAKEN) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            upright = ImageOps.exif_transpose(picture) or picture
            upright.thumbnail((longest, longest))
            plain = Image.new("RGB", upright.size, "white")
            layers = upright.convert("RGBA")
            plain.paste(layers, mask=layers.getchannel("A"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    drawn = io.BytesIO()
    plain.save(drawn, "JPEG", quality=85, optimize=True)
    return drawn.getvalue()


def code(text: str, pixels: int = 6) -> bytes:
    """Return the QR code of a text as a PNG, `pixels` a module, black on white with its quiet zone."""
    drawn = qr.code(text)
    side = drawn.side + 2 * qr.BORDER
    picture = Image.new("1", (side * pixels, side * pixels), 1)
    for run in drawn.runs:
        left, top = (run.column + qr.BORDER) * pixels, (run.row + qr.BORDER) * pixels
        picture.paste(0, (left, top, left + run.length * pixels, top + pixels))
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()
