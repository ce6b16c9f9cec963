"""Photos: codes are read, and what is no honest picture is refused before it is unpacked."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pypdfium2
import pytest
from PIL import Image, ImageFilter

from assetpool.core.tags import make_tag
from assetpool.labels.decode import FileTooLarge, NotPicture, PictureTooLarge, decode_photo
from assetpool.labels.layouts import LAYOUTS
from assetpool.labels.qr import label_url
from assetpool.labels.sheet import Label, render


def label_picture(number: int = 7) -> Image.Image:
    """A printed label seen at 200 dpi."""
    tag = make_tag(number)
    pdf = render([Label(tag, label_url("https://gwc.example.gov.cn", tag), "办公椅", organization="公物仓")], LAYOUTS["roll-50x30"])
    picture: Image.Image = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil()
    return picture


def packed(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


URL = label_url("https://gwc.example.gov.cn", make_tag(7))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda p: packed(p),
        lambda p: packed(p.convert("RGB"), "JPEG", quality=40),
        lambda p: packed(p.convert("P"), "GIF"),
        lambda p: packed(p.convert("RGB"), "WEBP"),
        lambda p: packed(p.rotate(8, expand=True, fillcolor="grey")),
        lambda p: packed(p.rotate(90, expand=True)),
        lambda p: packed(p.filter(ImageFilter.GaussianBlur(1.2)).convert("RGB"), "JPEG"),
        lambda p: packed(p.resize((p.width * 9, p.height * 9)).convert("RGB"), "JPEG"),
        lambda p: packed(p.convert("1")),
    ],
)
def test_a_label_is_read_as_phones_send_it(spoil: Callable[[Image.Image], bytes]) -> None:
    assert decode_photo(spoil(label_picture())) == [URL]


def test_transparent_pixels_count_as_white() -> None:
    label = label_picture().convert("L")
    ink = Image.new("RGBA", label.size, (0, 0, 0, 0))
    ink.paste((0, 0, 0, 255), mask=label.point(lambda grey: 255 - grey))
    assert decode_photo(packed(ink)) == [URL]


def test_several_labels_come_from_top_to_bottom_each_once() -> None:
    one, other = label_picture(7), label_picture(8)
    sheet = Image.new("RGB", (one.width, one.height * 3), "white")
    for row, picture in enumerate((other, one, other)):
        sheet.paste(picture, (0, row * one.height))
    assert decode_photo(packed(sheet)) == [label_url("https://gwc.example.gov.cn", make_tag(8)), URL]


def test_a_picture_without_code_gives_an_empty_list() -> None:
    assert decode_photo(packed(Image.new("RGB", (300, 200), "white"))) == []


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"<svg/>", b"GIF89a", b"\xff\xd8\xff\xe0" + b"\0" * 40, packed(label_picture())[:900]])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotPicture):
        decode_photo(data)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that promises so many pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(7000, 6000), (20_000, 20_000), (2_000_000_000, 2)])
def test_a_pixel_bomb_is_refused_by_its_header(width: int, height: int) -> None:
    with pytest.raises(PictureTooLarge) as refusal:
        decode_photo(bomb(width, height))
    assert refusal.value.status == 413
    assert "40" in str(refusal.value)


def test_the_limit_of_pixels_can_be_set() -> None:
    with pytest.raises(PictureTooLarge):
        decode_photo(packed(label_picture()), limit_pixels=1000)


def test_a_file_of_many_bytes_is_refused_unread() -> None:
    with pytest.raises(FileTooLarge):
        decode_photo(b"\xff" * 20_000_001)
