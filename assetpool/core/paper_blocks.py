"""The blocks of a paper, each drawn at the cursor of a `Flow`: head, figures, charts, tables, notes, boxes to sign."""

from __future__ import annotations

from collections.abc import Sequence

from assetpool.core.paper_canvas import POINT, QUIET
from assetpool.core.paper_flow import RULE, SHADE, Flow, lines_height
from assetpool.core.paper_parts import Box, Field, Figure, Words

VALUE = 9.5
SMALL = 6.2
PAD = 1.7
_LABEL_WIDTH = 27.0
_ANY = 999
_NOTE = 8.5
_SEAL_DIAMETER = 42.0
_SEAL_HEIGHT = 52.0
_SIGN_HEIGHT = 30.0
_GAP = 5.0


def head(flow: Flow, fields: Sequence[Field]) -> None:
    """Print labelled values as a ruled grid of two a line, wide ones alone."""
    pending: list[Field] = []
    for field in fields:
        if field.wide:
            _head_row(flow, pending)
            _head_row(flow, [field])
            pending = []
        else:
            pending.append(field)
            if len(pending) == 2:
                _head_row(flow, pending)
                pending = []
    _head_row(flow, pending)
    if fields:
        flow.canvas.line(flow.left, flow.y, flow.right, flow.y, 0.3)
        flow.y += _GAP


def _head_row(flow: Flow, fields: Sequence[Field]) -> None:
    """Print one line of the head."""
    if not fields:
        return
    canvas = flow.canvas
    half = flow.width / 2
    widths = [half if len(fields) == 2 or not fields[0].wide else flow.width] * len(fields)
    rooms = [width - _LABEL_WIDTH - 2 * PAD for width in widths]
    values = [canvas.fit(field.value or "—", room, [VALUE, 9, 8.5], _ANY) for field, room in zip(fields, rooms, strict=True)]
    height = max(9.0, max(lines_height(len(lines), size) for lines, size in values) + 2 * PAD)
    flow.need(height)
    if not flow.untouched:
        canvas.line(flow.left, flow.y, flow.right, flow.y, 0.15, grey=RULE)
    for number, (field, (lines, size)) in enumerate(zip(fields, values, strict=True)):
        x = flow.left + number * half
        canvas.box(x, flow.y + 0.1, _LABEL_WIDTH, height - 0.2, fill=SHADE, edge=None)
        stacked(flow, x + PAD, flow.y + height / 2, field.label, _LABEL_WIDTH - 2 * PAD)
        top = flow.y + (height - lines_height(len(lines), size)) / 2
        for row, line in enumerate(lines):
            canvas.text(x + _LABEL_WIDTH + PAD, top + lines_height(row, size) + size * POINT * 1.08, line, size)
    flow.y += height


def stacked(flow: Flow, x: float, middle: float, words: Words, room: float) -> None:
    """Print a label with its second language below it, around a middle line."""
    main, size = flow.canvas.fit(flow.main(words), room, [8.5, 8, 7.5, 7, 6.5, 6])
    second = flow.other(words)
    flow.canvas.text(x, middle + (-0.2 if second else 1.15), main[0], size)
    if second:
        other, small = flow.canvas.fit(second, room, [SMALL, 5.7, 5.2])
        flow.canvas.text(x, middle + 2.75, other[0], small, grey=QUIET)


def figures(flow: Flow, shown: Sequence[Figure]) -> None:
    """Print a report's figures side by side, three a line: name, value, how it was found."""
    canvas = flow.canvas
    for start in range(0, len(shown), 3):
        row = shown[start : start + 3]
        width = (flow.width - (len(row) - 1) * 4) / len(row)
        notes = [canvas.wrap(figure.note, width - 6, 7.2) if figure.note else [] for figure in row]
        height = 20.5 + max(lines_height(len(lines), 7.2) for lines in notes)
        flow.need(height + 4)
        for number, (figure, lines) in enumerate(zip(row, notes, strict=True)):
            x = flow.left + number * (width + 4)
            if number:
                canvas.line(x - 3, flow.y + 1.5, x - 3, flow.y + height - 2, 0.15, grey=RULE)
            flow.pair(x, flow.y + 5.4, figure.label, 8.5, SMALL)
            value, size = canvas.fit(figure.value, width, [21, 18, 16, 14, 12, 10])
            canvas.text(x, flow.y + 14.6, value[0], size, heavy=True)
            for line_number, line in enumerate(lines):
                canvas.text(x, flow.y + 19.6 + lines_height(line_number, 7.2), line, 7.2, grey=QUIET)
        flow.y += height + 4


def chart(flow: Flow, svg: bytes, proportion: float) -> None:
    """Place an SVG chart across the page; `proportion` is its height over its width."""
    height = flow.width * proportion
    flow.need(height + _GAP)
    flow.canvas.picture(svg, flow.left, flow.y, flow.width, height)
    flow.y += height + _GAP


def notes_height(flow: Flow, notes: Sequence[str]) -> float:
    """Return how many mm the notes take."""
    if not notes:
        return 0.0
    return 6.0 + sum(lines_height(len(flow.canvas.wrap(note, flow.width - 6, _NOTE)), _NOTE) + 0.8 for note in notes) + _GAP


def notes(flow: Flow, texts: Sequence[str]) -> None:
    """Print numbered notes under their own small title."""
    if not texts:
        return
    flow.need(16)
    flow.pair(flow.left, flow.y + 3.4, Words("说明", "Notes"), 9, SMALL, heavy=True)
    flow.y += 6
    for number, text in enumerate(texts, start=1):
        for row, line in enumerate(flow.canvas.wrap(text, flow.width - 6, _NOTE)):
            flow.need(lines_height(1, _NOTE))
            if row == 0 and len(texts) > 1:
                flow.canvas.text(flow.left, flow.y + 3.3, f"{number}.", _NOTE, grey=QUIET)
            flow.canvas.text(flow.left + (5 if len(texts) > 1 else 0), flow.y + 3.3, line, _NOTE)
            flow.y += lines_height(1, _NOTE)
        flow.y += 0.8
    flow.y += _GAP


def boxes_height(shown: Sequence[Box]) -> float:
    """Return how many mm the boxes take."""
    return sum(_row_height(row) + 4 for row in _rows(shown))


def boxes(flow: Flow, shown: Sequence[Box]) -> None:
    """Print the boxes to sign and seal, all of them on one page."""
    flow.need(boxes_height(shown) - 4)
    for row in _rows(shown):
        height = _row_height(row)
        width = flow.width / len(row)
        for number, box in enumerate(row):
            _box(flow, box, flow.left + number * width, width, height)
        flow.y += height + 4


def _rows(shown: Sequence[Box]) -> list[Sequence[Box]]:
    """Share the boxes over lines: up to three a line, four when none wants a seal."""
    per_row = 4 if len(shown) % 4 == 0 and not any(box.seal for box in shown) else 2 if len(shown) == 4 else 3
    return [shown[start : start + per_row] for start in range(0, len(shown), per_row)]


def _row_height(row: Sequence[Box]) -> float:
    """Return the height of one line of boxes: a seal wants its own diameter."""
    return _SEAL_HEIGHT if any(box.seal for box in row) else _SIGN_HEIGHT + 6.4 * max(0, max(len(box.lines) for box in row) - 2)


def _box(flow: Flow, box: Box, x: float, width: float, height: float) -> None:
    """Print one box."""
    canvas, top = flow.canvas, flow.y
    canvas.box(x, top, width, height, thickness=0.25)
    if box.seal:
        across = min(_SEAL_DIAMETER, width - 6, height - 8)
        center_x, center_y = x + width / 2, top + height / 2 + 1
        canvas.circle(center_x, center_y, across / 2, 0.2, 0.75, "2 2")
        canvas.text(center_x, center_y, "（盖章）", 8, grey=0.62, align="center")
        canvas.text(center_x, center_y + 3.4, "Seal", SMALL, grey=0.62, align="center")
    flow.pair(x + 2.4, top + 5.2, box.title, 8.5, SMALL, heavy=True)
    party, size = canvas.fit(box.party, width - 4.8, [8.5, 8, 7.5, 7, 6.5], rows=2)
    for row, line in enumerate(party):
        canvas.text(x + 2.4, top + 9.8 + lines_height(row, size), line, size)
    baseline = top + height - 3.2 - 6.4 * (len(box.lines) - 1)
    for number, (label, value) in enumerate(box.lines):
        flow.pair(x + 2.4, baseline, label, 7.5, 5.8)
        start = x + 2.4 + canvas.text_width(flow.main(label), 7.5) + canvas.text_width(flow.other(label), 5.8) + 3
        if value:
            shown, at = canvas.fit(value, x + width - 2.4 - start, [9, 8.5, 8, 7.5, 7, 6.5])
            canvas.text(start, baseline, shown[0], at)
        elif number == 0 and box.picture is not None:
            canvas.picture(box.picture, start, baseline - 9.5, x + width - 3 - start, 11)
        else:
            canvas.line(start, baseline + 0.6, x + width - 2.4, baseline + 0.6, 0.15, grey=0.5)
        baseline += 6.4
