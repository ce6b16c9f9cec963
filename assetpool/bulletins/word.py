"""A bulletin as a Word document, to be edited into an office's own paper: the same texts, table, notes and code as on paper."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from assetpool.bulletins.brief import Brief, Grid
from assetpool.bulletins.paper import SERIES, Issue
from assetpool.core import pictures
from assetpool.core.paper_text import clean

LATIN, BODY_FACE, TITLE_FACE = "Times New Roman", "仿宋", "宋体"


def draw(made: Brief, issue: Issue) -> bytes:
    """Return the brief as DOCX (A4)."""
    word = WordDocument()
    page = word.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Mm(26), Mm(22), Mm(22), Mm(18)
    usual = word.styles["Normal"]
    usual.font.name, usual.font.size = LATIN, Pt(11)
    usual.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FACE)
    zh = made.language == "zh"
    word.core_properties.title, word.core_properties.author = clean(made.title), clean(issue.issuer.zh if zh else issue.issuer.en or issue.issuer.zh)
    if issue.made_at is not None:
        word.core_properties.created = word.core_properties.modified = issue.made_at.replace(tzinfo=None)
    _head(word, made, issue)
    for text in made.lead:
        _paragraph(word, text, zh, bold=True, size=12)
    done, figures, method = made.headings
    if made.done:
        _paragraph(word, done, False, bold=True, size=12)
        for text in made.done:
            _paragraph(word, text, zh)
    if made.grids:
        _paragraph(word, figures, False, bold=True, size=12)
        for grid in made.grids:
            _grid(word, grid)
    _paragraph(word, method, False, bold=True, size=9, before=6)
    for number, text in enumerate(made.notes, start=1):
        _paragraph(word, f"{number}. {text}", False, size=8.5)
    _foot(word, issue)
    kept = BytesIO()
    word.save(kept)
    return kept.getvalue()


def _head(word: Any, made: Brief, issue: Issue) -> None:
    zh = made.language == "zh"
    top = word.add_table(rows=1, cols=2)
    top.autofit = False
    left, right = top.rows[0].cells
    left.width, right.width = Mm(132), Mm(30)
    issuer = issue.issuer.zh if zh else issue.issuer.en or issue.issuer.zh
    line = left.paragraphs[0]
    _run(line, SERIES.zh if zh else SERIES.en, bold=True, size=14)
    _run(left.add_paragraph(), f"{issuer}　{issue.dated}", size=9.5)
    _run(left.add_paragraph(), f"{issue.number or '—'}　{issue.state.zh if zh else issue.state.en}", size=9.5)
    code = right.paragraphs[0]
    code.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    code.add_run().add_picture(BytesIO(pictures.code(issue.qr_url)), width=Mm(27))
    title = word.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(8), Pt(8)
    _run(title, made.title, bold=True, size=18, face=TITLE_FACE)


def _paragraph(word: Any, text: str, indented: bool, bold: bool = False, size: float = 11, before: float = 0) -> None:
    paragraph = word.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_before, shape.space_after, shape.line_spacing = Pt(before), Pt(3), 1.25 if size > 9 else 1.05
    if indented:
        shape.first_line_indent = Pt(size * 2)
    _run(paragraph, text, bold=bold, size=size)


def _run(paragraph: Any, text: str, bold: bool = False, size: float = 11, face: str = BODY_FACE) -> None:
    run = paragraph.add_run(clean(text))
    run.bold, run.font.size, run.font.name = bold, Pt(size), LATIN
    run._element.rPr.rFonts.set(qn("w:eastAsia"), face)


def _grid(word: Any, grid: Grid) -> None:
    _paragraph(word, grid.title, False, size=10)
    table = word.add_table(rows=0, cols=len(grid.heads))
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    for number, row in enumerate((grid.heads, *grid.rows, grid.total)):
        cells = table.add_row().cells
        for column, (cell, text) in enumerate(zip(cells, row, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if column and number else WD_ALIGN_PARAGRAPH.CENTER if number == 0 else WD_ALIGN_PARAGRAPH.LEFT
            _run(paragraph, text, bold=number in (0, len(grid.rows) + 1), size=9.5)


def _foot(word: Any, issue: Issue) -> None:
    foot = word.sections[0].footer.paragraphs[0]
    _run(foot, "　".join(text for text in (issue.number, f"SHA-256 {issue.digest}" if issue.digest else "", issue.address) if text), size=7.5)
