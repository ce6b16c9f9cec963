"""Papers: what must be on a sheet is on it, in its place, on every copy."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from assetpool.core.paper import BORROWER, DATE, FINANCE, SIGN, STORE, Box, Column, Field, Figure, Paper, Table, Words, render
from assetpool.core.paper_canvas import Canvas
from assetpool.core.paper_drawing import missing_characters
from assetpool.core.tags import make_tag

LONG_NAME = "第八届全省运动会暨残疾人运动会筹备工作委员会办公室（临时机构）后勤保障部物资管理中心一号库房管理处办公桌椅专柜"
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
URL = "HTTPS://GWC.EXAMPLE.GOV.CN/V/JJ-2026-000417/9F3K2M7Q"
COLUMNS = [
    Column(Words("序号", "No."), 6, "center"),
    Column(Words("资产编号", "Tag"), 8, heavy=True),
    Column(Words("品目", "Kind"), 30),
    Column(Words("数量", "Quantity"), 9, "right"),
    Column(Words("金额（元）", "Amount"), 16, "right"),
]
SLIP = Paper(
    title=Words("签收交接单", "Hand-over slip"),
    number="JJ-2026-000417",
    state=Words("待签收", "awaiting acceptance"),
    qr_url=URL,
    issuer=Words("市公物仓", "City pool"),
    head=[Field(Words("借用单位", "Borrower"), LONG_NAME, wide=True), Field(Words("活动", "Event"), "第八届市运动会"), Field(Words("车次", "Trip"), "")],
    notes=["签收后如有短少，按办法处理。"],
    boxes=[Box(Words("经办人", "Keeper"), "周敏"), Box(Words("领用人", "Receiver"), LONG_NAME), Box(Words("公物仓", "Pool"), seal=True)],
    copies=(STORE, BORROWER, FINANCE),
    address="https://gwc.example.gov.cn/v",
    footer="2026-12-02 14:31",
)


def rows(count: int) -> list[list[str]]:
    return [[str(n + 1), make_tag(n), ["折叠会议桌", "可移动升降式双面书写会议培训演示白板带支架及磁性配件"][n % 2], "25", "−4,725.00"] for n in range(count)]


def slip(count: int, **changes: Any) -> Paper:
    table = Table(COLUMNS, rows(count), total=["", "", "合计 Total", str(25 * count), "1,234,567.89"])
    return replace(SLIP, **({"tables": [table]} | changes))


def texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [str(page.get_textpage().get_text_range()).replace("\r\n", "") for page in document]


def places(pdf: bytes, page: int, wanted: str) -> list[tuple[float, float, float, float]]:
    """Boxes of a text on a page, in mm from the top left: left, top, right, bottom."""
    sheet = pypdfium2.PdfDocument(pdf)[page]
    text, search, found = sheet.get_textpage(), None, []
    search = text.search(wanted)
    while (hit := search.get_next()) is not None:
        boxes = [text.get_charbox(number) for number in range(hit[0], hit[0] + hit[1])]
        left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
        low, high = min(box[1] for box in boxes), max(box[3] for box in boxes)
        found.append(tuple(round(value * 25.4 / 72, 2) for value in (left, 841.89 - high, right, 841.89 - low)))
    return found


def picture(pdf: bytes, page: int = 0, dpi: int = 150) -> Image.Image:
    image: Image.Image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True).to_pil()
    return image


def test_every_page_of_every_copy_carries_number_code_and_page_in_the_same_corner() -> None:
    pdf = render(slip(60))
    pages = texts(pdf)
    each = len(pages) // 3
    assert each >= 3
    assert len(pages) == each * 3
    for number, text in enumerate(pages):
        assert "JJ-2026-000417" in text
        assert f"第 {number % each + 1} 页 共 {each} 页" in text
        assert f"Page {number % each + 1} of {each}" in text
        (code,) = zxingcpp.read_barcodes(picture(pdf, number, 200), formats=QR)
        assert code.text == URL
        millimetre = 200 / 25.4
        assert 192 < code.position.top_right.x / millimetre < 196
        assert 11 < code.position.top_right.y / millimetre < 15


def test_each_copy_is_a_whole_set_of_pages_with_its_own_name() -> None:
    pages = texts(render(slip(60)))
    each = len(pages) // 3
    for number, name in enumerate(["第一联 仓库留存", "第二联 借用单位留存", "第三联 财务留存"]):
        own = pages[number * each : (number + 1) * each]
        assert all(name in text for text in own)
        assert not any(name in text for text in pages[: number * each] + pages[(number + 1) * each :])
        assert all(make_tag(n) in "".join(own) for n in range(60))


def test_without_copies_there_is_one_set_and_no_copy_name() -> None:
    pages = texts(render(slip(3, copies=())))
    assert len(pages) == 1
    assert "联" not in pages[0]


def test_heads_of_the_table_repeat_and_no_row_is_lost_or_doubled_in_2344() -> None:
    pages = texts(render(slip(2344, copies=(STORE,))))
    whole = "".join(pages)
    found = re.findall(r"ZC-[0-9A-Z]{4}-[0-9A-Z]", whole)
    assert found == [make_tag(n) for n in range(2344)]
    assert all("资产编号" in text and "Quantity" in text for text in pages)


@pytest.mark.parametrize("count", [1, 2, 3, *range(10, 24)])
def test_what_is_signed_stands_together_below_the_last_two_rows(count: int) -> None:
    pages = texts(render(slip(count, copies=())))
    last = pages[-1]
    assert all(title in last for title in ("Keeper", "Receiver", "（盖章）", "合计 Total", "以下空白"))
    assert sum(text.count("（盖章）") for text in pages) == 1
    assert all(make_tag(number) in last for number in range(max(0, count - 2), count))


def test_nothing_is_printed_over_the_foot_or_beyond_the_margins() -> None:
    pdf = render(slip(40, copies=()))
    for page in range(len(texts(pdf))):
        ink = picture(pdf, page).point(lambda grey: 255 if grey < 200 else 0).getbbox()
        assert ink is not None
        left, top, right, bottom = ink
        scale = 150 / 25.4
        assert left >= 24.5 * scale
        assert right <= 195.6 * scale
        assert top >= 10 * scale
        assert bottom <= 292 * scale
        band = picture(pdf, page).crop((0, int(278.6 * scale), int(210 * scale), int(282 * scale)))
        assert sum(band.histogram()[:200]) == 0


def test_money_is_aligned_at_its_right_edge() -> None:
    pdf = render(slip(3, copies=()))
    edges = [place[2] for wanted in ("−4,725.00", "1,234,567.89") for place in places(pdf, 0, wanted)]
    assert len(edges) == 4
    assert max(edges) - min(edges) < 0.4


def test_tags_and_amounts_are_never_broken_over_lines() -> None:
    columns = [replace(column, share=1) if number != 2 else column for number, column in enumerate(COLUMNS)]
    pdf = render(replace(SLIP, tables=[Table(columns, rows(4))], copies=()))
    assert all(len(places(pdf, 0, make_tag(number))) == 1 for number in range(4))
    tops = {round(place[1]) for place in places(pdf, 0, make_tag(1))} | {round(place[3]) for place in places(pdf, 0, make_tag(1))}
    assert max(tops) - min(tops) <= 4


def test_a_long_text_wraps_and_loses_nothing() -> None:
    pdf = render(slip(2, copies=()))
    assert LONG_NAME in texts(pdf)[0]
    long = "详见附件说明第一条至第九十九条，" * 400
    pages = texts(render(replace(SLIP, tables=[Table([Column(Words("说明"), 1)], [[long]])], copies=())))
    assert len(pages) > 2
    assert "".join(pages).count("详见附件") == 400


def test_characters_the_font_lacks_are_listed_not_left_blank() -> None:
    paper = replace(SLIP, head=[Field(Words("领用人", "Receiver"), "𠮷田")], copies=())
    text = texts(render(paper))[0]
    assert "〓田" in text
    assert "U+20BB7" in text
    assert missing_characters(paper) == ["𠮷"]
    assert "Characters missing" not in texts(render(slip(1)))[0]


def test_a_character_that_was_not_announced_is_still_printed() -> None:
    canvas = Canvas((100, 50), "", "zh")
    canvas.prepare("sans", ["桌"])
    canvas.add_page()
    canvas.text(5, 10, "桌椅", 12)
    canvas.text(5, 20, "鼉饕餮", 12)
    assert canvas.missing == {}
    text = texts(canvas.output())[0]
    assert "桌椅" in text
    assert "鼉饕餮" in text


def test_the_papers_own_language_comes_first_and_the_other_stands_beside_it() -> None:
    for language, first, second in (("zh", "签收交接单", "Hand-over slip"), ("en", "Hand-over slip", "签收交接单")):
        pdf = render(slip(1, language=language, copies=()))
        (large,), (small,) = places(pdf, 0, first), places(pdf, 0, second)
        assert large[3] - large[1] > 1.5 * (small[3] - small[1])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_title_keeps_clear_of_number_and_state(language: str) -> None:
    title = Words("临时机构解散资产清算移交公物仓统筹使用审批单", "Approval of the transfer of assets of a dissolved body to the pool")
    state = Words("部分入仓，待补正", "partly received, to be corrected")
    pdf = render(slip(60, language=language, title=title, state=state, copies=()))
    for page in (0, 1):
        (number,) = places(pdf, page, SLIP.number)
        words = [word for word in title[language == "en"].split() if places(pdf, page, word)] or ["审批单"]
        assert len(words) > (8 if language == "en" else 0)
        assert all(place[2] < number[0] for place in places(pdf, page, words[-1]) if place[1] < 35)


def test_both_faces_are_embedded() -> None:
    pdf = render(slip(1))
    names = {
        name.decode()
        for blob in (pdf, *(_inflate(part) for part in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)))
        for name in re.findall(rb"\+(Noto\w+)", blob)
    }
    assert names >= {"NotoSansSC", "NotoSerifSC"}
    assert pdf.count(b"/FontFile3") >= 2


def _inflate(part: bytes) -> bytes:
    return b"" if b"Noto" not in part else part


def test_a_drawn_signature_is_printed_in_its_box() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 100), (10, 10, 10)).save(out, "PNG")
    boxes = [Box(Words("领用人"), lines=(SIGN, DATE), picture=out.getvalue())]
    with_ink, without = (picture(render(replace(SLIP, boxes=given, copies=()))) for given in (boxes, [replace(boxes[0], picture=None)]))
    assert sum(with_ink.histogram()[:40]) > sum(without.histogram()[:40]) + 10_000


def test_a_mark_is_printed_pale_on_every_page() -> None:
    pages = texts(render(slip(40, mark=Words("草稿", "DRAFT"), copies=())))
    assert all("草稿" in text for text in pages)


def test_a_report_has_figures_charts_and_tables_without_the_closing_line() -> None:
    bar = '<rect x="9" y="9" width="300" height="30" fill="#0d5e63"/><text x="9" y="80" font-weight="600">口径甲</text>'
    chart = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 120" font-family="Inter, system-ui">{bar}</svg>'
    report = replace(
        SLIP,
        figures=[Figure(Words("净节约", "Net saving"), "−16,000.00 元", "购置口径")] * 4,
        charts=[chart.encode()],
        tables=[Table(COLUMNS, rows(3), title=Words("按活动", "By event"))],
        boxes=(),
        closing=False,
        copies=(),
    )
    (text,) = texts(render(report))
    assert text.count("−16,000.00 元") == 4
    assert "口径甲" in text
    assert "以下空白" not in text
    assert missing_characters(report) == []


@pytest.mark.parametrize("changes", [{"tables": ()}, {"head": ()}, {"notes": ()}, {"boxes": ()}, {"tables": [Table(COLUMNS, [])]}, {"issuer": Words("")}])
def test_any_part_may_be_missing(changes: dict[str, Sequence[object]]) -> None:
    assert texts(render(slip(1, **changes)))


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        render(replace(SLIP, tables=[Table(COLUMNS, [["1", "2"]])]))


@pytest.mark.parametrize(("count", "seal"), list(itertools.product(range(1, 9), (True, False))))
def test_any_number_of_boxes_fits_the_page(count: int, seal: bool) -> None:
    boxes = [Box(Words(f"签字人{number}", "Signer"), seal=seal) for number in range(count)]
    (text,) = texts(render(replace(SLIP, boxes=boxes, copies=())))
    assert all(f"签字人{number}" in text for number in range(count))
