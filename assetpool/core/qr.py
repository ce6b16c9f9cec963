"""QR codes of short texts: error level M unless another is asked for, smallest version, one fixed mask, four modules of quiet zone.

A fixed mask takes a fifth of the time of trying all eight and decodes as well. Modules are handed out as merged horizontal runs to be filled as
one path: modules drawn one by one leave hairlines between them, and such codes fail at low resolution.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

BORDER = 4
_MASK = 3
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
LEVELS = ("L", "M", "Q", "H")
"""Error levels, weakest first: a code is still read with about 7, 15, 25 or 30 % of it spoilt."""
_CORRECTION = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}
_LETTERS = {
    "L": (25, 47, 77, 114, 154, 195, 224, 279, 335, 395),
    "M": (20, 38, 61, 90, 122, 154, 178, 221, 262, 311),
    "Q": (16, 29, 47, 67, 87, 108, 125, 157, 189, 221),
    "H": (10, 20, 35, 50, 64, 84, 93, 122, 143, 174),
}
_BYTES = {
    "L": (17, 32, 53, 78, 106, 134, 154, 192, 230, 271),
    "M": (14, 26, 42, 62, 84, 106, 122, 152, 180, 213),
    "Q": (11, 20, 32, 46, 60, 74, 86, 108, 130, 151),
    "H": (7, 14, 24, 34, 44, 58, 64, 84, 98, 119),
}


class Run(NamedTuple):
    """A horizontal run of dark modules, counted from the code's own corner, quiet zone not included."""

    row: int
    column: int
    length: int


class Code(NamedTuple):
    """A drawn code: `side` modules a side without the quiet zone, and its dark runs."""

    side: int
    runs: tuple[Run, ...]


def modules(text: str, level: str = "M") -> int:
    """Return how many modules a side the code of a text has, its quiet zone included; raise ValueError when it is empty or too long for the level."""
    return 17 + 4 * _version(text, level) + 2 * BORDER


def _version(text: str, level: str) -> int:
    capacities = _LETTERS[level] if _is_short(text) else _BYTES[level]
    length = len(text.encode())
    version = next((number for number, room in enumerate(capacities, start=1) if length <= room), None)
    if not length or version is None:
        raise ValueError(f"no QR code of level {level} for a text of {length} bytes")
    return version


def _is_short(text: str) -> bool:
    """Say whether a text is of the letters that a code stores in fewer modules."""
    return _ALPHANUMERIC.issuperset(text)


@lru_cache(maxsize=256)
def code(text: str, level: str = "M") -> Code:
    """Return the QR code of a text; raise ValueError when it is empty or too long (level M: 311 letters or 213 bytes)."""
    symbol = QRCode(version=_version(text, level), error_correction=_CORRECTION[level], mask_pattern=_MASK, border=0)
    data, short = text.encode(), _is_short(text)
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


def pdf_path(text: str, left: float, top: float, size: float, level: str = "M") -> str:
    """Return PDF operators that fill the QR code of a text.

    `left` and `top` are the corner in PDF points (top measured upwards from the page's foot), `size` the side including the quiet zone.
    """
    drawn = code(text, level)
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
