"""Photos of kinds: only real pictures, smaller, upright, and without a trace of where they were taken."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from assetpool.catalog.photos import LONGEST_SIDE, PhotoRefused, prepared

PLACE = {1: "N", 2: (30.0, 39.0, 0.0), 3: "E", 4: (104.0, 4.0, 0.0)}


def picture(form: str, size: tuple[int, int] = (2000, 1000), turned: bool = False, mode: str = "RGB") -> bytes:
    image = Image.new(mode, size, "red")
    exif = Image.Exif()
    exif[0x010F] = "SecretCam"
    if turned:
        exif[0x0112] = 6
    exif.get_ifd(0x8825).update(PLACE)
    content = io.BytesIO()
    image.save(content, form, exif=exif)
    return content.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_out_small_and_bare(form: str) -> None:
    content = picture(form)
    assert b"SecretCam" in content
    found = prepared(content)
    with Image.open(io.BytesIO(found)) as image:
        assert (image.format, max(image.size), dict(image.getexif())) == ("JPEG", LONGEST_SIDE, {})
    assert b"SecretCam" not in found
    assert b"Exif" not in found


def test_a_picture_taken_sideways_stands_upright() -> None:
    with Image.open(io.BytesIO(prepared(picture("JPEG", turned=True)))) as image:
        assert image.size == (640, 1280)


def test_what_is_see_through_becomes_white() -> None:
    content = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(content, "PNG")
    with Image.open(io.BytesIO(prepared(content.getvalue()))) as image:
        assert image.getpixel((10, 10)) == (255, 255, 255)


def gif() -> bytes:
    content = io.BytesIO()
    Image.new("P", (20, 20)).save(content, "GIF")
    return content.getvalue()


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"\xff\xd8\xff\xe0 no picture", gif(), picture("PNG")[:300]])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoRefused):
        prepared(content)


def test_a_picture_that_would_fill_the_memory_is_refused_unread() -> None:
    content = io.BytesIO()
    Image.new("1", (9000, 9000)).save(content, "PNG")
    with pytest.raises(PhotoRefused):
        prepared(content.getvalue())
