"""Reading codes from a photo that a phone sent, without trusting what it sent."""

from __future__ import annotations

import atexit
import io
import warnings

import zxingcpp
from PIL import Image, ImageOps

from assetpool.core.errors import N_, DomainError

LARGEST_FILE = 20_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF")
_LONGEST_SIDE = 2400
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)


@atexit.register
def _let_go() -> None:
    # The reader's library complains at length on the terminal when its objects outlive the interpreter, as those of a served application do.
    for name in ("_QR", "zxingcpp"):
        globals().pop(name, None)


class NotPicture(DomainError):
    """What was sent cannot be read as a picture."""

    status = 415
    sentence = N_("This file is not a picture that can be read. Take a photo as JPEG or PNG, or type the tag as printed on the label.")


class PictureTooLarge(DomainError):
    """The picture has more bytes or pixels than will be opened."""

    status = 413
    sentence = N_("The picture has %(size)s million pixels; at most %(most)s million are read. Take it with a lower resolution, or crop it to the label.")


class FileTooLarge(DomainError):
    """The file has more bytes than will be read."""

    status = 413
    sentence = N_("The file has %(size)s MB; at most %(most)s MB are read. Take the photo with a lower resolution, or crop it to the label.")


def decode_photo(data: bytes, limit_pixels: float = 40e6) -> list[str]:
    """Return the texts of all QR codes in a photo, top to bottom, each once; an empty list when there is none.

    Size is read from the header before anything is unpacked. Raise NotPicture, PictureTooLarge or FileTooLarge.
    """
    if len(data) > LARGEST_FILE:
        raise FileTooLarge(size=-(-len(data) // 1_000_000), most=LARGEST_FILE // 1_000_000)
    picture = _open(data, limit_pixels)
    texts = _read(picture)
    if not texts and max(picture.size) > _LONGEST_SIDE:
        smaller = picture.copy()
        smaller.thumbnail((_LONGEST_SIDE // 2, _LONGEST_SIDE // 2))
        texts = _read(smaller)
    return texts


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
