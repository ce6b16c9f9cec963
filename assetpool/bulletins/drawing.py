"""Draws a bulletin: one page, set smaller where it has much to say."""

from __future__ import annotations

from typing import Literal

from assetpool.bulletins.brief import Brief, Grid
from assetpool.bulletins.paper import SERIES, Issue
from assetpool.core.paper import Column, Paper, Table, Words
from assetpool.core.paper_canvas import POINT, QUIET, Canvas
from assetpool.core.paper_drawing import A4, FIXED
from assetpool.core.paper_flow import Flow
from assetpool.core.paper_table import TableSetter

BODY, LEAD, NOTE, LEADING = 10.5, 11.5, 7.8, 1.5
DENSITIES = (1.0, 0.9, 0.82)
"""How much smaller a brief is set that would not fit its page."""
_INDENT = "口口"


def draw(made: Brief, issue: Issue, font_path: str | None) -> bytes:
    """Return the brief as PDF, as `paper.bulletin_pdf` promises it."""
    content = b""
    for dense in DENSITIES:
        canvas = _set(made, issue, font_path, dense)
        content = canvas.output()
        if canvas.pages == 1:
            break
    return content


def _set(made: Brief, issue: Issue, font_path: str | None, dense: float) -> Canvas:
    language: Literal["zh", "en"] = "zh" if made.language == "zh" else "en"
    paper = Paper(
        title=SERIES,
        number=issue.number or "—",
        number_label=Words("编号", "Number"),
        state=issue.state,
        qr_url=issue.qr_url,
        address=issue.address,
        language=language,
        issuer=issue.issuer,
        footer=f"SHA-256 {issue.digest}" if issue.digest else "",
        mark=Words("预览", "PREVIEW") if issue.preview else None,
        closing=False,
        made_at=issue.made_at,
    )
    canvas = Canvas(A4, f"{made.title} {issue.number}".strip(), language, font_path, issue.made_at)
    canvas.prepare("serif", (*SERIES, made.title, *(paper.mark or ())))
    canvas.prepare("sans", (*_texts(made), issue.number, *issue.state, *issue.issuer, issue.dated, issue.address, paper.footer, *paper.number_label, *FIXED))
    flow = Flow(canvas, paper)
    _title(flow, made, issue)
    done, figures, _ = made.headings
    for text in made.lead:
        _paragraph(flow, text, LEAD * dense, heavy=True)
    if made.done:
        _heading(flow, done)
        for text in made.done:
            _paragraph(flow, text, BODY * dense)
    if made.grids:
        _heading(flow, figures)
        for grid in made.grids:
            TableSetter(flow, _table(grid), 0.0, False).draw()
    _notes(flow, made, NOTE * dense)
    flow.finish()
    return canvas


def _texts(made: Brief) -> list[str]:
    grids = [text for grid in made.grids for row in ((grid.title,), grid.heads, *grid.rows, grid.total) for text in row]
    return [made.title, *made.lead, *made.done, *grids, *made.headings, *made.notes, _INDENT]


def _title(flow: Flow, made: Brief, issue: Issue) -> None:
    """Print the title in the middle, and below it who issued the bulletin and when."""
    canvas, middle = flow.canvas, flow.left + flow.width / 2
    one_line = [size for size in (19, 18, 17, 16, 15) if canvas.text_width(made.title, size, "serif") <= flow.width - 8]
    lines, size = canvas.fit(made.title, flow.width - 8, one_line or [16, 14, 12.5], rows=2, face="serif")
    flow.y += 2
    for line in lines:
        flow.y += size * POINT * 1.3
        canvas.text(middle, flow.y, line, size, face="serif", heavy=True, align="center")
    flow.y += 6
    canvas.text(middle, flow.y, f"{flow.main(issue.issuer)}　{issue.dated}".strip(), 9.5, grey=QUIET, align="center")
    flow.y += 3.5


def _heading(flow: Flow, text: str) -> None:
    flow.need(16)
    flow.y += 5
    flow.canvas.text(flow.left, flow.y, text, 11.5, heavy=True)
    flow.y += 1.5


def _paragraph(flow: Flow, text: str, size: float, heavy: bool = False) -> None:
    """Print a paragraph; in Chinese its first line is indented by two characters."""
    indented = flow.paper.language == "zh"
    lines = flow.canvas.wrap(_INDENT + text if indented else text, flow.width, size)
    indent = flow.canvas.text_width(_INDENT, size) if indented else 0.0
    for number, line in enumerate(lines):
        flow.need(size * POINT * LEADING)
        flow.y += size * POINT * LEADING
        first = indented and number == 0
        flow.canvas.text(flow.left + (indent if first else 0), flow.y, line.removeprefix(_INDENT) if first else line, size, heavy=heavy)
    flow.y += 1.2


def _notes(flow: Flow, made: Brief, size: float) -> None:
    """Print the method as numbered footnotes under a short rule."""
    flow.need(8)
    flow.canvas.line(flow.left, flow.y, flow.left + 40, flow.y, 0.2)
    flow.y += 4.2
    flow.canvas.text(flow.left, flow.y, made.headings[2], size + 0.7, heavy=True)
    flow.y += 1
    for number, text in enumerate(made.notes, start=1):
        for row, line in enumerate(flow.canvas.wrap(text, flow.width - 5, size)):
            flow.need(size * POINT * 1.4)
            flow.y += size * POINT * 1.4
            if row == 0:
                flow.canvas.text(flow.left, flow.y, f"{number}.", size, grey=QUIET)
            flow.canvas.text(flow.left + 5, flow.y, line, size)
        flow.y += 0.6


def _table(grid: Grid) -> Table:
    columns = [
        Column(Words(head), 26 if number == 0 else 8 if number == 1 else 18, "left" if number == 0 else "right") for number, head in enumerate(grid.heads)
    ]
    return Table(tuple(columns), grid.rows, grid.total, Words(grid.title))
