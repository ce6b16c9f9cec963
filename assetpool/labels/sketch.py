"""A sheet that is drawn as a picture instead of a PDF: the same measures and line breaks, as SVG for the screen or as dots for a label printer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import pylopdf_fonts_zh_cn
from markupsafe import escape
from PIL import Image, ImageDraw, ImageFont

from assetpool.core import qr
from assetpool.core.paper_canvas import INK, POINT, Align, Canvas
from assetpool.core.paper_font import Face

_INCH = 25.4


@dataclass(frozen=True)
class _Text:
    """One printed line: its left end and baseline in mm, its width in mm, its size in points."""

    x: float
    y: float
    text: str
    width: float
    size: float
    heavy: bool


@dataclass(frozen=True)
class _Code:
    """One code: its corner and side in mm, quiet zone included."""

    x: float
    y: float
    text: str
    size: float
    level: str


@dataclass
class _Sheet:
    """What stands on one sheet."""

    texts: list[_Text] = field(default_factory=list)
    codes: list[_Code] = field(default_factory=list)


class Sketch(Canvas):
    """A canvas that notes what is drawn: one line of text and codes are all that labels need."""

    def __init__(self, page: tuple[float, float], title: str, language: str, font_path: str | None = None, made_at: datetime | None = None) -> None:
        super().__init__(page, title, language, font_path, made_at)
        self.sheets: list[_Sheet] = []
        self._lettering = font_path

    @property
    def pages(self) -> int:
        """Return how many pages there are so far."""
        return len(self.sheets)

    def add_page(self) -> None:
        """Begin a new page."""
        self.sheets.append(_Sheet())

    def qr(self, text: str, x: float, y: float, size: float, level: str = "M") -> None:
        """Note a code."""
        self.sheets[-1].codes.append(_Code(x, y, text, size, level))

    def text(self, x: float, y: float, text: str, size: float, *, face: Face = "sans", heavy: bool = False, grey: float = INK, align: Align = "left") -> None:
        """Note one line with its baseline at `y`."""
        printable = self.printable(text, face)
        width = self.text_width(printable, size, face)
        self.sheets[-1].texts.append(_Text(x - width * {"left": 0, "center": 0.5, "right": 1}[align], y, printable, width, size, heavy))

    def svg(self) -> str:
        """Return the first sheet as SVG elements in mm; each line keeps its printed width whatever font the screen has."""
        parts = []
        for code in self.sheets[0].codes:
            drawn = qr.code(code.text, code.level)
            side = code.size / (drawn.side + 2 * qr.BORDER)
            path = "".join(f"M{run.column} {run.row}h{run.length}v1h-{run.length}z" for run in drawn.runs)
            corner = f"translate({code.x + qr.BORDER * side:.3f} {code.y + qr.BORDER * side:.3f}) scale({side:.5f})"
            parts.append(f'<path transform="{corner}" d="{path}" shape-rendering="crispEdges"/>')
        for line in self.sheets[0].texts:
            weight = ' font-weight="600"' if line.heavy else ""
            width = f' textLength="{line.width:.2f}" lengthAdjust="spacingAndGlyphs"' if line.width > 0 else ""
            parts.append(f'<text x="{line.x:.2f}" y="{line.y:.2f}" font-size="{line.size * POINT:.3f}"{weight}{width}>{escape(line.text)}</text>')
        return "".join(parts)

    def bitmaps(self, per_inch: int) -> list[tuple[int, int, bytes]]:
        """Return each sheet as (dots wide, dots high, rows of bits, padded to whole bytes, 1 for black); modules are whole dots."""
        return [self._dotted(sheet, per_inch / _INCH) for sheet in self.sheets]

    def _dotted(self, sheet: _Sheet, scale: float) -> tuple[int, int, bytes]:
        wide, high = round(self.width * scale), round(self.height * scale)
        picture = Image.new("1", (wide, high), 0)
        pen = ImageDraw.Draw(picture)
        pen.fontmode = "1"
        for code in sheet.codes:
            drawn = qr.code(code.text, code.level)
            dots = max(1, int(code.size * scale / (drawn.side + 2 * qr.BORDER)))
            spare = (code.size * scale - dots * drawn.side) / 2
            left, top = round(code.x * scale + spare), round(code.y * scale + spare)
            for run in drawn.runs:
                x, y = left + run.column * dots, top + run.row * dots
                pen.rectangle((x, y, x + run.length * dots - 1, y + dots - 1), fill=1)
        for line in sheet.texts:
            font = _lettering(self._lettering, round(line.size * POINT * scale * 4))
            pen.text((line.x * scale, line.y * scale), line.text, fill=1, font=font, anchor="ls", stroke_width=1 if line.heavy and scale > 8 else 0)
        return wide, high, picture.tobytes()


@lru_cache(maxsize=64)
def _lettering(font_path: str | None, quarters: int) -> ImageFont.FreeTypeFont:
    """Return the face for dots at a size in quarters of a dot."""
    return ImageFont.truetype(font_path or str(pylopdf_fonts_zh_cn.sans_path()), quarters / 4)
