"""The page by which a printer's offset is measured: the edge of every place, rulers along the first one, and what to do with them."""

from __future__ import annotations

from assetpool.core.paper_canvas import POINT, Canvas
from assetpool.labels.layouts import Layout

REACH = 5
"""Millimetres that the rulers reach to either side of the first label's edges."""


def draw(layout: Layout, shift: tuple[float, float], words: tuple[str, str, str], language: str, font_path: str | None) -> bytes:
    """Return the test page as PDF, moved as the printer's labels are; `words` are layout, printer and what to do."""
    canvas = Canvas(layout.page, words[0], language, font_path)
    canvas.prepare("sans", words)
    canvas.add_page()
    width, height = layout.label
    for place in range(layout.per_page):
        x, y = layout.corner(place)
        canvas.box(x + shift[0], y + shift[1], width, height, thickness=0.1)
    left, top = layout.corner(0)[0] + shift[0], layout.corner(0)[1] + shift[1]
    _ruler(canvas, left, top + height * 0.66, across=True)
    _ruler(canvas, left + width * 0.66, top, across=False)
    size, room, line = 7.0, width - 2 * REACH - 2, top + REACH + 3
    for number, text in enumerate(words):
        for row in canvas.wrap(text, room, size):
            if line < top + height - 1:
                canvas.text(left + REACH + 1, line, row, size, heavy=number == 0, grey=0)
            line += size * POINT * 1.3
    return canvas.output()


def _ruler(canvas: Canvas, x: float, y: float, *, across: bool) -> None:
    """Draw a ruler whose nought lies on the edge at (x, y), in half millimetres; the side outside the label is negative."""
    for half in range(-2 * REACH, 2 * REACH + 1):
        at, tick = half / 2, 3.0 if half % 10 == 0 else 2.0 if half % 2 == 0 else 1.0
        if across:
            canvas.line(x + at, y, x + at, y - tick, 0.1 if half else 0.25, grey=0)
        else:
            canvas.line(x, y + at, x - tick, y + at, 0.1 if half else 0.25, grey=0)
        if half % 4 == 0 and half:
            place = (x + at, y + 2.2) if across else (x + 1.6, y + at + 0.6)
            canvas.text(*place, f"{at:+.0f}", 4.5, align="center", grey=0)
