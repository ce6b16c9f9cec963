"""Draws working papers in Word from a script of shapes with their values, already worded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

LATIN, CHINESE = "Times New Roman", "SimSun"
RIGHT = {3: 1, 4: 2}
"""So many of the last columns hold amounts, in a table of three or four."""


def draw(script: Sequence[tuple[Any, ...]]) -> bytes:
    """Return the document that a script describes: SHAPES by name, one below the other."""
    made = _blank()
    for name, *values in script:
        SHAPES[name](made, *values)
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


def _blank() -> Any:
    made = docx.Document()
    page = made.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(2.8), Cm(2), Cm(2), Cm(2)
    style = made.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE)
    style.paragraph_format.space_after = Pt(2)
    return made


def _title(made: Any, text: str) -> None:
    title = made.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(text)
    run.bold, run.font.size = True, Pt(16)


def _heading(made: Any, text: str) -> None:
    paragraph = made.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(8)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(text).bold = True


def _table(made: Any, rows: Sequence[tuple[str, str]]) -> None:
    table = made.add_table(rows=0, cols=2, style="Table Grid")
    _widths(table, (5, 11.2))
    for name, value in rows:
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Cm(5), Cm(11.2)
        cells[0].text, cells[1].text = name, value
        _shade(cells[0])


def _columns(made: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    table = made.add_table(rows=1, cols=len(heads), style="Table Grid")
    _widths(table, widths)
    for cell, text, width in zip(table.rows[0].cells, heads, widths, strict=True):
        cell.text, cell.width = text, Cm(width)
        _shade(cell)
    for row in rows:
        cells = table.add_row().cells
        for number, (cell, text, width) in enumerate(zip(cells, row, widths, strict=True)):
            cell.text, cell.width = text, Cm(width)
            if number and number >= len(heads) - RIGHT[len(heads)]:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _widths(table: Any, widths: Sequence[float]) -> None:
    """Set the columns' widths (cm); some readers ask the table's grid and not its cells."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)


def _room(made: Any, text: str, height: float) -> None:
    """Leave an empty field to write in."""
    table = made.add_table(rows=1, cols=1, style="Table Grid")
    table.rows[0].height = Cm(height)
    table.rows[0].cells[0].text = text


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), "EEF3F3")
    cell._tc.get_or_add_tcPr().append(shade)


SHAPES: dict[str, Callable[..., Any]] = {
    "new_page": lambda made: made.add_page_break(),
    "title": _title,
    "heading": _heading,
    "paragraph": lambda made, text: made.add_paragraph(text),
    "table": _table,
    "columns": _columns,
    "room": _room,
}
