"""The eyes of the press: opens a photo that a phone sent, without trusting it, and reads its codes."""

from __future__ import annotations

import atexit
import io
import warnings

import zxingcpp
from PIL import Image, ImageOps

from assetpool.core.errors import DomainError
from assetpool.labels.decode import NotPicture, PictureTooLarge

_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF")
_LONGEST_SIDE = 2400
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)


@atexit.register
def _let_go() -> None:
    # The reader's library complains at length on the terminal when its objects outlive the interpreter.
    for name in ("_QR", "zxingcpp"):
        globals().pop(name, None)


def texts(data: bytes, limit_pixels: float) -> list[str]:
    """Return the texts of all QR codes in a photo, top to bottom, each once; raise NotPicture, PictureTooLarge."""
    picture = _open(data, limit_pixels)
    found = _read(picture)
    if not found and max(picture.size) > _LONGEST_SIDE:
        smaller = picture.copy()
        smaller.thumbnail((_LONGEST_SIDE // 2, _LONGEST_SIDE // 2))
        found = _read(smaller)
    return found


def _open(data: bytes, limit_pixels: float) -> Image.Image:
    """Return the picture in grey and upright, opened only when it is small enough."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
                pixels = opened.width * opened.height
                if pixels > limit_pixels:
                    raise PictureTooLarge(size=-(-pixels // 1_000_000), most=int(limit_pixels // 1_000_000))
                opened.draft("L", (_LONGEST_SIDE, _LONGEST_SIDE))
                return _on_white(ImageOps.exif_transpose(opened))
        except Image.DecompressionBombError as bomb:
            raise PictureTooLarge(size="> 170", most=int(limit_pixels // 1_000_000)) from bomb
        except (OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError, MemoryError) as broken:
            if isinstance(broken, DomainError):
                raise
            raise NotPicture() from broken


def _on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in grey, with white where it is transparent."""
    if picture.has_transparency_data:
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture.convert("RGBA"))
        return ground.convert("L")
    return picture.convert("L")


def _read(picture: Image.Image) -> list[str]:
    """Return the texts of the codes in a grey picture."""
    found = zxingcpp.read_barcodes(picture, formats=_QR)
    ordered = sorted(found, key=lambda barcode: (barcode.position.top_left.y, barcode.position.top_left.x))
    return list(dict.fromkeys(barcode.text for barcode in ordered if barcode.valid and barcode.text))
