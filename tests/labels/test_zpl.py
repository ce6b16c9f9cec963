"""ZPL: what a label printer draws from it is the label, and its code is read."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import select

from assetpool.core.db import db
from assetpool.custody.models import Asset
from assetpool.labels.layouts import LAYOUTS
from assetpool.labels.sheet import NoLabels
from assetpool.labels.zpl import NotARoll, render
from tests import world as worlds
from tests.labels.test_sheet import labels
from tests.walking import in_english, send

_GRAPHIC = re.compile(r"\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS")
ROLLS = [name for name, layout in LAYOUTS.items() if layout.per_page == 1]


def drawn(zpl: str) -> list[Image.Image]:
    """What a printer draws: each label unpacked by the rules of ZPL's short writing, written here from its manual."""
    pictures = []
    for label in zpl.split("^XZ")[:-1]:
        found = _GRAPHIC.search(label)
        assert found is not None
        total, again, a_row = (int(found.group(number)) for number in (1, 2, 3))
        assert total == again
        rows, row, times = [], "", 0
        for sign in found.group(4):
            if sign == ":":
                rows.append(rows[-1])
            elif sign in ",!":
                rows.append(row.ljust(2 * a_row, "0" if sign == "," else "F"))
                row = ""
            elif "G" <= sign <= "Y":
                times += ord(sign) - ord("G") + 1
            elif "g" <= sign <= "z":
                times += 20 * (ord(sign) - ord("g") + 1)
            else:
                row, times = row + sign * (times or 1), 0
                if len(row) == 2 * a_row:
                    rows.append(row)
                    row = ""
        assert row == "" and len(rows) * a_row == total
        packed = bytes.fromhex("".join(rows))
        picture = Image.frombytes("1", (8 * a_row, len(rows)), packed).convert("L").point(lambda grey: 255 - grey)
        width, height = (int(re.search(rf"\^{word}(\d+)", label).group(1)) for word in ("PW", "LL"))  # type: ignore[union-attr]
        pictures.append(picture.crop((0, 0, width, height)))
    return pictures


@pytest.mark.parametrize("name", ROLLS)
@pytest.mark.parametrize("dots", [203, 300, 600])
def test_every_code_is_read_from_the_dots(name: str, dots: int) -> None:
    made, layout = labels(6), LAYOUTS[name]
    zpl = render(made, layout, per_inch=dots)
    pictures = drawn(zpl)
    assert [picture.size for picture in pictures] == [tuple(round(side * dots / 25.4) for side in layout.page)] * 6
    assert [[code.text for code in zxingcpp.read_barcodes(picture)] for picture in pictures] == [[label.url] for label in made]
    assert zpl.count("^CI28") == 6 and zpl.isascii()


def test_the_text_is_on_the_picture_and_the_offset_moves_it() -> None:
    layout, (label,) = LAYOUTS["roll-50x30"], labels(1, first=5)
    (plain,), (moved,) = (drawn(render([label], layout, shift=shift)) for shift in ((0.0, 0.0), (1.0, 0.5)))
    inked = plain.point(lambda grey: 255 if grey < 128 else 0)
    assert inked.crop(((26 * 8), 0, *plain.size)).getbbox() is not None
    corner, other = (zxingcpp.read_barcodes(picture)[0].position.top_left for picture in (plain, moved))
    assert (other.x - corner.x, other.y - corner.y) == pytest.approx((8, 4), abs=1)


def test_short_writing_is_short() -> None:
    assert len(render(labels(10), LAYOUTS["roll-50x30"])) < 10 * 9000


def test_sheets_have_no_zpl() -> None:
    with pytest.raises(NotARoll, match="24 labels"):
        render(labels(1), LAYOUTS["a4-24"])
    with pytest.raises(NoLabels):
        render([], LAYOUTS["roll-50x30"])


def test_the_page_gives_zpl_for_rolls(world: worlds.World, app: Flask) -> None:
    keeper = in_english(worlds.sign_in(app, "keeper"))
    tags = list(db.session().scalars(select(Asset.tag).where(Asset.kind_id == world.desk)))
    db.session().rollback()
    answer = send(keeper, "/labels", {"tags": "\n".join(tags), "layout": "roll-50x30", "start": 1, "act": "zpl"})
    assert answer.mimetype == "application/zpl" and 'filename="labels-roll-50x30-10.zpl"' in answer.headers["Content-Disposition"]
    assert [zxingcpp.read_barcodes(picture)[0].text[-9:] for picture in drawn(answer.text)] == tags
    refused = send(keeper, "/labels?lang=en", {"tags": tags[0], "layout": "a4-24", "start": 1, "act": "zpl"})
    assert refused.status_code == 422 and "ZPL is for rolls" in refused.text
