"""Label sheets: every code on paper is read back by a decoder, and nothing else is on the sheet."""

from __future__ import annotations

import re
import zlib

import pypdfium2
import pytest
import zxingcpp

from assetpool.core.tags import make_tag, parse_tag
from assetpool.labels.layouts import LAYOUTS, Layout, LayoutUnknown, layout_named
from assetpool.labels.qr import label_url
from assetpool.labels.sheet import Label, NoLabels, StartOffSheet, pages_needed, render

SITE = "https://gwc.example.gov.cn"
LONG_NAME = "第八届全省运动会暨残疾人运动会筹备工作委员会办公室（临时机构）后勤保障部物资管理中心一号库房管理处办公桌椅专柜"


def labels(count: int, first: int = 0) -> list[Label]:
    """Labels with everything on them, long and short."""
    return [
        Label(
            tag=make_tag(number),
            url=label_url(SITE, make_tag(number)),
            kind_name=["折叠会议桌", "办公椅", "可移动升降式双面书写会议培训演示白板带支架及磁性配件"][number % 3],
            spec=["1400×600×750 mm", "", "豪华加厚不锈钢包边可移动翻转 120×240 cm 型"][number % 3],
            organization=["市机关事务管理局公物仓", LONG_NAME][number % 2],
            found_telephone="0431-5555 0000",
            external_no=["", "固 2019-00417 / 220100-A-0098812-7"][number % 2],
            count=[1, 25][number % 2],
        )
        for number in range(first, first + count)
    ]


def codes_on(pdf: bytes, dpi: int) -> list[list[str]]:
    """All codes of any kind on each page, read from the page as printed."""
    document = pypdfium2.PdfDocument(pdf)
    return [
        [found.text for found in zxingcpp.read_barcodes(page.render(scale=dpi / 72, grayscale=True).to_pil(), formats=zxingcpp.BarcodeFormat.QRCodeModel2)]
        for page in document
    ]


def text_on(pdf: bytes, page: int = 0) -> str:
    return str(pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range())


@pytest.mark.parametrize(("name", "dpi"), [(name, dpi) for name in LAYOUTS for dpi in (100, 200)])
def test_every_printed_code_is_read_back_and_there_is_no_other(name: str, dpi: int) -> None:
    layout = LAYOUTS[name]
    made = labels(layout.per_page if layout.per_page > 1 else 12)
    read = [text for page in codes_on(render(made, layout), dpi) for text in page]
    assert sorted(read) == sorted(label.url for label in made)
    assert {parse_tag(text) for text in read} == {label.tag for label in made}


@pytest.mark.slow
@pytest.mark.parametrize("dpi", [100, 200])
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_code_of_a_thousand_labels_is_read_back(name: str, dpi: int) -> None:
    made = labels(1000)
    pages = codes_on(render(made, LAYOUTS[name]), dpi)
    assert [sorted(page) for page in pages] == [sorted(label.url for label in made[first : first + LAYOUTS[name].per_page]) for first in _first_of_pages(name)]


def _first_of_pages(name: str) -> range:
    return range(0, 1000, LAYOUTS[name].per_page)


@pytest.mark.parametrize(("name", "start", "count", "pages"), [("a4-24", 20, 30, [5, 24, 1]), ("a4-65", 65, 2, [1, 1]), ("a4-24", 24, 1, [1])])
def test_a_half_used_sheet_is_filled_from_its_first_free_place(name: str, start: int, count: int, pages: list[int]) -> None:
    layout = LAYOUTS[name]
    pdf = render(labels(count), layout, start)
    assert [len(page) for page in codes_on(pdf, 200)] == pages
    assert pages_needed(count, layout, start) == len(pages)


def test_the_start_counts_row_by_row() -> None:
    layout = LAYOUTS["a4-24"]
    page = pypdfium2.PdfDocument(render(labels(1), layout, start=5))[0].render(scale=100 / 72, grayscale=True).to_pil()
    (found,) = zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    millimetre = 100 / 25.4
    assert 70 < found.position.top_left.x / millimetre < 85
    assert 37 < found.position.top_left.y / millimetre < 47


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=str)
def test_labels_lie_on_the_page_and_do_not_overlap(layout: Layout) -> None:
    width, height = layout.label
    right, bottom = layout.corner(layout.per_page - 1)
    assert right + width <= layout.page[0] + 0.01
    assert bottom + height <= layout.page[1] + 0.01
    assert layout.pitch[0] >= width
    assert layout.pitch[1] >= height
    assert layout.code[0] + layout.code[2] <= width
    assert layout.code[1] + layout.code[2] <= height
    assert layout.text[0] + layout.text[2] <= width
    assert layout.text[1] + layout.text[3] <= height
    assert {line.field for line in layout.lines} >= {"organization", "kind", "tag", "found", "count"}


@pytest.mark.parametrize("name", LAYOUTS)
def test_tag_count_owner_and_telephone_are_printed_even_where_everything_is_long(name: str) -> None:
    printed = text_on(render(labels(1, first=5), LAYOUTS[name]))
    for expected in (make_tag(5), "第八届全省运动会", "可移动升降式", "共 25 件", "0431-5555 0000"):
        assert expected in printed.replace("\r\n", "")


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_ink_leaves_its_label(name: str) -> None:
    layout = LAYOUTS[name]
    scale = 200 / 25.4
    pages = layout.per_page if layout.per_page < 2 else layout.columns + 2
    middle = layout.per_page if layout.per_page < 2 else layout.columns + 2
    page = pypdfium2.PdfDocument(render(labels(1, first=5), layout, start=middle))[0].render(scale=200 / 72, grayscale=True).to_pil()
    x, y = layout.corner(pages - 1)
    left, top, right, bottom = page.point(lambda grey: 255 if grey < 200 else 0).getbbox()
    assert left >= x * scale - 1
    assert top >= y * scale - 1
    assert right <= (x + layout.label[0]) * scale + 1
    assert bottom <= (y + layout.label[1]) * scale + 1


def test_the_font_is_embedded_as_a_subset_with_its_letters() -> None:
    pdf = render(labels(3), LAYOUTS["a4-24"])
    plain = pdf + b"".join(_inflated(pdf))
    assert re.search(rb"/BaseFont /[A-Z]{6}\+NotoSansSC", plain) or b"+NotoSansSC" in plain
    assert b"/FontFile3" in plain
    assert b"/ToUnicode" in plain
    assert b"/Type1" not in plain
    assert len(pdf) < 200_000


def _inflated(pdf: bytes) -> list[bytes]:
    out = []
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            out.append(zlib.decompress(match.group(1)))
        except zlib.error:
            continue
    return out


def test_what_cannot_be_printed_is_refused_in_words() -> None:
    layout = LAYOUTS["a4-24"]
    with pytest.raises(NoLabels):
        render([], layout)
    for start in (0, 25, -1):
        with pytest.raises(StartOffSheet, match="1 to 24"):
            render(labels(1), layout, start)
    with pytest.raises(LayoutUnknown, match="a4-24"):
        layout_named("a3-7")


def test_the_address_of_a_label_is_capitals_unless_the_site_lies_below_a_path() -> None:
    tag = make_tag(1)
    assert label_url("https://gwc.example.gov.cn/", tag) == f"HTTPS://GWC.EXAMPLE.GOV.CN/A/{tag}"
    assert label_url("http://10.0.0.5:8000", tag) == f"HTTP://10.0.0.5:8000/A/{tag}"
    assert label_url("https://example.gov.cn/pool", tag) == f"HTTPS://EXAMPLE.GOV.CN/pool/A/{tag}"
