"""Draws labels: sheets and rolls as PDF, single labels and whole sheets as pictures for the studio, dots for label printers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assetpool.core.paper_canvas import POINT, Canvas
from assetpool.labels.layouts import Field, Layout, Line
from assetpool.labels.qr import level_for
from assetpool.labels.sheet import Label
from assetpool.labels.sketch import Sketch

_LEADING = 1.16
_STEP = 0.25
_WORDS = {
    "zh": {"count": "共 {} 件一码", "cage": "本笼 {} 件", "external_no": "原编号 {}", "found": "拾获请电 {}"},
    "en": {"count": "{} pieces", "cage": "{} in this cage", "external_no": "No. {}", "found": "If found: {}"},
}


def draw(
    labels: Sequence[Label], layout: Layout, start: int, language: str, font_path: str | None, shift: tuple[float, float], made_at: datetime | None
) -> bytes:
    """Return the labels as PDF, as `sheet.render` promises it."""
    canvas = Canvas(layout.page, "资产标签" if language == "zh" else "Asset labels", language, font_path, made_at)
    _fill(canvas, labels, layout, start, language, shift)
    return canvas.output()


def sketch(labels: Sequence[Label], layout: Layout, start: int, language: str, font_path: str | None) -> str:
    """Return the first sheet as an SVG without its outer element, in mm, as `picture.of_label` and `picture.of_sheet` frame it."""
    canvas = Sketch(layout.page, "", language, font_path)
    _fill(canvas, labels, layout, start, language, (0.0, 0.0))
    return canvas.svg()


def dots(
    labels: Sequence[Label], layout: Layout, language: str, font_path: str | None, shift: tuple[float, float], per_inch: int
) -> list[tuple[int, int, bytes]]:
    """Return each label of a roll as (dots wide, dots high, rows of bits with 1 for black), its code on whole dots."""
    canvas = Sketch(layout.page, "", language, font_path)
    _fill(canvas, labels, layout, 1, language, shift)
    return canvas.bitmaps(per_inch)


def _fill(canvas: Canvas, labels: Sequence[Label], layout: Layout, start: int, language: str, shift: tuple[float, float]) -> None:
    """Draw all labels from place `start` on, page by page."""
    canvas.prepare("sans", _texts(labels))
    for index, label in enumerate(labels, start=start - 1):
        place = index % layout.per_page
        if place == 0 or canvas.pages == 0:
            canvas.add_page()
        x, y = layout.corner(place)
        _draw(canvas, layout, label, x + shift[0], y + shift[1], language)


def _draw(canvas: Canvas, layout: Layout, label: Label, x: float, y: float, language: str) -> None:
    """Draw one label with its top left corner at (x, y)."""
    code_x, code_y, side = layout.code
    canvas.qr(label.url, x + code_x, y + code_y, side, level_for(label.url, side))
    left, top, width, height = x + layout.text[0], y + layout.text[1], layout.text[2], layout.text[3]
    bottom = top + height
    for line in reversed([line for line in layout.lines if line.foot]):
        rows, size = _set(canvas, line, label, width, language)
        bottom -= len(rows) * size * POINT * _LEADING
        _print(canvas, line, rows, size, left, bottom)
    for line in (line for line in layout.lines if not line.foot):
        rows, size = _set(canvas, line, label, width, language)
        advance = size * POINT * _LEADING
        rows = rows[: max(0, int((bottom - top + 0.01) / advance))]
        _print(canvas, line, rows, size, left, top)
        top += len(rows) * advance


def _set(canvas: Canvas, line: Line, label: Label, width: float, language: str) -> tuple[list[str], float]:
    """Return the rows of one field and their size; none when the field is empty."""
    text = _text(label, line.field, _WORDS["en" if language == "en" else "zh"])
    if not text:
        return [], line.least
    steps = round((line.size - line.least) / _STEP)
    return canvas.fit(" ".join(text.split()), width, [line.size - step * _STEP for step in range(steps + 1)], line.rows, line.field == "external_no")


def _print(canvas: Canvas, line: Line, rows: list[str], size: float, x: float, top: float) -> None:
    """Print the rows of one field below `top`."""
    for number, row in enumerate(rows):
        canvas.text(x, top + size * POINT * (_LEADING * number + 0.95), row, size, heavy=line.heavy, grey=0)


def _texts(labels: Sequence[Label]) -> list[str]:
    """Return every text that may be printed on the labels."""
    fixed = [text for words in _WORDS.values() for text in words.values()]
    return fixed + [text for each in labels for text in (each.kind_name, each.spec, each.organization, each.found_telephone, each.external_no)]


def _text(label: Label, field: Field, words: dict[str, str]) -> str:
    """Return what a field says on this label."""
    if field == "count":
        return words["cage" if label.purpose == "cage" else "count"].format(label.count) if label.count > 1 or label.purpose == "cage" else ""
    plain = {
        "organization": label.organization,
        "kind": label.kind_name,
        "spec": label.spec,
        "tag": label.tag,
        "external_no": label.external_no,
        "found": label.found_telephone,
    }[field]
    return words[field].format(plain) if plain and field in words else plain
