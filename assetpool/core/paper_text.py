"""Setting text: breaking lines as Chinese and English want it, shrinking and cutting what is too long. Knows widths, not pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

Width = Callable[[str], float]

ELLIPSIS = "…"
MISSING = "〓"
_ONE_LINE = 0.78
_NOT_FIRST = frozenset("。，、；：？！）》」』】〕〉”’…—·％%℃‰,.;:?!)]}")
_NOT_LAST = frozenset("（《「『【〔〈“‘([{¥￥$№#")
_WORD = re.compile(r"[A-Za-z0-9À-ɏ_'’\-−+./:@&=?#%,~×*]+|\s+|.", re.DOTALL)


def clean(text: str, keep_lines: bool = True) -> str:
    """Return text in composed form without control characters; line ends stay as `\\n` or become spaces."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if not keep_lines:
        composed = " ".join(composed.split())
    return "".join(c for c in composed if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})


def wrap(text: str, room: float, width: Width) -> list[str]:
    """Break text into lines no wider than `room`, in the unit of `width`.

    Chinese breaks between any two characters, but no line begins with a closing mark or ends with an opening one;
    words of letters and digits stay whole unless one alone is wider than a line. Returns at least one line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for piece in _pieces(paragraph, room, width):
            wide = width(piece)
            if line and used + wide > room and not piece.isspace():
                lines.append(line.rstrip())
                line, used = "", 0.0
            if line or not piece.isspace():
                line, used = line + piece, used + wide
        lines.append(line.rstrip())
    return lines


def cut(text: str, room: float, width: Width, keep_end: bool = False) -> str:
    """Return text no wider than `room`, with an ellipsis where it was cut: at the end, or in the middle for numbers that differ at their end."""
    if width(text) <= room:
        return text
    left = room - width(ELLIPSIS)
    if keep_end:
        head = _most(text, left / 2, width)
        tail = _most(text[::-1], left - width(text[:head]), width)
        return text[:head].rstrip() + ELLIPSIS + text[len(text) - tail :].lstrip()
    return text[: _most(text, left, width)].rstrip() + ELLIPSIS


def fit(text: str, room: float, sizes: Sequence[float], rows: int, width_at: Callable[[float], Width], keep_end: bool = False) -> tuple[list[str], float]:
    """Return lines and the first of `sizes` (largest first) at which text needs at most `rows` lines; at the last one the rest is cut.

    A little smaller on one line is preferred to two lines. `width_at(size)` measures in the unit of `room`.
    """
    for size in sizes:
        if size >= _ONE_LINE * sizes[0] and "\n" not in text and width_at(size)(text) <= room:
            return [text], size
    for size in sizes:
        lines = wrap(text, room, width_at(size))
        if len(lines) <= rows:
            return lines, size
    size = sizes[-1]
    return [*lines[: rows - 1], cut("".join(lines[rows - 1 :]), room, width_at(size), keep_end)], size


def _most(text: str, room: float, width: Width) -> int:
    """Return how many characters from the beginning fit the room."""
    end = 0
    while end < len(text) and (wide := width(text[end])) <= room:
        room -= wide
        end += 1
    return end


def _pieces(paragraph: str, room: float, width: Width) -> list[str]:
    """Split a paragraph into what must stay together."""
    pieces: list[str] = []
    for token in _WORD.findall(paragraph):
        last = pieces[-1] if pieces and not token.isspace() and not pieces[-1].isspace() else ""
        if last and (token[0] in _NOT_FIRST or last[-1] in _NOT_LAST):
            pieces[-1] += token
        else:
            pieces.append(token)
    return [part for piece in pieces for part in (_split(piece, room, width) if width(piece) > room else [piece])]


def _split(piece: str, room: float, width: Width) -> list[str]:
    """Split one piece that is wider than a line, character by character."""
    parts, part = [], ""
    for character in piece:
        if part and width(part + character) > room:
            parts.append(part)
            part = ""
        part += character
    return [*parts, part]
