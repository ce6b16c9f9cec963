"""QR codes of short texts: error level M, smallest version, one fixed mask, four modules of quiet zone.

A fixed mask takes a fifth of the time of trying all eight and decodes as well. Modules are handed out as merged horizontal runs to be filled as
one path: modules drawn one by one leave hairlines between them, and such codes fail at low resolution.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape
from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

BORDER = 4
_MASK = 3
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_LETTERS = (20, 38, 61, 90, 122, 154, 178, 221, 262, 311)
_BYTES = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)


class Run(NamedTuple):
    """A horizontal run of dark modules, counted from the code's own corner, quiet zone not included."""

    row: int
    column: int
    length: int


class Code(NamedTuple):
    """A drawn code: `side` modules a side without the quiet zone, and its dark runs."""

    side: int
    runs: tuple[Run, ...]


@lru_cache(maxsize=256)
def code(text: str) -> Code:
    """Return the QR code of a text; raise ValueError when it is empty or longer than 311 letters or 213 bytes."""
    data = text.encode()
    short = all(character in _ALPHANUMERIC for character in text)
    capacities = _LETTERS if short else _BYTES
    version = next((number for number, room in enumerate(capacities, start=1) if len(data) <= room), None)
    if not data or version is None:
        raise ValueError(f"no QR code for a text of {len(data)} bytes")
    symbol = QRCode(version=version, error_correction=ERROR_CORRECT_M, mask_pattern=_MASK, border=0)
    symbol.add_data(QRData(data, mode=MODE_ALPHA_NUM if short else MODE_8BIT_BYTE), optimize=0)
    symbol.make(fit=False)
    rows = ["".join("1" if module else "0" for module in row) for row in symbol.modules]
    return Code(side=len(rows), runs=tuple(run for number, row in enumerate(rows) for run in _runs(number, row)))


def svg(text: str, title: str = "") -> Markup:
    """Return the QR code of a text as an inline SVG that fills its box, black on white with its quiet zone; `title` is its alternative text."""
    drawn = code(text)
    path = "".join(f"M{run.column + BORDER} {run.row + BORDER}h{run.length}v1h-{run.length}z" for run in drawn.runs)
    side = drawn.side + 2 * BORDER
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{2}"/></svg>'
    ).format(side, escape(title or text), path)


def png(text: str, pixels: int = 6) -> bytes:
    """Return the QR code of a text as a PNG, `pixels` a module, black on white with its quiet zone."""
    drawn = code(text)
    side = drawn.side + 2 * BORDER
    picture = Image.new("1", (side * pixels, side * pixels), 1)
    for run in drawn.runs:
        left, top = (run.column + BORDER) * pixels, (run.row + BORDER) * pixels
        picture.paste(0, (left, top, left + run.length * pixels, top + pixels))
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def pdf_path(text: str, left: float, top: float, size: float) -> str:
    """Return PDF operators that fill the QR code of a text.

    `left` and `top` are the corner in PDF points (top measured upwards from the page's foot), `size` the side including the quiet zone.
    """
    drawn = code(text)
    module = size / (drawn.side + 2 * BORDER)
    rectangles = " ".join(f"{run.column + BORDER} {run.row + BORDER} {run.length} 1 re" for run in drawn.runs)
    return f"q 0 g {module:.5f} 0 0 {-module:.5f} {left:.3f} {top:.3f} cm {rectangles} f Q"


def _runs(number: int, row: str) -> list[Run]:
    """Merge the dark modules of one row."""
    found, column = [], row.find("1")
    while column >= 0:
        end = row.find("0", column)
        end = len(row) if end < 0 else end
        found.append(Run(number, column, end - column))
        column = row.find("1", end)
    return found
