"""A sheet to draw on: millimetres from the top left, one sans and one serif face with Chinese, every glyph embedded or listed as missing."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal

from fpdf import FPDF
from fpdf.enums import PDFResourceType

from assetpool.core import paper_text, qr
from assetpool.core.paper_font import Face, cut_font

Align = Literal["left", "right", "center"]
POINT = 25.4 / 72
INK = 0.08
QUIET = 0.42
_UNDRAWN = re.compile(rb"<(title|desc)\b.*?</\1>", re.DOTALL)
_FONT_CHOICE = re.compile(rb'\sfont-(?:family|weight|style)="[^"]*"')


class Canvas:
    """A PDF in the making; lengths in mm from the top left corner, type sizes in points, greys from 0 (black) to 1 (white).

    `font_path` replaces both faces. Characters the face lacks are printed as 〓 and collected in `missing`, in the order met.
    """

    def __init__(self, page: tuple[float, float], title: str, language: str, font_path: str | None = None, made_at: datetime | None = None) -> None:
        self.width, self.height = page
        self.missing: dict[str, None] = {}
        self._pdf: Any = FPDF(unit="mm", format=page)
        self._pdf.set_auto_page_break(False)
        self._pdf.set_title(title)
        self._pdf.set_lang("en" if language == "en" else "zh-CN")
        self._pdf.set_producer("assetpool")
        if made_at is not None:
            self._pdf.set_creation_date(made_at)
        self._font_path = font_path
        self._fonts: dict[Face, Any] = {}
        self._printable: dict[tuple[str, Face], str] = {}
        self._wrapped: dict[tuple[object, ...], list[str]] = {}
        self._fitted: dict[tuple[object, ...], tuple[list[str], float]] = {}

    def prepare(self, face: Face, texts: Iterable[str]) -> None:
        """Say beforehand what will be printed in a face, so that a small font suffices."""
        if face not in self._fonts:
            self._add_font(face, face, cut_font(face, self._font_path).serving(texts))

    @property
    def pages(self) -> int:
        """Return how many pages there are so far."""
        return int(self._pdf.page)

    def add_page(self) -> None:
        """Begin a new page."""
        self._pdf.add_page()

    def go_to(self, page: int) -> None:
        """Draw on an earlier page again, counted from 1."""
        self._pdf.page = page

    def text_width(self, text: str, size: float, face: Face = "sans") -> float:
        """Return the width of one line in mm."""
        printable = self.printable(text, face)
        widths = self._font(face).cw
        return float(sum([widths[ord(character)] for character in printable])) * size * POINT / 1000

    def wrap(self, text: str, room: float, size: float, face: Face = "sans") -> list[str]:
        """Break text into lines of at most `room` mm."""
        key = (text, room, size, face)
        if key not in self._wrapped:
            printable, width = self.printable(text, face), partial(self.text_width, size=size, face=face)
            short = "\n" not in printable and width(printable) <= room
            self._wrapped[key] = [printable] if short else paper_text.wrap(printable, room, width)
        return self._wrapped[key]

    def fit(self, text: str, room: float, sizes: Sequence[float], rows: int = 1, keep_end: bool = False, face: Face = "sans") -> tuple[list[str], float]:
        """Return lines and size at which text fits `rows` lines of `room` mm; cut with an ellipsis at the smallest size."""
        key = (text, room, tuple(sizes), rows, keep_end, face)
        if key not in self._fitted:
            printable = self.printable(text, face)
            self._fitted[key] = paper_text.fit(printable, room, sizes, rows, lambda size: partial(self.text_width, size=size, face=face), keep_end)
        return self._fitted[key]

    def text(self, x: float, y: float, text: str, size: float, *, face: Face = "sans", heavy: bool = False, grey: float = INK, align: Align = "left") -> None:
        """Print one line with its baseline at `y`; `x` is its left end, right end or middle, by `align`."""
        printable = self.printable(text, face)
        font = self._font(face)
        if align != "left":
            x -= self.text_width(printable, size, face) / (1 if align == "right" else 2)
        self._pdf._resource_catalog.add(PDFResourceType.FONT, font.i, self._pdf.page)
        stroke = f"2 Tr {size * (0.018 if size < 12 else 0.026):.3f} w {grey:.2f} G " if heavy else "0 Tr "
        position = f"{x / POINT:.2f} {(self.height - y) / POINT:.2f} Td"
        self._pdf._out(f"BT {stroke}{grey:.2f} g /F{font.i} {size:.2f} Tf {position} {font.encode_text(printable)} ET")

    def line(self, x1: float, y1: float, x2: float, y2: float, thickness: float = 0.2, grey: float = INK, dash: str = "") -> None:
        """Draw a straight line, `thickness` in mm; `dash` is a PDF dash array in points, such as `2 2`."""
        ends = f"{x1 / POINT:.2f} {(self.height - y1) / POINT:.2f} m {x2 / POINT:.2f} {(self.height - y2) / POINT:.2f} l"
        self._pdf._out(f"q {grey:.2f} G {thickness / POINT:.2f} w [{dash}] 0 d {ends} S Q")

    def box(self, x: float, y: float, width: float, height: float, *, fill: float | None = None, edge: float | None = INK, thickness: float = 0.2) -> None:
        """Draw a rectangle with its top left corner at (x, y), filled and edged in greys."""
        self._pdf._out(
            f"q {'' if fill is None else f'{fill:.2f} g '}{'' if edge is None else f'{edge:.2f} G '}{thickness / POINT:.2f} w "
            f"{x / POINT:.2f} {(self.height - y - height) / POINT:.2f} {width / POINT:.2f} {height / POINT:.2f} re "
            f"{'n' if fill is None and edge is None else 'S' if fill is None else 'f' if edge is None else 'B'} Q"
        )

    def qr(self, text: str, x: float, y: float, size: float, level: str = "M") -> None:
        """Draw the QR code of a text, `size` mm a side with its quiet zone."""
        self._pdf._out(qr.pdf_path(text, x / POINT, (self.height - y) / POINT, size / POINT, level))

    def circle(self, x: float, y: float, radius: float, thickness: float = 0.2, grey: float = QUIET, dash: str = "") -> None:
        """Draw a circle around (x, y)."""
        cx, cy, r, c = x / POINT, (self.height - y) / POINT, radius / POINT, radius / POINT * 0.5523
        quarters = ((r, c, c, r, 0.0, r), (-c, r, -r, c, -r, 0.0), (-r, -c, -c, -r, 0.0, -r), (c, -r, r, -c, r, 0.0))
        curves = " ".join(" ".join(f"{(cx if i % 2 == 0 else cy) + p:.2f}" for i, p in enumerate(quarter)) + " c" for quarter in quarters)
        self._pdf._out(f"q {grey:.2f} G {thickness / POINT:.2f} w [{dash}] 0 d {cx + r:.2f} {cy:.2f} m {curves} S Q")

    def slanted(self, text: str, size: float, grey: float = 0.92) -> None:
        """Print one line in large pale type across the page, rising to the right, beneath what is printed next."""
        printable = self.printable(text, "serif")
        font = self._font("serif")
        turn = math.radians(35)
        cos, sin = math.cos(turn), math.sin(turn)
        half = self.text_width(printable, size, "serif") / 2
        x, y = self.width / 2 - half * cos, self.height / 2 - half * sin
        self._pdf._resource_catalog.add(PDFResourceType.FONT, font.i, self._pdf.page)
        matrix = f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x / POINT:.2f} {y / POINT:.2f} Tm"
        self._pdf._out(f"BT 0 Tr {grey:.2f} g /F{font.i} {size:.2f} Tf {matrix} {font.encode_text(printable)} ET")

    def picture(self, data: bytes, x: float, y: float, width: float, height: float) -> None:
        """Place a raster picture or an SVG within a box, in its own proportions, centred; SVG text uses the sans face."""
        if data.lstrip()[:5] in (b"<svg ", b"<?xml"):
            self._font("sans")
            self._pdf.set_font("sans", size=9)
            data = _UNDRAWN.sub(b"", data)
            data = _FONT_CHOICE.sub(b"", data).replace(b"<svg ", b'<svg font-family="sans" ', 1)
        self._pdf._out("q 0 Tr 0 g 0 G")
        self._pdf.image(io.BytesIO(data), x=x, y=y, w=width, h=height, keep_aspect_ratio=True)
        self._pdf._out("Q")

    def repeat(self, page: int) -> None:
        """Begin a new page with everything that an earlier page shows."""
        pdf = self._pdf
        pdf.page = pdf.pages_count
        pdf.add_page()
        pdf.pages[pdf.page].contents[:] = pdf.pages[page].contents
        for (number, kind), found in list(pdf._resource_catalog.resources_per_page.items()):
            if number == page:
                for resource in list(found):
                    pdf._resource_catalog.add(kind, resource, pdf.page)

    def printable(self, text: str, face: Face = "sans") -> str:
        """Return text with 〓 for what the face lacks, and remember what it was."""
        if text.isascii() and text.isprintable():
            return text
        if (text, face) not in self._printable:
            self._printable[text, face] = self._replaced(text, face)
        return self._printable[text, face]

    def _replaced(self, text: str, face: Face) -> str:
        """Return text with 〓 for what the face lacks; go on with the full face when the one at hand was cut too small."""
        known = cut_font(face, self._font_path).known
        cleaned = paper_text.clean(text)
        if any(ord(character) in known and ord(character) not in self._font(face).cmap for character in cleaned):
            self._add_font(face, f"{face}-full", cut_font(face, self._font_path).source)
        lost = [character for character in cleaned if character != "\n" and ord(character) not in known]
        for character in lost:
            self.missing[character] = None
            cleaned = cleaned.replace(character, paper_text.MISSING if ord(paper_text.MISSING) in known else "?")
        return cleaned

    def output(self) -> bytes:
        """Return the finished PDF."""
        return bytes(self._pdf.output())

    def _font(self, face: Face) -> Any:
        """Return a face, read from its file at first use."""
        if face not in self._fonts:
            self.prepare(face, ())
        return self._fonts[face]

    def _add_font(self, face: Face, name: str, path: str) -> None:
        """Set a face from now on with the font in a file."""
        self._pdf.add_font(name, fname=path)
        self._fonts[face] = self._pdf.fonts[name]
