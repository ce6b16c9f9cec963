"""Draws a paper: its blocks one below the other, and on every page what all papers have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assetpool.core import paper_blocks
from assetpool.core.paper_canvas import Canvas
from assetpool.core.paper_flow import Flow
from assetpool.core.paper_font import cut_font
from assetpool.core.paper_parts import Paper
from assetpool.core.paper_table import TableSetter

FIXED = ("第一二三四五六七八九十联续页共查验说明以下空白盖章字库缺代替",)
A4 = (210.0, 297.0)
_VIEW_BOX = re.compile(rb'viewBox="\s*[\d.-]+[\s,]+[\d.-]+[\s,]+([\d.]+)[\s,]+([\d.]+)')


def draw(paper: Paper, font_path: str | None = None) -> bytes:
    """Return the paper as PDF: all pages of the first copy, then those of the next. Raise ValueError when a row has more or fewer cells than columns."""
    title = f"{paper.title.zh if paper.language == 'zh' else paper.title.en or paper.title.zh} {paper.number}"
    canvas = Canvas(A4, title, paper.language, font_path, paper.made_at)
    canvas.prepare("serif", (*paper.title, *(paper.mark or ())))
    canvas.prepare("sans", (*_texts(paper), *FIXED))
    notes = [*paper.notes, *_about_missing(missing_characters(paper, canvas))]
    flow = Flow(canvas, paper)
    paper_blocks.head(flow, paper.head)
    paper_blocks.figures(flow, paper.figures)
    for chart in paper.charts:
        paper_blocks.chart(flow, chart, _proportion(chart))
    tail = paper_blocks.notes_height(flow, notes) + paper_blocks.boxes_height(paper.boxes) if paper.boxes else 0.0
    for number, table in enumerate(paper.tables, start=1):
        last = number == len(paper.tables)
        TableSetter(flow, table, tail if last else 0.0, paper.closing and last).draw()
    paper_blocks.notes(flow, notes)
    if paper.boxes:
        paper_blocks.boxes(flow, paper.boxes)
    flow.finish()
    return canvas.output()


def prepare(texts: Sequence[str]) -> None:
    """Cut both faces for some texts and for what stands on every paper."""
    cut_font("sans", None).serving((*texts, *FIXED))
    cut_font("serif", None).serving(texts)


def missing_characters(paper: Paper, canvas: Canvas | None = None) -> list[str]:
    """Return the characters of a paper that its font lacks, in the order met."""
    sheet = canvas or Canvas(A4, "", paper.language)
    for character in dict.fromkeys("".join(_texts(paper))):
        sheet.printable(character)
    return list(sheet.missing)


def _texts(paper: Paper) -> Iterator[str]:
    """Yield every text of a paper."""
    yield from (*paper.title, paper.number, *paper.number_label, *paper.state, *paper.issuer, paper.footer, *paper.notes)
    for field in paper.head:
        yield from (*field.label, field.value)
    for figure in paper.figures:
        yield from (*figure.label, figure.value, figure.note)
    for table in paper.tables:
        yield from (words for column in table.columns for words in column.title)
        yield from table.title or ()
        yield from (text for row in (*table.rows, table.total or ()) for text in row)
    for box in paper.boxes:
        yield from (*box.title, box.party, *(text for label, value in box.lines for text in (*label, value)))
    for copy in paper.copies:
        yield from copy
    yield paper.address
    yield from (re.sub(r"<[^>]*>", "", chart.decode(errors="replace")) for chart in paper.charts)


def _about_missing(missing: list[str]) -> list[str]:
    """Return the note that names what the font lacks."""
    if not missing:
        return []
    listed = "、".join(f"U+{ord(character):04X}" for character in missing)
    return [f"字库缺字，以 〓 代替 Characters missing in the font, printed as 〓: {listed}"]


def _proportion(svg: bytes) -> float:
    """Return height over width of an SVG, by its view box; 0.5 without one."""
    match = _VIEW_BOX.search(svg)
    return float(match.group(2)) / float(match.group(1)) if match else 0.5
