"""Reading codes from a photo that a phone sent, without trusting what it sent."""

from __future__ import annotations

from assetpool.core.errors import N_, DomainError
from assetpool.core.printing import printed

LARGEST_FILE = 20_000_000


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
    """Return the texts of all QR codes in a photo, top to bottom, each once; an empty list when there is none. The press looks at it.

    Size is read from the header before anything is unpacked. Raise NotPicture, PictureTooLarge or FileTooLarge.
    """
    if len(data) > LARGEST_FILE:
        raise FileTooLarge(size=-(-len(data) // 1_000_000), most=LARGEST_FILE // 1_000_000)
    found: list[str] = printed("assetpool.labels.eyes:texts", data, limit_pixels)
    return found
