"""Tables on paper: heads repeat on every page, long texts wrap, and the last rows stay with what is signed below them."""

from __future__ import annotations

from collections.abc import Sequence

from assetpool.core.paper_blocks import SMALL
from assetpool.core.paper_canvas import POINT, QUIET
from assetpool.core.paper_flow import RULE, SHADE, Flow, lines_height
from assetpool.core.paper_parts import Code, Column, Table, Words

_TEXT = 8.8
_PAD_X = 1.5
_PAD_Y = 1.35
_CLOSING = 5.4
_GAP = 5.0
_WIDEST_WORD = 32.0
_LEAST_HEAD = 6.5
_CODE = 18.0

Cells = list[list[str]]


class TableSetter:
    """Sets one table; `tail` is the height in mm of what must stand below its last rows on the same page."""

    def __init__(self, flow: Flow, table: Table, tail: float, closing: bool) -> None:
        self.flow, self.table, self.tail, self.closing = flow, table, tail, closing
        self.widths = self._widths()

    def draw(self) -> None:
        """Print the whole table."""
        table, flow = self.table, self.flow
        rows = [self._cells(row) for row in table.rows]
        total = self._cells(table.total) if table.total is not None else None
        last = self._end_height(rows[-2:], total)
        first = self._height(rows[0]) if rows else 0.0
        flow.need((8 if table.title else 0) + self._head_height() + first)
        self._title()
        self._head()
        for number, cells in enumerate(rows):
            ending = number == max(0, len(rows) - 2)
            keep = last if ending and last <= flow.capacity - self._head_height() else 0.0
            self._break_for(max(self._height(cells), keep))
            self._row(cells, heavy=False)
        if total is not None:
            self._break_for(self._height(total))
            flow.canvas.line(flow.left, flow.y, flow.right, flow.y, 0.3)
            self._row(total, heavy=True)
        self._close()

    def _widths(self) -> list[float]:
        """Share the width by the columns' shares, but let no number or tag be broken where another column has room to give."""
        columns, canvas = self.table.columns, self.flow.canvas
        shares = sum(column.share for column in columns)
        widths = [self.flow.width * column.share / shares for column in columns]
        words: list[set[str]] = [set() for _ in columns]
        for row in (*self.table.rows, self.table.total or ()):
            for found, text in zip(words, row, strict=False):
                found.update(() if isinstance(text, Code) else text.split())
        longest = [max((canvas.text_width(word, _TEXT) for word in found if word.isascii() or "−" in word), default=0.0) for found in words]
        heads = [canvas.text_width(self.flow.main(column.title), _LEAST_HEAD) for column in columns]
        for row in self.table.rows[:1]:
            heads = [_CODE if isinstance(text, Code) else head for text, head in zip(row, heads, strict=True)]
        wanted = [min(_WIDEST_WORD, max(word, head)) + 2 * _PAD_X + 0.4 for word, head in zip(longest, heads, strict=True)]
        lacking = sum(max(0.0, want - width) for want, width in zip(wanted, widths, strict=True))
        spare = sum(max(0.0, width - want) for want, width in zip(wanted, widths, strict=True))
        given = min(1.0, spare / lacking) if lacking else 0.0
        taken = lacking * given / spare if spare else 0.0
        return [width + (want - width) * (given if want > width else taken) for want, width in zip(wanted, widths, strict=True)]

    def _cells(self, row: Sequence[str]) -> Cells:
        """Wrap every cell of a row."""
        return [
            [text] if isinstance(text, Code) else self.flow.canvas.wrap(text, width - 2 * _PAD_X, _TEXT) for text, width in zip(row, self.widths, strict=True)
        ]

    def _height(self, cells: Cells) -> float:
        """Return the height of a row."""
        code = _CODE + _PAD_Y if any(isinstance(line, Code) for lines in cells for line in lines) else 0.0
        return max(code, lines_height(max(len(lines) for lines in cells), _TEXT) + 2 * _PAD_Y)

    def _end_height(self, ending: Sequence[Cells], total: Cells | None) -> float:
        """Return the height of the last rows with everything that must stay below them."""
        rows = sum(self._height(cells) for cells in ending) + (self._height(total) if total else 0.0)
        return rows + (_CLOSING if self.closing else 0.0) + _GAP + self.tail

    def _break_for(self, height: float) -> None:
        """Go to a new page, with the table's head, when so much does not fit here."""
        flow = self.flow
        if height <= flow.room or flow.untouched:
            return
        flow.canvas.line(flow.left, flow.y, flow.right, flow.y, 0.3)
        flow.new_page()
        self._head()

    def _title(self) -> None:
        """Print the table's title."""
        if self.table.title is not None:
            self.flow.pair(self.flow.left, self.flow.y + 4, self.table.title, 10, 7, heavy=True)
            self.flow.y += 6.6

    def _head_height(self) -> float:
        """Return the height of the head."""
        return 9.6 if any(self.flow.other(column.title) for column in self.table.columns) else 7.0

    def _head(self) -> None:
        """Print the heads of the columns."""
        flow, canvas, height = self.flow, self.flow.canvas, self._head_height()
        canvas.box(flow.left, flow.y, flow.width, height, fill=SHADE, edge=None)
        canvas.line(flow.left, flow.y, flow.right, flow.y, 0.35)
        x = flow.left
        for column, width in zip(self.table.columns, self.widths, strict=True):
            main, size = canvas.fit(flow.main(column.title), width - 1.6, [8.5, 8, 7.5, 7, 6.5, 6])
            at = _anchor(column, x, width)
            second = flow.other(column.title)
            canvas.text(at, flow.y + (4.5 if second or height < 8 else 5.6), main[0], size, heavy=True, align=column.align)
            if second:
                other, small = canvas.fit(second, width - 1.6, [SMALL, 5.8, 5.4, 5, 4.6, 4.2])
                canvas.text(at, flow.y + 7.7, other[0], small, grey=QUIET, align=column.align)
            x += width
        flow.y += height
        canvas.line(flow.left, flow.y, flow.right, flow.y, 0.2)

    def _row(self, cells: Cells, heavy: bool) -> None:
        """Print one row; one taller than a page goes on over the next."""
        most = max(1, int((self.flow.capacity - self._head_height() - 2 * _PAD_Y) / lines_height(1, _TEXT)))
        while True:
            part = [lines[:most] for lines in cells]
            self._break_for(self._height(part))
            self._part(part, heavy)
            cells = [lines[most:] for lines in cells]
            if not any(cells):
                return

    def _part(self, cells: Cells, heavy: bool) -> None:
        """Print lines of one row at the cursor."""
        flow, canvas = self.flow, self.flow.canvas
        height, x = self._height(cells), flow.left
        for column, width, lines in zip(self.table.columns, self.widths, cells, strict=True):
            at = _anchor(column, x, width)
            for number, line in enumerate(lines):
                if isinstance(line, Code):
                    canvas.qr(line, x + (width - _CODE) / 2, flow.y + _PAD_Y / 2, _CODE)
                    continue
                y = flow.y + _PAD_Y + lines_height(number, _TEXT) + _TEXT * POINT * 1.08
                canvas.text(at, y, line, _TEXT, heavy=heavy or column.heavy, align=column.align)
            x += width
            if x < flow.right - 0.1:
                canvas.line(x, flow.y, x, flow.y + height, 0.1, grey=RULE)
        flow.y += height
        canvas.line(flow.left, flow.y, flow.right, flow.y, 0.12, grey=RULE)

    def _close(self) -> None:
        """Print the line under the table, and that nothing follows, so that nothing is added by hand."""
        flow = self.flow
        flow.canvas.line(flow.left, flow.y, flow.right, flow.y, 0.35)
        if self.closing:
            text = flow.both(Words("以下空白", "nothing below"))
            middle = flow.left + flow.width / 2
            flow.canvas.text(middle, flow.y + 3.6, f"—— {text} ——", 6.5, grey=QUIET, align="center")
            flow.y += _CLOSING
        flow.y += _GAP


def _anchor(column: Column, x: float, width: float) -> float:
    """Return where the text of a column is anchored."""
    return {"left": x + _PAD_X, "right": x + width - _PAD_X, "center": x + width / 2}[column.align]
