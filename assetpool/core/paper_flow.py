"""The pages of one paper: heads, margins, the place where the next thing goes, page numbers and copies."""

from __future__ import annotations

from typing import Literal

from assetpool.core.paper_canvas import POINT, QUIET, Canvas
from assetpool.core.paper_parts import Paper, Words

LEFT = 25.0
RIGHT = 15.0
TOP = 13.0
BOTTOM = 19.0
LEADING = 1.42
RULE = 0.72
SHADE = 0.955
_CODE = 27.0
_SMALL_CODE = 20.0
_WIDEST_STATE = 50.0
_QUIET_ZONE = 0.1
_DIGITS = "〇一二三四五六七八九十"


class Flow:
    """A cursor that runs down the pages of a paper: `y` is where the next thing begins, in mm."""

    def __init__(self, canvas: Canvas, paper: Paper) -> None:
        self.canvas, self.paper = canvas, paper
        self.left, self.width = LEFT, canvas.width - LEFT - RIGHT
        self.right = self.left + self.width
        self.bottom = canvas.height - BOTTOM
        self.y = 0.0
        self._top = 0.0
        self.new_page()

    @property
    def room(self) -> float:
        """Return how many mm are left on this page."""
        return self.bottom - self.y

    @property
    def capacity(self) -> float:
        """Return how many mm a following page offers."""
        return self.bottom - (TOP + _SMALL_CODE + 3)

    @property
    def untouched(self) -> bool:
        """Return whether nothing but the head stands on this page yet."""
        return self.y <= self._top

    def new_page(self) -> None:
        """Begin a page with its head; the first one's is the large one."""
        self.canvas.add_page()
        if self.paper.mark is not None:
            self.canvas.slanted(self.main(self.paper.mark), 88)
        self._first_head() if self.canvas.pages == 1 else self._next_head()
        self._top = self.y

    def need(self, height: float) -> None:
        """Begin a new page unless so many mm are left here; what is taller than a page begins where it is."""
        if height > self.room and not self.untouched:
            self.new_page()

    def main(self, words: Words) -> str:
        """Return words in the paper's own language."""
        return (words.en or words.zh) if self.paper.language == "en" else (words.zh or words.en)

    def other(self, words: Words) -> str:
        """Return words in the second language, empty when there are none."""
        second = words.zh if self.paper.language == "en" else words.en
        return "" if second == self.main(words) else second

    def both(self, words: Words) -> str:
        """Return words in both languages on one line."""
        return f"{self.main(words)} {self.other(words)}".rstrip()

    def pair(
        self, x: float, baseline: float, words: Words, size: float, small: float, *, heavy: bool = False, align: Literal["left", "right"] = "left"
    ) -> None:
        """Print words in the first language and, smaller, in the second, on one baseline."""
        main, other = self.main(words), self.other(words)
        gap = 1.2 if other else 0.0
        if align == "right":
            x -= self.canvas.text_width(main, size) + gap + self.canvas.text_width(other, small)
        self.canvas.text(x, baseline, main, size, heavy=heavy)
        self.canvas.text(x + self.canvas.text_width(main, size) + gap, baseline, other, small, grey=QUIET)

    def finish(self) -> None:
        """Print page numbers and footer on every page, then every further copy as a set of pages of its own."""
        total = self.canvas.pages
        for page in range(1, total + 1):
            self.canvas.go_to(page)
            self._foot(page, total)
        copies = self.paper.copies
        for page in range(1, total * max(0, len(copies) - 1) + 1):
            self.canvas.repeat((page - 1) % total + 1)
        for number, copy in enumerate(copies, start=1):
            for page in range(1, total + 1):
                self.canvas.go_to((number - 1) * total + page)
                self._copy_name(number, copy)

    def _code(self, side: float) -> float:
        """Draw the verification code into the top right corner; return the x left of it."""
        margin = side * _QUIET_ZONE
        self.canvas.qr(self.paper.qr_url, self.right - side + margin, TOP - margin, side)
        return self.right - side + 2 * margin - 4

    def _first_head(self) -> None:
        """Print issuer, title, number, state and code."""
        canvas, paper = self.canvas, self.paper
        edge = self._code(_CODE)
        canvas.text(edge, TOP + 4.2, paper.number, 12.5, heavy=True, align="right")
        self.pair(edge, TOP + 9.2, paper.number_label, 7.5, 6.5, align="right")
        state = self._state(edge, TOP + 12.6)
        room = edge - self.left - max(canvas.text_width(paper.number, 12.5), state) - 5
        self.pair(self.left, TOP + 3.6, paper.issuer, 9, 7)
        title, other = self.main(paper.title), self.other(paper.title)
        one_line = [size for size in (22, 20, 18, 16) if canvas.text_width(title, size, "serif") <= room]
        lines, size = canvas.fit(title, room, one_line or [13, 12, 11, 10], rows=2, face="serif")
        for row, line in enumerate(lines):
            canvas.text(self.left, TOP + (14.8 if len(lines) == 1 else 10.4 + 5.4 * row), line, size, face="serif", heavy=True)
        second, small = canvas.fit(other, room, [10.5, 9, 8, 7])
        canvas.text(self.left, TOP + 20.6, second[0], small, grey=QUIET)
        self.y = TOP + 25.2
        canvas.line(self.left, self.y, self.right, self.y, 0.7)
        canvas.line(self.left, self.y + 0.95, self.right, self.y + 0.95, 0.15)
        self.y += 0.95 if paper.head else 4.2

    def _next_head(self) -> None:
        """Print the small head of a following page: number and code stay in their corner."""
        canvas, paper = self.canvas, self.paper
        edge = self._code(_SMALL_CODE)
        canvas.text(edge, TOP + 4.2, paper.number, 11, heavy=True, align="right")
        self.pair(edge, TOP + 8.8, paper.state, 7.5, 6.5, align="right")
        room = edge - self.left - canvas.text_width(paper.number, 11) - 6
        lines, size = canvas.fit(self.main(paper.title), room, [13, 12, 11, 10, 9, 8], face="serif")
        canvas.text(self.left, TOP + 4.6, lines[0], size, face="serif", heavy=True)
        self.pair(self.left, TOP + 9.4, Words("续页", "continued"), 8, 7)
        self.y = TOP + _SMALL_CODE - 2
        canvas.line(self.left, self.y, self.right, self.y, 0.4)
        self.y += 3.2

    def _state(self, edge: float, top: float) -> float:
        """Print the state in a frame that ends at `edge`; return its width."""
        canvas, words = self.canvas, self.paper.state
        if canvas.text_width(self.both(words), 9) > _WIDEST_STATE:
            words = Words(self.main(words), self.main(words))
        main, other = self.main(words), self.other(words)
        width = canvas.text_width(main, 9) + (1.2 + canvas.text_width(other, 6.5) if other else 0) + 4.4
        canvas.box(edge - width, top, width, 6.2, thickness=0.3)
        self.pair(edge - width + 2.2, top + 4.25, words, 9, 6.5, heavy=True)
        return width

    def _foot(self, page: int, total: int) -> None:
        """Print footer and page number."""
        canvas, paper = self.canvas, self.paper
        y = canvas.height - BOTTOM + 4.5
        canvas.line(self.left, y, self.right, y, 0.15, grey=0.5)
        english = f"Page {page} of {total}"
        chinese = f"第 {page} 页 共 {total} 页"
        self.pair(self.right, y + 4, Words(chinese, english), 7.5, 6.5, align="right")
        room = self.width - 48
        check = f"查验 Verify {paper.address}" if paper.address else ""
        for row, text in enumerate(text for text in (check, paper.footer) if text):
            lines, size = canvas.fit(text, room, [7, 6.5, 6, 5.5])
            canvas.text(self.left, y + 4 + row * 3.6, lines[0], size, grey=QUIET)

    def _copy_name(self, number: int, copy: Words) -> None:
        """Print which copy this is, down the right margin as on multi-part forms, and at the foot."""
        canvas = self.canvas
        ordinal = _DIGITS[number] if number < len(_DIGITS) else str(number)
        x, y = canvas.width - RIGHT / 2, 62.0
        for character in f"第{ordinal}联":
            canvas.text(x, y, character, 8, grey=QUIET, align="center")
            y += 4
        y += 2.5
        for character in copy.zh:
            canvas.text(x, y, character, 9.5, heavy=True, align="center")
            y += 4.6
        self.pair(self.right, canvas.height - BOTTOM + 12.2, Words(f"第{ordinal}联 {copy.zh}", f"Copy {number}: {copy.en}"), 7.5, 6.5, align="right")


def lines_height(count: int, size: float) -> float:
    """Return how many mm so many lines take."""
    return count * size * POINT * LEADING
