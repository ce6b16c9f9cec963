"""The studio: layouts of the pool's own with a picture and warnings, printers with offsets, sheets begun half-used, prints counted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from flask import Flask

from assetpool.core.db import atomic, db
from assetpool.core.errors import FieldInvalid, NotAllowed
from assetpool.core.tags import make_tag
from assetpool.labels import queries, service, shape
from assetpool.labels.layouts import LAYOUTS, Layout
from assetpool.labels.qr import LEAST_MODULE, label_url, level_for, module
from assetpool.labels.shape import LayoutImpossible
from assetpool.labels.sheet import Label, render
from tests import world as worlds
from tests.walking import in_english, send, token

URL = label_url("https://gwc.example.gov.cn", make_tag(1))
A4_65 = LAYOUTS["a4-65"]
OWN = replace(A4_65, name="own-65", title="Our sheet")


def typed(layout: Layout, **more: Any) -> dict[str, Any]:
    """What the form of a layout sends."""
    pairs = {
        "page_width": layout.page[0], "page_height": layout.page[1], "label_width": layout.label[0], "label_height": layout.label[1],
        "left": layout.origin[0], "top": layout.origin[1], "pitch_right": layout.pitch[0], "pitch_down": layout.pitch[1],
        "code_left": layout.code[0], "code_top": layout.code[1], "code_side": layout.code[2],
        "text_left": layout.text[0], "text_top": layout.text[1], "text_width": layout.text[2], "text_height": layout.text[3],
    }  # fmt: skip
    sent: dict[str, Any] = {"name": layout.name, "title": layout.title, "columns": layout.columns, "rows": layout.rows, **pairs}
    for number, line in enumerate(layout.lines):
        sent |= {f"lines-{number}-{part}": getattr(line, part) for part in ("field", "size", "least", "rows")}
        sent |= {f"lines-{number}-{part}": "y" for part in ("heavy", "foot") if getattr(line, part)}
    return sent | more


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_shipped_layouts_contradict_nothing_and_need_no_second_look(layout: Layout) -> None:
    assert [str(found) for found in (*shape.contradictions(layout), *shape.remarks(layout, URL))] == []
    assert shape.read(layout.name, layout.title, shape.written(layout)) == layout


def test_a_code_too_small_is_named_with_its_cure_and_the_cure_holds() -> None:
    small = replace(A4_65, code=(0.6, 1.1, 12.0))
    (remark,) = shape.remarks(small, URL)
    assert "too small" in str(remark) and "0.36 mm" in str(remark)
    assert remark.figures["side"] == "13.2"
    cured = float(remark.figures["side"])
    assert round(module(URL, cured, level_for(URL, cured)), 6) >= LEAST_MODULE > module(URL, 12.0, level_for(URL, 12.0))
    assert not [r for r in shape.remarks(replace(small, code=(0.6, 1.1, cured)), URL) if "too small" in str(r)]


def test_what_the_studio_calls_readable_is_read_and_what_it_warns_of_is_not_promised() -> None:
    for side, dpi, is_read in ((13.2, 200, True), (16.6, 100, True), (6.0, 100, False)):
        layout = replace(A4_65, code=(0.6, 1.1, side))
        made = [Label(make_tag(n), label_url("https://gwc.example.gov.cn", make_tag(n)), "桌", organization="仓") for n in range(65)]
        page = pypdfium2.PdfDocument(render(made, layout))[0].render(scale=dpi / 72, grayscale=True).to_pil()
        found = {code.text for code in zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCodeModel2)}
        assert (found == {label.url for label in made}) is is_read, (side, dpi, len(found))
        assert bool(list(shape.remarks(layout, URL))) is (side < 16.5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": 6}, "last column"),
        ({"rows": 14}, "last row"),
        ({"pitch": (30.0, 21.2)}, "overlap"),
        ({"code": (0.6, 1.1, 30.0)}, "leaves the label"),
        ({"text": (10.0, 2.2, 17.2, 16.8)}, "Text and code overlap"),
        ({"text": (19.5, 2.2, 30.0, 16.8)}, "text leaves"),
        ({"lines": A4_65.lines[:2]}, "plain letters"),
        ({"columns": 40, "rows": 40}, "at most 400"),
    ],
)
def test_measures_that_contradict_each_other_are_refused_in_words(world: worlds.World, change: dict[str, Any], said: str) -> None:
    with pytest.raises(LayoutImpossible) as refusal, atomic() as session:
        service.lay_out(session, replace(OWN, **change), by=world.keeper)
    assert any(said in str(found) for found in shape.contradictions(replace(OWN, **change))), str(refusal.value)


def test_the_level_grows_with_the_room_and_never_costs_readability() -> None:
    assert [level_for(URL, side) for side in (36.0, 30.0, 19.0)] == ["H", "M", "M"]
    longer = label_url("https://assets.public-property.example.gov.cn", make_tag(1))
    assert module(longer, 19, level_for(longer, 19)) == max(module(longer, 19, level) for level in "LMQH")


def test_an_own_layout_is_kept_printed_changed_and_withdrawn(world: worlds.World, app: Flask) -> None:
    keeper = in_english(worlds.sign_in(app, "keeper"))
    answer = send(keeper, "/labels/layouts/new", typed(OWN, act="keep"))
    assert answer.status_code == 303, answer.text
    assert queries.layout(db.session(), world.pool, "own-65") == OWN
    listed = keeper.get("/labels/layouts").text
    assert "own-65" in listed and "Our sheet" in listed
    tags = "\n".join(tag for (tag,) in _tags(world.desk))
    sheet = send(keeper, "/labels", {"tags": tags, "layout": "own-65", "start": 60, "act": "pdf"})
    assert (sheet.mimetype, sheet.headers["X-Labels"], sheet.headers["X-Pages"]) == ("application/pdf", "10", "2")
    assert send(keeper, "/labels/layouts/new", typed(OWN, act="keep")).status_code == 409
    assert send(keeper, "/labels/layouts/own-65", typed(replace(OWN, title="Anders"), act="keep")).status_code == 303
    db.session().rollback()
    assert queries.layout(db.session(), world.pool, "own-65").title == "Anders"
    assert send(keeper, "/labels/layouts/own-65/withdraw", {}, page="/labels/layouts/own-65").status_code == 303
    db.session().rollback()
    assert "own-65" not in queries.layouts(db.session(), world.pool)


def _tags(kind_id: int) -> list[tuple[str]]:
    rows = db.session().execute(queries.select(queries.Asset.tag).where(queries.Asset.kind_id == kind_id).order_by(queries.Asset.id)).all()
    db.session().rollback()
    return [(row[0],) for row in rows]


def test_the_picture_follows_what_is_typed(world: worlds.World, app: Flask) -> None:
    keeper = in_english(worlds.sign_in(app, "keeper"))
    page = keeper.get("/labels/layouts/new?like=a4-65")
    known = typed(OWN, csrf_token=token(page))
    fine = keeper.post("/labels/layouts/preview", data=known).text
    assert fine.count("<svg") == 2 and "<text" in fine and "note" not in fine.split("<svg")[0]
    small = keeper.post("/labels/layouts/preview?lang=en", data=known | {"code_side": 9}).text
    assert "too small to read" in small and "<svg" in small
    off = keeper.post("/labels/layouts/preview?lang=en", data=known | {"columns": 6}).text
    assert "The last column ends" in off
    assert "<svg" not in keeper.post("/labels/layouts/preview?lang=en", data=known | {"code_side": ""}).text
    shown = send(keeper, "/labels/layouts/new?lang=en", typed(OWN, code_side=9, act="show"))
    assert shown.status_code == 200 and "too small to read" in shown.text
    grown = send(keeper, "/labels/layouts/new", typed(OWN, add_line="lines"))
    assert grown.text.count("data-line>") == len(OWN.lines) + 1


def test_only_keepers_and_administrators_lay_out(world: worlds.World, app: Flask) -> None:
    with pytest.raises(NotAllowed), atomic() as session:
        service.lay_out(session, OWN, by=world.clerk_a)
    assert in_english(worlds.sign_in(app, "clerk_a")).get("/labels/layouts/new").status_code == 403
    assert "New layout" not in in_english(worlds.sign_in(app, "clerk_a")).get("/labels/layouts?lang=en").text
    with pytest.raises(FieldInvalid), atomic() as session:
        service.lay_out(session, replace(OWN, name="Our Sheet!"), by=world.keeper)


def test_a_tapped_place_begins_the_sheet(world: worlds.World, app: Flask) -> None:
    keeper = in_english(worlds.sign_in(app, "keeper"))
    page = send(keeper, "/labels?lang=en", {"tags": _tags(world.desk)[0][0], "layout": "a4-24", "start": 1, "at": "22"})
    assert page.status_code == 200 and re.search(r'<input[^>]*name="start"[^>]*value="22"', page.text) and 'aria-current="true">22' in page.text
    assert "Labels: 1 · pages: 1" in page.text and "label-picture" in page.text
    sheet = send(keeper, "/labels", {"tags": _tags(world.desk)[0][0], "layout": "a4-24", "start": 22})
    code = zxingcpp.read_barcodes(pypdfium2.PdfDocument(sheet.data)[0].render(scale=2, grayscale=True).to_pil())[0]
    assert code.position.top_left.y / 2 / 72 * 25.4 > 7 * 37
    late = send(keeper, "/labels?lang=en", {"tags": _tags(world.desk)[0][0], "layout": "a4-24", "start": 25, "act": "pdf"})
    assert late.status_code == 422 and "places 1 to 24" in late.text


def test_prints_are_counted_and_told_before_the_next_one(world: worlds.World, app: Flask) -> None:
    keeper, (first, second) = in_english(worlds.sign_in(app, "keeper")), [tag for (tag,) in _tags(world.desk)[:2]]
    for tags in (first, first, f"{first}\n{second}"):
        assert send(keeper, "/labels", {"tags": tags, "layout": "a4-24", "start": 1}).mimetype == "application/pdf"
    counted = queries.prints(db.session(), world.pool, [first, second])
    assert {tag: row.printed for tag, row in counted.items()} == {first: 3, second: 1}
    db.session().rollback()
    look = send(keeper, "/labels?lang=en", {"tags": f"{first}\n{second}", "layout": "a4-24", "start": 1, "act": "look"}).text
    assert "2 of them were printed before" in look and f"{first}, 3 times" in look
    header = {}
    with atomic() as session:
        header = worlds.token(session, world.keeper)
    assert app.test_client().get(f"/api/v1/labels.pdf?tags={first}", headers=header).status_code == 200
    db.session().rollback()
    assert queries.prints(db.session(), world.pool, [first])[first].printed == 4


def test_a_printers_offset_moves_every_label_and_the_test_page_shows_it(world: worlds.World, app: Flask) -> None:
    keeper, tag = in_english(worlds.sign_in(app, "keeper")), _tags(world.desk)[0][0]
    assert send(keeper, "/labels/printers", {"name": "前台打印机", "right": "1.5", "down": "-0.8", "dots": 300}).status_code == 303
    (printer,) = queries.printers(db.session(), world.pool)
    assert (printer.shift_right, printer.shift_down, printer.dots) == (150, -80, 300)
    printer_id = printer.id
    db.session().rollback()
    assert send(keeper, "/labels/printers?lang=en", {"name": "前台打印机", "right": 0, "down": 0, "dots": 203}).status_code == 409
    assert send(keeper, f"/labels/printers/{printer_id}", {"name": "前台打印机", "right": 21, "down": 0, "dots": 203}).status_code == 422
    straight = _code_at(send(keeper, "/labels", {"tags": tag, "layout": "a4-24", "start": 5}).data)
    moved = _code_at(send(keeper, "/labels", {"tags": tag, "layout": "a4-24", "start": 5, "printer": printer_id}).data)
    assert (round(moved[0] - straight[0], 1), round(moved[1] - straight[1], 1)) == pytest.approx((1.5, -0.8), abs=0.15)
    test_page = keeper.get(f"/labels/test.pdf?layout=a4-24&printer={printer_id}")
    assert test_page.mimetype == "application/pdf"
    assert "前台打印机" in pypdfium2.PdfDocument(test_page.data)[0].get_textpage().get_text_range()


def _code_at(pdf: bytes) -> tuple[float, float]:
    """Where the only code of a page begins, in mm."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=300 / 72, grayscale=True).to_pil()
    corner = zxingcpp.read_barcodes(page)[0].position.top_left
    return corner.x / 300 * 25.4, corner.y / 300 * 25.4
